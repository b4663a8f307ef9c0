//! The journal's tiles and the access records' segments as files.
//!
//! Two writers and two readers of a data folder:
//!
//! - [`Sequencer`] takes the entries that the store holds durably, extends the
//!   tree and writes `journal/`: entry bundles and tiles of
//!   <https://c2sp.org/tlog-tiles>, then a signed `checkpoint`. Whatever
//!   happens between two writes, it goes on where the checkpoint stands.
//! - [`SegmentWriter`] takes access records, writes them to append-only
//!   segments in `records/`, and seals each batch with an entry in the journal.
//! - [`SignedJournal`] shows single entries with their proofs, while the
//!   sequencer goes on.
//! - [`verify_folder`] reads both offline and names the first entry or record
//!   that is not as it was signed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod durable;
mod error;
mod journal_folder;
mod segment;
mod sequencer;
mod signed_journal;
mod verify;

pub use error::JournalFileError;
pub use segment::{NotTaken, SegmentHandle, SegmentPlace, SegmentSettings, SegmentWriter};
pub use sequencer::{Sequencer, SequencerTask};
pub use signed_journal::{ProvenEntry, SignedJournal};
pub use verify::{Finding, Report, verify_folder};

/// The folder of the journal in a data folder.
pub const JOURNAL_FOLDER: &str = "journal";
/// The folder of the access records in a data folder.
pub const RECORDS_FOLDER: &str = "records";
