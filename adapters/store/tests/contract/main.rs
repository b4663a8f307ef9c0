//! What every engine must do, slice by slice.
//!
//! Each test runs on SQLite and, when `SUMUN_TEST_POSTGRES` holds the address
//! of a server (`postgres://user:password@host:port/database`), on PostgreSQL
//! too, each time in a database or schema of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod authorization;
mod banking;
mod cipher;
mod consent;
mod durability;
mod forms;
mod identity;
mod inspection;
mod journal;
mod opening;
mod participants;
mod transactions;
