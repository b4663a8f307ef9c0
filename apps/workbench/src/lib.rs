//! Inspection workbench: engagements, evidence, judgements, reports.
