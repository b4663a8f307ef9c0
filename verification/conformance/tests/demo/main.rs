//! `sumun demo`: the whole loop without a person, what it leaves, and that it
//! may be killed or its journal tampered with at any place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking and tell their figures"
)]

mod app_side;
mod kills;
mod outcome;
mod pack;
mod tampering;
