//! Signing in and out by the API.

use super::ApiBody;
use crate::access::{Member, Refusal, Visit};
use crate::answer::json;
use crate::deeds;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sumun_identity::{Staff, StaffRole};
use sumun_ids::{InstitutionId, StaffId};

/// What a program sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInBody {
    login: String,
    password: String,
}

#[derive(Serialize)]
struct SessionView {
    /// Goes into `Authorization: Bearer`.
    token: String,
    /// How many older sessions of the same person this one ended.
    ended_elsewhere: u32,
}

#[derive(Serialize)]
struct StaffView {
    id: StaffId,
    name: String,
    role: &'static str,
    institution: Option<InstitutionId>,
}

impl StaffView {
    fn of(staff: &Staff) -> Self {
        let (role, institution) = match staff.role {
            StaffRole::Applicant { institution } => ("applicant", Some(institution)),
            StaffRole::Inspector => ("inspector", None),
            StaffRole::Operator => ("operator", None),
        };
        Self { id: staff.id, name: staff.name.clone(), role, institution }
    }
}

/// `POST /api/v1/session`.
pub(crate) async fn sign_in(visit: Visit, ApiBody(body): ApiBody<SignInBody>) -> Result<Response, Refusal> {
    let signed_in = deeds::sign_in::sign_in(&visit, &body.login, &body.password).await;
    let signed_in = signed_in.map_err(|error| visit.refuse(error))?;
    let view = SessionView { token: signed_in.token.to_cookie(), ended_elsewhere: signed_in.ended_elsewhere };
    Ok(json(StatusCode::CREATED, &view))
}

/// `GET /api/v1/session`.
pub(crate) async fn show(member: Member) -> Response {
    json(StatusCode::OK, &StaffView::of(&member.staff))
}

/// `DELETE /api/v1/session`.
pub(crate) async fn sign_out(member: Member) -> Result<Response, Refusal> {
    deeds::sign_in::sign_out(&member).await.map_err(|error| member.refuse(error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
