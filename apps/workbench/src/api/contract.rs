//! The document of this API.

use axum::response::{IntoResponse, Response};
use http::header;

/// OpenAPI 3.1, as it stands in `contracts/`. The tests hold every route and
/// every answer to it.
pub(crate) const DOCUMENT: &str = include_str!("../../../../contracts/workbench/v1.json");

/// `GET /api/v1/openapi.json`.
pub(crate) async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
