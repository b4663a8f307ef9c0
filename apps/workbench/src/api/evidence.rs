//! Evidence by the API.

use super::views::EvidenceView;
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use crate::error::{RequestFault, WorkbenchError};
use crate::upload;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use sumun_evidence::ItemCode;

#[derive(Serialize)]
struct EvidenceList {
    evidence: Vec<EvidenceView>,
}

/// `GET /api/v1/engagements/{engagement}/evidence`: every revision.
pub(crate) async fn list(permit: Permitted<Case>) -> Response {
    let evidence = permit.subject().evidence.iter().map(EvidenceView::of).collect();
    json(StatusCode::OK, &EvidenceList { evidence })
}

/// `GET /api/v1/engagements/{engagement}/evidence/{evidence}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([evidence]): PathName<1>) -> Result<Response, Refusal> {
    let evidence = permit.subject().evidence(&evidence).map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::OK, &EvidenceView::of(evidence)))
}

/// `POST /api/v1/engagements/{engagement}/evidence`, a form with one file:
/// `item` (one or more), `number`, `title`, `criterion` (any), `effective_on`, `revises`, `file`.
pub(crate) async fn add(permit: Permitted<Case>, body: Body) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let added = async {
        permit.seat()?;
        let upload = upload::receive(&permit, body).await.map_err(|rejected| rejected.error)?;
        let codes = upload.description.items.iter().map(|code| code.parse::<ItemCode>());
        let items = codes.collect::<Result<Vec<_>, _>>().map_err(|_| RequestFault::Field("item"))?;
        if items.is_empty() {
            return Err(WorkbenchError::from(RequestFault::Field("item")));
        }
        deeds::evidence::add_upload(&permit, items, upload).await
    };
    let evidence = added.await.map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::CREATED, &EvidenceView::of(&evidence)))
}
