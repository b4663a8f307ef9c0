//! Check items, judgements and plans by the API.

use super::ApiBody;
use super::views::{FindingView, ItemView, JudgementView, PlanView, SheetView};
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use crate::deeds::judgement::{FindingRequest, JudgementRequest};
use crate::error::{RequestFault, WorkbenchError};
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sumun_evidence::{CriterionCode, Digest};
use sumun_ids::EvidenceId;
use sumun_inspection::{CriterionAnswer, CriterionResult, EvidenceReference, Risk, Verdict};
use sumun_time::Date;

#[derive(Serialize)]
struct Items {
    items: Vec<ItemView>,
}

/// `GET /api/v1/engagements/{engagement}/items`.
pub(crate) async fn list(permit: Permitted<Case>) -> Response {
    let case = permit.subject();
    let items = case.book.items.iter().map(|item| ItemView::of(case, item)).collect();
    json(StatusCode::OK, &Items { items })
}

/// `GET /api/v1/engagements/{engagement}/items/{item}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([item]): PathName<1>) -> Result<Response, Refusal> {
    let case = permit.subject();
    let item = case.item(&item).map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::OK, &SheetView::of(case, item)))
}

/// A judgement as a program sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementBody {
    /// `implemented`, `partial`, `not_implemented` or `not_applicable`.
    verdict: String,
    reason: String,
    #[serde(default)]
    criteria: Vec<AnswerBody>,
    #[serde(default)]
    evidence: Vec<ReferenceBody>,
    finding: Option<FindingBody>,
}

/// The answer to one criterion.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    criterion: CriterionCode,
    /// `met`, `partly_met` or `not_met`.
    result: String,
    #[serde(default)]
    note: String,
}

/// A piece of evidence with the hash that the author saw.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceBody {
    id: EvidenceId,
    sha256: Digest,
}

/// What is to be repaired.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingBody {
    title: String,
    /// `high`, `medium` or `low`.
    risk: String,
    target_on: Option<Date>,
}

#[derive(Serialize)]
struct RulingView {
    judgement: JudgementView,
    finding: Option<FindingView>,
}

/// `POST /api/v1/engagements/{engagement}/items/{item}/judgements`.
pub(crate) async fn judge(
    permit: Permitted<Case>,
    PathName([item]): PathName<1>,
    ApiBody(body): ApiBody<JudgementBody>,
) -> Result<Response, Refusal> {
    let judged = async {
        let item = permit.subject().item(&item)?;
        deeds::judgement::judge(&permit, item, request_of(body)?).await
    };
    let ruling = judged.await.map_err(|error| permit.member().refuse(error))?;
    let view = RulingView {
        judgement: JudgementView::of(&ruling.judgement),
        finding: ruling.finding.as_ref().map(FindingView::of),
    };
    Ok(json(StatusCode::CREATED, &view))
}

fn request_of(body: JudgementBody) -> Result<JudgementRequest, WorkbenchError> {
    let answer = |answer: AnswerBody| {
        let result = CriterionResult::from_name(&answer.result).ok_or(RequestFault::Field("criteria"))?;
        Ok::<_, WorkbenchError>(CriterionAnswer { criterion: answer.criterion, result, note: answer.note })
    };
    let finding = |finding: FindingBody| {
        let risk = Risk::from_name(&finding.risk).ok_or(RequestFault::Field("finding_risk"))?;
        Ok::<_, WorkbenchError>(FindingRequest { title: finding.title, risk, target_on: finding.target_on })
    };
    let cited = body.evidence.into_iter();
    Ok(JudgementRequest {
        verdict: Verdict::from_name(&body.verdict).ok_or(RequestFault::Field("verdict"))?,
        reason: body.reason,
        criteria: body.criteria.into_iter().map(answer).collect::<Result<_, _>>()?,
        evidence: cited.map(|one| EvidenceReference { id: one.id, sha256: one.sha256 }).collect(),
        finding: body.finding.map(finding).transpose()?,
        seen: None,
    })
}

/// A plan as a program sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanBody {
    /// The month, such as `2027-02`.
    target: String,
    steps: Vec<String>,
}

/// `POST /api/v1/engagements/{engagement}/items/{item}/plans`.
pub(crate) async fn plan(
    permit: Permitted<Case>,
    PathName([item]): PathName<1>,
    ApiBody(body): ApiBody<PlanBody>,
) -> Result<Response, Refusal> {
    let planned = async {
        let item = permit.subject().item(&item)?;
        deeds::plan::plan(&permit, item, body.target.parse()?, body.steps, None).await
    };
    let plan = planned.await.map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::CREATED, &PlanView::of(&plan)))
}
