//! Making a report.

use super::ATTEMPTS_MAX;
use crate::access::Permitted;
use crate::apart::{Turn, Work};
use crate::case::Case;
use crate::error::{AccessFault, PlatformFault, WorkbenchError};
use crate::files::{named_by_reports, to_the_end};
use crate::report_model;
use std::sync::Arc;
use sumun_evidence::Digest;
use sumun_ids::ReportId;
use sumun_inspection::{EngagementWrite, IssuedReport, report_issued};
use sumun_render::{Pdf, RenderError, render_report, report_json};
use sumun_reports::{EngagementReport, ReportDraft};
use sumun_store::IncomingBlob;

/// The largest document or data file of a report.
const BYTES_MAX: u64 = 100 * 1_000_000;

/// Makes the report of the engagement as it is and keeps document and data.
pub(crate) async fn make(permit: &Arc<Permitted<Case>>) -> Result<IssuedReport, WorkbenchError> {
    let seat = permit.seat()?;
    let workbench = permit.workbench();
    let parts = &workbench.parts;
    let id = permit.subject().file.engagement.id;
    for _ in 0..ATTEMPTS_MAX {
        let at = workbench.now();
        let case = Case::load(workbench, id).await?.ok_or(AccessFault::NotFound)?;
        let draft = report_model::draft(workbench, &case, at).await?;
        let (pdf, data) = render(permit, draft).await?;
        let report = IssuedReport {
            id: ReportId::from_random(parts.random.id_bytes()),
            engagement: id,
            sha256: Digest::of(&pdf.bytes),
            data_sha256: Digest::of(&data),
            size_bytes: pdf.bytes.len() as u64,
            pages: u32::try_from(pdf.pages).unwrap_or(u32::MAX),
            by: seat.staff(),
            at,
        };
        let files = [incoming(permit, &pdf.bytes).await?, incoming(permit, &data).await?];
        let version = case.file.engagement.version;
        let kept = keep(Arc::clone(permit), report.clone(), version, files);
        if to_the_end(kept).await? == EngagementWrite::Written {
            return Ok(report);
        }
    }
    Err(WorkbenchError::Changed)
}

/// Puts the files of a report in their place and writes its row. When the
/// store fails it may still write the row, so the next start decides on them.
async fn keep(
    permit: Arc<Permitted<Case>>,
    report: IssuedReport,
    version: u32,
    files: [IncomingBlob; 2],
) -> Result<EngagementWrite, WorkbenchError> {
    let parts = &permit.workbench().parts;
    let placed = parts.report_files.place(files).await?;
    let written = parts.engagements.add_report(&report, version, &[report_issued(&report)]).await?;
    match written {
        EngagementWrite::Written => placed.keep().await,
        EngagementWrite::Changed => {
            let needed = named_by_reports(&*parts.engagements, placed.blobs()).await?;
            placed.remove_except(&needed).await?;
        }
    }
    Ok(written)
}

async fn incoming(permit: &Permitted<Case>, content: &[u8]) -> Result<IncomingBlob, WorkbenchError> {
    let folder = &permit.workbench().parts.report_files;
    permit.workbench().room.check_volume(folder.path(), content.len() as u64)?;
    let mut file = folder.begin(BYTES_MAX).await?;
    file.write(content).await?;
    Ok(file)
}

/// The document and the data of a report; setting it takes a core for a while.
async fn render(permit: &Permitted<Case>, draft: ReportDraft) -> Result<(Pdf, Vec<u8>), WorkbenchError> {
    let made = permit.workbench().parts.apart.run(Work::Report, move |_: &Turn| {
        let report = draft.check().map_err(PlatformFault::Report)?;
        let failed = |error: RenderError| PlatformFault::Document(error.into());
        Ok((render_report(&report).map_err(failed)?, report_json(&report).map_err(failed)?))
    });
    made.await.map_err(|lost| PlatformFault::Document(lost.into()))?
}

/// The last report as it was made.
pub(crate) struct LastReport {
    pub report: EngagementReport,
    /// The bytes that `report` was read from.
    pub data: Vec<u8>,
    pub pdf: Pdf,
}

/// The last report with its data and its document, both held whole: one turn, one report.
pub(crate) fn last(permit: &Permitted<Case>, _: &Turn) -> Result<Option<LastReport>, WorkbenchError> {
    let Some(row) = permit.subject().file.reports.last() else { return Ok(None) };
    let files = &permit.workbench().parts.report_files;
    let data = files.read_now(row.data_sha256)?;
    let draft: Result<ReportDraft, _> = serde_json::from_slice(&data);
    let draft = draft.map_err(|error| PlatformFault::Document(error.into()))?;
    let report = draft.check().map_err(PlatformFault::Report)?;
    let bytes = files.read_now(row.sha256)?;
    let pages = usize::try_from(row.pages).unwrap_or(usize::MAX);
    Ok(Some(LastReport { report, data, pdf: Pdf { bytes, pages } }))
}
