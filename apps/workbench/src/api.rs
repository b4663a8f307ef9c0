//! The JSON API: everything that the pages do, under `/api/v1`.
//!
//! A program signs in at `POST /api/v1/session` and sends the token of the
//! answer as `Authorization: Bearer`. A browser's cookie is taken as well;
//! then whatever changes something needs the header `x-csrf-token`. Names are
//! in snake case, times in RFC 3339, days and months in ISO 8601, hashes in
//! hexadecimal digits. Errors are problem details (RFC 9457); `code` names the
//! fault, `errors[].pointer` the field. No call has a query: a parameter in one
//! is refused.

pub(crate) mod contract;
pub(crate) mod engagements;
pub(crate) mod evidence;
pub(crate) mod findings;
pub(crate) mod items;
pub(crate) mod probes;
pub(crate) mod reports;
pub(crate) mod session;
mod views;

use crate::access::{Refusal, Visit};
use crate::error::RequestFault;
use crate::workbench::Workbench;
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use sumun_jose::{JsonError, JsonLimits, parse_json_composed};

/// How much of a parameter's name is told back.
const NAME_SHOWN_MAX: usize = 64;

/// That a query has no parameter that its operation does not know. No operation
/// of this API has any, so what a program meant by one would be lost in silence.
pub(crate) struct KnownQuery;

impl FromRequestParts<Arc<Workbench>> for KnownQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let mut pairs = parts.uri.query().unwrap_or_default().split('&');
        let Some(pair) = pairs.find(|pair| !pair.is_empty()) else { return Ok(Self) };
        let name = pair.split('=').next().unwrap_or_default().chars().take(NAME_SHOWN_MAX).collect();
        let Ok(visit) = Visit::from_request_parts(parts, workbench).await;
        Err(visit.refuse(RequestFault::Parameter(name)))
    }
}

/// A JSON body of shape `T`: no repeated names, no unknown ones, bounded in
/// length and depth, its texts in their one spelling.
pub(crate) struct ApiBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Workbench>> for ApiBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, workbench).await;
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
            return Err(visit.refuse(RequestFault::ContentType));
        }
        let limits = JsonLimits::BODY;
        let body = to_bytes(body, limits.bytes_max).await.map_err(|_| visit.refuse(RequestFault::TooLarge))?;
        let value = parse_json_composed(&body, limits).map_err(|error| match error {
            JsonError::TooLong { .. } => visit.refuse(RequestFault::TooLarge),
            other => visit.refuse(RequestFault::Json(other.to_string())),
        })?;
        serde_json::from_value(value).map(Self).map_err(|error| visit.refuse(RequestFault::Json(error.to_string())))
    }
}
