//! What somebody saw before deciding: a decision on an old page is not taken
//! as one on what is there now.

use crate::{CaseFile, InspectionError};
use std::fmt;
use sumun_evidence::ItemCode;
use sumun_ids::{EvidenceId, FindingId, JudgementId};

/// What a page showed when its form was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// An item that is to be judged.
    Item {
        /// The item.
        item: ItemCode,
        /// Its last judgement.
        judgement: Option<JudgementId>,
        /// The newest revisions that were bound to it.
        evidence: Vec<EvidenceId>,
    },
    /// An item whose repair is to be planned.
    Plans {
        /// The item.
        item: ItemCode,
        /// Its last judgement.
        judgement: Option<JudgementId>,
        /// How many plans it had.
        plans: usize,
    },
    /// A finding that is to be answered.
    Finding {
        /// The finding.
        finding: FindingId,
        /// How many deeds had been done to it.
        events: usize,
    },
    /// An engagement that is to be moved on: how many steps it had made.
    Steps(usize),
}

/// What has come since, oldest first; the counts are those of the newest rows of their kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Judgements of the item.
    pub judgements: Vec<JudgementId>,
    /// Evidence of the item, newest revisions.
    pub evidence: Vec<EvidenceId>,
    /// How many plans of the item.
    pub plans: usize,
    /// How many deeds to the finding.
    pub events: usize,
    /// How many steps of the engagement.
    pub steps: usize,
}

impl CaseFile {
    /// Whether nothing has come that `seen` does not hold; `newest` are the
    /// newest revisions that are bound to its item now, if it is about one.
    ///
    /// # Errors
    /// [`InspectionError::Unseen`] with what has come.
    pub fn check_seen(&self, seen: &Seen, newest: &[EvidenceId]) -> Result<(), InspectionError> {
        let unseen = match seen {
            Seen::Item { item, judgement, evidence: known } => {
                let new = newest.iter().filter(|id| !known.contains(id)).copied().collect();
                Unseen { judgements: self.judged_since(item, *judgement), evidence: new, ..Unseen::default() }
            }
            Seen::Plans { item, judgement, plans } => {
                let now = self.plans.iter().filter(|plan| plan.item == *item).count();
                let judgements = self.judged_since(item, *judgement);
                Unseen { judgements, plans: now.saturating_sub(*plans), ..Unseen::default() }
            }
            Seen::Finding { finding, events } => {
                let known = self.findings.iter().find(|known| known.id == *finding);
                let now = known.map_or(0, |known| known.events.len());
                Unseen { events: now.saturating_sub(*events), ..Unseen::default() }
            }
            Seen::Steps(steps) => Unseen { steps: self.steps.len().saturating_sub(*steps), ..Unseen::default() },
        };
        if unseen == Unseen::default() { Ok(()) } else { Err(InspectionError::Unseen(Box::new(unseen))) }
    }

    /// The judgements of `item` after the one that was seen.
    fn judged_since(&self, item: &ItemCode, seen: Option<JudgementId>) -> Vec<JudgementId> {
        let all: Vec<JudgementId> = self.judgements_of(item).map(|judgement| judgement.id).collect();
        let after = all.iter().position(|id| Some(*id) == seen).map_or(0, |place| place + 1);
        all[after..].to_vec()
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { judgements, evidence, plans, events, steps } = self;
        write!(
            f,
            "since the page was made: {} judgements, {} pieces of evidence, {plans} plans, {events} deeds to the \
             finding, {steps} steps",
            judgements.len(),
            evidence.len()
        )
    }
}

impl std::error::Error for Unseen {}
