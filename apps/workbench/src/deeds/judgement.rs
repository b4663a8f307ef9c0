//! Judging an item.

use super::Attempts;
use crate::access::Permitted;
use crate::book::BookItem;
use crate::case::Case;
use crate::error::WorkbenchError;
use sumun_ids::{FindingId, JudgementId};
use sumun_inspection::{
    CriterionAnswer, EvidenceReference, FindingDraft, InputFault, JudgementDraft, Risk, Ruling, Seen, Verdict,
    finding_entry, judgement_recorded,
};
use sumun_time::Date;

/// What an inspector says about an item.
#[derive(Debug, Clone)]
pub(crate) struct JudgementRequest {
    /// 점검결과 (C).
    pub verdict: Verdict,
    /// 점검결과 요약 (D).
    pub reason: String,
    /// The answers to the criteria.
    pub criteria: Vec<CriterionAnswer>,
    /// The evidence, with the hashes that the author saw.
    pub evidence: Vec<EvidenceReference>,
    /// What is to be repaired.
    pub finding: Option<FindingRequest>,
    /// What the page showed.
    pub seen: Option<Seen>,
}

/// What is to be repaired.
#[derive(Debug, Clone)]
pub(crate) struct FindingRequest {
    /// In one line.
    pub title: String,
    /// How much it weighs.
    pub risk: Risk,
    /// By when; none means the end of the fix stage as planned.
    pub target_on: Option<Date>,
}

/// Everything that is wrong with what was written, for a page that shows all of it.
pub(crate) fn faults(
    permit: &Permitted<Case>,
    item: &BookItem,
    request: &JudgementRequest,
    verdict: Option<Verdict>,
) -> Vec<InputFault> {
    let draft = draft_of(permit, item, request.clone());
    permit.subject().file.judgement_faults(&draft, verdict, (&item.sheet(), permit.subject().evidence.as_slice()))
}

fn draft_of(permit: &Permitted<Case>, item: &BookItem, request: JudgementRequest) -> JudgementDraft {
    let random = &permit.workbench().parts.random;
    let finding = request.finding.map(|finding| FindingDraft {
        id: FindingId::from_random(random.id_bytes()),
        title: finding.title,
        risk: finding.risk,
        target_on: finding.target_on,
    });
    JudgementDraft {
        id: JudgementId::from_random(random.id_bytes()),
        item: item.code.clone(),
        verdict: request.verdict,
        reason: request.reason,
        criteria: request.criteria,
        evidence: request.evidence,
        finding,
    }
}

/// Records a judgement of `item`, and the finding that it opens.
pub(crate) async fn judge(
    permit: &Permitted<Case>,
    item: &BookItem,
    request: JudgementRequest,
) -> Result<Ruling, WorkbenchError> {
    let seat = permit.seat()?;
    let parts = &permit.workbench().parts;
    let seen = request.seen.clone();
    let draft = draft_of(permit, item, request);
    let sheet = item.sheet();
    let context = (&sheet, permit.subject().evidence.as_slice());
    let mut attempts = Attempts::new(permit, seen);
    loop {
        let now = attempts.now();
        let ruling = attempts.decide(|file| file.judge(draft.clone(), seat, context, &parts.calendar, now))?;
        let mut entries = vec![judgement_recorded(&ruling.judgement, &parts.commitments)];
        let author = ruling.judgement.author;
        entries.extend(ruling.finding.iter().map(|one| finding_entry(one, None, author, &parts.commitments)));
        let write = parts.judgements.record(&ruling, &entries).await?;
        if attempts.settled(write).await? {
            return Ok(ruling);
        }
    }
}
