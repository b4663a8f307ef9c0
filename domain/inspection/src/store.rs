//! The ports of the engagements' store.

use crate::{Advance, CaseFile, Engagement, FindingEvent, IssuedReport, RemediationPlan, Ruling, Verdict};
use sumun_evidence::Digest;
use sumun_ids::{EngagementId, InstitutionId};
use sumun_journal::{Entry, StoreFailure};

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngagementWrite {
    /// It is durable.
    Written,
    /// The engagement has changed since the rules saw it: load and decide again.
    Changed,
}

/// One line of the list of engagements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngagementSummary {
    /// The engagement.
    pub engagement: Engagement,
    /// How many items have each verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u32; Verdict::ALL.len()],
    /// How many findings are open.
    pub open_findings: u32,
}

/// Where engagements and their history are kept.
#[async_trait::async_trait]
pub trait EngagementStore: Send + Sync {
    /// Writes a new engagement. [`EngagementWrite::Changed`] when its number was taken in between.
    async fn open(&self, engagement: &Engagement, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure>;

    /// The serial after the last one of `year`.
    async fn next_serial(&self, year: u16) -> Result<u32, StoreFailure>;

    /// The engagements of one institution, or of all, newest first.
    async fn engagements(&self, institution: Option<InstitutionId>) -> Result<Vec<EngagementSummary>, StoreFailure>;

    /// Everything written about one engagement.
    async fn case_file(&self, id: EngagementId) -> Result<Option<CaseFile>, StoreFailure>;

    /// Adds the rows of a deed and moves the engagement, if it is unchanged.
    async fn advance(&self, advance: &Advance, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure>;

    /// Adds a report that was made, if the engagement is still at
    /// `expected_version`, so that a report never misses what came in between.
    async fn add_report(
        &self,
        report: &IssuedReport,
        expected_version: u32,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure>;

    /// Whether any report of any engagement refers to the file with this hash.
    async fn report_refers_to(&self, sha256: Digest) -> Result<bool, StoreFailure>;
}

/// Where judgements, findings and plans are kept. Rows are added and never changed.
#[async_trait::async_trait]
pub trait JudgementStore: Send + Sync {
    /// Adds a judgement and the finding that it opens, if the engagement is unchanged.
    async fn record(&self, ruling: &Ruling, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure>;

    /// Adds what was done to a finding of `engagement`, if the engagement is
    /// still at `expected_version`.
    async fn answer_finding(
        &self,
        engagement: EngagementId,
        expected_version: u32,
        event: &FindingEvent,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure>;

    /// Adds a plan, if the engagement is still at `expected_version`.
    async fn plan(
        &self,
        plan: &RemediationPlan,
        expected_version: u32,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure>;
}
