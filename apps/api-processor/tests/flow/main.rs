//! The API processor over real sockets: the gateway on one side, a customer's
//! browser on the other, the real store behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bodies;
mod browser;
mod inquiries;
mod pages;
mod peers;
mod transfers;
mod world;
