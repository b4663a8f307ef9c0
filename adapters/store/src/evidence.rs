//! The slice of files of evidence.

mod blobs;
mod usage;

pub use blobs::{BlobError, BlobFolder, IncomingBlob, PlacedBlobs, StoredBlob};

use crate::{Row, Store, StoreError, Tx, args};
use async_trait::async_trait;
use std::collections::BTreeMap;
use sumun_evidence::{
    Amount, Binding, DetailNumber, Digest, Evidence, EvidenceStore, EvidenceWrite, FileFacts, MediaType, OfficialName,
    Origin, Quotas, Usage,
};
use sumun_ids::{EngagementId, EvidenceId, InstitutionId};
use sumun_journal::{Entry, StoreFailure};

#[async_trait]
impl EvidenceStore for Store {
    async fn add(
        &self,
        evidence: &[Evidence],
        quotas: &Quotas,
        journal: &[Entry],
    ) -> Result<EvidenceWrite, StoreFailure> {
        let input = (evidence.to_vec(), *quotas, journal.to_vec());
        let write =
            self.write_with(input, |tx, (evidence, quotas, journal)| Box::pin(add(tx, evidence, quotas, journal)));
        Ok(write.await?)
    }

    async fn usage(&self, engagement: EngagementId, institution: InstitutionId) -> Result<Usage, StoreFailure> {
        let rows = self.read(usage::ROWS, args![engagement, institution]).await?;
        Ok(usage::of(&rows, engagement, institution)?)
    }

    async fn names(
        &self,
        engagement: EngagementId,
        number: DetailNumber,
    ) -> Result<Vec<(OfficialName, u32)>, StoreFailure> {
        let sql = "SELECT evidence.serial, evidence.title, evidence.revision FROM evidence \
                   JOIN engagement ON engagement.institution_id = evidence.institution_id \
                   AND engagement.engagement_id = evidence.engagement_id \
                   WHERE engagement.engagement_id = $1 AND evidence.number = $2";
        let rows = self.read(sql, args![engagement, number.to_string()]).await?;
        let names = rows.iter().map(|row| {
            let name = OfficialName::new(number, row.number(0)?, &sumun_text::shown(row.text(1)?));
            let name = name.map_err(|_| StoreError::column(1, "an official name", "another text"))?;
            Ok((name, row.number(2)?))
        });
        Ok(names.collect::<Result<_, StoreError>>()?)
    }

    async fn evidence(&self, engagement: EngagementId, id: EvidenceId) -> Result<Option<Evidence>, StoreFailure> {
        Ok(self.evidence_of(engagement).await?.into_iter().find(|evidence| evidence.id == id))
    }

    async fn of_engagement(&self, engagement: EngagementId) -> Result<Vec<Evidence>, StoreFailure> {
        Ok(self.evidence_of(engagement).await?)
    }

    async fn refers_to(&self, sha256: Digest) -> Result<bool, StoreFailure> {
        let sql = "SELECT evidence_id FROM evidence WHERE sha256 = $1 LIMIT 1";
        Ok(self.read_optional(sql, args![sha256.bytes()]).await?.is_some())
    }
}

impl Store {
    async fn evidence_of(&self, engagement: EngagementId) -> Result<Vec<Evidence>, StoreError> {
        let sql = "SELECT institution_id FROM engagement WHERE engagement_id = $1";
        let Some(row) = self.read_optional(sql, args![engagement]).await? else { return Ok(Vec::new()) };
        let institution: InstitutionId = row.parse(0)?;
        let sql = "SELECT evidence_id, position, item, criterion FROM evidence_binding \
                   WHERE institution_id = $1 AND engagement_id = $2 ORDER BY evidence_id, position";
        let mut bindings: BTreeMap<EvidenceId, Vec<Binding>> = BTreeMap::new();
        for row in self.read(sql, args![institution, engagement]).await? {
            let binding = Binding { item: row.parse(2)?, criterion: row.optional(3, Row::parse)? };
            bindings.entry(row.parse(0)?).or_default().push(binding);
        }
        let sql = "SELECT evidence_id, number, serial, title, revision, replaces, sha256, size_bytes, media_type, \
                   origin, origin_id, origin_name, outcome, effective_on, added_at FROM evidence \
                   WHERE institution_id = $1 AND engagement_id = $2";
        let rows = self.read(sql, args![institution, engagement]).await?;
        let mut evidence =
            rows.iter().map(|row| read(row, engagement, &mut bindings)).collect::<Result<Vec<_>, _>>()?;
        evidence.sort_by_key(|one| (one.name.number(), one.name.serial(), one.revision));
        Ok(evidence)
    }
}

async fn add(
    tx: &mut Tx,
    evidence: &[Evidence],
    quotas: &Quotas,
    journal: &[Entry],
) -> Result<EvidenceWrite, StoreError> {
    let Some(first) = evidence.first() else { return Ok(EvidenceWrite::Written) };
    if evidence.iter().any(|one| one.engagement != first.engagement) {
        return Err(StoreError::column(0, "evidence of one engagement", "evidence of several"));
    }
    let sql = "SELECT institution_id, closed FROM engagement WHERE engagement_id = $1";
    let institution: InstitutionId = match tx.fetch_optional(sql, args![first.engagement]).await? {
        Some(row) if !row.bool(1)? => row.parse(0)?,
        _ => return Ok(EvidenceWrite::Closed),
    };
    for one in evidence {
        let sql = "SELECT evidence_id FROM evidence WHERE institution_id = $1 AND engagement_id = $2 \
                   AND number = $3 AND serial = $4 AND revision = $5";
        let name = args![institution, one.engagement, one.name.number().to_string(), one.name.serial(), one.revision];
        if tx.fetch_optional(sql, name).await?.is_some() {
            return Ok(EvidenceWrite::NameTaken);
        }
    }
    let bytes = evidence.iter().fold(0, |sum: u64, one| sum.saturating_add(one.file.size_bytes));
    let more = Amount { files: evidence.len() as u64, bytes };
    if let Err(over) = quotas.admit(&usage::locked(tx, first.engagement, institution).await?, more) {
        return Ok(EvidenceWrite::OverQuota(over));
    }
    for one in evidence {
        insert(tx, institution, one).await?;
    }
    usage::count(tx, first.engagement, institution, more).await?;
    tx.append_journal(journal).await?;
    Ok(EvidenceWrite::Written)
}

async fn insert(tx: &mut Tx, institution: InstitutionId, one: &Evidence) -> Result<(), StoreError> {
    let size = usage::signed(one.file.size_bytes)?;
    let (origin, origin_id, origin_name, outcome) = match &one.origin {
        Origin::Upload { by, file_name } => ("upload", by.to_string(), file_name, None),
        Origin::ProbeRun { run, probe, outcome } => ("probe_run", run.to_string(), probe, Some(outcome)),
    };
    let sql = "INSERT INTO evidence (institution_id, evidence_id, engagement_id, number, serial, title, revision, \
               replaces, sha256, size_bytes, media_type, origin, origin_id, origin_name, outcome, effective_on, added_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let values = args![
        institution,
        one.id,
        one.engagement,
        one.name.number().to_string(),
        one.name.serial(),
        one.name.title(),
        one.revision,
        one.replaces,
        one.file.sha256.bytes(),
        size,
        one.file.media_type.name(),
        origin,
        origin_id,
        origin_name,
        outcome,
        one.effective_on.to_string(),
        one.added_at,
    ];
    tx.execute(sql, values).await?;
    for (position, binding) in (0_i64..).zip(&one.bindings) {
        let sql = "INSERT INTO evidence_binding (institution_id, engagement_id, evidence_id, position, item, criterion) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let criterion = binding.criterion.as_ref().map(|code| code.as_str());
        let values = args![institution, one.engagement, one.id, position, binding.item.as_str(), criterion];
        tx.execute(sql, values).await?;
    }
    Ok(())
}

fn read(
    row: &Row,
    engagement: EngagementId,
    bindings: &mut BTreeMap<EvidenceId, Vec<Binding>>,
) -> Result<Evidence, StoreError> {
    let id = row.parse(0)?;
    let name = OfficialName::new(row.parse(1)?, row.number(2)?, &sumun_text::shown(row.text(3)?));
    let media_type = MediaType::from_name(row.text(8)?);
    let origin = match row.text(9)? {
        "upload" => Origin::Upload { by: row.parse(10)?, file_name: sumun_text::shown(row.text(11)?) },
        "probe_run" => {
            Origin::ProbeRun { run: row.parse(10)?, probe: row.text(11)?.to_owned(), outcome: row.text(12)?.to_owned() }
        }
        _ => return Err(StoreError::column(9, "an origin", "another text")),
    };
    Ok(Evidence {
        id,
        engagement,
        name: name.map_err(|_| StoreError::column(1, "an official name", "another text"))?,
        revision: row.number(4)?,
        replaces: row.optional(5, Row::parse)?,
        file: FileFacts {
            sha256: Digest::from_bytes(row.bytes(6)?),
            size_bytes: row.number(7)?,
            media_type: media_type.ok_or(StoreError::column(8, "a media type", "another text"))?,
        },
        bindings: bindings.remove(&id).unwrap_or_default(),
        origin,
        effective_on: row.parse(13)?,
        added_at: row.timestamp(14)?,
    })
}
