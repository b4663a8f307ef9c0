//! Pages of the installation itself.

pub mod home;
