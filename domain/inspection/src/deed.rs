//! What the parties do to an engagement, and when each may (P1.1).

use crate::{DocumentReview, InspectionError, ProcedureFault, Role, SelfCheck, Signatures, Stage};
use sumun_evidence::ItemCode;
use sumun_time::Date;

/// A deed that moves an engagement on, with what it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// D1 → 1: the deferred inspection begins.
    BeginConsulting,
    /// 1 → 2: the questions are answered.
    BeginDocumentReview,
    /// 1 → D1: the service starts first (source 2, line 41).
    DeferInspection {
        /// When the service started.
        service_started_on: Date,
    },
    /// 1 or D1 → S1: the institution has checked itself (source 2, line 40).
    SubmitSelfCheck(SelfCheck),
    /// 2: the documents are handed in.
    SubmitDocuments,
    /// 2: the inspector asks for better ones.
    RequestDocuments {
        /// What is missing.
        note: String,
    },
    /// 2: the inspector has no more to ask.
    CompleteReview,
    /// 2 → 3: the application, with the reviewed documents.
    Apply,
    /// 3 → 4: the application is received.
    AcceptApplication,
    /// 4: one party signs the contract.
    SignContract,
    /// 4 → 5.
    BeginWrittenCheck,
    /// 5 → 6: every item is judged.
    ConcludeWrittenCheck,
    /// 6 → 7, or 8 when nothing is to be repaired.
    SendWrittenResult,
    /// 7 → 8 and 10 → 11: repairs done, amended documents sent.
    SubmitAmendedDocuments,
    /// 8 → 9.
    ConcludeOnsiteCheck,
    /// 9 → 10, or 11 when nothing is to be repaired.
    SendOnsiteResult,
    /// 11: the final report is sent; the engagement is closed.
    SendFinalReport,
}

/// The name of a deed without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is described at the deed of the same name")]
pub enum DeedKind {
    BeginConsulting,
    BeginDocumentReview,
    DeferInspection,
    SubmitSelfCheck,
    SubmitDocuments,
    RequestDocuments,
    CompleteReview,
    Apply,
    AcceptApplication,
    SignContract,
    BeginWrittenCheck,
    ConcludeWrittenCheck,
    SendWrittenResult,
    SubmitAmendedDocuments,
    ConcludeOnsiteCheck,
    SendOnsiteResult,
    SendFinalReport,
}

/// Who may do a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doer {
    /// The institution alone.
    Applicant,
    /// The inspector alone.
    Inspector,
    /// Either of them.
    Either,
}

impl Doer {
    /// Whether `role` may.
    pub const fn includes(self, role: Role) -> bool {
        match self {
            Self::Either => true,
            Self::Applicant => matches!(role, Role::Applicant),
            Self::Inspector => matches!(role, Role::Inspector),
        }
    }
}

impl DeedKind {
    /// Every deed, in the order of the procedure.
    pub const ALL: [Self; 17] = [
        Self::BeginConsulting,
        Self::BeginDocumentReview,
        Self::DeferInspection,
        Self::SubmitSelfCheck,
        Self::SubmitDocuments,
        Self::RequestDocuments,
        Self::CompleteReview,
        Self::Apply,
        Self::AcceptApplication,
        Self::SignContract,
        Self::BeginWrittenCheck,
        Self::ConcludeWrittenCheck,
        Self::SendWrittenResult,
        Self::SubmitAmendedDocuments,
        Self::ConcludeOnsiteCheck,
        Self::SendOnsiteResult,
        Self::SendFinalReport,
    ];

    /// The word in the API, the store and the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeginConsulting => "begin_consulting",
            Self::BeginDocumentReview => "begin_document_review",
            Self::DeferInspection => "defer_inspection",
            Self::SubmitSelfCheck => "submit_self_check",
            Self::SubmitDocuments => "submit_documents",
            Self::RequestDocuments => "request_documents",
            Self::CompleteReview => "complete_review",
            Self::Apply => "apply",
            Self::AcceptApplication => "accept_application",
            Self::SignContract => "sign_contract",
            Self::BeginWrittenCheck => "begin_written_check",
            Self::ConcludeWrittenCheck => "conclude_written_check",
            Self::SendWrittenResult => "send_written_result",
            Self::SubmitAmendedDocuments => "submit_amended_documents",
            Self::ConcludeOnsiteCheck => "conclude_onsite_check",
            Self::SendOnsiteResult => "send_onsite_result",
            Self::SendFinalReport => "send_final_report",
        }
    }

    /// The deed with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Who may do it at `stage`; none when it does not belong there. This is
    /// the table of P1.1, columns «who acts» and «next».
    pub const fn doer_at(self, stage: Stage) -> Option<Doer> {
        use DocumentReview::{AwaitingDocuments, Complete, UnderReview};
        Some(match (stage, self) {
            (Stage::Consulting, Self::BeginDocumentReview) => Doer::Either,
            (Stage::Consulting, Self::DeferInspection | Self::SubmitSelfCheck) => Doer::Applicant,
            (Stage::ServiceStartedDeferred { .. }, Self::BeginConsulting | Self::SubmitSelfCheck) => Doer::Applicant,
            (Stage::DocumentReview(AwaitingDocuments), Self::SubmitDocuments) => Doer::Applicant,
            (Stage::DocumentReview(UnderReview), Self::RequestDocuments | Self::CompleteReview) => Doer::Inspector,
            // Before the review is complete applying is refused by its guard, with its own reason.
            (Stage::DocumentReview(AwaitingDocuments | UnderReview | Complete), Self::Apply) => Doer::Applicant,
            (Stage::Applied, Self::AcceptApplication) => Doer::Inspector,
            (Stage::Contracted(_), Self::SignContract) => Doer::Either,
            (Stage::Contracted(_), Self::BeginWrittenCheck) => Doer::Inspector,
            (Stage::WrittenCheck, Self::ConcludeWrittenCheck) => Doer::Inspector,
            (Stage::WrittenResult, Self::SendWrittenResult) => Doer::Inspector,
            (Stage::WrittenFix | Stage::OnsiteFix, Self::SubmitAmendedDocuments) => Doer::Applicant,
            (Stage::OnsiteCheck, Self::ConcludeOnsiteCheck) => Doer::Inspector,
            (Stage::OnsiteResult, Self::SendOnsiteResult) => Doer::Inspector,
            (Stage::FinalReport { sent: false }, Self::SendFinalReport) => Doer::Inspector,
            _ => return None,
        })
    }
}

impl Deed {
    /// The name of the deed.
    pub const fn kind(&self) -> DeedKind {
        match self {
            Self::BeginConsulting => DeedKind::BeginConsulting,
            Self::BeginDocumentReview => DeedKind::BeginDocumentReview,
            Self::DeferInspection { .. } => DeedKind::DeferInspection,
            Self::SubmitSelfCheck(_) => DeedKind::SubmitSelfCheck,
            Self::SubmitDocuments => DeedKind::SubmitDocuments,
            Self::RequestDocuments { .. } => DeedKind::RequestDocuments,
            Self::CompleteReview => DeedKind::CompleteReview,
            Self::Apply => DeedKind::Apply,
            Self::AcceptApplication => DeedKind::AcceptApplication,
            Self::SignContract => DeedKind::SignContract,
            Self::BeginWrittenCheck => DeedKind::BeginWrittenCheck,
            Self::ConcludeWrittenCheck => DeedKind::ConcludeWrittenCheck,
            Self::SendWrittenResult => DeedKind::SendWrittenResult,
            Self::SubmitAmendedDocuments => DeedKind::SubmitAmendedDocuments,
            Self::ConcludeOnsiteCheck => DeedKind::ConcludeOnsiteCheck,
            Self::SendOnsiteResult => DeedKind::SendOnsiteResult,
            Self::SendFinalReport => DeedKind::SendFinalReport,
        }
    }
}

/// What the guards of the stages ask, counted from a case file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Whether the institution has handed in anything.
    pub documents: bool,
    /// Whether it has handed in anything since the current stage began.
    pub amended_documents: bool,
    /// Items without a judgement.
    pub unjudged: Vec<ItemCode>,
    /// Items that fall short and never had a finding.
    pub shortfalls_without_finding: Vec<ItemCode>,
    /// Findings that are not confirmed as repaired.
    pub open: usize,
    /// Of these, the ones with no repair handed in.
    pub unanswered: usize,
    /// Of these, the ones that wait for the inspector's word.
    pub unconfirmed: usize,
    /// Whether a report has been made since the last judgement or finding.
    pub report_is_current: bool,
    /// Whether a self-check may stand in for the inspection.
    pub substitution: bool,
    /// The last day of the deferral that the deed asks for, where there may be one.
    pub deferral_limit: Option<Date>,
    /// Whether the inspection was deferred before.
    pub deferred: bool,
}

impl Stage {
    /// The stages that `deed` by `role` leads through, the last one being where
    /// the engagement then stands. More than one when a stage is empty.
    ///
    /// # Errors
    /// In this order: the deed does not belong to this stage, it is the other
    /// party's, or a guard of the procedure does not hold.
    pub(crate) fn after(self, deed: DeedKind, role: Role, progress: &Progress) -> Result<Vec<Self>, InspectionError> {
        let doer = deed.doer_at(self).ok_or(ProcedureFault::NotNow(self.kind()))?;
        if !doer.includes(role) {
            let needed = if doer == Doer::Applicant { Role::Applicant } else { Role::Inspector };
            return Err(InspectionError::NotYours(needed));
        }
        Ok(self.guarded(deed, role, progress)?)
    }

    fn guarded(self, deed: DeedKind, role: Role, progress: &Progress) -> Result<Vec<Self>, ProcedureFault> {
        let next = match (self, deed) {
            (_, DeedKind::BeginConsulting) => Self::Consulting,
            (_, DeedKind::BeginDocumentReview) => Self::DocumentReview(DocumentReview::AwaitingDocuments),
            // A service starts once, so the year is given once.
            (_, DeedKind::DeferInspection) if progress.deferred => return Err(ProcedureFault::DeferredBefore),
            (_, DeedKind::DeferInspection) => {
                let limit = progress.deferral_limit.ok_or(ProcedureFault::NoDeferral)?;
                Self::ServiceStartedDeferred { limit }
            }
            (_, DeedKind::SubmitSelfCheck) if progress.substitution => Self::SelfChecked,
            (_, DeedKind::SubmitSelfCheck) => return Err(ProcedureFault::NoSubstitution),
            (_, DeedKind::SubmitDocuments) if progress.documents => Self::DocumentReview(DocumentReview::UnderReview),
            (_, DeedKind::SubmitDocuments) => return Err(ProcedureFault::NoDocuments),
            (_, DeedKind::RequestDocuments) => Self::DocumentReview(DocumentReview::AwaitingDocuments),
            (_, DeedKind::CompleteReview) => Self::DocumentReview(DocumentReview::Complete),
            (Self::DocumentReview(DocumentReview::Complete), DeedKind::Apply) => Self::Applied,
            (_, DeedKind::Apply) => return Err(ProcedureFault::ReviewIncomplete),
            (_, DeedKind::AcceptApplication) => Self::Contracted(Signatures::default()),
            (Self::Contracted(signatures), DeedKind::SignContract) => {
                Self::Contracted(signatures.signed_by(role).ok_or(ProcedureFault::AlreadySigned)?)
            }
            (Self::Contracted(signatures), DeedKind::BeginWrittenCheck) if signatures.complete() => Self::WrittenCheck,
            (_, DeedKind::BeginWrittenCheck) => return Err(ProcedureFault::SignatureMissing),
            (_, DeedKind::ConcludeWrittenCheck) => progress.concluded(Self::WrittenResult)?,
            (_, DeedKind::ConcludeOnsiteCheck) => progress.concluded(Self::OnsiteResult)?,
            // «If findings are none, 7 and 10 are empty»: they are passed at once.
            (_, DeedKind::SendWrittenResult) if progress.open == 0 => {
                return Ok(vec![Self::WrittenFix, Self::OnsiteCheck]);
            }
            (_, DeedKind::SendWrittenResult) => Self::WrittenFix,
            (_, DeedKind::SendOnsiteResult) if progress.open == 0 => {
                return Ok(vec![Self::OnsiteFix, Self::FinalReport { sent: false }]);
            }
            (_, DeedKind::SendOnsiteResult) => Self::OnsiteFix,
            (_, DeedKind::SubmitAmendedDocuments) if progress.unanswered > 0 => {
                return Err(ProcedureFault::FindingsUnanswered(progress.unanswered));
            }
            // «보완 조치 수행 후 보완된 제출물 송부» (source 2, lines 58 and 64).
            (_, DeedKind::SubmitAmendedDocuments) if !progress.amended_documents => {
                return Err(ProcedureFault::NoAmendedDocuments);
            }
            (Self::WrittenFix, DeedKind::SubmitAmendedDocuments) => Self::OnsiteCheck,
            (_, DeedKind::SubmitAmendedDocuments) => Self::FinalReport { sent: false },
            (_, DeedKind::SendFinalReport) => progress.reported()?,
            (_, DeedKind::SignContract) => return Err(ProcedureFault::NotNow(self.kind())),
        };
        Ok(vec![next])
    }
}

impl Progress {
    /// Every item judged, every shortfall with a finding, every repair answered.
    fn concluded(&self, next: Stage) -> Result<Stage, ProcedureFault> {
        if !self.unjudged.is_empty() {
            return Err(ProcedureFault::ItemsUnjudged(self.unjudged.clone()));
        }
        if !self.shortfalls_without_finding.is_empty() {
            return Err(ProcedureFault::ShortfallsWithoutFinding(self.shortfalls_without_finding.clone()));
        }
        match self.unconfirmed {
            0 => Ok(next),
            count => Err(ProcedureFault::FindingsUnconfirmed(count)),
        }
    }

    fn reported(&self) -> Result<Stage, ProcedureFault> {
        match self.unconfirmed {
            0 if self.report_is_current => Ok(Stage::FinalReport { sent: true }),
            0 => Err(ProcedureFault::ReportMissing),
            count => Err(ProcedureFault::FindingsUnconfirmed(count)),
        }
    }
}

#[cfg(test)]
#[path = "deed_tests.rs"]
mod tests;
