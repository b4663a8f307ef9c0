//! One engagement with everything that a request about it needs.

use crate::book::{Book, BookItem};
use crate::error::{AccessFault, PlatformFault, WorkbenchError};
use crate::evidence_index::EvidenceIndex;
use crate::workbench::Workbench;
use std::sync::Arc;
use sumun_evidence::{Evidence, ItemCode};
use sumun_ids::{EngagementId, EvidenceId};
use sumun_inspection::{CaseFile, Seen, Verdict};

/// An engagement, its items and its evidence.
pub(crate) struct Case {
    pub file: CaseFile,
    pub book: Arc<Book>,
    /// Every revision, by number, serial and revision.
    pub evidence: EvidenceIndex,
}

impl Case {
    /// Loads the engagement, if there is one. Whoever calls this has yet to
    /// ask whether it may be shown; only `access.rs` does.
    pub async fn load(workbench: &Workbench, id: EngagementId) -> Result<Option<Self>, WorkbenchError> {
        let Some(file) = workbench.parts.engagements.case_file(id).await? else { return Ok(None) };
        let book = workbench.book(&file.engagement.catalog).cloned();
        let book = book.ok_or(PlatformFault::Internal("the edition of an engagement is not among the catalogs"))?;
        let evidence = workbench.parts.evidence.of_engagement(id).await?;
        Ok(Some(Self { file, book, evidence: EvidenceIndex::of(evidence) }))
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Result<&BookItem, WorkbenchError> {
        let code: Option<ItemCode> = code.parse().ok();
        let item = code.and_then(|code| self.book.items.iter().find(|item| item.code == code));
        item.ok_or(AccessFault::NotFound.into())
    }

    /// A piece of evidence.
    pub fn evidence(&self, id: &str) -> Result<&Evidence, WorkbenchError> {
        let id: Option<EvidenceId> = id.parse().ok();
        let evidence = id.and_then(|id| self.evidence.get(id));
        evidence.ok_or(AccessFault::NotFound.into())
    }

    /// The newest revision of each name.
    pub fn current_evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.current()
    }

    /// The newest revisions that are bound to `item`.
    pub fn evidence_of(&self, item: &ItemCode) -> impl ExactSizeIterator<Item = &Evidence> + Clone {
        self.evidence.of_item(item)
    }

    /// The newest revisions that are bound to the item that `seen` is about.
    pub fn newest_for(&self, seen: &Seen) -> Vec<EvidenceId> {
        match seen {
            Seen::Item { item, .. } => self.evidence_of(item).map(|one| one.id).collect(),
            Seen::Plans { .. } | Seen::Finding { .. } | Seen::Steps(_) => Vec::new(),
        }
    }

    /// How many items have each verdict, in the order of [`Verdict::ALL`].
    pub fn verdicts(&self) -> [u32; Verdict::ALL.len()] {
        let latest = self.book.codes().iter().filter_map(|code| self.file.latest_judgement(code));
        let mut counts = [0; Verdict::ALL.len()];
        for judgement in latest {
            let place = Verdict::ALL.iter().position(|verdict| *verdict == judgement.verdict);
            counts[place.unwrap_or_default()] += 1;
        }
        counts
    }
}
