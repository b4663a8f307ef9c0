//! Moving an engagement on.

use crate::deed::Progress;
use crate::{CaseFile, Deed, DeedKind, InputFault, InspectionError, Role, Seat, SelfCheck, Stage, text};
use sumun_evidence::ItemCode;
use sumun_ids::{EngagementId, StaffId};
use sumun_time::{BusinessCalendar, Date, Timestamp};

/// One row of an engagement's history: a deed and the stage that it led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageStep {
    /// The deed.
    pub deed: DeedKind,
    /// The stage before.
    pub from: Stage,
    /// The stage that it led to.
    pub to: Stage,
    /// Whether the stage was passed at once because there was nothing to do in it.
    pub empty: bool,
    /// By when that stage is to end, where it has a term.
    pub due_on: Option<Date>,
    /// What was said with it; mostly nothing.
    pub note: String,
    /// Who did it, in which role.
    pub by: StaffId,
    /// The role in which it was done.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// A deed that the rules allow, ready to be written if the engagement is unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// The engagement.
    pub engagement: EngagementId,
    /// The version that the rules saw.
    pub expected_version: u32,
    /// The rows of its history; the last one is where it then stands.
    pub steps: Vec<StageStep>,
    /// The self-check that was handed in with it.
    pub self_check: Option<SelfCheck>,
}

impl Advance {
    /// The row of where the engagement then stands.
    pub fn last(&self) -> Option<&StageStep> {
        self.steps.last()
    }
}

impl CaseFile {
    /// Does `deed`. `items` are the items of the catalog edition.
    ///
    /// # Errors
    /// [`InspectionError::Procedure`] when the deed does not belong to the
    /// stage or a guard does not hold, [`InspectionError::NotYours`] when it is
    /// the other party's, [`InspectionError::Input`] when what it carries cannot be taken.
    pub fn advance(
        &self,
        deed: Deed,
        seat: Seat,
        items: &[ItemCode],
        calendar: &BusinessCalendar,
        now: Timestamp,
    ) -> Result<Advance, InspectionError> {
        let today = now.korean_date();
        let before = self.engagement.stage;
        let kind = deed.kind();
        let stages = before.after(kind, seat.role(), &self.progress(&deed, items))?;
        let note = match &deed {
            Deed::RequestDocuments { note } => text::bounded(note, text::LONG_CHARACTERS_MAX, InputFault::Note)?,
            Deed::DeferInspection { service_started_on } if *service_started_on > today => {
                return Err(InputFault::StartInFuture.into());
            }
            _ => String::new(),
        };
        let self_check = match deed {
            Deed::SubmitSelfCheck(check) => Some(SelfCheck::new(check.answers().to_vec(), items)?),
            _ => None,
        };
        let count = stages.len();
        let mut from = before;
        let steps = stages.into_iter().enumerate().map(|(place, to)| {
            let empty = place + 1 < count;
            let due_on = if empty { None } else { self.due_of(before, to, today, calendar) };
            let step = StageStep {
                deed: kind,
                from,
                to,
                empty,
                due_on,
                note: note.clone(),
                by: seat.staff(),
                role: seat.role(),
                at: now,
            };
            from = to;
            step
        });
        Ok(Advance {
            engagement: self.engagement.id,
            expected_version: self.engagement.version,
            steps: steps.collect(),
            self_check,
        })
    }

    /// The deeds that `role` may try now, in the order of the procedure.
    pub fn open_deeds(&self, role: Role) -> Vec<DeedKind> {
        let stage = self.engagement.stage;
        let routing = self.engagement.profile.routing();
        let may = |kind: &DeedKind| match (kind, stage) {
            (DeedKind::Apply, Stage::DocumentReview(review)) if review != crate::DocumentReview::Complete => false,
            (DeedKind::SignContract, Stage::Contracted(signatures)) => !signatures.has(role),
            (DeedKind::BeginWrittenCheck, Stage::Contracted(signatures)) => signatures.complete(),
            (DeedKind::SubmitSelfCheck, _) => routing.substitution.is_some(),
            (DeedKind::DeferInspection, _) => routing.deferral.is_some() && self.deferral_limit().is_none(),
            _ => true,
        };
        let legal = |kind: &DeedKind| kind.doer_at(stage).is_some_and(|doer| doer.includes(role));
        DeedKind::ALL.into_iter().filter(legal).filter(may).collect()
    }

    /// Within a stage its end stays as it was. A stage without a term ends with
    /// the deferral, where there is one.
    fn due_of(&self, before: Stage, to: Stage, today: Date, calendar: &BusinessCalendar) -> Option<Date> {
        if to.closed() {
            return None;
        }
        if before.kind() == to.kind() {
            return self.engagement.due_on;
        }
        let due = self.engagement.terms.due_on(to, today, calendar).map(|due| due.day);
        due.or_else(|| self.deferral_limit())
    }

    fn progress(&self, deed: &Deed, items: &[ItemCode]) -> Progress {
        let routing = self.engagement.profile.routing();
        let latest = |item: &ItemCode| self.latest_judgement(item);
        let falls_short = |item: &&ItemCode| latest(item).is_some_and(|judgement| judgement.verdict.falls_short());
        let has_finding = |item: &ItemCode| self.findings.iter().any(|finding| finding.item == *item);
        let states: Vec<_> = self.findings.iter().map(crate::Finding::state).collect();
        let count = |wanted| states.iter().filter(|state| **state == wanted).count();
        let (unanswered, unconfirmed) =
            (count(crate::FindingState::Repairing), count(crate::FindingState::AwaitingConfirmation));
        let deferral_limit = match deed {
            Deed::DeferInspection { service_started_on } => {
                routing.deferral.map(|deferral| deferral.limit(*service_started_on))
            }
            _ => None,
        };
        Progress {
            documents: !self.documents.is_empty(),
            amended_documents: self.has_documents_of_this_stage(),
            unjudged: items.iter().filter(|item| latest(item).is_none()).cloned().collect(),
            shortfalls_without_finding: items
                .iter()
                .filter(falls_short)
                .filter(|item| !has_finding(item))
                .cloned()
                .collect(),
            open: unanswered + unconfirmed,
            unanswered,
            unconfirmed,
            report_is_current: self.report_is_current(),
            substitution: routing.substitution.is_some(),
            deferral_limit,
            deferred: self.deferral_limit().is_some(),
        }
    }
}

#[cfg(test)]
#[path = "advance_tests.rs"]
mod tests;
