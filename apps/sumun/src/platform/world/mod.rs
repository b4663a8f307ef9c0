//! The demonstration world of a first start: labelled, made up, created once.

pub mod cast;
mod enrol;
mod plan;

pub use enrol::Enrolment;
pub use plan::{UnfitCertificates, World, WorldCertificate, WorldPayee};
