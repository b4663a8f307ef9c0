//! The stages of the institution inspection (P1.1; source 2, lines 47 to 66).

use crate::{Role, Turn};
use sumun_time::Date;

/// The name of a stage without what is inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageKind {
    /// 1. 점검 상담.
    Consulting,
    /// 2. 제출물 검토.
    DocumentReview,
    /// 3. 점검 신청.
    Applied,
    /// 4. 접수 및 계약.
    Contracted,
    /// 5. 서면 점검.
    WrittenCheck,
    /// 6. 서면 점검 결과 송부.
    WrittenResult,
    /// 7. 서면 점검 뒤 보완 조치.
    WrittenFix,
    /// 8. 현장 점검.
    OnsiteCheck,
    /// 9. 현장 점검 결과 송부.
    OnsiteResult,
    /// 10. 현장 점검 뒤 보완 조치.
    OnsiteFix,
    /// 11. 결과 통지.
    FinalReport,
    /// S1. The institution checked itself in place of the inspection.
    SelfChecked,
    /// D1. The service started; the inspection follows within a year.
    ServiceStartedDeferred,
}

impl StageKind {
    /// The eleven stages in their order.
    pub const ELEVEN: [Self; 11] = [
        Self::Consulting,
        Self::DocumentReview,
        Self::Applied,
        Self::Contracted,
        Self::WrittenCheck,
        Self::WrittenResult,
        Self::WrittenFix,
        Self::OnsiteCheck,
        Self::OnsiteResult,
        Self::OnsiteFix,
        Self::FinalReport,
    ];

    /// The number of the stage, 1 to 11; none for the two side ways.
    pub fn number(self) -> Option<u8> {
        (1..).zip(Self::ELEVEN).find(|(_, kind)| *kind == self).map(|(number, _)| number)
    }

    /// The word in the store, the API and the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consulting => "consulting",
            Self::DocumentReview => "document_review",
            Self::Applied => "applied",
            Self::Contracted => "contracted",
            Self::WrittenCheck => "written_check",
            Self::WrittenResult => "written_result",
            Self::WrittenFix => "written_fix",
            Self::OnsiteCheck => "onsite_check",
            Self::OnsiteResult => "onsite_result",
            Self::OnsiteFix => "onsite_fix",
            Self::FinalReport => "final_report",
            Self::SelfChecked => "self_checked",
            Self::ServiceStartedDeferred => "service_started_deferred",
        }
    }
}

/// How far the review of the documents is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentReview {
    /// The institution is to hand in documents, or better ones.
    AwaitingDocuments,
    /// The inspector reviews them.
    UnderReview,
    /// The review is complete: the institution may apply.
    Complete,
}

/// Who has signed the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Signatures {
    /// The institution has.
    pub applicant: bool,
    /// The inspector has.
    pub inspector: bool,
}

impl Signatures {
    /// Whether both have signed.
    pub const fn complete(self) -> bool {
        self.applicant && self.inspector
    }

    /// Whether `role` has signed.
    pub const fn has(self, role: Role) -> bool {
        match role {
            Role::Applicant => self.applicant,
            Role::Inspector => self.inspector,
        }
    }

    /// With the signature of `role`; none when it has signed before.
    pub const fn signed_by(self, role: Role) -> Option<Self> {
        match role {
            _ if self.has(role) => None,
            Role::Applicant => Some(Self { applicant: true, ..self }),
            Role::Inspector => Some(Self { inspector: true, ..self }),
        }
    }
}

/// Where an engagement stands. A stage carries what exists only in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// 1. Questions on feasibility, schedule and documents.
    Consulting,
    /// 2. Documents are handed in and reviewed until they are complete.
    DocumentReview(DocumentReview),
    /// 3. The application lies before the inspector.
    Applied,
    /// 4. The application is received; both sign the contract.
    Contracted(Signatures),
    /// 5. The inspector judges by the documents.
    WrittenCheck,
    /// 6. The written result is being made and sent.
    WrittenResult,
    /// 7. The institution repairs what the written check found.
    WrittenFix,
    /// 8. The inspector visits and judges.
    OnsiteCheck,
    /// 9. The on-site result is being made and sent.
    OnsiteResult,
    /// 10. The institution repairs what the visit found.
    OnsiteFix,
    /// 11. The final report; closed once it is `sent`.
    FinalReport {
        /// Whether it was sent.
        sent: bool,
    },
    /// S1. Closed by a self-check.
    SelfChecked,
    /// D1. The service runs; the inspection is due by `limit`.
    ServiceStartedDeferred {
        /// The last day by which stage 11 or S1 must be reached.
        limit: Date,
    },
}

impl Stage {
    /// The name of the stage.
    pub const fn kind(self) -> StageKind {
        match self {
            Self::Consulting => StageKind::Consulting,
            Self::DocumentReview(_) => StageKind::DocumentReview,
            Self::Applied => StageKind::Applied,
            Self::Contracted(_) => StageKind::Contracted,
            Self::WrittenCheck => StageKind::WrittenCheck,
            Self::WrittenResult => StageKind::WrittenResult,
            Self::WrittenFix => StageKind::WrittenFix,
            Self::OnsiteCheck => StageKind::OnsiteCheck,
            Self::OnsiteResult => StageKind::OnsiteResult,
            Self::OnsiteFix => StageKind::OnsiteFix,
            Self::FinalReport { .. } => StageKind::FinalReport,
            Self::SelfChecked => StageKind::SelfChecked,
            Self::ServiceStartedDeferred { .. } => StageKind::ServiceStartedDeferred,
        }
    }

    /// Whose turn it is (P1.1, column «who acts»).
    pub const fn turn(self) -> Turn {
        match self {
            Self::Consulting => Turn::Both,
            Self::DocumentReview(DocumentReview::AwaitingDocuments | DocumentReview::Complete) => Turn::Applicant,
            Self::DocumentReview(DocumentReview::UnderReview) | Self::Applied => Turn::Inspector,
            Self::Contracted(signatures) => match (signatures.applicant, signatures.inspector) {
                (false, false) => Turn::Both,
                (false, true) => Turn::Applicant,
                (true, _) => Turn::Inspector,
            },
            Self::WrittenCheck | Self::WrittenResult | Self::OnsiteCheck | Self::OnsiteResult => Turn::Inspector,
            Self::WrittenFix | Self::OnsiteFix | Self::ServiceStartedDeferred { .. } => Turn::Applicant,
            Self::FinalReport { sent: false } => Turn::Inspector,
            Self::FinalReport { sent: true } | Self::SelfChecked => Turn::Nobody,
        }
    }

    /// Whether nothing can change any more.
    pub const fn closed(self) -> bool {
        matches!(self, Self::FinalReport { sent: true } | Self::SelfChecked)
    }

    /// Whether judgements may be recorded: from the written check until the final report is sent.
    pub fn judging(self) -> bool {
        self.kind().number().is_some_and(|number| number >= 5) && !self.closed()
    }

    /// Whether the written part is over, so that a judgement or finding belongs to the on-site part.
    pub fn onsite(self) -> bool {
        self.kind().number().is_some_and(|number| number >= 8)
    }

    /// The text form in the store and the journal, such as `contracted:applicant`.
    pub fn code(self) -> String {
        let inside = match self {
            Self::DocumentReview(DocumentReview::AwaitingDocuments) => "awaiting_documents".to_owned(),
            Self::DocumentReview(DocumentReview::UnderReview) => "under_review".to_owned(),
            Self::DocumentReview(DocumentReview::Complete) => "complete".to_owned(),
            Self::Contracted(Signatures { applicant: true, inspector: true }) => "both".to_owned(),
            Self::Contracted(Signatures { applicant: true, inspector: false }) => "applicant".to_owned(),
            Self::Contracted(Signatures { applicant: false, inspector: true }) => "inspector".to_owned(),
            Self::FinalReport { sent: true } => "sent".to_owned(),
            Self::ServiceStartedDeferred { limit } => limit.to_string(),
            _ => return self.kind().name().to_owned(),
        };
        format!("{}:{inside}", self.kind().name())
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        if let Some(limit) = code.strip_prefix("service_started_deferred:") {
            return limit.parse().ok().map(|limit| Self::ServiceStartedDeferred { limit });
        }
        Self::WITHOUT_DATE.into_iter().find(|stage| stage.code() == code)
    }

    /// Every stage with every inside, but for the one that carries a date.
    pub const WITHOUT_DATE: [Self; 18] = [
        Self::Consulting,
        Self::DocumentReview(DocumentReview::AwaitingDocuments),
        Self::DocumentReview(DocumentReview::UnderReview),
        Self::DocumentReview(DocumentReview::Complete),
        Self::Applied,
        Self::Contracted(Signatures { applicant: false, inspector: false }),
        Self::Contracted(Signatures { applicant: true, inspector: false }),
        Self::Contracted(Signatures { applicant: false, inspector: true }),
        Self::Contracted(Signatures { applicant: true, inspector: true }),
        Self::WrittenCheck,
        Self::WrittenResult,
        Self::WrittenFix,
        Self::OnsiteCheck,
        Self::OnsiteResult,
        Self::OnsiteFix,
        Self::FinalReport { sent: false },
        Self::FinalReport { sent: true },
        Self::SelfChecked,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eleven_stages_in_the_order_of_the_source() {
        let numbers: Vec<_> = StageKind::ELEVEN.iter().map(|kind| kind.number().unwrap()).collect();
        assert_eq!(numbers, (1..=11).collect::<Vec<u8>>());
        assert_eq!(StageKind::SelfChecked.number(), None);
        assert_eq!(StageKind::ServiceStartedDeferred.number(), None);
    }

    #[test]
    fn every_stage_reads_back_from_its_code() {
        let limit = "2027-11-21".parse().unwrap();
        for stage in Stage::WITHOUT_DATE.into_iter().chain([Stage::ServiceStartedDeferred { limit }]) {
            assert_eq!(Stage::from_code(&stage.code()), Some(stage));
        }
        for code in ["", "contracted:nobody", "final_report:maybe", "service_started_deferred:soon"] {
            assert_eq!(Stage::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn judging_is_open_from_the_written_check_until_the_report_is_sent() {
        let open: Vec<_> = Stage::WITHOUT_DATE.into_iter().filter(|stage| stage.judging()).map(Stage::kind).collect();
        assert_eq!(open, StageKind::ELEVEN[4..]);
        assert!(!Stage::FinalReport { sent: true }.judging());
        assert!(!Stage::SelfChecked.judging());
    }
}
