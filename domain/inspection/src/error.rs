//! Why a deed is refused.

use crate::{Role, StageKind, Unseen, Verdict};
use std::fmt;
use sumun_evidence::{CriterionCode, ItemCode};
use sumun_ids::EvidenceId;

/// Why a deed is refused, by who is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InspectionError {
    /// What the caller wrote is wrong; it can be mended at a field.
    Input(InputFault),
    /// The deed is the other party's.
    NotYours(Role),
    /// The procedure does not allow it now.
    Procedure(ProcedureFault),
    /// It was decided on a page that does not show what has come since.
    Unseen(Box<Unseen>),
}

/// What is wrong with what the caller wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputFault {
    /// Not the number of an engagement.
    Number,
    /// Not a month, or one that has passed.
    Month,
    /// A name is empty, too long or not on one line.
    Name,
    /// The business number has not ten digits.
    BusinessNumber,
    /// The reason (점검결과 요약) is empty or too long.
    Reason,
    /// A note is empty or too long.
    Note,
    /// The title of a finding is empty, too long or not on one line.
    Title,
    /// A plan has no steps, too many, or one that is empty or too long.
    Steps,
    /// A target day lies before today.
    TargetPassed,
    /// A service cannot have started after today.
    StartInFuture,
    /// The item is not of this engagement.
    UnknownItem,
    /// An answer is for a criterion that the item does not have, or for one twice.
    UnknownCriterion(CriterionCode),
    /// These criteria have no answer.
    CriteriaUnanswered(Vec<CriterionCode>),
    /// An item that is not applicable has no criteria to answer.
    CriteriaNotApplicable,
    /// The answers to the criteria say another verdict (P4, field C).
    VerdictDisagrees {
        /// What they say.
        derived: Verdict,
    },
    /// A verdict of 이행 or 부분이행 rests on no evidence.
    EvidenceMissing,
    /// More pieces of evidence than a judgement can name.
    EvidenceTooMany,
    /// There is no such evidence in this engagement, or it is named twice.
    EvidenceUnknown(EvidenceId),
    /// The hash is not the one of that evidence.
    EvidenceDiffers(EvidenceId),
    /// That evidence is not bound to the item.
    EvidenceNotBound(EvidenceId),
    /// A shortfall needs a finding that says what to repair.
    FindingMissing,
    /// A finding goes only with 부분이행 and 미이행.
    FindingUnneeded,
    /// The self-check does not answer each item exactly once.
    SelfCheckIncomplete,
}

/// Why the procedure does not allow it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcedureFault {
    /// The deed does not belong to this stage.
    NotNow(StageKind),
    /// There is no such finding in this engagement.
    NoFinding,
    /// Nothing has been handed in yet.
    NoDocuments,
    /// Nothing has been handed in since the result was sent.
    NoAmendedDocuments,
    /// The review of the documents is not complete.
    ReviewIncomplete,
    /// This party has signed before.
    AlreadySigned,
    /// Not both parties have signed.
    SignatureMissing,
    /// These items have no judgement.
    ItemsUnjudged(Vec<ItemCode>),
    /// These items fall short and have no finding.
    ShortfallsWithoutFinding(Vec<ItemCode>),
    /// So many findings have no repair handed in.
    FindingsUnanswered(usize),
    /// So many repairs wait for the inspector's word.
    FindingsUnconfirmed(usize),
    /// The item still has an open finding.
    FindingOpen(ItemCode),
    /// The finding is not in the state for this.
    FindingState,
    /// A self-check may not stand in for this institution's inspection (source 2, line 39).
    NoSubstitution,
    /// This institution's inspection may not be deferred (source 2, line 41).
    NoDeferral,
    /// The inspection was deferred before; its last day stays as it is.
    DeferredBefore,
    /// No report has been made since the last judgement.
    ReportMissing,
    /// A plan goes only with 부분이행 and 미이행 (P4, field E).
    PlanUnneeded,
}

impl From<InputFault> for InspectionError {
    fn from(fault: InputFault) -> Self {
        Self::Input(fault)
    }
}

impl From<ProcedureFault> for InspectionError {
    fn from(fault: ProcedureFault) -> Self {
        Self::Procedure(fault)
    }
}

impl fmt::Display for InspectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(_) => f.write_str("what was written cannot be taken"),
            Self::NotYours(Role::Applicant) => f.write_str("this is for the institution of the engagement"),
            Self::NotYours(Role::Inspector) => f.write_str("this is for the inspector"),
            Self::Procedure(_) => f.write_str("the procedure does not allow it now"),
            Self::Unseen(_) => f.write_str("it was decided on an old page"),
        }
    }
}

impl std::error::Error for InspectionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Input(fault) => Some(fault),
            Self::Procedure(fault) => Some(fault),
            Self::Unseen(unseen) => Some(unseen.as_ref()),
            Self::NotYours(_) => None,
        }
    }
}

impl fmt::Display for InputFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "expected an engagement number such as 2026-OB-0147",
            Self::Month => "expected a month from now on such as 2027-02",
            Self::Name => "expected a name of 1 to 200 characters on one line",
            Self::BusinessNumber => "expected a business number of ten digits",
            Self::Reason => "expected a reason of 1 to 4,000 characters",
            Self::Note => "expected a note of 1 to 4,000 characters",
            Self::Title => "expected a title of 1 to 200 characters on one line",
            Self::Steps => "expected 1 to 20 steps of 1 to 200 characters",
            Self::TargetPassed => "the target day has passed",
            Self::StartInFuture => "the service cannot have started after today",
            Self::UnknownItem => "the engagement has no such item",
            Self::UnknownCriterion(code) => {
                return write!(f, "criterion {code} is not one of the item, or stands twice");
            }
            Self::CriteriaUnanswered(codes) => return write!(f, "{} criteria have no answer", codes.len()),
            Self::CriteriaNotApplicable => "an item that is not applicable has no criteria to answer",
            Self::VerdictDisagrees { derived } => return write!(f, "the criteria say `{}`", derived.name()),
            Self::EvidenceMissing => "the verdict rests on no evidence",
            Self::EvidenceTooMany => "a judgement can rest on 100 pieces of evidence at most",
            Self::EvidenceUnknown(id) => return write!(f, "evidence {id} is not there, or is named twice"),
            Self::EvidenceDiffers(id) => return write!(f, "evidence {id} has another hash"),
            Self::EvidenceNotBound(id) => return write!(f, "evidence {id} is not bound to the item"),
            Self::FindingMissing => "a shortfall needs a finding that says what to repair",
            Self::FindingUnneeded => "a finding goes only with a shortfall",
            Self::SelfCheckIncomplete => "the self-check must answer each item exactly once",
        })
    }
}

impl std::error::Error for InputFault {}

impl fmt::Display for ProcedureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotNow(stage) => return write!(f, "the deed does not belong to the stage `{}`", stage.name()),
            Self::NoFinding => "the engagement has no such finding",
            Self::NoDocuments => "no documents have been handed in",
            Self::NoAmendedDocuments => "no documents have been handed in since the result was sent",
            Self::ReviewIncomplete => "the review of the documents is not complete",
            Self::AlreadySigned => "this party has signed before",
            Self::SignatureMissing => "not both parties have signed the contract",
            Self::ItemsUnjudged(items) => return write!(f, "{} items have no judgement", items.len()),
            Self::ShortfallsWithoutFinding(items) => {
                return write!(f, "{} items fall short and have no finding", items.len());
            }
            Self::FindingsUnanswered(count) => return write!(f, "{count} findings have no repair handed in"),
            Self::FindingsUnconfirmed(count) => return write!(f, "{count} repairs wait for the inspector's word"),
            Self::FindingOpen(item) => return write!(f, "item {item} still has an open finding"),
            Self::FindingState => "the finding is not in the state for this",
            Self::NoSubstitution => "a self-check may not stand in for this institution's inspection",
            Self::NoDeferral => "this institution's inspection may not be deferred",
            Self::DeferredBefore => "the inspection was deferred before",
            Self::ReportMissing => "no report has been made since the last judgement",
            Self::PlanUnneeded => "a plan goes only with a shortfall",
        })
    }
}

impl std::error::Error for ProcedureFault {}
