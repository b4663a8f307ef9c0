//! The running platform from outside: what a customer, an app, another
//! institution and a stranger get from it, over the addresses that everybody has.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod downloads;
mod errors;
mod flow;
mod greedy;
mod malformed;
mod peers;
mod schema;
mod shared;
mod slow;
mod transfers;
