//! What has come since a page was made, for whoever decided on the old page.

use super::people::People;
use super::words::{stage, verdict_status};
use crate::case::Case;
use crate::error::WorkbenchError;
use sumun_inspection::{Finding, InspectionError, Unseen};
use sumun_time::Timestamp;
use sumun_web::{Page, format};

/// What has come, if that is why a deed was refused.
pub(super) fn of_error(error: &WorkbenchError) -> Option<Unseen> {
    match error {
        WorkbenchError::Inspection(InspectionError::Unseen(unseen)) => Some(unseen.as_ref().clone()),
        _ => None,
    }
}

/// One line for each thing that has come, in the words of the page.
pub(super) struct Lines<'a> {
    pub page: &'a Page,
    pub case: &'a Case,
    pub people: &'a People,
}

impl Lines<'_> {
    /// Judgements, evidence and plans of an item.
    pub fn of_item(&self, item: &sumun_evidence::ItemCode, unseen: &Unseen) -> Vec<String> {
        let mut lines = Vec::new();
        for judgement in self.case.file.judgements.iter().filter(|one| unseen.judgements.contains(&one.id)) {
            let verdict = self.page.text(verdict_status(Some(judgement.verdict)).key()).to_string();
            let words = self.page.text("unseen-judged").with("verdict", verdict).with("reason", &judgement.reason);
            lines.push(
                words.with("when", self.when(judgement.at)).with("who", self.people.name(judgement.author)).to_string(),
            );
        }
        for evidence in self.case.evidence.iter().filter(|one| unseen.evidence.contains(&one.id)) {
            let words = self.page.text("unseen-evidence").with("name", &evidence.name);
            lines.push(words.with("when", self.when(evidence.added_at)).to_string());
        }
        let plans: Vec<_> = self.case.file.plans.iter().filter(|plan| plan.item == *item).collect();
        for plan in plans.iter().rev().take(unseen.plans).rev() {
            let month = format::month(plan.target.year(), plan.target.month(), self.page.locale);
            let words = self.page.text("unseen-planned").with("month", month).with("steps", plan.steps.join(", "));
            lines.push(words.with("when", self.when(plan.at)).with("who", self.people.name(plan.by)).to_string());
        }
        lines
    }

    /// What was done to a finding.
    pub fn of_finding(&self, finding: &Finding, unseen: &Unseen) -> Vec<String> {
        let lines = finding.events.iter().rev().take(unseen.events).rev().map(|event| {
            let deed = format!("finding-deed-{}", event.deed.name().replace('_', "-"));
            let words = self.page.text("unseen-answered").with("deed", self.page.text(&deed)).with("note", &event.note);
            words.with("when", self.when(event.at)).with("who", self.people.name(event.by)).to_string()
        });
        lines.collect()
    }

    /// The steps that the engagement made.
    pub fn of_steps(&self, unseen: &Unseen) -> Vec<String> {
        let lines = self.case.file.steps.iter().rev().take(unseen.steps).rev().map(|step| {
            let deed = format!("deed-{}", step.deed.name().replace('_', "-"));
            let words = self.page.text("unseen-advanced").with("deed", self.page.text(&deed));
            let words = words.with("stage", stage(self.page, step.to.kind())).with("note", &step.note);
            words.with("when", self.when(step.at)).with("who", self.people.name(step.by)).to_string()
        });
        lines.collect()
    }

    fn when(&self, at: Timestamp) -> String {
        format::date_time(at, self.page.locale)
    }
}
