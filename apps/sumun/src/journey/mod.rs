//! The ways that people and apps take through a running platform, over real
//! sockets and the same pages and addresses that everybody uses. The
//! demonstration and the self-inspection go them; nothing here has a way in of
//! its own.

pub mod app;
mod assertion;
pub mod browser;
mod customer;
mod form;
mod staff;

pub use app::{Answer, App};
pub use assertion::Assertions;
pub use customer::{Customer, JourneyError};
pub use staff::{Document, Staff};
