//! Offline verification of a data folder.

use crate::journal_folder::JournalFolder;
use crate::segment::{leaf_hashes_of_lines, list_segments, read_kept_hashes};
use crate::{JournalFileError, RECORDS_FOLDER};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use sumun_journal::{
    Entry, JournalFinding, RecordsFinding, RetiredSegment, SealedBatch, Tampering, verify_journal, verify_records,
};
use sumun_keys::Ed25519Verifier;
use sumun_merkle::{Checkpoint, VerifierKey};

/// How often a journal that grows while it is verified is looked at.
const ATTEMPTS_MAX: u32 = 5;

/// What a verification found. Without findings everything that the signed head
/// covers is as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The signed head, if it could be trusted.
    pub checkpoint: Option<Checkpoint>,
    /// How many entries the head covers.
    pub entries: u64,
    /// How many batches of access records the entries seal.
    pub record_batches: u64,
    /// How many access records these have.
    pub records: u64,
    /// How many access records stand behind the last sealed one. They were
    /// written since the head was signed, or the head is an earlier one.
    pub records_not_sealed: u64,
    /// Segments that the journal says were given up, because their time to be
    /// kept was over, in the order of their records. Their files may be gone,
    /// so they are not judged. A segment that is gone and not among these is a finding.
    pub retired: Vec<RetiredSegment>,
    /// What is wrong, first things first: the head, the entries, the records of each segment.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// There is no key to verify with.
    NoKey {
        /// Where it should be.
        path: String,
    },
    /// There is no signed head, or it cannot be trusted.
    Head {
        /// Where it should be.
        path: String,
        /// Why not.
        reason: String,
    },
    /// Entries or tiles are not as they were signed.
    Journal(JournalFinding),
    /// An entry was signed, but is not one that this version understands.
    UnknownEntry {
        /// Its sequence number.
        seq: u64,
        /// Why it cannot be understood.
        reason: String,
    },
    /// Access records of a segment are not as they were sealed.
    Records {
        /// The name of the segment's file.
        segment: String,
        /// What is wrong.
        finding: RecordsFinding,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey { path } => write!(f, "{path} has no key to verify with"),
            Self::Head { path, reason } => write!(f, "{path}: {reason}"),
            Self::Journal(finding) => write!(f, "journal: {finding}"),
            Self::UnknownEntry { seq, reason } => write!(f, "journal: entry {seq} cannot be understood: {reason}"),
            Self::Records { segment, finding } => {
                write!(f, "records/{segment}: ")?;
                match finding {
                    RecordsFinding::Record { number, tampering } => write!(f, "record {number} {tampering}"),
                    RecordsFinding::Range { first, last } => {
                        write!(f, "records {first} to {last} are not as they were sealed")
                    }
                    RecordsFinding::KeptHashes { first } => {
                        write!(
                            f,
                            "the hashes kept from record {first} on were changed; the records are as they were sealed"
                        )
                    }
                    RecordsFinding::NotSealed { number } => {
                        write!(f, "record {number} is not sealed, but a later one is")
                    }
                }
            }
        }
    }
}

/// Verifies `journal/` and `records/` of a data folder without anything else:
/// the signature of the head, every entry and tile under it, and every sealed
/// batch of access records. Nothing is written.
///
/// `key` is the public key to trust. Without one, the key that lies in the
/// folder is used, which shows changes by whoever does not have the private
/// key, but not a journal that was replaced together with its key.
///
/// # Errors
/// Only when a file cannot be read; whatever is wrong with its content is a finding.
pub fn verify_folder(data: &Path, key: Option<&VerifierKey>) -> Result<Report, JournalFileError> {
    let folder = JournalFolder::of(data);
    let mut attempts = 0;
    loop {
        let before = folder.checkpoint()?;
        let report = verify_once(data, &folder, key)?;
        attempts += 1;
        // A journal that grows meanwhile drops partial tiles; then the later head is looked at.
        if report.is_sound() || attempts == ATTEMPTS_MAX || folder.checkpoint()? == before {
            return Ok(report);
        }
    }
}

fn verify_once(data: &Path, folder: &JournalFolder, key: Option<&VerifierKey>) -> Result<Report, JournalFileError> {
    let mut report = Report::default();
    let kept_key = if key.is_none() { folder.verifier_key()? } else { None };
    let Some(key) = key.or(kept_key.as_ref()) else {
        report.findings.push(Finding::NoKey { path: folder.verifier_key_path().display().to_string() });
        return Ok(report);
    };
    let checkpoint = match open_head(folder, key)? {
        Ok(checkpoint) => checkpoint,
        Err(reason) => {
            report.findings.push(Finding::Head { path: folder.checkpoint_path().display().to_string(), reason });
            return Ok(report);
        }
    };
    let (mut batches, mut retired) = (Vec::new(), Vec::new());
    let mut unknown = None;
    let verified = verify_journal(&checkpoint, folder, |seq, bytes| match Entry::parse(bytes) {
        Ok(entry) => {
            batches.extend(SealedBatch::of_entry(&entry));
            retired.extend(RetiredSegment::of_entry(&entry));
        }
        Err(error) => drop(unknown.get_or_insert((seq, error.to_string()))),
    });
    report.entries = checkpoint.size;
    report.checkpoint = Some(checkpoint);
    match (verified, unknown) {
        // What is not as it was signed says nothing about the records either.
        (Err(finding), _) => report.findings.push(Finding::Journal(finding)),
        (Ok(()), unknown) => {
            report.findings.extend(unknown.map(|(seq, reason)| Finding::UnknownEntry { seq, reason }));
            verify_segments(&data.join(RECORDS_FOLDER), batches, retired, &mut report)?;
        }
    }
    Ok(report)
}

fn open_head(folder: &JournalFolder, key: &VerifierKey) -> Result<Result<Checkpoint, String>, JournalFileError> {
    let Some(note) = folder.checkpoint()? else { return Ok(Err("the signed head is missing".to_owned())) };
    let opened = Checkpoint::open(&note, key, &Ed25519Verifier);
    Ok(opened.map_err(|error| match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }))
}

fn verify_segments(
    folder: &Path,
    batches: Vec<SealedBatch>,
    retired: Vec<RetiredSegment>,
    report: &mut Report,
) -> Result<(), JournalFileError> {
    report.record_batches = batches.len() as u64;
    // Somebody else's folder may claim any number.
    report.records = batches.iter().fold(0, |sum, batch| sum.saturating_add(batch.count));
    report.findings.extend(first_gap(&batches));
    let sealed_end = batches.iter().map(SealedBatch::end).max().unwrap_or(0);
    let mut sealed: BTreeMap<String, Vec<SealedBatch>> = BTreeMap::new();
    for batch in batches {
        sealed.entry(batch.segment.clone()).or_default().push(batch);
    }
    let on_disk = if folder.is_dir() { list_segments(folder)? } else { Vec::new() };
    // Names have twenty digits, so their order is the order of the records.
    let mut segments: BTreeMap<String, Option<(u64, PathBuf)>> =
        sealed.keys().map(|name| (name.clone(), None)).collect();
    segments.extend(on_disk.into_iter().map(|(first, path)| (file_name(&path), Some((first, path)))));
    for (segment, files) in segments {
        let batches = sealed.get(&segment).map_or(&[][..], Vec::as_slice);
        if let Some(retired) = retired.iter().find(|retired| retired.segment == segment && retired.covers(batches)) {
            report.retired.push(retired.clone());
            continue;
        }
        let found = match files {
            None => batches
                .first()
                .map(|batch| RecordsFinding::Record { number: batch.first, tampering: Tampering::Removed }),
            Some((first, path)) => {
                let bytes = std::fs::read(&path).map_err(JournalFileError::unreadable(&path))?;
                let (records, kept) = (leaf_hashes_of_lines(&bytes), read_kept_hashes(&path)?);
                let end = batches.last().map_or(first, SealedBatch::end);
                let behind = first.saturating_add(records.len() as u64).saturating_sub(end);
                let inserted = RecordsFinding::Record { number: end, tampering: Tampering::Inserted };
                match verify_records(first, batches, &kept, &records) {
                    Err(finding) => Some(finding),
                    // Batches are sealed in order: behind the last of them records may wait, between two none can.
                    Ok(()) if behind > 0 && end < sealed_end => Some(inserted),
                    Ok(()) => {
                        report.records_not_sealed += behind;
                        None
                    }
                }
            }
        };
        report.findings.extend(found.map(|finding| Finding::Records { segment, finding }));
    }
    Ok(())
}

/// The first record that no batch seals, although a later one is sealed.
fn first_gap(batches: &[SealedBatch]) -> Option<Finding> {
    let mut end = 0;
    for batch in batches {
        if batch.first > end {
            let finding = RecordsFinding::NotSealed { number: end };
            return Some(Finding::Records { segment: batch.segment.clone(), finding });
        }
        end = batch.end().max(end);
    }
    None
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
