//! Engagements (점검 건) as state machines, judgements append-only.
//!
//! This is the institution inspection of open banking as source 2 draws it
//! (lines 24 to 66): eleven stages from consultation to the final report, who
//! acts in each, and what must be true before the next. A judgement names its
//! author, its reason and the exact evidence (by hash) and catalog edition
//! that it rests on, and is never overwritten: a later judgement is a later row.
//!
//! Everything here is pure: a rule takes a [`CaseFile`] and `now` and answers
//! what to write; the [`EngagementStore`] and [`JudgementStore`] write it if
//! the engagement has not changed in between. Of the inspected institution
//! only a name and two numbers are known here.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod advance;
mod case_file;
mod deed;
mod engagement;
mod entries;
mod error;
mod finding;
mod judgement;
mod month;
mod number;
mod plan;
mod routing;
mod schedule;
mod seat;
mod seen;
mod self_check;
mod stage;
mod store;
mod text;

pub use advance::{Advance, StageStep};
pub use case_file::{CaseFile, IssuedReport};
pub use deed::{Deed, DeedKind, Doer};
pub use engagement::{ApplicantInstitution, CatalogEdition, Engagement, EngagementDraft};
pub use entries::{
    engagement_opened, evidence_added, finding_entry, judgement_recorded, plan_recorded, probe_run, report_issued,
    stage_advanced,
};
pub use error::{InputFault, InspectionError, ProcedureFault};
pub use finding::{Finding, FindingDeed, FindingDraft, FindingEvent, FindingState, Risk};
pub use judgement::{
    CriterionAnswer, CriterionResult, EvidenceReference, Judgement, JudgementDraft, Ruling, Sheet, Verdict,
};
pub use month::Month;
pub use number::EngagementNumber;
pub use plan::{PlanDraft, RemediationPlan};
pub use routing::{Deferral, InstitutionKind, InstitutionProfile, Routing, Substitution};
pub use schedule::{DueCheck, Milestone, Terms};
pub use seat::{Role, Seat, Turn};
pub use seen::{Seen, Unseen};
pub use self_check::{SelfCheck, SelfCheckAnswer};
pub use stage::{DocumentReview, Signatures, Stage, StageKind};
pub use store::{EngagementStore, EngagementSummary, EngagementWrite, JudgementStore};
