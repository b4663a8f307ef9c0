//! Writes the files of a pack, each with its hash.

use super::{ManifestFile, PackError, PackedEvidence};
use crate::report::hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

pub(super) struct PackWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    files: Vec<ManifestFile>,
    taken: BTreeSet<String>,
}

impl<W: Write + Seek> PackWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out), files: Vec::new(), taken: BTreeSet::new() }
    }

    pub(super) fn files(&self) -> &[ManifestFile] {
        &self.files
    }

    pub(super) fn add(&mut self, path: &str, content: &[u8]) -> Result<(), PackError> {
        let path = self.start(path, content.len() as u64)?;
        self.zip.write_all(content).map_err(PackError::Write)?;
        let sha256 = hex(&Sha256::digest(content));
        self.files.push(ManifestFile { path, sha256, size_bytes: content.len() as u64, evidence: None });
        Ok(())
    }

    pub(super) fn add_evidence(
        &mut self,
        path: &str,
        evidence: &PackedEvidence,
        content: &mut impl Read,
    ) -> Result<(), PackError> {
        let path = self.start(path, evidence.size_bytes)?;
        let (sha256, size_bytes) = self.stream(evidence, content)?;
        if sha256 != evidence.sha256 || size_bytes != evidence.size_bytes {
            return Err(PackError::EvidenceChanged { evidence: evidence.number.clone() });
        }
        self.files.push(ManifestFile { path, sha256, size_bytes, evidence: Some(evidence.clone()) });
        Ok(())
    }

    /// Ends the pack with `SHA256SUMS`, which `sha256sum -c` reads.
    pub(super) fn finish(mut self) -> Result<(), PackError> {
        let sums: String = self.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect();
        self.add("SHA256SUMS", sums.as_bytes())?;
        let mut out = self.zip.finish().map_err(|error| PackError::Write(error.into()))?;
        out.flush().map_err(PackError::Write)
    }

    /// Begins a file. A name that stands already, even in other case, gets a number.
    fn start(&mut self, path: &str, size_bytes: u64) -> Result<String, PackError> {
        let (stem, extension) = match path.rsplit_once('.') {
            Some((stem, extension)) if !extension.contains('/') => (stem, format!(".{extension}")),
            _ => (path, String::new()),
        };
        let numbered = (1_u32..).map(|number| match number {
            1 => path.to_owned(),
            number => format!("{stem} ({number}){extension}"),
        });
        let free = numbered.into_iter().find(|candidate| !self.taken.contains(&candidate.to_lowercase()));
        let path = free.unwrap_or_else(|| path.to_owned());
        self.taken.insert(path.to_lowercase());
        // A fixed time and mode: the same contents give the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .large_file(size_bytes >= u64::from(u32::MAX) / 2);
        self.zip.start_file(path.as_str(), options).map_err(|error| PackError::Write(error.into()))?;
        Ok(path)
    }

    fn stream(&mut self, evidence: &PackedEvidence, content: &mut impl Read) -> Result<(String, u64), PackError> {
        let (mut hash, mut size_bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 64 * 1024]);
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => return Ok((hex(&hash.finalize()), size_bytes)),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Err(PackError::EvidenceUnreadable { evidence: evidence.number.clone(), source });
                }
            };
            size_bytes += read as u64;
            // A file that grew stops here, before it can fill the disk.
            if size_bytes > evidence.size_bytes {
                return Err(PackError::EvidenceChanged { evidence: evidence.number.clone() });
            }
            hash.update(&buffer[..read]);
            self.zip.write_all(&buffer[..read]).map_err(PackError::Write)?;
        }
    }
}
