//! Signing in.

use crate::access::{FORM_COOKIE, Refusal, SESSION_COOKIE, Visit, cookie_header};
use crate::answer::{Answer, log};
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use sumun_identity::{SessionEnd, SessionToken};
use sumun_web::{FieldError, Form, Page, TextField};

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    action: String,
    csrf: String,
    notice: String,
    notice_tone: &'static str,
    errors: Vec<FieldError>,
    login: TextField,
    password: TextField,
}

/// `GET /sign-in`: the form, or straight on when somebody is signed in already.
pub(crate) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let notice = match visit.clone().member().await {
        Ok(_) => return Ok(Redirect::to(&visit.destination()).into_response()),
        Err(refusal) => match refusal.error() {
            WorkbenchError::Access(AccessFault::NotSignedIn(end)) => *end,
            _ => return Err(refusal),
        },
    };
    let notice = match notice {
        Some(SessionEnd::SignedInElsewhere) => Some("session-elsewhere"),
        Some(SessionEnd::Idle | SessionEnd::TooOld) => Some("session-over"),
        Some(SessionEnd::SignedOut) | None => None,
    };
    let notice = notice.map(|key| visit.page("sign-in-title").text(key).to_string());
    Ok(respond(&visit, StatusCode::OK, notice.map(|notice| ("part", notice)), Vec::new(), ""))
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(visit: Visit, form: Form) -> Result<Response, Refusal> {
    let read = |name| form.exact(name).map_err(|page| visit.refuse(RequestFault::of_page(&page)));
    let (login, password, csrf) = (read("login")?, read("password")?, read("csrf")?);
    if !visit.form_token().is_some_and(|token| token.accepts_csrf(csrf)) {
        return Err(visit.refuse(AccessFault::StaleForm).back_to("/sign-in"));
    }
    let errors = missing(&visit, login, password);
    if !errors.is_empty() {
        return Ok(respond(&visit, StatusCode::UNPROCESSABLE_ENTITY, None, errors, login));
    }
    match deeds::sign_in::sign_in(&visit, login, password).await {
        Ok(signed_in) => {
            let word = if signed_in.ended_elsewhere > 0 { "ended-elsewhere" } else { "signed-in" };
            let mut response = Redirect::to(&format!("{}?done={word}", visit.destination())).into_response();
            let headers = response.headers_mut();
            headers.append(header::SET_COOKIE, cookie_header(&SESSION_COOKIE.set(&signed_in.token)));
            headers.append(header::SET_COOKIE, cookie_header(&FORM_COOKIE.clear()));
            Ok(response)
        }
        Err(error) => Ok(refused(&visit, &error, login)),
    }
}

/// The form again, with what went wrong above it.
fn refused(visit: &Visit, error: &WorkbenchError, login: &str) -> Response {
    log("/sign-in", error);
    let answer = Answer::of(error);
    let status =
        if answer.status == StatusCode::UNAUTHORIZED { StatusCode::UNPROCESSABLE_ENTITY } else { answer.status };
    let words = answer.words(&visit.workbench.site.messages, visit.locale);
    let mut response = respond(visit, status, Some(("bad", words)), Vec::new(), login);
    if let WorkbenchError::Access(AccessFault::SignInLocked(until)) = error {
        let seconds = until.since(visit.now).seconds().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn respond(
    visit: &Visit,
    status: StatusCode,
    notice: Option<(&'static str, String)>,
    errors: Vec<FieldError>,
    login: &str,
) -> Response {
    let page = visit.page("sign-in-title");
    let random = &visit.workbench.parts.random;
    let token = visit.form_token().unwrap_or_else(|| SessionToken::from_random(random.secret_bytes()));
    let (notice_tone, notice) = notice.unwrap_or_default();
    let next = visit.destination();
    let text = |key| page.text(key).to_string();
    let view = SignInPage {
        action: format!("/sign-in?next={next}"),
        csrf: token.csrf(),
        notice,
        notice_tone,
        login: TextField::required("login", text("sign-in-login"))
            .kind("text", "username")
            .value(login)
            .checked(&errors),
        password: TextField::required("password", text("sign-in-password"))
            .kind("password", "current-password")
            .checked(&errors),
        errors,
        page,
    };
    let mut response = view.page.show_with(status, &view);
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&FORM_COOKIE.set(&token)));
    response
}

fn missing(visit: &Visit, login: &str, password: &str) -> Vec<FieldError> {
    let page = visit.page("sign-in-title");
    let typed = [("login", login), ("password", password)];
    let empty = typed.into_iter().filter(|(_, value)| value.is_empty());
    empty
        .map(|(field, _)| FieldError {
            field: field.to_owned(),
            label: page.text(&format!("sign-in-{field}")).to_string(),
            message: page.text(&format!("sign-in-{field}-missing")).to_string(),
        })
        .collect()
}
