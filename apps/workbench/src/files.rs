//! Files and the rows that name them: neither is left without the other.

use crate::Parts;
use crate::error::{PlatformFault, WorkbenchError};
use std::fmt;
use sumun_evidence::{Digest, EvidenceStore};
use sumun_inspection::EngagementStore;
use sumun_journal::StoreFailure;
use sumun_store::{BlobError, StoredBlob, in_the_same_form};

/// Why what was left could not be removed.
#[derive(Debug)]
pub enum LeftoverError {
    /// The folder of files.
    Files(BlobError),
    /// The rows.
    Rows(StoreFailure),
}

impl fmt::Display for LeftoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("files that were left without a row cannot be removed")
    }
}

impl std::error::Error for LeftoverError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Files(source) => Some(source),
            Self::Rows(source) => Some(source),
        }
    }
}

impl From<BlobError> for LeftoverError {
    fn from(source: BlobError) -> Self {
        Self::Files(source)
    }
}

impl From<StoreFailure> for LeftoverError {
    fn from(source: StoreFailure) -> Self {
        Self::Rows(source)
    }
}

/// Removes the files of evidence and reports that an earlier process put in
/// their place and never named in a row. To be called at a start, before
/// [`crate::router`].
///
/// # Errors
/// [`LeftoverError`]; then what was not removed is left to the next start.
pub async fn remove_leftovers(parts: &Parts) -> Result<(), LeftoverError> {
    let left = parts.evidence_files.left().await?;
    let needed = named_by_evidence(&*parts.evidence, left.blobs()).await?;
    left.remove_except(&needed).await?;
    let left = parts.report_files.left().await?;
    let needed = named_by_reports(&*parts.engagements, left.blobs()).await?;
    Ok(left.remove_except(&needed).await?)
}

/// Those of `blobs` that a row of evidence names.
pub(crate) async fn named_by_evidence(
    rows: &dyn EvidenceStore,
    blobs: &[StoredBlob],
) -> Result<Vec<Digest>, StoreFailure> {
    let mut named = Vec::new();
    for blob in blobs {
        if rows.refers_to(blob.sha256).await? {
            named.push(blob.sha256);
        }
    }
    Ok(named)
}

/// Those of `blobs` that a row of a report names.
pub(crate) async fn named_by_reports(
    rows: &dyn EngagementStore,
    blobs: &[StoredBlob],
) -> Result<Vec<Digest>, StoreFailure> {
    let mut named = Vec::new();
    for blob in blobs {
        if rows.report_refers_to(blob.sha256).await? {
            named.push(blob.sha256);
        }
    }
    Ok(named)
}

/// Carries out `deed` although whoever asked for it leaves in the middle: a
/// request ends with its connection, at any moment, and between a file's place
/// and its row must be no such moment.
pub(crate) async fn to_the_end<T: Send + 'static>(
    deed: impl Future<Output = Result<T, WorkbenchError>> + Send + 'static,
) -> Result<T, WorkbenchError> {
    let done = tokio::spawn(in_the_same_form(deed)).await;
    done.map_err(|_| PlatformFault::Internal("a deed did not come to its end"))?
}
