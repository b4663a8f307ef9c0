//! The gateway over real sockets: mutual TLS in front, a processor with mutual TLS behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_input;
mod client;
mod faults;
mod handshakes;
mod live;
mod onward;
mod order;
mod over_limit;
mod raw;
mod records;
mod refusals;
mod rogue;
mod slow_peers;
mod world;
