//! Probes of what a web front says about itself.

pub mod error_leak;
pub mod headers;
