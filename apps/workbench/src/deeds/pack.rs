//! The evidence pack: the last report with all that it rests on, in one file.

use super::report;
use crate::access::Permitted;
use crate::apart::{Turn, Work};
use crate::case::Case;
use crate::download::Download;
use crate::error::{PlatformFault, WorkbenchError};
use crate::report_model::verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::sync::Arc;
use sumun_evidence::{Digest, Evidence, Origin};
use sumun_ids::StaffId;
use sumun_inspection::{InspectionError, Judgement, ProcedureFault};
use sumun_render::{EvidenceReference, JudgementRecord, PackContents, PackError, PackedEvidence, evidence_pack};
use sumun_store::BlobError;

/// Writes the pack to a file without a name, which is gone when it is closed.
/// Its place is taken before it is made and lasts until it was sent.
pub(crate) async fn make(permit: &Arc<Permitted<Case>>) -> Result<Download, WorkbenchError> {
    if permit.subject().file.reports.is_empty() {
        return Err(InspectionError::from(ProcedureFault::ReportMissing).into());
    }
    let place = Download::place(permit.member())?;
    let authors = authors(permit).await?;
    let parts = &permit.workbench().parts;
    // So that the journal's head covers whatever was done before.
    parts.journal.checkpoint().await;
    let (apart, permit) = (parts.apart.clone(), Arc::clone(permit));
    let written = apart.run(Work::Pack, move |turn| -> Result<Download, WorkbenchError> {
        let (file, length) = write(&permit, turn, &authors)?;
        Ok(Download::of(file, length, place))
    });
    written.await.map_err(|lost| PlatformFault::Document(lost.into()))?
}

fn write(
    permit: &Permitted<Case>,
    turn: &Turn,
    authors: &BTreeMap<StaffId, String>,
) -> Result<(File, u64), WorkbenchError> {
    let missing = || WorkbenchError::from(InspectionError::from(ProcedureFault::ReportMissing));
    let (case, parts) = (permit.subject(), &permit.workbench().parts);
    let last = report::last(permit, turn)?.ok_or_else(missing)?;
    let judgements: Vec<_> = case.file.judgements.iter().map(|one| record(case, one, authors)).collect();
    let evidence: Vec<PackedEvidence> = case.evidence.iter().map(packed).collect();
    let journal = parts.journal.files(turn, &subjects(case)).map_err(PlatformFault::Document)?;
    let contents = PackContents {
        report: &last.report,
        data: &last.data,
        pdf: &last.pdf,
        judgements: &judgements,
        evidence: &evidence,
        journal: &journal,
    };
    // The pack lies on the volume of the evidence until it was sent, at most as large as all that goes in.
    let size = case.evidence.iter().fold(0, |sum: u64, one| sum.saturating_add(one.file.size_bytes));
    permit.workbench().room.check_volume(parts.evidence_files.path(), size)?;
    let mut out = tempfile::tempfile_in(parts.evidence_files.path()).map_err(BlobError::from)?;
    let open = |one: &PackedEvidence| {
        let sha256: Digest = one.sha256.parse().map_err(io::Error::other)?;
        parts.evidence_files.open_now(sha256).map_err(io::Error::other)
    };
    evidence_pack(&mut out, &contents, open).map_err(fault)?;
    let length = out.seek(SeekFrom::End(0)).map_err(BlobError::from)?;
    out.rewind().map_err(BlobError::from)?;
    Ok((out, length))
}

/// A pack that did not fit on the disk is not a fault of what it holds.
fn fault(error: PackError) -> WorkbenchError {
    match error {
        PackError::Write(source) => BlobError::from(source).into(),
        error => PlatformFault::Document(error.into()).into(),
    }
}

fn packed(one: &Evidence) -> PackedEvidence {
    let mut items: Vec<String> = one.bindings.iter().map(|binding| binding.item.to_string()).collect();
    items.dedup();
    PackedEvidence {
        number: one.name.short(),
        title: one.name.title().to_owned(),
        revision: one.revision,
        extension: one.ending(),
        sha256: one.file.sha256.to_string(),
        size_bytes: one.file.size_bytes,
        items,
        origin: match &one.origin {
            Origin::Upload { .. } => "upload".to_owned(),
            Origin::ProbeRun { probe, .. } => format!("probe {probe}"),
        },
        received_at: one.added_at,
    }
}

/// Everybody who judged, by the name that is printed.
async fn authors(permit: &Permitted<Case>) -> Result<BTreeMap<StaffId, String>, WorkbenchError> {
    let ids: BTreeSet<StaffId> = permit.subject().file.judgements.iter().map(|one| one.author).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        let author = permit.workbench().parts.identities.staff(id).await?;
        names.insert(id, author.map_or_else(|| id.to_string(), |staff| sumun_mask::name_in_print(&staff.name)));
    }
    Ok(names)
}

fn record(case: &Case, one: &Judgement, authors: &BTreeMap<StaffId, String>) -> JudgementRecord {
    JudgementRecord {
        item: one.item.to_string(),
        verdict: verdict(one.verdict),
        reason: one.reason.clone(),
        judged_by: authors.get(&one.author).cloned().unwrap_or_else(|| one.author.to_string()),
        judged_at: one.at,
        edition: one.catalog.edition.clone(),
        evidence: references(case, one),
    }
}

fn references(case: &Case, judgement: &Judgement) -> Vec<EvidenceReference> {
    let cited = judgement.evidence.iter();
    let reference = cited.map(|cited| EvidenceReference {
        number: case.evidence.get(cited.id).map_or_else(|| cited.id.to_string(), |evidence| evidence.name.short()),
        sha256: cited.sha256.to_string(),
    });
    reference.collect()
}

/// What the journal's entries about this engagement are about.
fn subjects(case: &Case) -> BTreeSet<String> {
    let file = &case.file;
    let mut subjects = BTreeSet::from([file.engagement.id.to_string()]);
    subjects.extend(file.judgements.iter().map(|one| one.id.to_string()));
    subjects.extend(file.findings.iter().map(|one| one.id.to_string()));
    subjects.extend(file.reports.iter().map(|one| one.id.to_string()));
    subjects.extend(case.evidence.iter().map(|one| one.id.to_string()));
    subjects
}
