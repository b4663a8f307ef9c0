//! Signing out.

use crate::pages::signed_in;
use crate::visit::{SESSION_COOKIE, Visit, cookie_header};
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use sumun_identity::SessionEnd;
use sumun_web::{Form, Page};

#[derive(askama::Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    page: Page,
    csrf: String,
}

pub(super) async fn show(visit: Visit) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    let view = SignOutPage { page: visit.page_for(&visitor, "sign-out-title"), csrf: visitor.csrf() };
    view.page.show(&view)
}

pub(super) async fn send(visit: Visit, form: Form) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    if let Err(page) = visitor.check_form(&form, visit.locale) {
        return page.into_response();
    }
    let identities = visit.bank.parts.identities.as_ref();
    if let Err(failure) = identities.end_session(&visitor.session, SessionEnd::SignedOut, visit.now).await {
        return visit.fail(failure).into_response();
    }
    let mut response = Redirect::to("/sign-in?ended=signed_out").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&SESSION_COOKIE.clear()));
    response
}
