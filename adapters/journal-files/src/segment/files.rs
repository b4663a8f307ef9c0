//! The two files of a segment.

use crate::JournalFileError;
use crate::durable::{private_file, read_file, sync_folder};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use sumun_merkle::{Hash, decode_tile, encode_tile, leaf_hash};

const RECORDS_EXTENSION: &str = "log";
const HASHES_EXTENSION: &str = "hashes";
/// How long the hash of a record is.
pub(crate) const HASH_BYTES: u64 = 32;

/// A segment that is open for more records.
#[derive(Debug)]
pub(crate) struct SegmentFiles {
    /// The number of its first record.
    pub(crate) first: u64,
    /// How many records it has.
    pub(crate) count: u64,
    /// How many bytes these have, line feeds included.
    pub(crate) bytes: u64,
    records_path: PathBuf,
    records: File,
    hashes: File,
}

impl SegmentFiles {
    /// Makes an empty segment that begins with record `first`.
    pub(crate) fn create(folder: &Path, first: u64) -> Result<Self, JournalFileError> {
        let files = Self::open(folder, first, 0, 0)?;
        files.cut()?;
        sync_folder(folder)?;
        Ok(files)
    }

    /// Opens the segment that begins with record `first`, of which `count`
    /// records with `bytes` bytes are good.
    pub(crate) fn open(folder: &Path, first: u64, count: u64, bytes: u64) -> Result<Self, JournalFileError> {
        let open = |path: &Path| {
            let opened = private_file().read(true).open(path);
            opened.map_err(JournalFileError::unwritable(path))
        };
        let records_path = folder.join(log_name(first));
        let (records, hashes) = (open(&records_path)?, open(&hashes_path(&records_path))?);
        Ok(Self { first, count, bytes, records_path, records, hashes })
    }

    /// The name of the file with the records, under which the journal seals them.
    pub(crate) fn name(&self) -> String {
        log_name(self.first)
    }

    /// The number of the record that comes next.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.count
    }

    /// Cuts off whatever stands behind the good records.
    pub(crate) fn cut(&self) -> Result<(), JournalFileError> {
        let cut = |file: &File, length| file.set_len(length).and_then(|()| file.sync_all());
        cut(&self.records, self.bytes).map_err(JournalFileError::unwritable(&self.records_path))?;
        let kept = cut(&self.hashes, self.count * HASH_BYTES);
        kept.map_err(JournalFileError::unwritable(&hashes_path(&self.records_path)))
    }

    /// Writes records behind the good ones, durably, and answers their hashes.
    /// When it fails nothing is counted, and the same call can be made again:
    /// it writes to the same place.
    pub(crate) fn append(&mut self, records: &[Vec<u8>]) -> Result<Vec<Hash>, JournalFileError> {
        let mut lines = Vec::with_capacity(records.iter().map(|record| record.len() + 1).sum());
        for record in records {
            lines.extend_from_slice(record);
            lines.push(b'\n');
        }
        let hashes: Vec<_> = records.iter().map(|record| leaf_hash(record)).collect();
        let write = |file: &File, bytes: &[u8], place| file.write_all_at(bytes, place).and_then(|()| file.sync_data());
        write(&self.records, &lines, self.bytes).map_err(JournalFileError::unwritable(&self.records_path))?;
        let kept = write(&self.hashes, &encode_tile(&hashes), self.count * HASH_BYTES);
        kept.map_err(JournalFileError::unwritable(&hashes_path(&self.records_path)))?;
        self.bytes += lines.len() as u64;
        self.count += records.len() as u64;
        Ok(hashes)
    }

    /// Writes the hashes of records that are there, behind the first `count`.
    pub(crate) fn restore_hashes(&self, count: u64, hashes: &[Hash]) -> Result<(), JournalFileError> {
        let written = self.hashes.write_all_at(&encode_tile(hashes), count * HASH_BYTES);
        let synced = written.and_then(|()| self.hashes.sync_all());
        synced.map_err(JournalFileError::unwritable(&hashes_path(&self.records_path)))
    }
}

/// The segments of a folder: the number of the first record and the file with the records, in order.
pub(crate) fn list_segments(folder: &Path) -> Result<Vec<(u64, PathBuf)>, JournalFileError> {
    let mut segments = Vec::new();
    for file in folder.read_dir().map_err(JournalFileError::unreadable(folder))? {
        let path = file.map_err(JournalFileError::unreadable(folder))?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let Some(first) = stem.filter(|first| path.file_name().is_some_and(|name| name == log_name(*first).as_str()))
        {
            segments.push((first, path));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// How many bytes the segments of a folder have, their hashes included.
pub(crate) fn bytes_of_segments(folder: &Path) -> Result<u64, JournalFileError> {
    let mut bytes = 0;
    for (_, path) in list_segments(folder)? {
        bytes += bytes_of_segment(&path);
    }
    Ok(bytes)
}

/// How many bytes the files of one segment have.
pub(crate) fn bytes_of_segment(records_path: &Path) -> u64 {
    let length = |path: &Path| path.metadata().map_or(0, |file| file.len());
    length(records_path) + length(&hashes_path(records_path))
}

/// Removes the files of a segment, the hashes first: what a kill leaves is
/// then still a segment, and the next removal finishes it.
pub(crate) fn remove_segment(records_path: &Path) -> Result<(), JournalFileError> {
    for path in [&hashes_path(records_path), records_path] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(JournalFileError::unwritable(path)(error));
            }
            _ => {}
        }
    }
    records_path.parent().map_or(Ok(()), sync_folder)
}

/// The leaf hashes of the records in the bytes of a segment. A last line
/// without a line feed counts, so that nothing can hide there.
pub(crate) fn leaf_hashes_of_lines(bytes: &[u8]) -> Vec<Hash> {
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if lines.is_empty() && bytes.is_empty() {
        return Vec::new();
    }
    lines.split(|byte| *byte == b'\n').map(leaf_hash).collect()
}

/// The hashes kept beside the segment with these records; none where the file is missing or torn.
pub(crate) fn read_kept_hashes(records_path: &Path) -> Result<Vec<Hash>, JournalFileError> {
    let bytes = read_file(&hashes_path(records_path))?.unwrap_or_default();
    Ok(bytes.chunks_exact(HASH_BYTES as usize).filter_map(|chunk| decode_tile(chunk, 1)).flatten().collect())
}

fn log_name(first: u64) -> String {
    format!("{first:020}.{RECORDS_EXTENSION}")
}

fn hashes_path(records_path: &Path) -> PathBuf {
    records_path.with_extension(HASHES_EXTENSION)
}
