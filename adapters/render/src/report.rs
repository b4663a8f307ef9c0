//! The official report as a PDF.

mod letters;
mod view;

pub use letters::unprintable;

use sha2::{Digest, Sha256};
use std::fmt;
use sumun_reports::EngagementReport;
use sumun_time::Timestamp;
use sumun_typeset::{Input, Pdf, TypesetError, compile};

const TEMPLATE: &str = include_str!("../templates/report.typ");

/// Why a report could not be made; always our own fault.
#[derive(Debug)]
pub enum RenderError {
    /// The report could not be written as JSON.
    Data(serde_json::Error),
    /// The document could not be set.
    Typeset(TypesetError),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(_) => f.write_str("the report could not be written as data"),
            Self::Typeset(_) => f.write_str("the report could not be set as a document"),
        }
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Data(error) => Some(error),
            Self::Typeset(error) => Some(error),
        }
    }
}

/// The report of an engagement as a PDF of A4 pages in Korean: cover and
/// summary, list of items, one sheet A to E for each item, evidence with whole
/// hashes, and the journal. Takes about a second of one processor, so an async
/// caller gives it to a blocking thread. The same report gives the same bytes.
///
/// # Errors
/// [`RenderError`], which no report can cause that passed its check.
pub fn render_report(report: &EngagementReport) -> Result<Pdf, RenderError> {
    let data = report_json(report)?;
    let view = view::view(report, &hex(&Sha256::digest(&data)));
    let view = serde_json::to_vec(&view).map_err(RenderError::Data)?;
    let cover = report.cover();
    let identity = format!("{}-R{}", cover.engagement_number, cover.revision);
    let input = Input {
        template: TEMPLATE,
        files: &[("data.json", &view)],
        identity: &identity,
        made_at: utc(cover.issued_at),
    };
    compile(&input).map_err(RenderError::Typeset)
}

/// The report as data (`report.json` of the evidence pack). The PDF prints the
/// SHA-256 of exactly these bytes.
///
/// # Errors
/// [`RenderError::Data`].
pub fn report_json(report: &EngagementReport) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(report).map_err(RenderError::Data)?;
    bytes.push(b'\n');
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn utc(at: Timestamp) -> (i32, u8, u8, u8, u8, u8) {
    let seconds = at.seconds();
    let (year, month, day) = sumun_time::Date::from_days_since_epoch(seconds.div_euclid(86_400)).year_month_day();
    let second = seconds.rem_euclid(86_400);
    (year, month, day, (second / 3_600) as u8, (second / 60 % 60) as u8, (second % 60) as u8)
}
