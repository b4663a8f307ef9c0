//! Access records: what is kept of each call of the open API.
//!
//! A record names who called what, when, from where and how it ended (PR-018,
//! PR-059), and nothing about the customer but the consent's id: no name, no
//! account number, no query, no body, no token (PR-036). Because a path can
//! hold an account, a record keeps the route's template instead.
//!
//! Calls over the limit would cost us a record each and their caller nothing:
//! the first leaves its [record](AccessRecord), those behind it one
//! [count](OverLimitCount) a second.
//!
//! Records go to append-only segment files in batches. A batch is bound to
//! the journal by its [root](batch_root): changing, removing or reordering a
//! record changes the root.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod batch;
mod over_limit;
mod record;
mod retention;

pub use batch::batch_root;
pub use over_limit::{CountedOccasion, Noted, OverLimitCount, Overflow};
pub use record::{AccessRecord, Occasion, ParseRecordError, Record, Refused};
pub use retention::{BUDGET_BYTES, KEPT_AT_LEAST, SealedSegment, Usage, to_retire, usage};
