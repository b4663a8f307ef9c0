//! Documents: PDF, evidence pack, OSCAL.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod report;

pub use report::{RenderError, render_report, report_json};
pub use sumun_typeset::Pdf;
