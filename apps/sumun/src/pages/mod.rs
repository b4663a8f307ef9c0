//! Pages of the installation itself.

pub mod contract;
pub mod home;
