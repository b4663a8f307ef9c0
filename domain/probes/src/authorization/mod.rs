//! Probes of who may do what.

pub mod access;
