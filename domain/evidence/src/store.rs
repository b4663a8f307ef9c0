//! The port of the evidence rows.

use crate::{DetailNumber, Evidence, OfficialName, OverQuota, Quotas, Usage};
use sumun_ids::{EngagementId, EvidenceId, InstitutionId};
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
    /// A quota would be passed; nothing was written.
    OverQuota(OverQuota),
}

/// Where the rows of evidence are kept. Rows are added and never changed.
#[async_trait::async_trait]
pub trait EvidenceStore: Send + Sync {
    /// Adds all of `evidence` or none, with `journal` in the same transaction.
    /// All must belong to one engagement. What there is then is counted against
    /// `quotas` in that transaction, so that two writers together cannot pass one.
    async fn add(
        &self,
        evidence: &[Evidence],
        quotas: &Quotas,
        journal: &[Entry],
    ) -> Result<EvidenceWrite, StoreFailure>;

    /// How much there is, by scope.
    async fn usage(&self, engagement: EngagementId, institution: InstitutionId) -> Result<Usage, StoreFailure>;

    /// The names under `number` in one engagement, each revision with its number.
    async fn names(
        &self,
        engagement: EngagementId,
        number: DetailNumber,
    ) -> Result<Vec<(OfficialName, u32)>, StoreFailure>;

    /// One piece of evidence.
    async fn evidence(&self, engagement: EngagementId, id: EvidenceId) -> Result<Option<Evidence>, StoreFailure>;

    /// All evidence of one engagement, every revision, by number, serial and revision.
    async fn of_engagement(&self, engagement: EngagementId) -> Result<Vec<Evidence>, StoreFailure>;

    /// Whether any row of any engagement refers to the file with this hash.
    async fn refers_to(&self, sha256: crate::Digest) -> Result<bool, StoreFailure>;
}
