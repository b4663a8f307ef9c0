//! What the journal says.
//!
//! The journal is the tamper-evident record of everything of consequence:
//! registrations, consents, tokens, transfers, judgements, reports. Each
//! [`Entry`] is written in the transaction of the deed itself, so it is
//! durable before the deed is answered; later it becomes a leaf of an RFC 6962
//! tree whose signed heads show any change. An entry holds no personal data:
//! a person is named by a [`Commitment`] alone.
//!
//! This crate has the entries, their canonical bytes, the port of their store
//! and the pure verification; `sumun-journal-files` writes the tree.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod actor;
mod batch;
mod clock;
mod commitment;
mod difference;
mod entry;
mod kind;
mod store;
mod verify;

pub use actor::{Actor, ParseActorError};
pub use batch::{RecordsFinding, RetiredSegment, SealedBatch, verify_records};
pub use clock::{ClockVerdict, KnownTime};
pub use commitment::{Commitment, CommitmentKey, ParseCommitmentError};
pub use difference::{Tampering, first_difference};
pub use entry::{Entry, ParseEntryError};
pub use kind::{EntryKind, ParseKindError};
pub use store::{JournalStore, StoreFailure, StoreFailureKind};
pub use verify::{JournalFinding, JournalSource, verify_journal};
