//! Everything that the rules ask of one engagement.

use crate::{Engagement, Finding, Judgement, RemediationPlan, SelfCheck, Stage, StageStep};
use sumun_evidence::{Digest, ItemCode};
use sumun_ids::{EngagementId, ReportId, StaffId};
use sumun_time::{Date, Timestamp};

/// A report that was made; document and data lie under their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedReport {
    /// Its id.
    pub id: ReportId,
    /// The engagement.
    pub engagement: EngagementId,
    /// SHA-256 of the document.
    pub sha256: Digest,
    /// SHA-256 of the data that it was made of.
    pub data_sha256: Digest,
    /// The document's length.
    pub size_bytes: u64,
    /// How many pages it has.
    pub pages: u32,
    /// Who made it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// One engagement with everything that has been written about it. All lists
/// are oldest first and only ever grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// The engagement.
    pub engagement: Engagement,
    /// Its history.
    pub steps: Vec<StageStep>,
    /// Every judgement of every item.
    pub judgements: Vec<Judgement>,
    /// Every finding.
    pub findings: Vec<Finding>,
    /// Every plan.
    pub plans: Vec<RemediationPlan>,
    /// Every report that was made.
    pub reports: Vec<IssuedReport>,
    /// The self-check that closed it, if any.
    pub self_check: Option<SelfCheck>,
    /// When each file of the institution was uploaded.
    pub documents: Vec<Timestamp>,
}

impl CaseFile {
    /// The judgement that holds for `item`: the last one.
    pub fn latest_judgement(&self, item: &ItemCode) -> Option<&Judgement> {
        self.judgements.iter().rfind(|judgement| judgement.item == *item)
    }

    /// Every judgement of `item`, oldest first.
    pub fn judgements_of<'a>(&'a self, item: &'a ItemCode) -> impl DoubleEndedIterator<Item = &'a Judgement> + 'a {
        self.judgements.iter().filter(move |judgement| judgement.item == *item)
    }

    /// The findings of `item` that are not confirmed as repaired.
    pub fn open_findings<'a>(&'a self, item: &'a ItemCode) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.item == *item && finding.open())
    }

    /// The plan that holds for `item`: the last one, while the item falls short.
    pub fn current_plan(&self, item: &ItemCode) -> Option<&RemediationPlan> {
        let falls_short = self.latest_judgement(item).is_some_and(|judgement| judgement.verdict.falls_short());
        self.plans.iter().rfind(|plan| plan.item == *item).filter(|_| falls_short)
    }

    /// The last day of the deferral, where the service started first. It holds
    /// until the final report or a self-check, whatever stage comes between
    /// (source 2, line 41: «서비스 실시 후 1년 내 점검»).
    pub fn deferral_limit(&self) -> Option<Date> {
        let stages = self.steps.iter().map(|step| step.to).chain([self.engagement.stage]);
        stages.into_iter().find_map(|stage| match stage {
            Stage::ServiceStartedDeferred { limit } => Some(limit),
            _ => None,
        })
    }

    /// Whether the institution has uploaded anything since the current stage began.
    pub(crate) fn has_documents_of_this_stage(&self) -> bool {
        self.documents.iter().any(|at| *at >= self.engagement.stage_since)
    }

    /// Whether the last report was made after the last thing that it tells of.
    pub fn report_is_current(&self) -> bool {
        let judged = self.judgements.iter().map(|judgement| judgement.at);
        let planned = self.plans.iter().map(|plan| plan.at);
        let answered = self.findings.iter().flat_map(|finding| finding.events.iter().map(|event| event.at));
        let last_change = judged.chain(planned).chain(answered).max();
        self.reports
            .iter()
            .map(|report| report.at)
            .max()
            .is_some_and(|made| last_change.is_none_or(|last| last <= made))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    //! An engagement of two items, as the tests of this crate use it.

    use crate::*;
    use sumun_evidence::{Binding, Digest, Evidence, FileFacts, ItemCode, MediaType, Origin};
    use sumun_ids::{EngagementId, EvidenceId, FindingId, InstitutionId, JudgementId, ReportId, StaffId};
    use sumun_time::Timestamp;

    /// 2026-11-21, a Saturday, in the afternoon.
    pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_237_200);

    pub(crate) const INSTITUTION: InstitutionId = InstitutionId::from_random([1; 16]);

    pub(crate) fn item(number: u8) -> ItemCode {
        format!("OBI-{number:02}").parse().unwrap()
    }

    pub(crate) fn items() -> [ItemCode; 2] {
        [item(1), item(2)]
    }

    pub(crate) fn sheet(number: u8) -> Sheet {
        let criteria = (1..=2).map(|criterion| format!("{number}.1.1-{criterion}").parse().unwrap());
        Sheet { item: item(number), criteria: criteria.collect() }
    }

    pub(crate) fn engagement() -> Engagement {
        let draft = EngagementDraft {
            id: EngagementId::from_random([2; 16]),
            serial: 147,
            catalog: CatalogEdition { framework: "openbanking-institution".into(), edition: "2019".into() },
            applicant: ApplicantInstitution {
                id: INSTITUTION,
                name_ko: "새움페이".into(),
                name_en: "Saeum Pay".into(),
                business_number: "1234567890".into(),
            },
            profile: InstitutionProfile {
                kind: InstitutionKind::Other,
                holds_isms: false,
                used_former_platform: false,
            },
            inspector: "가온보안평가원".into(),
            operator: "다온은행".into(),
            terms: Terms::FOUR_WEEKS,
            opened_by: StaffId::from_random([3; 16]),
        };
        draft.open(NOW).unwrap()
    }

    pub(crate) fn case_file(stage: Stage) -> CaseFile {
        CaseFile {
            engagement: Engagement { stage, ..engagement() },
            steps: Vec::new(),
            judgements: Vec::new(),
            findings: Vec::new(),
            plans: Vec::new(),
            reports: Vec::new(),
            self_check: None,
            documents: Vec::new(),
        }
    }

    pub(crate) fn applicant() -> Seat {
        Seat::applicant(&engagement(), StaffId::from_random([4; 16]), INSTITUTION).unwrap()
    }

    pub(crate) fn inspector() -> Seat {
        Seat::inspector(StaffId::from_random([5; 16]))
    }

    pub(crate) fn evidence(seed: u8, number: u8) -> Evidence {
        Evidence {
            id: EvidenceId::from_random([seed; 16]),
            engagement: EngagementId::from_random([2; 16]),
            name: format!("자료1.1.1-{seed} 임명장").parse().unwrap(),
            revision: 1,
            replaces: None,
            file: FileFacts { sha256: Digest::of(&[seed]), size_bytes: 1, media_type: MediaType::Pdf },
            bindings: vec![Binding { item: item(number), criterion: None }],
            origin: Origin::Upload { by: StaffId::from_random([4; 16]), file_name: "a.pdf".into() },
            effective_on: NOW.korean_date(),
            added_at: NOW,
        }
    }

    pub(crate) fn judgement(number: u8, verdict: Verdict) -> Judgement {
        Judgement {
            id: JudgementId::from_random([number; 16]),
            engagement: EngagementId::from_random([2; 16]),
            item: item(number),
            catalog: engagement().catalog,
            onsite: false,
            verdict,
            reason: "사유".into(),
            criteria: Vec::new(),
            evidence: Vec::new(),
            author: StaffId::from_random([5; 16]),
            at: NOW,
        }
    }

    pub(crate) fn finding(number: u8, deeds: &[FindingDeed]) -> Finding {
        let id = FindingId::from_random([number; 16]);
        let event = |deed: &FindingDeed| FindingEvent {
            finding: id,
            deed: *deed,
            note: "기록".into(),
            by: StaffId::from_random([4; 16]),
            at: NOW,
        };
        Finding {
            id,
            engagement: EngagementId::from_random([2; 16]),
            item: item(number),
            judgement: JudgementId::from_random([number; 16]),
            title: "암호키 파기 기록이 없습니다".into(),
            risk: Risk::Medium,
            onsite: false,
            target_on: NOW.korean_date(),
            opened_at: NOW,
            events: deeds.iter().map(event).collect(),
        }
    }

    /// A case file at `stage` whose first item was judged so.
    pub(crate) fn judged(stage: Stage, verdict: Verdict) -> CaseFile {
        CaseFile { judgements: vec![judgement(1, verdict)], ..case_file(stage) }
    }

    pub(crate) fn report(at: Timestamp) -> IssuedReport {
        IssuedReport {
            id: ReportId::from_random([6; 16]),
            engagement: EngagementId::from_random([2; 16]),
            sha256: Digest::of(b"pdf"),
            data_sha256: Digest::of(b"data"),
            size_bytes: 3,
            pages: 30,
            by: StaffId::from_random([5; 16]),
            at,
        }
    }

    #[test]
    fn the_last_judgement_holds_and_the_earlier_ones_stay() {
        let mut file = judged(Stage::WrittenCheck, Verdict::NotImplemented);
        file.judgements.push(judgement(2, Verdict::Partial));
        file.judgements.push(Judgement { id: JudgementId::from_random([9; 16]), ..judgement(1, Verdict::Implemented) });
        assert_eq!(file.latest_judgement(&item(1)).unwrap().verdict, Verdict::Implemented);
        assert_eq!(file.judgements_of(&item(1)).count(), 2);
        assert_eq!(file.latest_judgement(&item(3)), None);
    }

    #[test]
    fn a_report_is_current_until_something_is_added() {
        let mut file = judged(Stage::FinalReport { sent: false }, Verdict::Partial);
        assert!(!file.report_is_current());
        file.reports.push(report(NOW));
        assert!(file.report_is_current());
        let later = Timestamp::from_micros(NOW.micros() + 1);
        file.judgements.push(Judgement { at: later, ..judgement(1, Verdict::Implemented) });
        assert!(!file.report_is_current());
        file.reports.push(report(later));
        assert!(file.report_is_current());
    }
}
