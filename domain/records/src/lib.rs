//! Access records: what is kept of each call of the open API.
//!
//! A record names who called what, when, from where and how it ended (PR-018,
//! PR-059), and nothing about the customer but the consent's id: no name, no
//! account number, no query, no body, no token (PR-036). Because a path can
//! hold an account, a record keeps the route's template instead.
//!
//! Records go to append-only segment files in batches. A batch is bound to
//! the journal by its [root](batch_root): changing, removing or reordering a
//! record changes the root.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod batch;
mod record;

pub use batch::batch_root;
pub use record::{AccessRecord, Occasion, ParseRecordError, Refused};
