//! Access records in append-only files, sealed batch by batch in the journal.
//!
//! A segment is two files in `records/`, named after the number of their first
//! record: `<number>.log` with one record to the line, and `<number>.hashes`
//! with the leaf hash of each record, 32 bytes after 32 bytes. A batch is on
//! disk in both before its root is appended to the journal, and only then do
//! its records count as taken.
//!
//! All segments together have a budget. A segment goes when room runs short,
//! its time to be kept is over, it is as it was sealed, and an entry that gives
//! it up stands under the signed head. Until then nothing is removed, and when
//! the budget is spent no record is taken.

mod files;
mod handle;
mod recovery;
mod retention;
mod writer;

pub(crate) use files::{leaf_hashes_of_lines, list_segments, read_kept_hashes};
pub use handle::{NotTaken, SegmentHandle, SegmentPlace};
pub use writer::{SegmentSettings, SegmentWriter};
