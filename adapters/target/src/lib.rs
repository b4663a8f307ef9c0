//! Targets of the probes: a live one over sockets, and a recorded one that
//! answers from the evidence of an earlier run.
//!
//! A live target calls only the one address that it was given, opens one
//! connection a call, and bounds every wait and size.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod certificate;
mod hello;
mod live;
mod recorded;
mod session;

pub use live::{Credentials, LiveTarget, Settings, SettingsError};
pub use recorded::{RecordedTarget, RecordingError};
