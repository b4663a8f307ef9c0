//! Documents: the official report as a PDF, the evidence pack, OSCAL.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod oscal;
mod pack;
mod report;
pub mod spreadsheet;

pub use pack::{
    EvidenceReference, JudgementRecord, Manifest, ManifestFile, PackContents, PackError, PackedEvidence, evidence_pack,
};
pub use report::{RenderError, render_report, report_json, unprintable};
pub use sumun_typeset::Pdf;
