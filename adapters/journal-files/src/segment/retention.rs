//! Giving up segments whose time to be kept is over.

use super::files::{bytes_of_segment, leaf_hashes_of_lines, list_segments, read_kept_hashes, remove_segment};
use crate::journal_folder::JournalFolder;
use crate::{JournalFileError, RECORDS_FOLDER};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use sumun_journal::{Entry, JournalStore, RetiredSegment, SealedBatch, verify_records};
use sumun_keys::Ed25519Verifier;
use sumun_merkle::Checkpoint;
use sumun_records::{SealedSegment, to_retire};
use sumun_time::Timestamp;

/// How many entries are read at a time.
const ENTRIES_PER_READ: u32 = 1024;

/// What the journal says of segments, read as far as the store had it at the last look.
#[derive(Debug)]
pub(super) struct Retention {
    records: PathBuf,
    journal: JournalFolder,
    /// The number of the next entry to read.
    next: u64,
    sealed: BTreeMap<String, Sealed>,
    /// Segments that were given up, with the number of the entry.
    retired: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Sealed {
    batches: Vec<SealedBatch>,
    /// When the last batch was sealed.
    at: Timestamp,
    /// The number of the last batch's entry.
    seq: u64,
}

impl Retention {
    pub(super) fn of(data: &Path) -> Self {
        let (records, journal) = (data.join(RECORDS_FOLDER), JournalFolder::of(data));
        Self { records, journal, next: 0, sealed: BTreeMap::new(), retired: BTreeMap::new() }
    }

    /// Removes what was given up and stands so under the signed head, and
    /// gives up what may go next. Answers how many bytes were freed.
    ///
    /// `current` is the number of the first record of the segment that is written.
    pub(super) async fn go_on(
        &mut self,
        store: &dyn JournalStore,
        current: u64,
        bytes: u64,
        budget_bytes: u64,
        now: Timestamp,
    ) -> Result<u64, JournalFileError> {
        self.read_on(store).await?;
        let signed = self.signed_size()?;
        let (mut freed, mut leaving, mut kept) = (0, 0, Vec::new());
        for (first, path) in list_segments(&self.records)?.into_iter().filter(|(first, _)| *first < current) {
            let (name, bytes) = (file_name(&path), bytes_of_segment(&path));
            match (self.retired.get(&name), self.sealed.get(&name)) {
                (Some(seq), _) if *seq < signed => {
                    remove_segment(&path)?;
                    freed += bytes;
                }
                // It goes as soon as the head is signed.
                (Some(_), _) => leaving += bytes,
                (None, Some(sealed)) if sealed.seq < signed => {
                    kept.push((SealedSegment { first, bytes, sealed_at: sealed.at }, path));
                }
                // Not sealed as far as is signed: neither it nor a later one goes.
                (None, _) => break,
            }
        }
        let left = bytes.saturating_sub(freed).saturating_sub(leaving);
        let segments: Vec<_> = kept.iter().map(|(segment, _)| *segment).collect();
        let going = to_retire(&segments, left, budget_bytes, now).count();
        for (segment, path) in &kept[..going] {
            let Some(retired) = self.as_sealed(segment.first, path)? else {
                tracing::error!(segment = %path.display(), "an old segment is not as it was sealed, so it is not given up");
                break;
            };
            let name = retired.segment.clone();
            tracing::warn!(segment = name, records = retired.count, "a segment is given up: its time is over");
            let seq = store.append(&[retired.entry(now)]).await.map_err(JournalFileError::Store)?;
            self.retired.insert(name, seq);
        }
        Ok(freed)
    }

    /// The segment as what can be given up, if every record of it is as it was
    /// sealed: giving up must not hide that somebody changed it.
    fn as_sealed(&self, first: u64, path: &Path) -> Result<Option<RetiredSegment>, JournalFileError> {
        let name = file_name(path);
        let Some(sealed) = self.sealed.get(&name) else { return Ok(None) };
        let bytes = std::fs::read(path).map_err(JournalFileError::unreadable(path))?;
        let (records, kept) = (leaf_hashes_of_lines(&bytes), read_kept_hashes(path)?);
        let count = records.len() as u64;
        let retired = RetiredSegment { segment: name, first, count };
        let is_as_sealed = verify_records(first, &sealed.batches, &kept, &records).is_ok();
        Ok((is_as_sealed && retired.covers(&sealed.batches)).then_some(retired))
    }

    async fn read_on(&mut self, store: &dyn JournalStore) -> Result<(), JournalFileError> {
        loop {
            let entries = store.entries_from(self.next, ENTRIES_PER_READ).await.map_err(JournalFileError::Store)?;
            if entries.is_empty() {
                return Ok(());
            }
            for (seq, bytes) in entries {
                self.next = seq + 1;
                // An entry of a later version says nothing of segments that this one knows.
                let Ok(entry) = Entry::parse(&bytes) else { continue };
                if let Some(batch) = SealedBatch::of_entry(&entry) {
                    let new = || Sealed { batches: Vec::new(), at: entry.at, seq };
                    let sealed = self.sealed.entry(batch.segment.clone()).or_insert_with(new);
                    (sealed.at, sealed.seq) = (sealed.at.max(entry.at), seq);
                    sealed.batches.push(batch);
                }
                if let Some(retired) = RetiredSegment::of_entry(&entry) {
                    self.retired.insert(retired.segment, seq);
                }
            }
        }
    }

    /// How many entries the head on the disk covers; none where there is no head that its own key signed.
    fn signed_size(&self) -> Result<u64, JournalFileError> {
        let (Some(note), Some(key)) = (self.journal.checkpoint()?, self.journal.verifier_key()?) else { return Ok(0) };
        Ok(Checkpoint::open(&note, &key, &Ed25519Verifier).map_or(0, |checkpoint| checkpoint.size))
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
