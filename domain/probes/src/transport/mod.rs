//! Probes of the transport: TLS and certificates.

pub mod chain;
pub mod client_certificate;
pub mod early_data;
pub mod versions;
