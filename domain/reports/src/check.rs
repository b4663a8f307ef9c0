//! The rules of the sheet.

use crate::{EngagementReport, Evidence, Fulfilment, ReportDraft, Sheet, Verdict, derive_verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why a draft is not a report. Items are named by their official number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportFault {
    /// There is no sheet at all.
    NoSheets,
    /// Two sheets are about the same item.
    ItemTwice {
        /// The item.
        item: String,
    },
    /// A sheet has no criterion (A).
    NoCriteria {
        /// The item.
        item: String,
    },
    /// The verdict (C) is not the one that the criteria lead to.
    VerdictContradictsCriteria {
        /// The item.
        item: String,
        /// What was judged.
        given: Verdict,
        /// What the criteria lead to.
        derived: Verdict,
    },
    /// A judgement has no summary (D).
    NoSummary {
        /// The item.
        item: String,
    },
    /// There is a plan (E) although nothing remains to be done or nothing was judged.
    PlanWithoutGap {
        /// The item.
        item: String,
    },
    /// A plan (E) has no step.
    PlanWithoutSteps {
        /// The item.
        item: String,
    },
    /// The hash of a piece of evidence is not 64 lower-case hexadecimal digits.
    EvidenceHash {
        /// The evidence.
        evidence: String,
    },
    /// Two different files have the same official name and revision.
    EvidenceNameReused {
        /// The evidence.
        evidence: String,
    },
}

impl fmt::Display for ReportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSheets => f.write_str("a report needs at least one sheet"),
            Self::ItemTwice { item } => write!(f, "item {item} has two sheets"),
            Self::NoCriteria { item } => write!(f, "item {item} has no criterion (A)"),
            Self::VerdictContradictsCriteria { item, given, derived } => {
                let (given, derived) = (given.korean(), derived.korean());
                write!(f, "item {item} is judged {given}, but its criteria lead to {derived} (C)")
            }
            Self::NoSummary { item } => write!(f, "item {item} is judged without a summary (D)"),
            Self::PlanWithoutGap { item } => write!(f, "item {item} has a plan (E), but nothing remains to be done"),
            Self::PlanWithoutSteps { item } => write!(f, "the plan (E) of item {item} has no step"),
            Self::EvidenceHash { evidence } => write!(f, "{evidence} has no SHA-256 of 64 hexadecimal digits"),
            Self::EvidenceNameReused { evidence } => write!(f, "two different files are called {evidence}"),
        }
    }
}

impl std::error::Error for ReportFault {}

impl ReportDraft {
    /// Checks the rules of chapter IV of source 1 and makes the report.
    ///
    /// # Errors
    /// Every fault of every sheet, in order.
    pub fn check(self) -> Result<EngagementReport, Vec<ReportFault>> {
        let mut faults = Vec::new();
        if self.sheets.is_empty() {
            faults.push(ReportFault::NoSheets);
        }
        let mut items = BTreeSet::new();
        let mut files: BTreeMap<(&str, u32), &Evidence> = BTreeMap::new();
        for sheet in &self.sheets {
            if !items.insert(sheet_key(sheet)) {
                faults.push(ReportFault::ItemTwice { item: sheet.item.number.clone() });
            }
            check_sheet(sheet, &mut faults);
            for evidence in &sheet.evidence {
                if !is_sha256(&evidence.sha256) {
                    faults.push(ReportFault::EvidenceHash { evidence: evidence.number.clone() });
                }
                let known = files.entry((&evidence.number, evidence.revision)).or_insert(evidence);
                if *known != evidence {
                    faults.push(ReportFault::EvidenceNameReused { evidence: evidence.number.clone() });
                }
            }
        }
        if faults.is_empty() { Ok(EngagementReport(self)) } else { Err(faults) }
    }
}

/// Sheets of source 1 share their item and differ in the detailed item.
fn sheet_key(sheet: &Sheet) -> (&str, Option<&str>) {
    (&sheet.item.number, sheet.detailed.first().map(|detailed| detailed.number.as_str()))
}

fn check_sheet(sheet: &Sheet, faults: &mut Vec<ReportFault>) {
    let item = || sheet.item.number.clone();
    if sheet.criteria.is_empty() {
        faults.push(ReportFault::NoCriteria { item: item() });
    }
    if let Some(judgement) = &sheet.judgement {
        if judgement.summary.iter().all(|point| point.lines.iter().all(|line| line.trim().is_empty())) {
            faults.push(ReportFault::NoSummary { item: item() });
        }
        if let Some(derived) = contradiction(sheet, judgement.verdict) {
            faults.push(ReportFault::VerdictContradictsCriteria { item: item(), given: judgement.verdict, derived });
        }
    }
    if let Some(plan) = &sheet.plan {
        if !sheet.judgement.as_ref().is_some_and(|judgement| judgement.verdict.leaves_a_gap()) {
            faults.push(ReportFault::PlanWithoutGap { item: item() });
        }
        if plan.steps.iter().all(|step| step.trim().is_empty()) {
            faults.push(ReportFault::PlanWithoutSteps { item: item() });
        }
    }
}

/// What the criteria lead to, when every one was judged and it is not `given`.
/// An item that does not apply is not judged by its criteria.
fn contradiction(sheet: &Sheet, given: Verdict) -> Option<Verdict> {
    let fulfilments: Option<Vec<Fulfilment>> = sheet.criteria.iter().map(|criterion| criterion.fulfilment).collect();
    let derived = derive_verdict(&fulfilments?)?;
    (given != Verdict::NotApplicable && given != derived).then_some(derived)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
