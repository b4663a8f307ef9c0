//! Every page in a real browser: judged by axe-core, on desktop, tablet and
//! phone, light and dark, in both languages, with and without scripts.
//!
//! `SUMUN_PICTURES=DIR` keeps a picture of every page in every look.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod audit;
mod customer;
mod forms;
mod scriptless;
mod staff;
