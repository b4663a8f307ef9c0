//! The evidence pack: the last report with all that it rests on, in one file.

use super::report;
use crate::access::Permitted;
use crate::case::Case;
use crate::error::{PlatformFault, WorkbenchError};
use crate::report_model::verdict;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use sumun_evidence::{Digest, Evidence, Origin};
use sumun_inspection::{InspectionError, Judgement, ProcedureFault};
use sumun_render::{EvidenceReference, JudgementRecord, PackContents, PackedEvidence, evidence_pack};
use sumun_store::BlobFolder;

/// Writes the pack to a file without a name, which is gone when it is closed.
/// Answers it at its beginning, with its length.
pub(crate) async fn make(permit: &Permitted<Case>) -> Result<(File, u64), WorkbenchError> {
    let missing = || WorkbenchError::from(InspectionError::from(ProcedureFault::ReportMissing));
    let last = report::last(permit).await?.ok_or_else(missing)?;
    let case = permit.subject();
    let judgements = judgements(permit).await?;
    let evidence: Vec<PackedEvidence> = case.evidence.iter().map(packed).collect();
    let subjects = subjects(case);
    let journal = permit.workbench().parts.journal.files(&subjects).await;
    let files = permit.workbench().parts.evidence_files.clone();
    let _turn = permit.workbench().turns.documents.acquire().await.map_err(|_| PlatformFault::Busy)?;
    let runtime = tokio::runtime::Handle::current();
    let written = tokio::task::spawn_blocking(move || -> Result<(File, u64), Failure> {
        let mut out = tempfile::tempfile()?;
        let contents = PackContents {
            report: &last.report,
            data: &last.data,
            pdf: &last.pdf,
            judgements: &judgements,
            evidence: &evidence,
            journal: &journal,
        };
        evidence_pack(&mut out, &contents, |one| open(&runtime, &files, one))?;
        let length = out.seek(SeekFrom::End(0))?;
        out.rewind()?;
        Ok((out, length))
    });
    let written = written.await.map_err(|error| PlatformFault::Document(error.into()))?;
    Ok(written.map_err(PlatformFault::Document)?)
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The whole file, checked against its hash before a byte of it is packed.
fn open(runtime: &tokio::runtime::Handle, files: &BlobFolder, one: &PackedEvidence) -> io::Result<io::Cursor<Vec<u8>>> {
    let sha256: Digest = one.sha256.parse().map_err(io::Error::other)?;
    runtime.block_on(files.read(sha256)).map(io::Cursor::new).map_err(io::Error::other)
}

fn packed(one: &Evidence) -> PackedEvidence {
    let mut items: Vec<String> = one.bindings.iter().map(|binding| binding.item.to_string()).collect();
    items.dedup();
    PackedEvidence {
        number: one.name.short(),
        title: one.name.title().to_owned(),
        revision: one.revision,
        extension: one.file.media_type.extension().to_owned(),
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

async fn judgements(permit: &Permitted<Case>) -> Result<Vec<JudgementRecord>, WorkbenchError> {
    let case = permit.subject();
    let mut records = Vec::new();
    for one in &case.file.judgements {
        let author = permit.workbench().parts.identities.staff(one.author).await?;
        let name = author.map_or_else(|| one.author.to_string(), |staff| sumun_mask::name_in_print(&staff.name));
        records.push(JudgementRecord {
            item: one.item.to_string(),
            verdict: verdict(one.verdict),
            reason: one.reason.clone(),
            judged_by: name,
            judged_at: one.at,
            edition: one.catalog.edition.clone(),
            evidence: references(case, one),
        });
    }
    Ok(records)
}

fn references(case: &Case, judgement: &Judgement) -> Vec<EvidenceReference> {
    let known = |id| case.evidence.iter().find(|evidence| evidence.id == id);
    let cited = judgement.evidence.iter();
    let reference = cited.map(|cited| EvidenceReference {
        number: known(cited.id).map_or_else(|| cited.id.to_string(), |evidence| evidence.name.short()),
        sha256: cited.sha256.to_string(),
    });
    reference.collect()
}

/// What the journal's entries about this engagement are about.
fn subjects(case: &Case) -> Vec<String> {
    let file = &case.file;
    let mut subjects = vec![file.engagement.id.to_string()];
    subjects.extend(file.judgements.iter().map(|one| one.id.to_string()));
    subjects.extend(file.findings.iter().map(|one| one.id.to_string()));
    subjects.extend(file.reports.iter().map(|one| one.id.to_string()));
    subjects.extend(case.evidence.iter().map(|one| one.id.to_string()));
    subjects
}
