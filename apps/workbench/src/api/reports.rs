//! Reports by the API.

use super::views::ReportView;
use crate::access::{Permitted, Refusal};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Reports {
    reports: Vec<ReportView>,
}

/// `GET /api/v1/engagements/{engagement}/reports`.
pub(crate) async fn list(permit: Permitted<Case>) -> Response {
    let reports = permit.subject().file.reports.iter().map(ReportView::of).collect();
    json(StatusCode::OK, &Reports { reports })
}

/// `POST /api/v1/engagements/{engagement}/reports`, without a body.
pub(crate) async fn make(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let report = deeds::report::make(&permit).await.map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::CREATED, &ReportView::of(&report)))
}
