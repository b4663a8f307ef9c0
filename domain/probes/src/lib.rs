//! Probes over a Target port: observation, pure judgement, evidence.
