//! A customer's consent: its four facts, its life and its withdrawal.
//!
//! A consent is made of exactly what its customer was shown: the
//! [`ConsentDisclosure`] carries the reach and the validity, and
//! [`Consent::grant`] takes them from there. It ends by withdrawal, by a newer
//! one that takes its place, or at its end of validity, whichever comes first,
//! and never begins again.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod consent;
mod disclosure;
mod entries;
mod error;
mod scope;
mod store;
mod withdrawal;

pub use consent::{Consent, ConsentState, Grant, VALIDITY_MAX};
pub use disclosure::{ConsentDisclosure, DisclosureDraft, Fact, MissingFact};
pub use entries::{about, consent_expired, consent_superseded, consent_withdrawn};
pub use error::ConsentError;
pub use scope::{ParseScopeError, Scope};
pub use store::{ConsentStore, Ending};
pub use withdrawal::{Reach, Withdrawal, Withdrawn};
