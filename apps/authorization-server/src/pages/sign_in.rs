//! Signing in: the operator's own authentication of its customer (PR-011).

use super::words::app_name;
use crate::visit::{FORM_COOKIE, Presence, SESSION_COOKIE, Visit, cookie_header};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use std::time::Duration;
use sumun_authorization::{Parameters, Reference};
use sumun_identity::{NewSession, Realm, SessionEnd, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy};
use sumun_ids::SessionId;
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, FieldError, Form, Page, TextField, format};

/// How long a sign-in waits for its turn before it is told to come again.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// Tells the next page that this sign-in ended others (PR-055).
pub(super) const ENDED_ELSEWHERE: &str = "ended-elsewhere";

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    app: Option<String>,
    action: String,
    csrf: String,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
    login: TextField,
    password: TextField,
}

/// A message above the form.
struct Notice {
    tone: &'static str,
    title: String,
    detail: String,
}

/// `GET /sign-in`: the form, or straight on when somebody is signed in already.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let notice = match visit.presence().await? {
        Presence::SignedIn(_) => return Ok(Redirect::to(&destination(&visit, None)).into_response()),
        Presence::Away(end) => end.and_then(|end| ended_notice(&visit, end)),
    };
    respond(&visit, StatusCode::OK, notice, Vec::new(), "").await
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    visit.check_sign_in_form(&form)?;
    let (login, password) = (form.text("login")?, form.exact("password")?);
    let errors = missing(&visit, login, password);
    if !errors.is_empty() {
        return respond(&visit, StatusCode::UNPROCESSABLE_ENTITY, None, errors, login).await;
    }
    let token = SessionToken::from_random(visit.server.parts.random.secret_bytes());
    let outcome = match attempt(&visit, login, password, &token).await? {
        Some(outcome) => outcome,
        None => {
            let notice = notice(&visit, "sign-in-busy", None);
            return respond(&visit, StatusCode::SERVICE_UNAVAILABLE, Some(notice), Vec::new(), login).await;
        }
    };
    match outcome {
        SignInOutcome::SignedIn { ended_elsewhere, .. } => {
            let ended = (ended_elsewhere > 0).then_some(ENDED_ELSEWHERE);
            let mut response = Redirect::to(&destination(&visit, ended)).into_response();
            let headers = response.headers_mut();
            headers.append(header::SET_COOKIE, cookie_header(&SESSION_COOKIE.set(&token)));
            headers.append(header::SET_COOKIE, cookie_header(&FORM_COOKIE.clear()));
            Ok(response)
        }
        SignInOutcome::Refused { .. } => {
            let notice = notice(&visit, "sign-in-wrong", None);
            respond(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(notice), Vec::new(), login).await
        }
        SignInOutcome::Locked { until } => {
            let notice = notice(&visit, "sign-in-locked", Some(until));
            let mut response = respond(&visit, StatusCode::TOO_MANY_REQUESTS, Some(notice), Vec::new(), login).await?;
            let seconds = until.since(visit.now).seconds().max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
    }
}

/// Checks the password on a blocking thread, few at a time; `None` when it was not its turn in time.
async fn attempt(
    visit: &Visit,
    login: &str,
    password: &str,
    token: &SessionToken,
) -> Result<Option<SignInOutcome>, ErrorPage> {
    let server = &visit.server;
    let turn = tokio::time::timeout(TURN_TIMEOUT, server.password_checks.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Ok(None) };
    let sign_in =
        SignIn { store: server.parts.identities.as_ref(), realm: Realm::Customer, policy: SignInPolicy::STANDARD };
    let form = SignInForm { login: login.to_owned(), password: password.to_owned() };
    let session = NewSession { id: SessionId::from_random(server.parts.random.id_bytes()), token: token.clone() };
    let outcome = sign_in.attempt(form, session, visit.now, |check| async {
        tokio::task::spawn_blocking(move || check.run()).await.unwrap_or(false)
    });
    outcome.await.map(Some).map_err(|failure| visit.fail("sign-in", failure))
}

async fn respond(
    visit: &Visit,
    status: StatusCode,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
    login: &str,
) -> Result<Response, ErrorPage> {
    let page = visit.page("sign-in-title");
    let token = visit.form_token();
    let text = |key| page.text(key).to_string();
    let view = SignInPage {
        app: app_of(visit).await?,
        action: action(visit),
        csrf: token.csrf(),
        notice,
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
    Ok(response)
}

fn missing(visit: &Visit, login: &str, password: &str) -> Vec<FieldError> {
    let page = visit.page("sign-in-title");
    [("login", login), ("password", password)]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(field, _)| FieldError {
            field: field.to_owned(),
            label: page.text(&format!("sign-in-{field}")).to_string(),
            message: page.text(&format!("sign-in-{field}-missing")).to_string(),
        })
        .collect()
}

fn notice(visit: &Visit, key: &str, until: Option<Timestamp>) -> Notice {
    let page = visit.page("sign-in-title");
    let until = until.map_or_else(String::new, format::time_of_day);
    Notice {
        tone: "bad",
        title: page.text(&format!("{key}-title")).to_string(),
        detail: page.text(&format!("{key}-detail")).with("until", until).to_string(),
    }
}

fn ended_notice(visit: &Visit, end: SessionEnd) -> Option<Notice> {
    let key = match end {
        SessionEnd::SignedOut => return None,
        SessionEnd::SignedInElsewhere => "session-elsewhere",
        SessionEnd::Idle | SessionEnd::TooOld => "session-over",
    };
    Some(Notice { tone: "part", ..notice(visit, key, None) })
}

/// The authorization request that the customer is on the way to, if any.
fn reference(visit: &Visit) -> Option<Reference> {
    let parameters = Parameters::parse(visit.address.query()?.as_bytes()).ok()?;
    Reference::read(&parameters).ok()
}

/// Where to go after signing in. It is built from parsed ids, so it can lead
/// nowhere but to this server's own pages (FAPI 2.0 section 5.3.2.1 clause 7).
fn destination(visit: &Visit, notice: Option<&str>) -> String {
    let notice = notice.map(|notice| format!("notice={notice}"));
    match (reference(visit), notice) {
        (Some(reference), None) => format!("/authorize?{}", reference.query()),
        (Some(reference), Some(notice)) => format!("/authorize?{}&{notice}", reference.query()),
        (None, None) => "/consents".to_owned(),
        (None, Some(notice)) => format!("/consents?{notice}"),
    }
}

fn action(visit: &Visit) -> String {
    reference(visit).map_or_else(|| "/sign-in".to_owned(), |reference| format!("/sign-in?{}", reference.query()))
}

async fn app_of(visit: &Visit) -> Result<Option<String>, ErrorPage> {
    let Some(reference) = reference(visit) else { return Ok(None) };
    let app = visit.server.parts.participants.app(reference.app).await;
    let app = app.map_err(|failure| visit.fail("sign-in", failure))?;
    Ok(app.map(|app| app_name(&app, visit.locale).to_owned()))
}
