//! What the journal says of an inspection.
//!
//! An entry holds ids, hashes, stage names and verdicts. What people wrote
//! (reasons, titles, notes) may name persons and stands there only as a keyed
//! commitment, so that a later change of a row still shows.

use crate::{CriterionResult, Engagement, Finding, FindingDeed, FindingEvent, IssuedReport, Judgement, StageStep};
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

/// That a deed led to a stage.
pub fn stage_advanced(engagement: EngagementId, step: &StageStep) -> Entry {
    Entry::new(step.at, EntryKind::StageAdvanced, Actor::Staff(step.by), engagement)
        .with("deed", step.deed.name())
        .with("from", step.from.code())
        .with("to", step.to.code())
        .with("empty", step.empty)
}

/// That a piece of evidence was added.
pub fn evidence_added(evidence: &Evidence) -> Entry {
    let (actor, origin) = match &evidence.origin {
        Origin::Upload { by, .. } => (Actor::Staff(*by), "upload".to_owned()),
        Origin::ProbeRun { run, .. } => (Actor::Platform, run.to_string()),
    };
    let items: Vec<_> = evidence.bindings.iter().map(|binding| binding.item.as_str()).collect();
    Entry::new(evidence.added_at, EntryKind::EvidenceAdded, actor, evidence.id)
        .with("engagement", evidence.engagement)
        .with("name", evidence.name.short())
        .with("revision", evidence.revision)
        .with("sha256", evidence.file.sha256)
        .with("size_bytes", evidence.file.size_bytes)
        .with("items", items.join(" "))
        .with("origin", origin)
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
        Some(deed @ FindingDeed::Confirm) => (EntryKind::FindingResolved, deed.name()),
        Some(deed) => (EntryKind::FindingOpened, deed.name()),
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

/// That a report was made.
pub fn report_issued(report: &IssuedReport) -> Entry {
    Entry::new(report.at, EntryKind::ReportIssued, Actor::Staff(report.by), report.id)
        .with("engagement", report.engagement)
        .with("sha256", report.sha256)
        .with("data_sha256", report.data_sha256)
        .with("size_bytes", report.size_bytes)
        .with("pages", report.pages)
}

/// A commitment to everything that a person wrote in a judgement, each text
/// behind its length so that no two judgements commit alike.
fn commit_judgement(judgement: &Judgement, key: &CommitmentKey) -> Commitment {
    let mut bytes = Vec::new();
    let mut put = |text: &str| {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    put(judgement.verdict.name());
    put(&judgement.reason);
    for answer in &judgement.criteria {
        put(answer.criterion.as_str());
        put(CriterionResult::name(answer.result));
        put(&answer.note);
    }
    key.commit("judgement", &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_file::tests::*;
    use crate::{FindingDeed, Verdict};

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
        for entry in [
            engagement_opened(&engagement()),
            evidence_added(&named),
            judgement_recorded(&judged, &key),
            finding_entry(&finding, None, by, &key),
            finding_entry(&finding, finding.events.last(), by, &key),
        ] {
            assert!(!text(&entry).contains("문서연"), "{entry:?}");
        }
        assert!(text(&evidence_added(&named)).contains("자료1.1.1-1\""));
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
