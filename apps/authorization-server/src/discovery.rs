//! What the server publishes about itself: metadata (RFC 8414) and keys (RFC 7517).

use crate::Server;
use crate::answer::json;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;
use sumun_authorization::Metadata;

/// Apps may keep both documents for five minutes; a key is published at least that long before it signs.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// `GET /.well-known/oauth-authorization-server`.
pub(crate) async fn metadata(State(server): State<Arc<Server>>) -> Response {
    cached(json(StatusCode::OK, &Metadata::of(&server.parts.addresses)))
}

/// `GET /jwks`.
pub(crate) async fn jwks(State(server): State<Arc<Server>>) -> Response {
    cached(json(StatusCode::OK, &server.parts.key_set.to_json()))
}

fn cached(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE_CONTROL);
    response.headers_mut().remove(header::PRAGMA);
    response
}
