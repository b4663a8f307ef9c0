//! The files of journal and records: written, verified, tampered with, and
//! gone on with after the process was killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod crash;
mod journal;
mod records;
mod recovery;
mod retention;
mod support;
