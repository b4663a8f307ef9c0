//! SQLite and PostgreSQL behind the ports of the domain crates.
//!
//! One [`Store`] implements every port; each slice (a module such as
//! `consent`) has its SQL and its migration in `adapters/store/migrations`.
//! There is one portable text of each statement for both engines:
//!
//! - Placeholders are `$1`, `$2`, …; arguments come from [`args!`].
//! - Columns are `BIGINT`, `TEXT`, `BLOB` and `BOOLEAN`, in capitals in the
//!   migration. Truth values are compared with `TRUE` and `FALSE`, never with
//!   0 and 1. Time is microseconds UTC, money is won, ids are texts, what has
//!   an inner form of its own is JSON in a text.
//! - A sum needs `CAST(COALESCE(SUM(x), 0) AS BIGINT)`: PostgreSQL answers a
//!   sum of integers as a decimal.
//! - `ON CONFLICT` and `RETURNING` are fine. Not portable: `LIKE` (its case),
//!   `NOW()`, sequences, arrays, `FOR UPDATE`.
//! - An argument that may be null stands where a column gives it its type
//!   (`VALUES`, `SET x = $1`), not in arithmetic or in `$1 IS NULL`.
//! - Statements are `&'static str`, so no value ever becomes part of one.
//!
//! Every growing table is keyed by institution or customer first, so that it
//! can be distributed by that column. A write port takes the journal entries
//! of its deed and writes them by [`Tx::append_journal`] in the same transaction.
//!
//! What is answered is on the disk: SQLite commits with `synchronous = FULL`,
//! many jobs at once; PostgreSQL with `synchronous_commit = on` at isolation
//! level SERIALIZABLE, where a job is run again when others came in between.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cipher;
mod dialect;
mod engine;
mod error;
mod job;
mod migrations;
mod row;
mod store;
mod tx;
mod value;

mod authorization;
mod banking;
mod consent;
mod evidence;
mod identity;
mod inspection;
mod journal;
mod participants;

pub use cipher::{FieldCipher, FieldKey, SubjectKey};
pub use error::{StoreError, StoreOpenError};
pub use evidence::{BlobError, BlobFolder, IncomingBlob, PlacedBlobs, StoredBlob};
pub use identity::in_the_same_form;
pub use row::Row;
pub use store::Store;
pub use tx::Tx;
pub use value::Value;
