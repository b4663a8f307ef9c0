//! Clauses of the catalogs, each proved from outside by the one test that
//! bears its name: `obw_07_…` is `OBW-07`, `m_5_4_na_7_…` is `M-5.4-나-7`.
//! `catalogs/trace` links the rows to them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod attacks;
mod consent;
mod doors;
mod encryption;
mod keys;
mod records;
mod start;
mod traces;
mod transactions;
