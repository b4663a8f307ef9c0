//! Probes: what can be seen of a platform from outside, and what it means.
//!
//! A [`Probe`] has a [`Descriptor`] (what it looks at, which check items it
//! informs), an observation over the [`Target`] port, and a judgement that is
//! pure over what was observed. A probe knows nothing about how its target is
//! reached: a live target and a recorded one are the same port, so a judgement
//! can be repeated from the evidence alone.
//!
//! A probe yields evidence, never a verdict: it says [`Conclusion::Confirmed`]
//! or [`Conclusion::Contradicted`] of a requirement, [`Conclusion::Shown`] or
//! [`Conclusion::NotFound`] of a weakness, and undecided or not applicable,
//! with the reason, of either. "Not found" is not a pass.
//!
//! To add one: a file below its family, one line in [`registry::PROBES`]
//! (docs/how-to/add-a-probe.md).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod authorization;
mod conclusion;
mod descriptor;
mod exchange;
mod redact;
pub mod registry;
mod run;
mod target;
pub mod transport;
pub mod web;

pub use conclusion::{Conclusion, Judged, Text};
pub use descriptor::{Binding, Descriptor, Kind};
pub use exchange::{CallOutcome, ChainOutcome, EarlyDataOutcome, Exchange, OfferOutcome};
pub use redact::redacted;
pub use run::{Probe, Record, run};
pub use target::{Answer, Call, Certificate, Chain, Fault, Role, Target, TlsVersion, Token};

#[cfg(test)]
mod scripted;
