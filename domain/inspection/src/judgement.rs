//! Judgements: by people, with reason and evidence, never overwritten.

use crate::{
    CaseFile, CatalogEdition, Finding, FindingDraft, InputFault, InspectionError, ProcedureFault, Role, Seat, text,
};
use std::collections::BTreeSet;
use sumun_evidence::{CriterionCode, Digest, Evidence, ItemCode};
use sumun_ids::{EngagementId, EvidenceId, JudgementId, StaffId};
use sumun_time::{BusinessCalendar, Timestamp};

/// The most pieces of evidence that one judgement names (our choice): its
/// journal entry, which lists them, has a bounded length.
const EVIDENCE_MAX: usize = 100;

/// 점검결과 (P4, field C), with 해당없음 of source 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 이행: every criterion is met.
    Implemented,
    /// 부분이행: some are, or one is partly.
    Partial,
    /// 미이행: none is.
    NotImplemented,
    /// 해당없음: the item does not apply, for a reason.
    NotApplicable,
}

/// Whether one criterion is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CriterionResult {
    /// 충족.
    Met,
    /// 일부 충족.
    PartlyMet,
    /// 미충족.
    NotMet,
}

impl Verdict {
    /// Every verdict, best first.
    pub const ALL: [Self; 4] = [Self::Implemented, Self::Partial, Self::NotImplemented, Self::NotApplicable];

    /// The word in the store, the API and the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Implemented => "implemented",
            Self::Partial => "partial",
            Self::NotImplemented => "not_implemented",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The verdict with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// What the criteria say (P4): of n criteria k are met; k = n is 이행,
    /// k = 0 is 미이행, between them 부분이행; any partly met one makes it
    /// 부분이행, as in the source's own example of item 1.1.1.
    pub fn of_criteria(results: impl IntoIterator<Item = CriterionResult>) -> Self {
        let (mut met, mut partly, mut count) = (0_usize, 0_usize, 0_usize);
        for result in results {
            count += 1;
            met += usize::from(result == CriterionResult::Met);
            partly += usize::from(result == CriterionResult::PartlyMet);
        }
        match (met, partly) {
            _ if count > 0 && met == count => Self::Implemented,
            (0, 0) => Self::NotImplemented,
            _ => Self::Partial,
        }
    }

    /// Whether there is something to repair.
    pub const fn falls_short(self) -> bool {
        matches!(self, Self::Partial | Self::NotImplemented)
    }
}

impl CriterionResult {
    /// Every result, best first.
    pub const ALL: [Self; 3] = [Self::Met, Self::PartlyMet, Self::NotMet];

    /// The word in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::PartlyMet => "partly_met",
            Self::NotMet => "not_met",
        }
    }

    /// The result with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.name() == name)
    }
}

/// The answer to one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionAnswer {
    /// Which one.
    pub criterion: CriterionCode,
    /// Whether it is met.
    pub result: CriterionResult,
    /// Why, citing evidence; may be empty, because the reason covers all.
    pub note: String,
}

/// Exactly one piece of evidence: which, and with which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceReference {
    /// Which.
    pub id: EvidenceId,
    /// The SHA-256 of the bytes that the author saw.
    pub sha256: Digest,
}

/// One judgement of one check item. Later judgements stand beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Its id.
    pub id: JudgementId,
    /// The engagement.
    pub engagement: EngagementId,
    /// The item.
    pub item: ItemCode,
    /// The edition that it rests on.
    pub catalog: CatalogEdition,
    /// Whether it belongs to the on-site part of the inspection.
    pub onsite: bool,
    /// 점검결과 (C).
    pub verdict: Verdict,
    /// 점검결과 요약 (D).
    pub reason: String,
    /// The answers to the criteria (A), in the order of the catalog; none when not applicable.
    pub criteria: Vec<CriterionAnswer>,
    /// The evidence (B) that it rests on.
    pub evidence: Vec<EvidenceReference>,
    /// The inspector who judged.
    pub author: StaffId,
    /// When.
    pub at: Timestamp,
}

/// What an inspector says about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementDraft {
    /// The id that it will have.
    pub id: JudgementId,
    /// The item.
    pub item: ItemCode,
    /// 점검결과 (C).
    pub verdict: Verdict,
    /// 점검결과 요약 (D).
    pub reason: String,
    /// The answers to the criteria.
    pub criteria: Vec<CriterionAnswer>,
    /// The evidence that it rests on.
    pub evidence: Vec<EvidenceReference>,
    /// What is to be repaired; with the first shortfall of an item.
    pub finding: Option<FindingDraft>,
}

/// An item with the codes of its criteria, from the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The item.
    pub item: ItemCode,
    /// Its criteria, in the order of the catalog; at least one.
    pub criteria: Vec<CriterionCode>,
}

/// A judgement and what it entails, to be written together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The judgement.
    pub judgement: Judgement,
    /// The finding that it opens.
    pub finding: Option<Finding>,
    /// The version of the engagement that the rules saw.
    pub expected_version: u32,
}

impl CaseFile {
    /// Judges an item. Only an inspector can, and only from the written check
    /// until the final report is sent; a probe cannot, because it has no seat.
    ///
    /// `sheet` is the item as the catalog has it, `evidence` is all evidence of the engagement.
    ///
    /// # Errors
    /// [`InspectionError::NotYours`] for the institution's staff;
    /// [`InspectionError::Procedure`] outside the time of judging, and for 이행
    /// or 해당없음 while a finding of the item is open; [`InspectionError::Input`]
    /// for everything that can be mended at a field.
    pub fn judge(
        &self,
        draft: JudgementDraft,
        seat: Seat,
        context: (&Sheet, &[Evidence]),
        calendar: &BusinessCalendar,
        now: Timestamp,
    ) -> Result<Ruling, InspectionError> {
        let (sheet, evidence) = context;
        seat.require(Role::Inspector)?;
        let stage = self.engagement.stage;
        if !stage.judging() {
            return Err(ProcedureFault::NotNow(stage.kind()).into());
        }
        if draft.item != sheet.item {
            return Err(InputFault::UnknownItem.into());
        }
        let reason = text::bounded(&draft.reason, text::LONG_CHARACTERS_MAX, InputFault::Reason)?;
        let criteria = answers(draft.criteria, draft.verdict, sheet)?;
        let cited = cited(draft.evidence, draft.verdict, &draft.item, evidence)?;
        let judgement = Judgement {
            id: draft.id,
            engagement: self.engagement.id,
            item: draft.item,
            catalog: self.engagement.catalog.clone(),
            onsite: stage.onsite(),
            verdict: draft.verdict,
            reason,
            criteria,
            evidence: cited,
            author: seat.staff(),
            at: now,
        };
        let finding = self.finding_of(&judgement, draft.finding, calendar)?;
        Ok(Ruling { judgement, finding, expected_version: self.engagement.version })
    }

    /// Everything that is wrong with what was written for `draft`, so that a
    /// person mends all of it at once; [`CaseFile::judge`] says the first of
    /// them. `verdict` is none while nobody has chosen one.
    pub fn judgement_faults(
        &self,
        draft: &JudgementDraft,
        verdict: Option<Verdict>,
        (sheet, evidence): (&Sheet, &[Evidence]),
    ) -> Vec<InputFault> {
        let reason = text::bounded(&draft.reason, text::LONG_CHARACTERS_MAX, InputFault::Reason).err();
        let said = verdict.unwrap_or_else(|| Verdict::of_criteria(draft.criteria.iter().map(|answer| answer.result)));
        let criteria = answers(draft.criteria.clone(), said, sheet).err();
        let cited = verdict.and_then(|said| cited(draft.evidence.clone(), said, &draft.item, evidence).err());
        let open = self.open_findings(&draft.item).next().is_some();
        let finding = match (verdict.is_some_and(Verdict::falls_short), &draft.finding) {
            (true, None) if !open => Some(InputFault::FindingMissing),
            (true, Some(finding)) => text::line(&finding.title, InputFault::Title).err(),
            (false, Some(_)) if verdict.is_some() && !open => Some(InputFault::FindingUnneeded),
            _ => None,
        };
        [reason, criteria, cited, finding].into_iter().flatten().collect()
    }

    fn finding_of(
        &self,
        judgement: &Judgement,
        draft: Option<FindingDraft>,
        calendar: &BusinessCalendar,
    ) -> Result<Option<Finding>, InspectionError> {
        let open = self.open_findings(&judgement.item).next().is_some();
        match (judgement.verdict.falls_short(), draft) {
            (true, None) if !open => Err(InputFault::FindingMissing.into()),
            (true, Some(draft)) => Ok(Some(draft.open(&self.engagement, judgement, calendar)?)),
            (false, _) if open => Err(ProcedureFault::FindingOpen(judgement.item.clone()).into()),
            (false, Some(_)) => Err(InputFault::FindingUnneeded.into()),
            (_, None) => Ok(None),
        }
    }
}

/// The answers in the catalog's order, if there is one for each criterion and
/// they say the verdict.
fn answers(given: Vec<CriterionAnswer>, verdict: Verdict, sheet: &Sheet) -> Result<Vec<CriterionAnswer>, InputFault> {
    if verdict == Verdict::NotApplicable {
        return if given.is_empty() { Ok(given) } else { Err(InputFault::CriteriaNotApplicable) };
    }
    let mut seen = BTreeSet::new();
    if let Some(stray) = given
        .iter()
        .find(|answer| !sheet.criteria.contains(&answer.criterion) || !seen.insert(answer.criterion.clone()))
    {
        return Err(InputFault::UnknownCriterion(stray.criterion.clone()));
    }
    let missing: Vec<_> = sheet.criteria.iter().filter(|code| !seen.contains(*code)).cloned().collect();
    if !missing.is_empty() {
        return Err(InputFault::CriteriaUnanswered(missing));
    }
    let derived = Verdict::of_criteria(given.iter().map(|answer| answer.result));
    if derived != verdict {
        return Err(InputFault::VerdictDisagrees { derived });
    }
    let mut ordered = given;
    ordered.sort_by_key(|answer| sheet.criteria.iter().position(|code| *code == answer.criterion));
    for answer in &mut ordered {
        if !answer.note.trim().is_empty() {
            answer.note = text::bounded(&answer.note, text::LONG_CHARACTERS_MAX, InputFault::Note)?;
        }
    }
    Ok(ordered)
}

/// The cited evidence, if each is there, with this hash, and bound to the item.
/// Only 미이행 and 해당없음 can do without: there may be nothing to show.
fn cited(
    references: Vec<EvidenceReference>,
    verdict: Verdict,
    item: &ItemCode,
    evidence: &[Evidence],
) -> Result<Vec<EvidenceReference>, InputFault> {
    if references.is_empty() && matches!(verdict, Verdict::Implemented | Verdict::Partial) {
        return Err(InputFault::EvidenceMissing);
    }
    if references.len() > EVIDENCE_MAX {
        return Err(InputFault::EvidenceTooMany);
    }
    let mut seen = BTreeSet::new();
    for reference in &references {
        let known = evidence.iter().find(|known| known.id == reference.id);
        let known = known.filter(|_| seen.insert(reference.id)).ok_or(InputFault::EvidenceUnknown(reference.id))?;
        if known.file.sha256 != reference.sha256 {
            return Err(InputFault::EvidenceDiffers(reference.id));
        }
        if !known.proves(item) {
            return Err(InputFault::EvidenceNotBound(reference.id));
        }
    }
    Ok(references)
}

#[cfg(test)]
#[path = "judgement_tests.rs"]
mod tests;
