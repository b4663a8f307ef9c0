//! Registration by command: a fintech makes a key, the operator registers its
//! app, and the app calls. The key and the request are OpenSSL's, as anybody's
//! would be. Contracts by command stand beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking and tell their figures"
)]

mod calls;
mod contract;
mod desk;
mod how_to;
mod kills;
mod refusals;
mod status;
