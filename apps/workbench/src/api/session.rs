//! Signing in and out by the API.

use super::ApiBody;
use crate::access::{Member, Refusal, Visit};
use crate::answer::json;
use crate::error::{AccessFault, PlatformFault, RequestFault, WorkbenchError};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sumun_identity::{SignInForm, Staff, StaffRole};
use sumun_ids::{InstitutionId, StaffId};
use sumun_sign_in::{OpenedSession, SignInAnswer, SignInFault};

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
    let form = SignInForm { login: body.login, password: body.password };
    match visit.workbench.entrance.sign_in(visit.origin, form).await.map_err(|failure| visit.refuse(failure))? {
        SignInAnswer::Opened(OpenedSession { token, ended_elsewhere }) => {
            Ok(json(StatusCode::CREATED, &SessionView { token: token.to_cookie(), ended_elsewhere }))
        }
        SignInAnswer::Refused(refused) => Err(visit.refuse(refused.fault)),
    }
}

/// The fault of a sign-in as one of the workbench.
impl From<SignInFault> for WorkbenchError {
    fn from(fault: SignInFault) -> Self {
        match fault {
            SignInFault::Missing(fields) => RequestFault::Field(fields.first().unwrap_or(&"login")).into(),
            SignInFault::Wrong => AccessFault::SignInRefused.into(),
            SignInFault::Locked { until } => AccessFault::SignInLocked(until).into(),
            SignInFault::Busy => PlatformFault::Busy.into(),
        }
    }
}

/// `GET /api/v1/session`.
pub(crate) async fn show(member: Member) -> Response {
    json(StatusCode::OK, &StaffView::of(&member.staff))
}

/// `DELETE /api/v1/session`.
pub(crate) async fn sign_out(member: Member) -> Result<Response, Refusal> {
    let ended = member.workbench().entrance.end(&member.session).await;
    ended.map_err(|failure| member.refuse(failure))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
