//! Findings by the API.

use super::ApiBody;
use super::views::FindingView;
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sumun_ids::FindingId;
use sumun_inspection::FindingDeed;

#[derive(Serialize)]
struct Findings {
    findings: Vec<FindingView>,
}

/// `GET /api/v1/engagements/{engagement}/findings`.
pub(crate) async fn list(permit: Permitted<Case>) -> Response {
    let findings = permit.subject().file.findings.iter().map(FindingView::of).collect();
    json(StatusCode::OK, &Findings { findings })
}

/// What is done to a finding.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// `submit_repair`, `send_back` or `confirm`.
    deed: String,
    note: String,
}

/// `POST /api/v1/engagements/{engagement}/findings/{finding}`.
pub(crate) async fn answer(
    permit: Permitted<Case>,
    PathName([finding]): PathName<1>,
    ApiBody(body): ApiBody<AnswerBody>,
) -> Result<Response, Refusal> {
    let member = permit.member().clone();
    let answered = async {
        let id: FindingId = finding.parse().map_err(|_| AccessFault::NotFound)?;
        let deed = FindingDeed::from_name(&body.deed).ok_or(RequestFault::Field("deed"))?;
        deeds::finding::answer(&permit, id, deed, &body.note, None).await?;
        let after = permit.reloaded().await?;
        let finding = after.subject().file.findings.iter().find(|known| known.id == id).map(FindingView::of);
        finding.ok_or(WorkbenchError::from(AccessFault::NotFound))
    };
    let finding = answered.await.map_err(|error| member.refuse(error))?;
    Ok(json(StatusCode::OK, &finding))
}
