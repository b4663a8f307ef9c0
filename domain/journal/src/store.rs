//! The port of the entries' store, and the failure of every store port.

use crate::Entry;
use std::error::Error;
use std::fmt;

/// A store could not do its work; the fault lies neither with the caller nor
/// with the rules. It is the error of every store port of the project.
#[derive(Debug)]
pub struct StoreFailure {
    /// Whether the same call may succeed when it is made again a little later.
    pub retryable: bool,
    /// What the engine said; for the log, never for the outside.
    pub source: Box<dyn Error + Send + Sync>,
}

impl StoreFailure {
    /// A failure that may pass: a busy lock, a lost connection, a full queue.
    pub fn passing(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { retryable: true, source: source.into() }
    }

    /// A failure that stays until somebody mends it: a full disk, a broken row.
    pub fn lasting(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { retryable: false, source: source.into() }
    }
}

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.retryable { "the store is not available at the moment" } else { "the store failed" })
    }
}

impl Error for StoreFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Where entries wait, durable and in order, to become leaves of the tree.
///
/// Sequence numbers begin at 0 and have no gap: the number of an entry is its
/// leaf index. An entry that was appended never changes its number or bytes.
#[async_trait::async_trait]
pub trait JournalStore: Send + Sync {
    /// Appends `entries` in their order, all or none, durable on return.
    /// Answers the sequence number of the first.
    async fn append(&self, entries: &[Entry]) -> Result<u64, StoreFailure>;

    /// The canonical bytes of at most `limit` entries from number `seq` on,
    /// each with its number, in order.
    async fn entries_from(&self, seq: u64, limit: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure>;

    /// How many entries there are.
    async fn size(&self) -> Result<u64, StoreFailure>;
}
