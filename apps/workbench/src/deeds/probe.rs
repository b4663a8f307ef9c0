//! Running a probe. What it leaves is evidence; nobody is judged by it.

use super::ATTEMPTS_MAX;
use super::evidence::{closed, settle};
use crate::ProbeEvidence;
use crate::access::Permitted;
use crate::case::Case;
use crate::error::{PlatformFault, WorkbenchError};
use crate::files::to_the_end;
use std::sync::Arc;
use sumun_evidence::{
    Binding, Digest, Evidence, EvidenceDraft, EvidenceWrite, FILE_BYTES_MAX, FileFacts, MediaType, OfficialName,
    Origin, next_serial,
};
use sumun_ids::{EvidenceId, StaffId};
use sumun_inspection::{InspectionError, ProcedureFault, evidence_added, probe_run};
use sumun_probes::Conclusion;
use sumun_store::BlobError;

/// Runs the probe with this id and keeps what it leaves.
pub(crate) async fn run(permit: &Arc<Permitted<Case>>, probe: &str) -> Result<Vec<Evidence>, WorkbenchError> {
    let seat = permit.seat()?;
    let engagement = &permit.subject().file.engagement;
    if engagement.stage.closed() {
        return Err(InspectionError::from(ProcedureFault::NotNow(engagement.stage.kind())).into());
    }
    let workbench = permit.workbench();
    let left = {
        let _turn = workbench.turns.probe_runs.try_acquire().map_err(|_| PlatformFault::Busy)?;
        workbench.parts.probes.run(engagement.id, probe).await?
    };
    let mut kept = Vec::new();
    for one in left {
        let known = one.items.iter().any(|item| permit.subject().book.item(item).is_some());
        if known {
            let permit = Arc::clone(permit);
            kept.push(to_the_end(async move { keep(&permit, one, seat.staff()).await }).await?);
        }
    }
    Ok(kept)
}

async fn keep(permit: &Permitted<Case>, left: ProbeEvidence, started_by: StaffId) -> Result<Evidence, WorkbenchError> {
    let parts = &permit.workbench().parts;
    let (room, engagement) = (&permit.workbench().room, &permit.subject().file.engagement);
    let length = left.content.len() as u64;
    let _kept = room.keep(&*parts.evidence, &parts.evidence_files, engagement, length).await?;
    let mut file = parts.evidence_files.begin(FILE_BYTES_MAX).await?;
    file.write(&left.content).await?;
    let facts = FileFacts {
        sha256: Digest::of(&left.content),
        size_bytes: left.content.len() as u64,
        media_type: MediaType::of_content(&left.content),
    };
    let placed = parts.evidence_files.place([file]).await?;
    let written = write(permit, &left, facts, started_by).await;
    settle(permit, placed, written).await
}

async fn write(
    permit: &Permitted<Case>,
    left: &ProbeEvidence,
    facts: FileFacts,
    started_by: StaffId,
) -> Result<Evidence, WorkbenchError> {
    for _ in 0..ATTEMPTS_MAX {
        let evidence = evidence_of(permit, left, facts).await?;
        let all = std::slice::from_ref(&evidence);
        let run = probe_run(left.run, evidence.engagement, &left.probe, started_by, all, evidence.added_at);
        let parts = &permit.workbench().parts;
        let journal = [run, evidence_added(&evidence, &parts.commitments)];
        match parts.evidence.add(all, &parts.bounds.quotas, &journal).await? {
            EvidenceWrite::Written => return Ok(evidence),
            EvidenceWrite::OverQuota(over) => return Err(PlatformFault::OverQuota(over).into()),
            EvidenceWrite::Closed => return Err(closed(permit)),
            EvidenceWrite::NameTaken => {}
        }
    }
    Err(WorkbenchError::Changed)
}

async fn evidence_of(
    permit: &Permitted<Case>,
    left: &ProbeEvidence,
    file: FileFacts,
) -> Result<Evidence, WorkbenchError> {
    let (case, workbench) = (permit.subject(), permit.workbench());
    let items: Vec<_> = left.items.iter().filter_map(|code| case.book.item(code)).collect();
    let number = items.first().and_then(|item| item.details.first()).map(|detail| detail.number);
    let number = number.ok_or(PlatformFault::Internal("an item has no detailed item"))?;
    let engagement = case.file.engagement.id;
    let all = workbench.parts.evidence.names(engagement, number).await?;
    let names = || all.iter().map(|(name, _)| name);
    let now = workbench.now();
    let draft = EvidenceDraft {
        id: EvidenceId::from_random(workbench.parts.random.id_bytes()),
        engagement,
        name: OfficialName::new(number, next_serial(number, names()), &left.title)?,
        bindings: items.iter().map(|item| Binding { item: item.code.clone(), criterion: None }).collect(),
        origin: Origin::ProbeRun {
            run: left.run,
            probe: left.probe.clone(),
            outcome: outcome(left.conclusion).to_owned(),
        },
        effective_on: now.korean_date(),
    };
    Ok(draft.first(file, names(), now)?)
}

/// The stable word of a conclusion in rows and in the API.
pub(crate) const fn outcome(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Confirmed => "confirmed",
        Conclusion::Contradicted => "contradicted",
        Conclusion::Shown => "shown",
        Conclusion::NotFound => "not_found",
        Conclusion::Undecided => "undecided",
        Conclusion::NotApplicable => "not_applicable",
    }
}

/// What a probe's evidence says in its own words, if the file is whole and one of ours.
pub(crate) async fn reason(permit: &Permitted<Case>, evidence: &Evidence) -> Option<sumun_probes::Text> {
    #[derive(serde::Deserialize)]
    struct Judged {
        reason: sumun_probes::Text,
    }
    #[derive(serde::Deserialize)]
    struct Record {
        judged: Judged,
    }
    let content = permit.workbench().parts.evidence_files.read(evidence.file.sha256).await;
    match content {
        Ok(content) => serde_json::from_slice::<Record>(&content).ok().map(|record| record.judged.reason),
        Err(error @ (BlobError::Changed { .. } | BlobError::Missing(_))) => {
            tracing::error!(evidence = %evidence.id, %error, "a file of evidence is not what its row says");
            None
        }
        Err(_) => None,
    }
}
