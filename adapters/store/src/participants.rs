//! The slice of institutions, apps and certificates.
