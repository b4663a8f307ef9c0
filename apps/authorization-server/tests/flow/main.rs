//! The whole server over real sockets: what an app, a customer and an attacker meet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod attacks;
mod cut_off;
mod happy;
mod pages;
mod reach;
mod stale;
mod strict;
mod twice;
mod upkeep;
