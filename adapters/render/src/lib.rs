//! Documents: PDF, evidence pack, OSCAL.
