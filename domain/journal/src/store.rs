//! The port of the entries' store, and the failure of every store port.

use crate::Entry;
use std::error::Error;
use std::fmt;

/// A store could not do its work; the fault lies neither with the caller nor
/// with the rules. It is the error of every store port of the project.
#[derive(Debug)]
pub struct StoreFailure {
    /// What can be done about it.
    pub kind: StoreFailureKind,
    /// What the engine said; for the log, never for the outside.
    pub source: Box<dyn Error + Send + Sync>,
}

/// What can be done about a failure of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFailureKind {
    /// It may pass: a busy lock, a lost connection, a full queue.
    Passing,
    /// There is no room left. It passes when the operator makes some, or when
    /// the platform gives up what it kept in reserve.
    Full,
    /// It stays until somebody mends it: a broken row, a damaged file.
    Lasting,
}

impl StoreFailure {
    /// A failure that may pass: a busy lock, a lost connection, a full queue.
    pub fn passing(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreFailureKind::Passing, source: source.into() }
    }

    /// There is no room left for what was to be written; nothing of it was.
    pub fn full(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreFailureKind::Full, source: source.into() }
    }

    /// A failure that stays until somebody mends it: a broken row, a damaged file.
    pub fn lasting(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreFailureKind::Lasting, source: source.into() }
    }

    /// Whether the same call may succeed when it is made again a little later.
    /// Outside this is 503, and every 503 says when to come back; anything else is 500.
    pub const fn is_retryable(&self) -> bool {
        match self.kind {
            StoreFailureKind::Passing | StoreFailureKind::Full => true,
            StoreFailureKind::Lasting => false,
        }
    }
}

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreFailureKind::Passing => "the store is not available at the moment",
            StoreFailureKind::Full => "the store has no room left",
            StoreFailureKind::Lasting => "the store failed",
        })
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
