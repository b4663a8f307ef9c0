//! Pushed authorization requests, RFC 9126.

use super::Refusal;
use super::client::authenticate;
use super::form::FormRequest;
use crate::Server;
use crate::answer::json;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use sumun_authorization::{AuthorizationError, AuthorizationRequest, REQUEST_URI_LIFETIME};
use sumun_ids::AuthorizationRequestId;

const PLACE: &str = "pushed authorization request";

#[derive(Serialize)]
struct PushedResponse {
    request_uri: String,
    expires_in: i64,
}

/// `POST /par`: answers 201 with the `request_uri` (RFC 9126 section 2.2).
pub(super) async fn push(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refusal> {
    let form = FormRequest::read(PLACE, request).await?;
    let answer = keep(&server, &form).await.map_err(|error| Refusal::Oauth(PLACE, error))?;
    Ok(json(StatusCode::CREATED, &answer))
}

async fn keep(server: &Server, form: &FormRequest) -> Result<PushedResponse, AuthorizationError> {
    let (app, _client) = authenticate(server, form).await?;
    let id = AuthorizationRequestId::from_random(server.parts.random.id_bytes());
    let request = AuthorizationRequest::read(&form.parameters, &app, &server.parts.addresses.gateway)?;
    let pushed = request.push(id, server.parts.clock.now());
    server.parts.authorizations.push(&pushed).await?;
    Ok(PushedResponse { request_uri: pushed.request_uri(), expires_in: REQUEST_URI_LIFETIME.seconds() })
}
