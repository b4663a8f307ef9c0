//! Engagements by the API.

use super::ApiBody;
use super::views::{CaseView, EngagementView, InstitutionView, StepView, SummaryView};
use crate::access::{Permitted, Refusal, Scope};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use crate::deeds::opening::OpeningRequest;
use crate::error::{RequestFault, WorkbenchError};
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sumun_evidence::ItemCode;
use sumun_ids::{EngagementId, InstitutionId};
use sumun_inspection::{Deed, DeedKind, InstitutionKind, InstitutionProfile, SelfCheck, SelfCheckAnswer};
use sumun_time::Date;

#[derive(Serialize)]
struct Institutions {
    institutions: Vec<InstitutionView>,
}

#[derive(Serialize)]
struct Engagements {
    engagements: Vec<SummaryView>,
}

#[derive(Serialize)]
struct Steps {
    steps: Vec<StepView>,
}

/// `GET /api/v1/institutions`: those that this person may open an engagement for.
pub(crate) async fn institutions(permit: Permitted<Scope>) -> Result<Response, Refusal> {
    let known = deeds::opening::institutions(&permit).await.map_err(|error| permit.member().refuse(error))?;
    let institutions = known.into_iter().map(|one| InstitutionView {
        id: one.id,
        name_ko: one.name_ko,
        name_en: one.name_en,
        business_number: one.business_number,
    });
    Ok(json(StatusCode::OK, &Institutions { institutions: institutions.collect() }))
}

/// `GET /api/v1/engagements`.
pub(crate) async fn list(permit: Permitted<Scope>) -> Result<Response, Refusal> {
    let store = &permit.workbench().parts.engagements;
    let engagements = store.engagements(permit.subject().institution()).await;
    let engagements = engagements.map_err(|failure| permit.member().refuse(failure))?;
    let engagements = engagements.iter().map(SummaryView::of).collect();
    Ok(json(StatusCode::OK, &Engagements { engagements }))
}

/// What opens an engagement.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    institution: InstitutionId,
    /// `bank`, `electronic_financial_business` or `other`.
    kind: String,
    #[serde(default)]
    holds_isms: bool,
    #[serde(default)]
    used_former_platform: bool,
}

/// `POST /api/v1/engagements`.
pub(crate) async fn open(permit: Permitted<Scope>, ApiBody(body): ApiBody<OpenBody>) -> Result<Response, Refusal> {
    let refuse = |error: WorkbenchError| permit.member().refuse(error);
    let kind = InstitutionKind::from_name(&body.kind).ok_or_else(|| refuse(RequestFault::Field("kind").into()))?;
    let profile =
        InstitutionProfile { kind, holds_isms: body.holds_isms, used_former_platform: body.used_former_platform };
    let id = EngagementId::from_random(permit.workbench().parts.random.id_bytes());
    let request = OpeningRequest { id, institution: body.institution, profile };
    let opened = deeds::opening::open(&permit, request).await.map_err(refuse)?;
    Ok(json(StatusCode::CREATED, &EngagementView::of(&opened)))
}

/// `GET /api/v1/engagements/{engagement}`.
pub(crate) async fn show(permit: Permitted<Case>) -> Response {
    json(StatusCode::OK, &CaseView::of(&permit))
}

/// `GET /api/v1/engagements/{engagement}/log`.
pub(crate) async fn log(permit: Permitted<Case>) -> Response {
    let steps = permit.subject().file.steps.iter().map(StepView::of).collect();
    json(StatusCode::OK, &Steps { steps })
}

/// What moves an engagement on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeedBody {
    deed: String,
    #[serde(default)]
    note: String,
    service_started_on: Option<Date>,
    #[serde(default)]
    answers: Vec<AnswerBody>,
}

/// One answer of a self-check.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    item: ItemCode,
    satisfied: bool,
    #[serde(default)]
    note: String,
}

/// `POST /api/v1/engagements/{engagement}/deeds`.
pub(crate) async fn act(permit: Permitted<Case>, ApiBody(body): ApiBody<DeedBody>) -> Result<Response, Refusal> {
    let deed = match deed_of(&permit, body) {
        Ok(deed) => deed,
        Err(error) => return Err(permit.member().refuse(error)),
    };
    if let Err(error) = deeds::advance::advance(&permit, deed, None).await {
        return Err(permit.member().refuse(error));
    }
    let member = permit.member().clone();
    let after = permit.reloaded().await.map_err(|error| member.refuse(error))?;
    Ok(json(StatusCode::OK, &CaseView::of(&after)))
}

fn deed_of(permit: &Permitted<Case>, body: DeedBody) -> Result<Deed, WorkbenchError> {
    let kind = DeedKind::from_name(&body.deed).ok_or(RequestFault::Field("deed"))?;
    let answers = body.answers.into_iter();
    let answers = answers.map(|one| SelfCheckAnswer { item: one.item, satisfied: one.satisfied, note: one.note });
    let started = body.service_started_on;
    deed_with(kind, body.note, started, || Ok(SelfCheck::new(answers.collect(), permit.subject().book.codes())?))
}

/// The deed of this kind with what it carries.
pub(crate) fn deed_with(
    kind: DeedKind,
    note: String,
    service_started_on: Option<Date>,
    self_check: impl FnOnce() -> Result<SelfCheck, WorkbenchError>,
) -> Result<Deed, WorkbenchError> {
    Ok(match kind {
        DeedKind::BeginConsulting => Deed::BeginConsulting,
        DeedKind::BeginDocumentReview => Deed::BeginDocumentReview,
        DeedKind::DeferInspection => {
            let service_started_on = service_started_on.ok_or(RequestFault::Field("service_started_on"))?;
            Deed::DeferInspection { service_started_on }
        }
        DeedKind::SubmitSelfCheck => Deed::SubmitSelfCheck(self_check()?),
        DeedKind::SubmitDocuments => Deed::SubmitDocuments,
        DeedKind::RequestDocuments => Deed::RequestDocuments { note },
        DeedKind::CompleteReview => Deed::CompleteReview,
        DeedKind::Apply => Deed::Apply,
        DeedKind::AcceptApplication => Deed::AcceptApplication,
        DeedKind::SignContract => Deed::SignContract,
        DeedKind::BeginWrittenCheck => Deed::BeginWrittenCheck,
        DeedKind::ConcludeWrittenCheck => Deed::ConcludeWrittenCheck,
        DeedKind::SendWrittenResult => Deed::SendWrittenResult,
        DeedKind::SubmitAmendedDocuments => Deed::SubmitAmendedDocuments,
        DeedKind::ConcludeOnsiteCheck => Deed::ConcludeOnsiteCheck,
        DeedKind::SendOnsiteResult => Deed::SendOnsiteResult,
        DeedKind::SendFinalReport => Deed::SendFinalReport,
    })
}
