//! Rows of an inspection: what stands in which column.

use crate::{Row, StoreError, Value, args};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sumun_evidence::{CriterionCode, Digest};
use sumun_ids::{EngagementId, EvidenceId, FindingId, InstitutionId};
use sumun_inspection::{
    ApplicantInstitution, CatalogEdition, CriterionAnswer, CriterionResult, DeedKind, Engagement, EngagementNumber,
    EvidenceReference, Finding, FindingDeed, FindingEvent, InstitutionKind, InstitutionProfile, IssuedReport,
    Judgement, RemediationPlan, Risk, Role, SelfCheck, SelfCheckAnswer, Stage, StageStep, Terms, Verdict,
};
use sumun_time::Date;

macro_rules! engagement_select {
    ($rest:literal) => {
        concat!(
            "SELECT institution_id, engagement_id, year, serial, framework, edition, name_ko, name_en, ",
            "business_number, kind, holds_isms, used_former_platform, inspector, operator, terms, opened_by, ",
            "opened_at, stage, stage_since, due_on, version FROM engagement ",
            $rest
        )
    };
}

pub(super) const ENGAGEMENT: &str = engagement_select!("WHERE engagement_id = $1");
pub(super) const ENGAGEMENTS: &str =
    engagement_select!("WHERE ($1 = '' OR institution_id = $1) ORDER BY opened_at DESC, serial DESC");

pub(super) const INSERT_ENGAGEMENT: &str = "INSERT INTO engagement (institution_id, engagement_id, year, serial, \
     framework, edition, name_ko, name_en, business_number, kind, holds_isms, used_former_platform, inspector, \
     operator, terms, opened_by, opened_at, stage, stage_since, due_on, version, closed) VALUES ($1, $2, $3, $4, $5, \
     $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";

pub(super) const STEPS: &str = "SELECT deed, stage_from, stage_to, passed_empty, due_on, note, staff_id, role, at \
     FROM engagement_step WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version, position";

pub(super) const JUDGEMENTS: &str = "SELECT judgement_id, item, framework, edition, onsite, verdict, reason, \
     criteria, evidence, author_id, at FROM judgement WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version";

pub(super) const INSERT_JUDGEMENT: &str = "INSERT INTO judgement (institution_id, engagement_id, version, \
     judgement_id, item, framework, edition, onsite, verdict, reason, criteria, evidence, author_id, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

pub(super) const FINDINGS: &str = "SELECT finding_id, item, judgement_id, title, risk, onsite, target_on, opened_at \
     FROM finding WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version";

pub(super) const FINDING_EVENTS: &str = "SELECT finding_id, deed, note, staff_id, at FROM finding_event \
     WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version";

pub(super) const PLANS: &str = "SELECT item, judgement_id, target, steps, staff_id, at FROM remediation_plan \
     WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version";

pub(super) const REPORTS: &str = "SELECT report_id, sha256, data_sha256, size_bytes, pages, staff_id, \
     at FROM inspection_report \
     WHERE institution_id = $1 AND engagement_id = $2 ORDER BY version";

pub(super) const SELF_CHECK: &str = "SELECT item, satisfied, note FROM self_check_answer \
     WHERE institution_id = $1 AND engagement_id = $2 ORDER BY item";

/// Whoever acted as inspector in the engagement is none of the institution's staff.
pub(super) const DOCUMENTS: &str = "SELECT added_at FROM evidence e \
     WHERE institution_id = $1 AND engagement_id = $2 AND origin = 'upload' \
     AND NOT EXISTS (SELECT 1 FROM engagement_step s WHERE s.institution_id = e.institution_id \
     AND s.engagement_id = e.engagement_id AND s.staff_id = e.origin_id AND s.role = 'inspector') \
     ORDER BY added_at, evidence_id";

/// The days of [`Terms`] in the order of the stages.
type Days = [u16; 7];

#[derive(Serialize, Deserialize)]
struct AnswerRow {
    criterion: CriterionCode,
    result: String,
    note: String,
}

#[derive(Serialize, Deserialize)]
struct CitedRow {
    id: EvidenceId,
    sha256: Digest,
}

/// A text that is the name of a variant.
pub(super) fn named<T>(row: &Row, column: usize, read: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    read(row.text(column)?).ok_or(StoreError::column(column, "a known name", "another text"))
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::column(0, "a value with a JSON form", "another value"))
}

pub(super) fn engagement_values(one: &Engagement) -> Result<Vec<Value>, StoreError> {
    let terms = one.terms;
    let days: Days = [
        terms.written_check_days,
        terms.written_result_days,
        terms.written_fix_days,
        terms.onsite_check_days,
        terms.onsite_result_days,
        terms.onsite_fix_days,
        terms.final_report_days,
    ];
    Ok(args![
        one.applicant.id,
        one.id,
        one.number.year(),
        one.number.serial(),
        one.catalog.framework.as_str(),
        one.catalog.edition.as_str(),
        one.applicant.name_ko.as_str(),
        one.applicant.name_en.as_str(),
        one.applicant.business_number.as_str(),
        one.profile.kind.name(),
        one.profile.holds_isms,
        one.profile.used_former_platform,
        one.inspector.as_str(),
        one.operator.as_str(),
        to_json(&days)?,
        one.opened_by,
        one.opened_at,
        one.stage.code(),
        one.stage_since,
        one.due_on.map(|day| day.to_string()),
        one.version,
        one.stage.closed(),
    ])
}

pub(super) fn engagement(row: &Row) -> Result<Engagement, StoreError> {
    let number = EngagementNumber::new(row.number(2)?, row.number(3)?);
    let [
        written_check_days,
        written_result_days,
        written_fix_days,
        onsite_check_days,
        onsite_result_days,
        onsite_fix_days,
        final_report_days,
    ]: Days = row.json(14)?;
    Ok(Engagement {
        id: row.parse(1)?,
        number: number.map_err(|_| StoreError::column(3, "an engagement number", "another number"))?,
        catalog: CatalogEdition { framework: row.text(4)?.to_owned(), edition: row.text(5)?.to_owned() },
        applicant: ApplicantInstitution {
            id: row.parse(0)?,
            name_ko: row.text(6)?.to_owned(),
            name_en: row.text(7)?.to_owned(),
            business_number: row.text(8)?.to_owned(),
        },
        profile: InstitutionProfile {
            kind: named(row, 9, InstitutionKind::from_name)?,
            holds_isms: row.bool(10)?,
            used_former_platform: row.bool(11)?,
        },
        inspector: row.text(12)?.to_owned(),
        operator: row.text(13)?.to_owned(),
        terms: Terms {
            written_check_days,
            written_result_days,
            written_fix_days,
            onsite_check_days,
            onsite_result_days,
            onsite_fix_days,
            final_report_days,
        },
        opened_by: row.parse(15)?,
        opened_at: row.timestamp(16)?,
        stage: named(row, 17, Stage::from_code)?,
        stage_since: row.timestamp(18)?,
        due_on: row.optional(19, Row::parse::<Date>)?,
        version: row.number(20)?,
    })
}

pub(super) fn step(row: &Row) -> Result<StageStep, StoreError> {
    Ok(StageStep {
        deed: named(row, 0, DeedKind::from_name)?,
        from: named(row, 1, Stage::from_code)?,
        to: named(row, 2, Stage::from_code)?,
        empty: row.bool(3)?,
        due_on: row.optional(4, Row::parse)?,
        note: row.text(5)?.to_owned(),
        by: row.parse(6)?,
        role: named(row, 7, Role::from_name)?,
        at: row.timestamp(8)?,
    })
}

pub(super) fn judgement_values(
    institution: InstitutionId,
    version: i64,
    one: &Judgement,
) -> Result<Vec<Value>, StoreError> {
    let criteria: Vec<_> = one
        .criteria
        .iter()
        .map(|answer| AnswerRow {
            criterion: answer.criterion.clone(),
            result: answer.result.name().to_owned(),
            note: answer.note.clone(),
        })
        .collect();
    let evidence: Vec<_> = one.evidence.iter().map(|cited| CitedRow { id: cited.id, sha256: cited.sha256 }).collect();
    Ok(args![
        institution,
        one.engagement,
        version,
        one.id,
        one.item.as_str(),
        one.catalog.framework.as_str(),
        one.catalog.edition.as_str(),
        one.onsite,
        one.verdict.name(),
        one.reason.as_str(),
        to_json(&criteria)?,
        to_json(&evidence)?,
        one.author,
        one.at,
    ])
}

pub(super) fn judgement(row: &Row, engagement: EngagementId) -> Result<Judgement, StoreError> {
    let answer = |answer: AnswerRow| {
        let result = CriterionResult::from_name(&answer.result);
        let result = result.ok_or(StoreError::column(7, "the answers to criteria", "another text"))?;
        Ok(CriterionAnswer { criterion: answer.criterion, result, note: answer.note })
    };
    let criteria = row.json::<Vec<AnswerRow>>(7)?.into_iter().map(answer).collect::<Result<_, StoreError>>()?;
    let cited = row.json::<Vec<CitedRow>>(8)?.into_iter();
    Ok(Judgement {
        id: row.parse(0)?,
        engagement,
        item: row.parse(1)?,
        catalog: CatalogEdition { framework: row.text(2)?.to_owned(), edition: row.text(3)?.to_owned() },
        onsite: row.bool(4)?,
        verdict: named(row, 5, Verdict::from_name)?,
        reason: row.text(6)?.to_owned(),
        criteria,
        evidence: cited.map(|cited| EvidenceReference { id: cited.id, sha256: cited.sha256 }).collect(),
        author: row.parse(9)?,
        at: row.timestamp(10)?,
    })
}

pub(super) fn finding_event(row: &Row) -> Result<FindingEvent, StoreError> {
    Ok(FindingEvent {
        finding: row.parse(0)?,
        deed: named(row, 1, FindingDeed::from_name)?,
        note: row.text(2)?.to_owned(),
        by: row.parse(3)?,
        at: row.timestamp(4)?,
    })
}

pub(super) fn finding(
    row: &Row,
    engagement: EngagementId,
    events: &mut BTreeMap<FindingId, Vec<FindingEvent>>,
) -> Result<Finding, StoreError> {
    let id = row.parse(0)?;
    Ok(Finding {
        id,
        engagement,
        item: row.parse(1)?,
        judgement: row.parse(2)?,
        title: row.text(3)?.to_owned(),
        risk: named(row, 4, Risk::from_name)?,
        onsite: row.bool(5)?,
        target_on: row.parse(6)?,
        opened_at: row.timestamp(7)?,
        events: events.remove(&id).unwrap_or_default(),
    })
}

pub(super) fn plan(row: &Row, engagement: EngagementId) -> Result<RemediationPlan, StoreError> {
    Ok(RemediationPlan {
        engagement,
        item: row.parse(0)?,
        judgement: row.parse(1)?,
        target: row.parse(2)?,
        steps: row.json(3)?,
        by: row.parse(4)?,
        at: row.timestamp(5)?,
    })
}

pub(super) fn report(row: &Row, engagement: EngagementId) -> Result<IssuedReport, StoreError> {
    Ok(IssuedReport {
        id: row.parse(0)?,
        engagement,
        sha256: Digest::from_bytes(row.bytes(1)?),
        data_sha256: Digest::from_bytes(row.bytes(2)?),
        size_bytes: row.number(3)?,
        pages: row.number(4)?,
        by: row.parse(5)?,
        at: row.timestamp(6)?,
    })
}

pub(super) fn self_check(rows: &[Row]) -> Result<Option<SelfCheck>, StoreError> {
    let answer =
        |row: &Row| Ok(SelfCheckAnswer { item: row.parse(0)?, satisfied: row.bool(1)?, note: row.text(2)?.to_owned() });
    let answers = rows.iter().map(answer).collect::<Result<Vec<_>, StoreError>>()?;
    Ok((!answers.is_empty()).then(|| SelfCheck::stored(answers)))
}
