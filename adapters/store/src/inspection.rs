//! The slice of engagements and judgements.
//!
//! An engagement has a version that every write moves on by one, if it is
//! still what the rules saw; that makes each write one decision on one state.
//! Rows other than the engagement's own are added and never changed.

mod rows;

use crate::{Store, StoreError, Tx, args};
use async_trait::async_trait;
use std::collections::BTreeMap;
use sumun_evidence::Digest;
use sumun_ids::{EngagementId, InstitutionId};
use sumun_inspection::{
    Advance, CaseFile, Engagement, EngagementStore, EngagementSummary, EngagementWrite, FindingEvent, IssuedReport,
    JudgementStore, RemediationPlan, Ruling, Verdict,
};
use sumun_journal::{Entry, StoreFailure};

#[async_trait]
impl EngagementStore for Store {
    async fn open(&self, engagement: &Engagement, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure> {
        let input = (engagement.clone(), journal.to_vec());
        Ok(self.write_with(input, |tx, (engagement, journal)| Box::pin(open(tx, engagement, journal))).await?)
    }

    async fn next_serial(&self, year: u16) -> Result<u32, StoreFailure> {
        let sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM engagement_number WHERE year = $1";
        let row = self.read_optional(sql, args![year]).await?;
        Ok(row.map_or(Ok(1), |row| row.number(0))?)
    }

    async fn engagements(&self, institution: Option<InstitutionId>) -> Result<Vec<EngagementSummary>, StoreFailure> {
        Ok(self.summaries(institution).await?)
    }

    async fn case_file(&self, id: EngagementId) -> Result<Option<CaseFile>, StoreFailure> {
        Ok(self.whole_case_file(id).await?)
    }

    async fn advance(&self, advance: &Advance, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure> {
        let input = (advance.clone(), journal.to_vec());
        Ok(self.write_with(input, |tx, (advance, journal)| Box::pin(move_on(tx, advance, journal))).await?)
    }

    async fn add_report(
        &self,
        report: &IssuedReport,
        expected_version: u32,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure> {
        let input = (report.clone(), expected_version, journal.to_vec());
        let write = self.write_with(input, |tx, (report, expected_version, journal)| {
            Box::pin(add_report(tx, report, *expected_version, journal))
        });
        Ok(write.await?)
    }

    async fn report_refers_to(&self, sha256: Digest) -> Result<bool, StoreFailure> {
        let sql = "SELECT report_id FROM inspection_report WHERE sha256 = $1 OR data_sha256 = $1 LIMIT 1";
        Ok(self.read_optional(sql, args![sha256.bytes()]).await?.is_some())
    }
}

#[async_trait]
impl JudgementStore for Store {
    async fn record(&self, ruling: &Ruling, journal: &[Entry]) -> Result<EngagementWrite, StoreFailure> {
        let input = (ruling.clone(), journal.to_vec());
        Ok(self.write_with(input, |tx, (ruling, journal)| Box::pin(record(tx, ruling, journal))).await?)
    }

    async fn answer_finding(
        &self,
        engagement: EngagementId,
        expected_version: u32,
        event: &FindingEvent,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure> {
        let input = (Seen { engagement, version: expected_version }, event.clone(), journal.to_vec());
        let write =
            self.write_with(input, |tx, (seen, event, journal)| Box::pin(answer_finding(tx, *seen, event, journal)));
        Ok(write.await?)
    }

    async fn plan(
        &self,
        plan: &RemediationPlan,
        expected_version: u32,
        journal: &[Entry],
    ) -> Result<EngagementWrite, StoreFailure> {
        let input = (Seen { engagement: plan.engagement, version: expected_version }, plan.clone(), journal.to_vec());
        Ok(self.write_with(input, |tx, (seen, plan, journal)| Box::pin(add_plan(tx, *seen, plan, journal))).await?)
    }
}

impl Store {
    async fn summaries(&self, institution: Option<InstitutionId>) -> Result<Vec<EngagementSummary>, StoreError> {
        // An empty text stands for every institution: an argument that may be null has no type of its own.
        let of = || institution.map(|id| id.to_string()).unwrap_or_default();
        let sql = "SELECT j.engagement_id, j.verdict, COUNT(*) FROM judgement j \
                   WHERE ($1 = '' OR j.institution_id = $1) AND NOT EXISTS (SELECT 1 FROM judgement later \
                   WHERE later.institution_id = j.institution_id AND later.engagement_id = j.engagement_id \
                   AND later.item = j.item AND later.version > j.version) GROUP BY j.engagement_id, j.verdict";
        let mut verdicts: BTreeMap<EngagementId, [u32; Verdict::ALL.len()]> = BTreeMap::new();
        for row in self.read(sql, args![of()]).await? {
            let verdict = rows::named(&row, 1, Verdict::from_name)?;
            let place = Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or_default();
            verdicts.entry(row.parse(0)?).or_default()[place] = row.number(2)?;
        }
        let sql = "SELECT f.engagement_id, COUNT(*) FROM finding f \
                   WHERE ($1 = '' OR f.institution_id = $1) AND NOT EXISTS (SELECT 1 FROM finding_event e \
                   WHERE e.institution_id = f.institution_id AND e.engagement_id = f.engagement_id \
                   AND e.finding_id = f.finding_id AND e.deed = 'confirm') GROUP BY f.engagement_id";
        let mut open: BTreeMap<EngagementId, u32> = BTreeMap::new();
        for row in self.read(sql, args![of()]).await? {
            open.insert(row.parse(0)?, row.number(1)?);
        }
        let mut summaries = Vec::new();
        for row in self.read(rows::ENGAGEMENTS, args![of()]).await? {
            let engagement = rows::engagement(&row)?;
            let verdicts = verdicts.get(&engagement.id).copied().unwrap_or_default();
            let open_findings = open.get(&engagement.id).copied().unwrap_or_default();
            summaries.push(EngagementSummary { engagement, verdicts, open_findings });
        }
        Ok(summaries)
    }

    /// The engagement's own row is read first: when something is written in
    /// between, the version is the older one and no decision on it is taken.
    async fn whole_case_file(&self, id: EngagementId) -> Result<Option<CaseFile>, StoreError> {
        let Some(row) = self.read_optional(rows::ENGAGEMENT, args![id]).await? else { return Ok(None) };
        let engagement = rows::engagement(&row)?;
        let key = || args![engagement.applicant.id, id];
        let steps = self.read(rows::STEPS, key()).await?.iter().map(rows::step).collect::<Result<_, _>>()?;
        let judgements = self.read(rows::JUDGEMENTS, key()).await?;
        let judgements = judgements.iter().map(|row| rows::judgement(row, id)).collect::<Result<_, _>>()?;
        let mut events = BTreeMap::new();
        for row in self.read(rows::FINDING_EVENTS, key()).await? {
            let event = rows::finding_event(&row)?;
            events.entry(event.finding).or_insert_with(Vec::new).push(event);
        }
        let findings = self.read(rows::FINDINGS, key()).await?;
        let findings = findings.iter().map(|row| rows::finding(row, id, &mut events)).collect::<Result<_, _>>()?;
        let plans = self.read(rows::PLANS, key()).await?;
        let plans = plans.iter().map(|row| rows::plan(row, id)).collect::<Result<_, _>>()?;
        let reports = self.read(rows::REPORTS, key()).await?;
        let reports = reports.iter().map(|row| rows::report(row, id)).collect::<Result<_, _>>()?;
        let self_check = rows::self_check(&self.read(rows::SELF_CHECK, key()).await?)?;
        let documents = self.read(rows::DOCUMENTS, key()).await?;
        let documents = documents.iter().map(|row| row.timestamp(0)).collect::<Result<_, _>>()?;
        Ok(Some(CaseFile { engagement, steps, judgements, findings, plans, reports, self_check, documents }))
    }
}

/// The state that a decision was taken on.
#[derive(Debug, Clone, Copy)]
struct Seen {
    engagement: EngagementId,
    version: u32,
}

impl Seen {
    /// Takes the next version, if the engagement is unchanged. Answers its institution.
    async fn claim(self, tx: &mut Tx) -> Result<Option<InstitutionId>, StoreError> {
        let sql = "UPDATE engagement SET version = version + 1 WHERE engagement_id = $1 AND version = $2 \
                   RETURNING institution_id";
        let row = tx.fetch_optional(sql, args![self.engagement, self.version]).await?;
        row.map(|row| row.parse(0)).transpose()
    }

    /// The version that the claimed write has.
    fn next(self) -> i64 {
        i64::from(self.version) + 1
    }
}

async fn open(tx: &mut Tx, one: &Engagement, journal: &[Entry]) -> Result<EngagementWrite, StoreError> {
    let sql = "INSERT INTO engagement_number (year, serial, engagement_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    if tx.execute(sql, args![one.number.year(), one.number.serial(), one.id]).await? == 0 {
        return Ok(EngagementWrite::Changed);
    }
    tx.execute(rows::INSERT_ENGAGEMENT, rows::engagement_values(one)?).await?;
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}

async fn move_on(tx: &mut Tx, advance: &Advance, journal: &[Entry]) -> Result<EngagementWrite, StoreError> {
    let seen = Seen { engagement: advance.engagement, version: advance.expected_version };
    let Some(last) = advance.last() else { return Ok(EngagementWrite::Changed) };
    let Some(institution) = seen.claim(tx).await? else { return Ok(EngagementWrite::Changed) };
    let kept = advance.steps.first().is_some_and(|first| first.from.kind() == last.to.kind());
    let sql =
        "UPDATE engagement SET stage = $1, due_on = $2, closed = $3 WHERE institution_id = $4 AND engagement_id = $5";
    let due_on = last.due_on.map(|day| day.to_string());
    tx.execute(sql, args![last.to.code(), due_on, last.to.closed(), institution, advance.engagement]).await?;
    if !kept {
        let sql = "UPDATE engagement SET stage_since = $1 WHERE institution_id = $2 AND engagement_id = $3";
        tx.execute(sql, args![last.at, institution, advance.engagement]).await?;
    }
    for (position, step) in (0_i64..).zip(&advance.steps) {
        let sql = "INSERT INTO engagement_step (institution_id, engagement_id, version, position, deed, stage_from, \
                   stage_to, passed_empty, due_on, note, staff_id, role, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let values = args![
            institution,
            advance.engagement,
            seen.next(),
            position,
            step.deed.name(),
            step.from.code(),
            step.to.code(),
            step.empty,
            step.due_on.map(|day| day.to_string()),
            step.note.as_str(),
            step.by,
            step.role.name(),
            step.at,
        ];
        tx.execute(sql, values).await?;
    }
    for answer in advance.self_check.iter().flat_map(|check| check.answers()) {
        let sql = "INSERT INTO self_check_answer (institution_id, engagement_id, item, satisfied, note) \
                   VALUES ($1, $2, $3, $4, $5)";
        let values =
            args![institution, advance.engagement, answer.item.as_str(), answer.satisfied, answer.note.as_str()];
        tx.execute(sql, values).await?;
    }
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}

async fn record(tx: &mut Tx, ruling: &Ruling, journal: &[Entry]) -> Result<EngagementWrite, StoreError> {
    let judgement = &ruling.judgement;
    let seen = Seen { engagement: judgement.engagement, version: ruling.expected_version };
    let Some(institution) = seen.claim(tx).await? else { return Ok(EngagementWrite::Changed) };
    tx.execute(rows::INSERT_JUDGEMENT, rows::judgement_values(institution, seen.next(), judgement)?).await?;
    if let Some(finding) = &ruling.finding {
        let sql = "INSERT INTO finding (institution_id, engagement_id, version, finding_id, item, judgement_id, title, \
                   risk, onsite, target_on, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values = args![
            institution,
            finding.engagement,
            seen.next(),
            finding.id,
            finding.item.as_str(),
            finding.judgement,
            finding.title.as_str(),
            finding.risk.name(),
            finding.onsite,
            finding.target_on.to_string(),
            finding.opened_at,
        ];
        tx.execute(sql, values).await?;
    }
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}

async fn answer_finding(
    tx: &mut Tx,
    seen: Seen,
    event: &FindingEvent,
    journal: &[Entry],
) -> Result<EngagementWrite, StoreError> {
    let Some(institution) = seen.claim(tx).await? else { return Ok(EngagementWrite::Changed) };
    let sql = "INSERT INTO finding_event (institution_id, engagement_id, version, finding_id, deed, note, staff_id, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let note = event.note.as_str();
    let values =
        args![institution, seen.engagement, seen.next(), event.finding, event.deed.name(), note, event.by, event.at];
    tx.execute(sql, values).await?;
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}

async fn add_plan(
    tx: &mut Tx,
    seen: Seen,
    plan: &RemediationPlan,
    journal: &[Entry],
) -> Result<EngagementWrite, StoreError> {
    let Some(institution) = seen.claim(tx).await? else { return Ok(EngagementWrite::Changed) };
    let sql = "INSERT INTO remediation_plan (institution_id, engagement_id, version, item, judgement_id, target, steps, \
               staff_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = args![
        institution,
        plan.engagement,
        seen.next(),
        plan.item.as_str(),
        plan.judgement,
        plan.target.to_string(),
        rows::to_json(&plan.steps)?,
        plan.by,
        plan.at,
    ];
    tx.execute(sql, values).await?;
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}

async fn add_report(
    tx: &mut Tx,
    report: &IssuedReport,
    expected_version: u32,
    journal: &[Entry],
) -> Result<EngagementWrite, StoreError> {
    let seen = Seen { engagement: report.engagement, version: expected_version };
    let Some(institution) = seen.claim(tx).await? else { return Ok(EngagementWrite::Changed) };
    let size = i64::try_from(report.size_bytes).map_err(|_| StoreError::column(5, "a size", "a size out of range"))?;
    let sql = "INSERT INTO inspection_report (institution_id, engagement_id, version, report_id, sha256, data_sha256, \
               size_bytes, pages, staff_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (hash, data_hash) = (report.sha256.bytes(), report.data_sha256.bytes());
    let (pages, by, at) = (report.pages, report.by, report.at);
    let values = args![institution, report.engagement, seen.next(), report.id, hash, data_hash, size, pages, by, at];
    tx.execute(sql, values).await?;
    tx.append_journal(journal).await?;
    Ok(EngagementWrite::Written)
}
