//! The API gateway: the one way in for open API calls (PR-001).
//!
//! A call comes over mutual TLS 1.3, passes the checks of `stack.rs` in that
//! order, is sent on to the API processor over mutual TLS, and leaves exactly
//! one access record, whatever became of it; of calls over an institution's
//! limit only the first, and those behind it a count for each second.
//!
//! The data path is hyper on one single-threaded runtime per core; the kernel
//! spreads connections over them. What the checks look at is one snapshot that
//! is loaded for every call, and tables that others change while it runs: a
//! withdrawn consent, a revoked token or a new limit counts for the next call
//! on every live connection.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod consents;
mod gateway;
mod head;
mod health;
mod history;
mod listener;
mod overflow;
mod quotas;
mod recording;
mod revocations;
mod settings;
mod source;
mod stack;
mod state;
mod tokens;
mod upload;
mod upstream;

pub use gateway::{Counters, Gateway, Parts, Running, StartError, bind};
pub use recording::{RecordPlace, RecordSink, RecordsFull};
pub use settings::{Settings, UpstreamLimits};
pub use source::{Authority, PlatformSource, Source};
pub use upstream::Upstream;

/// The contract that this gateway serves when it is given no other.
pub const OPEN_BANKING_CONTRACT: &[u8] = include_bytes!("../../../contracts/open-banking/v1.json");
