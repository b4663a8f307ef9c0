//! Going on after the process ended at any moment.

use super::files::{SegmentFiles, leaf_hashes_of_lines, list_segments, read_kept_hashes};
use crate::JournalFileError;
use crate::durable::read_file;
use std::path::Path;
use sumun_journal::{Entry, JournalStore, SealedBatch};
use sumun_merkle::root_of_hashes;

/// How many entries are read at a time, from the end of the journal backwards.
const ENTRIES_PER_READ: u64 = 1024;

/// The number of the record after the last one that the journal seals; 0 when it seals none.
pub(super) async fn sealed_end(store: &dyn JournalStore) -> Result<u64, JournalFileError> {
    let mut end = store.size().await.map_err(JournalFileError::Store)?;
    while end > 0 {
        let start = end.saturating_sub(ENTRIES_PER_READ);
        let entries = store.entries_from(start, (end - start) as u32).await.map_err(JournalFileError::Store)?;
        let batches = entries.iter().rev().filter_map(|(_, bytes)| SealedBatch::of_entry(&Entry::parse(bytes).ok()?));
        if let Some(end) = batches.map(|batch| batch.end()).next() {
            return Ok(end);
        }
        end = start;
    }
    Ok(0)
}

/// A segment to go on with, and the batches that are on disk but not yet sealed.
pub(super) struct Recovered {
    pub(super) segment: SegmentFiles,
    pub(super) unsealed: Vec<SealedBatch>,
}

/// Reads what stands behind the sealed records. Whole lines are kept and are
/// to be sealed; a torn line and what follows it was never taken and is cut off.
pub(super) fn recover(folder: &Path, sealed_end: u64) -> Result<Recovered, JournalFileError> {
    let mut unsealed = Vec::new();
    let mut last = None;
    let segments = list_segments(folder)?;
    // Segments before the one with the last sealed record are sealed whole.
    let from = segments.iter().rposition(|(first, _)| *first <= sealed_end).unwrap_or(0);
    for (first, path) in segments.into_iter().skip(from) {
        let bytes = read_file(&path)?.unwrap_or_default();
        let sealed = sealed_end.saturating_sub(first);
        let next = sealed_end.max(first);
        let Some(segment) = keep_whole_lines(folder, first, sealed, &bytes)? else {
            tracing::error!(segment = %path.display(), "sealed access records are missing; run: sumun journal verify");
            last = None;
            continue;
        };
        if segment.end() > next {
            let hashes = leaf_hashes_of_lines(&bytes[..segment.bytes as usize]).split_off((next - first) as usize);
            segment.restore_hashes(next - first, &hashes)?;
            let root = root_of_hashes(hashes);
            unsealed.push(SealedBatch { segment: segment.name(), first: next, count: segment.end() - next, root });
        }
        last = Some(segment);
    }
    let segment = match last {
        Some(segment) if segment.end() >= sealed_end => segment,
        _ => SegmentFiles::create(folder, sealed_end)?,
    };
    Ok(Recovered { segment, unsealed })
}

/// Cuts a segment behind its last whole line; `None` when sealed records or their hashes are missing.
fn keep_whole_lines(
    folder: &Path,
    first: u64,
    sealed: u64,
    bytes: &[u8],
) -> Result<Option<SegmentFiles>, JournalFileError> {
    let (mut count, mut length) = (0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        // Sealed lines are left to the verifier; behind them, a page that never reached the disk reads as zeros.
        let whole = line.ends_with(b"\n") && !line[..line.len() - 1].iter().any(u8::is_ascii_control) && line.len() > 1;
        if count >= sealed && !whole {
            break;
        }
        count += 1;
        length += line.len() as u64;
    }
    let segment = SegmentFiles::open(folder, first, count, length)?;
    let kept = read_kept_hashes(&folder.join(segment.name()))?.len() as u64;
    if count < sealed || kept < sealed || (sealed > 0 && !bytes[..length as usize].ends_with(b"\n")) {
        return Ok(None);
    }
    if length < bytes.len() as u64 || kept > count {
        segment.cut()?;
    }
    Ok(Some(segment))
}
