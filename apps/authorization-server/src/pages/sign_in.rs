//! Signing in: the operator's own authentication of its customer (PR-011).

use super::words::app_name;
use crate::visit::{Presence, Visit};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_authorization::{Parameters, Reference};
use sumun_sign_in::{SignInAnswer, SignInWords};
use sumun_web::{ErrorPage, Form};

/// `GET /sign-in`: the form, or straight on when somebody is signed in already.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    Ok(match visit.presence().await? {
        Presence::SignedIn(_) => Redirect::to(&destination(&visit)).into_response(),
        Presence::Away(end) => visit.server.entrance.sign_in_page(&visit, words(&visit).await?, end),
    })
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    let (entrance, typed) = (&visit.server.entrance, visit.sign_in_form(&form)?);
    Ok(match entrance.sign_in_once(typed).await.map_err(|failure| visit.fail("sign-in", failure))? {
        SignInAnswer::Opened(opened) => entrance.lead_on(&opened, &opened.telling(destination(&visit))),
        SignInAnswer::Refused(refused) => entrance.sign_in_again(&visit, words(&visit).await?, refused),
    })
}

async fn words(visit: &Visit) -> Result<SignInWords, ErrorPage> {
    let page = visit.page("sign-in-title");
    let lead = match app_of(visit).await? {
        Some(app) => page.text("sign-in-for-app").with("app", app).to_string(),
        None => page.text("sign-in-for-consents").to_string(),
    };
    let caution = page.text("sign-in-caution").with("operator", page.operator()).to_string();
    Ok(SignInWords { lead, caution: Some(caution), page })
}

/// The authorization request that the customer is on the way to, if any.
fn reference(visit: &Visit) -> Option<Reference> {
    let parameters = Parameters::parse(visit.address.query()?.as_bytes()).ok()?;
    Reference::read(&parameters).ok()
}

/// Where to go after signing in. It is built from parsed ids, so it can lead
/// nowhere but to this server's own pages (FAPI 2.0 section 5.3.2.1 clause 7).
fn destination(visit: &Visit) -> String {
    reference(visit).map_or_else(|| "/consents".to_owned(), |reference| format!("/authorize?{}", reference.query()))
}

async fn app_of(visit: &Visit) -> Result<Option<String>, ErrorPage> {
    let Some(reference) = reference(visit) else { return Ok(None) };
    let app = visit.server.parts.participants.app(reference.app).await;
    let app = app.map_err(|failure| visit.fail("sign-in", failure))?;
    Ok(app.map(|app| app_name(&app, visit.locale).to_owned()))
}
