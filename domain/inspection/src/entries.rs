//! What the journal says of an inspection.
//!
//! An entry holds ids, hashes, stage names and verdicts. What people wrote
//! (reasons, titles, notes) may name persons and stands there only as a keyed
//! commitment, so that a later change of a row still shows.

use crate::{
    CriterionResult, Engagement, Finding, FindingDeed, FindingEvent, IssuedReport, Judgement, RemediationPlan,
    SelfCheck, StageStep,
};
use sumun_evidence::{Evidence, Origin};
use sumun_ids::{EngagementId, ProbeRunId, StaffId};
use sumun_journal::{Actor, Commitment, CommitmentKey, Entry, EntryKind};
use sumun_time::Timestamp;

/// That an engagement was opened.
pub fn engagement_opened(engagement: &Engagement) -> Entry {
    Entry::new(engagement.opened_at, EntryKind::EngagementOpened, Actor::Staff(engagement.opened_by), engagement.id)
        .with("number", engagement.number)
        .with("institution", engagement.applicant.id)
        .with("framework", &engagement.catalog.framework)
        .with("edition", &engagement.catalog.edition)
}

/// That a deed led to a stage. What was said with it, and the self-check that
/// was handed in with it, are committed to.
pub fn stage_advanced(
    engagement: EngagementId,
    step: &StageStep,
    self_check: Option<&SelfCheck>,
    key: &CommitmentKey,
) -> Entry {
    let answers = self_check.map(SelfCheck::answers).unwrap_or_default();
    let satisfied = |satisfied| if satisfied { "satisfied" } else { "not_satisfied" };
    let answers = answers.iter().flat_map(|one| [one.item.as_str(), satisfied(one.satisfied), &one.note]);
    let entry = Entry::new(step.at, EntryKind::StageAdvanced, Actor::Staff(step.by), engagement)
        .with("deed", step.deed.name())
        .with("from", step.from.code())
        .with("to", step.to.code())
        .with("empty", step.empty)
        .with("content", commit(key, "stage", [step.note.as_str()].into_iter().chain(answers)));
    match step.due_on {
        Some(day) => entry.with("due_on", day),
        None => entry,
    }
}

/// That a piece of evidence was added. Its title and what the sender calls the
/// file are committed to.
pub fn evidence_added(evidence: &Evidence, key: &CommitmentKey) -> Entry {
    let (actor, origin, source) = match &evidence.origin {
        Origin::Upload { by, file_name } => (Actor::Staff(*by), "upload".to_owned(), file_name),
        Origin::ProbeRun { run, probe, .. } => (Actor::Platform, run.to_string(), probe),
    };
    let items: Vec<_> = evidence.bindings.iter().map(|binding| binding.item.as_str()).collect();
    let effective_on = evidence.effective_on.to_string();
    let criteria = evidence.bindings.iter().map(|one| one.criterion.as_ref().map_or("", |code| code.as_str()));
    let content = [evidence.name.title(), source, &effective_on].into_iter().chain(criteria);
    Entry::new(evidence.added_at, EntryKind::EvidenceAdded, actor, evidence.id)
        .with("engagement", evidence.engagement)
        .with("name", evidence.name.short())
        .with("revision", evidence.revision)
        .with("sha256", evidence.file.sha256)
        .with("size_bytes", evidence.file.size_bytes)
        .with("items", items.join(" "))
        .with("origin", origin)
        .with("content", commit(key, "evidence", content))
}

/// That a probe ran, and how many pieces of evidence it left.
pub fn probe_run(
    run: ProbeRunId,
    engagement: EngagementId,
    probe: &str,
    started_by: StaffId,
    evidence: &[Evidence],
    at: Timestamp,
) -> Entry {
    Entry::new(at, EntryKind::ProbeRun, Actor::Staff(started_by), run)
        .with("engagement", engagement)
        .with("probe", probe)
        .with("evidence", evidence.len())
}

/// That a judgement was recorded.
pub fn judgement_recorded(judgement: &Judgement, key: &CommitmentKey) -> Entry {
    let evidence: Vec<_> = judgement.evidence.iter().map(|cited| format!("{}:{}", cited.id, cited.sha256)).collect();
    Entry::new(judgement.at, EntryKind::JudgementRecorded, Actor::Staff(judgement.author), judgement.id)
        .with("engagement", judgement.engagement)
        .with("item", &judgement.item)
        .with("verdict", judgement.verdict.name())
        .with("framework", &judgement.catalog.framework)
        .with("edition", &judgement.catalog.edition)
        .with("evidence", evidence.join(" "))
        .with("content", commit_judgement(judgement, key))
}

/// What was done to a finding: it was opened, repaired, sent back or confirmed.
/// `event` is none when it was opened.
pub fn finding_entry(
    finding: &Finding,
    event: Option<&FindingEvent>,
    opened_by: StaffId,
    key: &CommitmentKey,
) -> Entry {
    let (kind, deed) = match event.map(|event| event.deed) {
        None => (EntryKind::FindingOpened, "open"),
        Some(deed @ FindingDeed::SubmitRepair) => (EntryKind::FindingRepaired, deed.name()),
        Some(deed @ FindingDeed::SendBack) => (EntryKind::FindingReturned, deed.name()),
        Some(deed @ FindingDeed::Confirm) => (EntryKind::FindingResolved, deed.name()),
    };
    let (at, by) = event.map_or((finding.opened_at, opened_by), |event| (event.at, event.by));
    let words = event.map_or(finding.title.as_str(), |event| event.note.as_str());
    Entry::new(at, kind, Actor::Staff(by), finding.id)
        .with("engagement", finding.engagement)
        .with("item", &finding.item)
        .with("judgement", finding.judgement)
        .with("risk", finding.risk.name())
        .with("deed", deed)
        .with("content", key.commit("finding", words.as_bytes()))
}

/// That a plan for the repair of a shortfall was recorded (P4, field E). It is
/// about the judgement that it answers.
pub fn plan_recorded(plan: &RemediationPlan, key: &CommitmentKey) -> Entry {
    Entry::new(plan.at, EntryKind::PlanRecorded, Actor::Staff(plan.by), plan.judgement)
        .with("engagement", plan.engagement)
        .with("item", &plan.item)
        .with("target", plan.target)
        .with("steps", plan.steps.len())
        .with("content", commit(key, "plan", plan.steps.iter().map(String::as_str)))
}

/// That a report was made.
pub fn report_issued(report: &IssuedReport) -> Entry {
    Entry::new(report.at, EntryKind::ReportIssued, Actor::Staff(report.by), report.id)
        .with("engagement", report.engagement)
        .with("sha256", report.sha256)
        .with("data_sha256", report.data_sha256)
        .with("size_bytes", report.size_bytes)
        .with("pages", report.pages)
}

/// A commitment to everything that a person wrote in a judgement.
fn commit_judgement(judgement: &Judgement, key: &CommitmentKey) -> Commitment {
    let answers = judgement.criteria.iter();
    let answers = answers.flat_map(|one| [one.criterion.as_str(), CriterionResult::name(one.result), &one.note]);
    commit(key, "judgement", [judgement.verdict.name(), judgement.reason.as_str()].into_iter().chain(answers))
}

/// A commitment to `texts`, each behind its length so that no two lists of texts commit alike.
fn commit<'a>(key: &CommitmentKey, label: &str, texts: impl Iterator<Item = &'a str>) -> Commitment {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    key.commit(label, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_file::tests::*;
    use crate::{DeedKind, DocumentReview, FindingDeed, Role, SelfCheckAnswer, Stage, Verdict};

    fn text(entry: &Entry) -> String {
        assert!(entry.fits_a_bundle());
        String::from_utf8(entry.canonical_bytes()).unwrap()
    }

    #[test]
    fn entries_hold_no_words_that_people_wrote() {
        let key = CommitmentKey::from_bytes([7; 32]);
        let mut finding = finding(1, &[FindingDeed::SubmitRepair]);
        finding.title = "문서연 이력서 누락".into();
        finding.events[0].note = "문서연 자격증 취득".into();
        let mut judged = judgement(1, Verdict::Partial);
        judged.reason = "문서연 임명".into();
        let mut named = evidence(1, 1);
        named.name = "자료1.1.1-1 문서연 임명장".parse().unwrap();
        let by = judged.author;
        let (mut asked, mut planned) = (step(), plan());
        asked.note = "문서연 이력서를 더 내 주십시오".into();
        planned.steps = vec!["문서연 자격증 취득".into()];
        for entry in [
            engagement_opened(&engagement()),
            stage_advanced(engagement().id, &asked, Some(&self_check("문서연 확인")), &key),
            evidence_added(&named, &key),
            judgement_recorded(&judged, &key),
            finding_entry(&finding, None, by, &key),
            finding_entry(&finding, finding.events.last(), by, &key),
            plan_recorded(&planned, &key),
        ] {
            assert!(!text(&entry).contains("문서연"), "{entry:?}");
        }
        assert!(text(&evidence_added(&named, &key)).contains("자료1.1.1-1\""));
    }

    #[test]
    fn what_is_done_to_a_finding_has_a_kind_of_its_own() {
        let key = CommitmentKey::from_bytes([7; 32]);
        let kind = |deeds: &[FindingDeed]| {
            let finding = finding(1, deeds);
            finding_entry(&finding, finding.events.last(), step().by, &key).kind
        };
        assert_eq!(kind(&[]), EntryKind::FindingOpened);
        assert_eq!(kind(&[FindingDeed::SubmitRepair]), EntryKind::FindingRepaired);
        assert_eq!(kind(&[FindingDeed::SendBack]), EntryKind::FindingReturned);
        assert_eq!(kind(&[FindingDeed::Confirm]), EntryKind::FindingResolved);
    }

    /// A later change of a row shows against the entry of the deed.
    #[test]
    fn any_change_of_a_note_an_answer_a_title_or_a_step_changes_its_entry() {
        let key = CommitmentKey::from_bytes([7; 32]);
        let advanced = |note: &str, answer: Option<&str>| {
            let step = StageStep { note: note.into(), ..step() };
            stage_advanced(engagement().id, &step, answer.map(self_check).as_ref(), &key)
        };
        let added = |title: &str, file_name: &str| {
            let origin = Origin::Upload { by: step().by, file_name: file_name.into() };
            let name = format!("자료1.1.1-1 {title}").parse().unwrap();
            evidence_added(&Evidence { name, origin, ..evidence(1, 1) }, &key)
        };
        let planned = |steps: &[&str]| {
            plan_recorded(&RemediationPlan { steps: steps.iter().map(|one| (*one).into()).collect(), ..plan() }, &key)
        };
        for (one, other) in [
            (advanced("가", None), advanced("나", None)),
            (advanced("가", None), advanced("가", Some("비고"))),
            (advanced("", Some("비고")), advanced("", Some("다른 비고"))),
            (added("임명장", "a.pdf"), added("발령서", "a.pdf")),
            (added("임명장", "a.pdf"), added("임명장", "b.pdf")),
            (planned(&["채용", "교육"]), planned(&["채용", "훈련"])),
            (planned(&["채용", "교육"]), planned(&["채", "용교육"])),
        ] {
            assert_ne!(one.facts["content"], other.facts["content"], "{one:?}");
        }
    }

    fn step() -> StageStep {
        StageStep {
            deed: DeedKind::RequestDocuments,
            from: Stage::DocumentReview(DocumentReview::UnderReview),
            to: Stage::DocumentReview(DocumentReview::AwaitingDocuments),
            empty: false,
            due_on: None,
            note: String::new(),
            by: inspector().staff(),
            role: Role::Inspector,
            at: NOW,
        }
    }

    fn self_check(note: &str) -> SelfCheck {
        SelfCheck::stored(vec![SelfCheckAnswer { item: item(1), satisfied: true, note: note.into() }])
    }

    fn plan() -> RemediationPlan {
        RemediationPlan {
            engagement: engagement().id,
            item: item(1),
            judgement: judgement(1, Verdict::Partial).id,
            target: "2027-02".parse().unwrap(),
            steps: vec!["자격증 취득".into()],
            by: applicant().staff(),
            at: NOW,
        }
    }

    #[test]
    fn any_change_of_a_judgement_changes_its_commitment() {
        let key = CommitmentKey::from_bytes([7; 32]);
        let one = judgement(1, Verdict::Partial);
        let mut reason = one.clone();
        reason.reason.push('.');
        let mut verdict = one.clone();
        verdict.verdict = Verdict::Implemented;
        let commitments: std::collections::BTreeSet<_> =
            [&one, &reason, &verdict].into_iter().map(|judgement| commit_judgement(judgement, &key)).collect();
        assert_eq!(commitments.len(), 3);
    }
}
