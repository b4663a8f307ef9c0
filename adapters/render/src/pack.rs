//! The evidence pack: everything that a report rests on in one ZIP file, to be
//! verified with no tool of ours.

mod file_name;
mod writer;

use crate::{Pdf, RenderError};
use serde::Serialize;
use std::fmt;
use std::io::{self, Read, Seek, Write};
use sumun_reports::{EngagementReport, Verdict};
use sumun_time::Timestamp;
use writer::PackWriter;

/// What goes into a pack beside the report.
#[derive(Debug)]
pub struct PackContents<'a> {
    /// The report that the pack belongs to.
    pub report: &'a EngagementReport,
    /// The bytes that the report was made of and whose hash its document
    /// prints: [`crate::report_json`] as it was when the report was made.
    pub data: &'a [u8],
    /// The same report as a document.
    pub pdf: &'a Pdf,
    /// Every judgement ever made, oldest first; none replaces another.
    pub judgements: &'a [JudgementRecord],
    /// Every piece of evidence in the order in which it was received.
    pub evidence: &'a [PackedEvidence],
    /// Files of the journal, such as `checkpoint` or `proofs/jdg_0.json`, with
    /// their contents; they stand under `journal/`.
    pub journal: &'a [(String, Vec<u8>)],
}

/// A piece of evidence as the pack lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackedEvidence {
    /// 자료{item}-{serial}.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Which revision, from 1.
    pub revision: u32,
    /// File extension without a dot, such as `pdf`; may be empty.
    pub extension: String,
    /// SHA-256 that was recorded when it was received, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Numbers of the items that it is bound to.
    pub items: Vec<String>,
    /// Where it came from, such as `upload` or `probe tls-client-certificate`.
    pub origin: String,
    /// When it was received.
    pub received_at: Timestamp,
}

/// One judgement as the pack lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgementRecord {
    /// Number of the item.
    pub item: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The reason, as written.
    pub reason: String,
    /// Who judged, masked.
    pub judged_by: String,
    /// When.
    pub judged_at: Timestamp,
    /// Edition of the catalog that it rests on.
    pub edition: String,
    /// The evidence that it rests on, by number and hash.
    pub evidence: Vec<EvidenceReference>,
}

/// A piece of evidence that a judgement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceReference {
    /// 자료{item}-{serial}.
    pub number: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Why a pack could not be made. Nothing of a failed pack may be handed on.
#[derive(Debug)]
pub enum PackError {
    /// A stored file is not what was recorded when it was received.
    EvidenceChanged {
        /// Its number.
        evidence: String,
    },
    /// A stored file could not be read.
    EvidenceUnreadable {
        /// Its number.
        evidence: String,
        /// Why.
        source: io::Error,
    },
    /// The pack could not be written.
    Write(io::Error),
    /// The report could not be written as data.
    Report(RenderError),
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EvidenceChanged { evidence } => {
                write!(f, "the stored file of {evidence} is not the one that was received")
            }
            Self::EvidenceUnreadable { evidence, .. } => write!(f, "the stored file of {evidence} could not be read"),
            Self::Write(_) => f.write_str("the evidence pack could not be written"),
            Self::Report(_) => f.write_str("the report could not be put into the evidence pack"),
        }
    }
}

impl std::error::Error for PackError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::EvidenceChanged { .. } => None,
            Self::EvidenceUnreadable { source, .. } | Self::Write(source) => Some(source),
            Self::Report(source) => Some(source),
        }
    }
}

/// One file of a pack in `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManifestFile {
    /// Path in the pack.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What is known of it, when it is evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<PackedEvidence>,
}

/// `manifest.json`: what the pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// `sumun-evidence-pack/1`.
    pub format: &'static str,
    /// Number of the engagement.
    pub engagement_number: String,
    /// Which report of the engagement.
    pub revision: u32,
    /// 이용기관.
    pub institution: String,
    /// The catalog and its edition.
    pub catalog: String,
    /// Edition of the catalog.
    pub edition: String,
    /// When the report was made.
    pub issued_at: Timestamp,
    /// The world label; absent in production.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<String>,
    /// Every file of the pack but this one and `SHA256SUMS`.
    pub files: Vec<ManifestFile>,
}

const README: &str = include_str!("../templates/evidence-pack-readme.txt");

/// Writes the evidence pack of a report.
///
/// `open` gives the stored file of a piece of evidence. Files are streamed and
/// their hash is checked on the way, so a file that was changed after it was
/// received stops the pack. The same contents give the same bytes: entries
/// carry no time of their own. Blocks on reading and writing.
///
/// # Errors
/// [`PackError`]; `out` then holds a broken file that the caller discards.
pub fn evidence_pack<W, R>(
    out: W,
    contents: &PackContents<'_>,
    mut open: impl FnMut(&PackedEvidence) -> io::Result<R>,
) -> Result<Manifest, PackError>
where
    W: Write + Seek,
    R: Read,
{
    let mut pack = PackWriter::new(out);
    pack.add("README.txt", README.as_bytes())?;
    for evidence in contents.evidence {
        let name = file_name::evidence_file_name(evidence);
        let unreadable = |source| PackError::EvidenceUnreadable { evidence: evidence.number.clone(), source };
        let mut content = open(evidence).map_err(unreadable)?;
        pack.add_evidence(&format!("evidence/{name}"), evidence, &mut content)?;
    }
    pack.add("report.pdf", &contents.pdf.bytes)?;
    pack.add("report.json", contents.data)?;
    pack.add("judgements.json", &json(contents.judgements)?)?;
    for (path, content) in contents.journal {
        pack.add(&format!("journal/{}", file_name::safe_path(path)), content)?;
    }
    let manifest = manifest(contents, pack.files());
    pack.add("manifest.json", &json(&manifest)?)?;
    pack.finish()?;
    Ok(manifest)
}

fn manifest(contents: &PackContents<'_>, files: &[ManifestFile]) -> Manifest {
    let cover = contents.report.cover();
    Manifest {
        format: "sumun-evidence-pack/1",
        engagement_number: cover.engagement_number.clone(),
        revision: cover.revision,
        institution: cover.institution.clone(),
        catalog: cover.catalog.clone(),
        edition: cover.edition.clone(),
        issued_at: cover.issued_at,
        world: cover.world.clone(),
        files: files.to_vec(),
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, PackError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| PackError::Report(RenderError::Data(error)))?;
    bytes.push(b'\n');
    Ok(bytes)
}
