//! Official reports as one model, free of any file format.
//!
//! The sheet is the one of chapter IV of the self-check guide (source 1): a
//! header of 보안영역, 점검분야, 보안점검 항목 and 세부점검항목, then A 점검기준,
//! B 증빙자료, C 점검결과, D 점검결과 요약 and E 향후 이행계획. A report of an
//! engagement is a cover, one sheet for each item, and what proves them: the
//! evidence by hash and a checkpoint of the journal.
//!
//! A [`ReportDraft`] is plain data that anyone may fill. [`ReportDraft::check`]
//! turns it into an [`EngagementReport`], which cannot break the rules of the
//! sheet; only that is rendered. Names of people arrive here already masked.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod check;
mod engagement;
mod marks;
mod plain_text;
mod sheet;
mod verdict;

pub use check::ReportFault;
pub use engagement::{
    AreaSummary, Cover, EngagementReport, EvidenceUse, JournalCheckpoint, ReportDraft, Signature, VerdictCounts,
};
pub use marks::{bears_mark, indent};
pub use plain_text::plain_text;
pub use sheet::{Criterion, Evidence, Judgement, Numbered, RemediationPlan, Sheet, SummaryPoint, YearMonth};
pub use verdict::{Fulfilment, Verdict, derive_verdict};
