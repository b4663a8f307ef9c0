//! The port of the evidence rows.

use crate::Evidence;
use sumun_ids::{EngagementId, EvidenceId};
use sumun_journal::{Entry, StoreFailure};

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceWrite {
    /// It is durable.
    Written,
    /// Another writer took one of the names in between; load and try again.
    NameTaken,
    /// The engagement is not there or is closed: its evidence is complete.
    Closed,
}

/// Where the rows of evidence are kept. Rows are added and never changed.
#[async_trait::async_trait]
pub trait EvidenceStore: Send + Sync {
    /// Adds all of `evidence` or none, with `journal` in the same transaction.
    /// All must belong to one engagement.
    async fn add(&self, evidence: &[Evidence], journal: &[Entry]) -> Result<EvidenceWrite, StoreFailure>;

    /// One piece of evidence.
    async fn evidence(&self, engagement: EngagementId, id: EvidenceId) -> Result<Option<Evidence>, StoreFailure>;

    /// All evidence of one engagement, every revision, by number, serial and revision.
    async fn of_engagement(&self, engagement: EngagementId) -> Result<Vec<Evidence>, StoreFailure>;

    /// Whether any row of any engagement refers to the file with this hash.
    async fn refers_to(&self, sha256: crate::Digest) -> Result<bool, StoreFailure>;
}
