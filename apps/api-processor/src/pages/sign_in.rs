//! Sign-in of a customer at the bank.

use crate::visit::{FORM_COOKIE, Presence, SESSION_COOKIE, Visit, cookie_header};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, header};
use sumun_identity::{NewSession, Realm, SessionEnd, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy};
use sumun_ids::SessionId;
use sumun_web::{ErrorPage, FieldError, Form, Page, TextField, format};

/// The address of the sign-in page that leads back to `path` afterwards.
pub(super) fn address(path: &str, end: Option<SessionEnd>) -> String {
    let ended = end.map(|end| format!("&ended={}", end.name())).unwrap_or_default();
    format!("/sign-in?next={}{ended}", own_path(path).unwrap_or("/transfers"))
}

/// Only pages of this site, of letters that need no escape.
fn own_path(path: &str) -> Option<&str> {
    let known = ["/transfers", "/notices", "/accounts"].iter().any(|place| path.starts_with(place));
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-'));
    (known && plain && !path.ends_with("/decision")).then_some(path)
}

/// Why nobody was signed in, in words.
struct Refusal {
    title: String,
    detail: String,
}

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    csrf: String,
    next: String,
    ended: Option<String>,
    refusal: Option<Refusal>,
    errors: Vec<FieldError>,
    login: TextField,
    password: TextField,
}

pub(super) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let next = visit.query("next").and_then(own_path).unwrap_or("/transfers").to_owned();
    if let Presence::SignedIn(_) = visit.presence().await? {
        return Ok(Redirect::to(&next).into_response());
    }
    let ended = visit.query("ended").and_then(|name| name.parse::<SessionEnd>().ok());
    Ok(view(&visit, next, Attempt { ended, ..Attempt::default() }))
}

pub(super) async fn send(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    visit.check_sign_in_form(&form)?;
    let next = own_path(form.text("next")?).unwrap_or("/transfers").to_owned();
    let (login, password) = (form.text("login")?.to_owned(), form.exact("password")?.to_owned());
    let mut attempt = Attempt { login: login.clone(), ..Attempt::default() };
    if login.is_empty() {
        attempt.missing.push("login");
    }
    if password.is_empty() {
        attempt.missing.push("password");
    }
    if !attempt.missing.is_empty() {
        return Ok(view(&visit, next, attempt));
    }
    let Ok(_place) = visit.bank.password_checks.try_acquire() else {
        attempt.refused = Some((StatusCode::SERVICE_UNAVAILABLE, "sign-in-busy", None));
        return Ok(view(&visit, next, attempt));
    };
    let random = &visit.bank.parts.random;
    let token = SessionToken::from_random(random.secret_bytes());
    let session = NewSession { id: SessionId::from_random(random.id_bytes()), token: token.clone() };
    let identities = visit.bank.parts.identities.as_ref();
    let sign_in = SignIn { store: identities, realm: Realm::Customer, policy: SignInPolicy::STANDARD };
    let outcome = sign_in.attempt(SignInForm { login, password }, session, visit.now, |check| async {
        tokio::task::spawn_blocking(move || check.run()).await.unwrap_or(false)
    });
    attempt.refused = match outcome.await.map_err(|failure| visit.fail(failure))? {
        SignInOutcome::SignedIn { .. } => {
            let mut response = Redirect::to(&next).into_response();
            let cookies = [SESSION_COOKIE.set(&token), FORM_COOKIE.clear()];
            for cookie in cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie_header(&cookie));
            }
            return Ok(response);
        }
        SignInOutcome::Refused { .. } => Some((StatusCode::UNAUTHORIZED, "sign-in-wrong", None)),
        SignInOutcome::Locked { until } => {
            let until = format::date_time_near(until, visit.now, visit.locale);
            Some((StatusCode::TOO_MANY_REQUESTS, "sign-in-locked", Some(until)))
        }
    };
    Ok(view(&visit, next, attempt))
}

/// What was typed before, and what came of it.
#[derive(Default)]
struct Attempt {
    ended: Option<SessionEnd>,
    login: String,
    missing: Vec<&'static str>,
    refused: Option<(StatusCode, &'static str, Option<String>)>,
}

fn view(visit: &Visit, next: String, attempt: Attempt) -> Response {
    let page = visit.page("sign-in-title");
    let text = |key: &str| page.text(key).to_string();
    let errors: Vec<FieldError> = attempt
        .missing
        .iter()
        .map(|field| FieldError {
            field: (*field).to_owned(),
            label: text(&format!("sign-in-{field}")),
            message: text(&format!("sign-in-{field}-missing")),
        })
        .collect();
    let refusal = attempt.refused.as_ref().map(|(_, key, until)| Refusal {
        title: text(&format!("{key}-title")),
        detail: page.text(&format!("{key}-detail")).with("until", until.as_deref().unwrap_or_default()).to_string(),
    });
    let status = match (&attempt.refused, errors.is_empty()) {
        (Some((status, ..)), _) => *status,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let ended = attempt.ended.map(|end| match end {
        SessionEnd::SignedOut => text("ended-signed-out"),
        SessionEnd::SignedInElsewhere => text("ended-elsewhere"),
        SessionEnd::Idle | SessionEnd::TooOld => text("ended-time"),
    });
    let token = visit.form_token();
    let view = SignInPage {
        csrf: token.csrf(),
        next,
        ended,
        refusal,
        login: TextField::required("login", text("sign-in-login"))
            .kind("text", "username")
            .value(attempt.login)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_a_page_of_this_site_only() {
        assert_eq!(address("/transfers/trf_0", None), "/sign-in?next=/transfers/trf_0");
        assert_eq!(address("/notices", Some(SessionEnd::Idle)), "/sign-in?next=/notices&ended=idle");
        for path in [
            "//evil.example",
            "https://evil.example",
            "/transfers?x=//e",
            "/\\evil",
            "/sign-out",
            "/transfers/x/decision",
        ] {
            assert_eq!(address(path, None), "/sign-in?next=/transfers", "{path}");
        }
    }
}
