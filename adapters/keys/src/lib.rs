//! Software keys, the private CA and certificates.
