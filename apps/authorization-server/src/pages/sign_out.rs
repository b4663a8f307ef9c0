//! Signing out.

use crate::visit::{Presence, SESSION_COOKIE, Visit, cookie_header};
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use sumun_identity::SessionEnd;
use sumun_web::{ErrorPage, Form, Page};

#[derive(askama::Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    page: Page,
    csrf: String,
}

/// `GET /sign-out`: asks first, because a link must not change anything.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let view = SignOutPage { page: visit.page_for(&visitor, "sign-out-title"), csrf: visitor.csrf() };
    Ok(view.page.show(&view))
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    if let Presence::SignedIn(visitor) = visit.presence().await? {
        visitor.check_form(&form, visit.locale)?;
        let end = visit.server.parts.identities.end_session(&visitor.session, SessionEnd::SignedOut, visit.now);
        end.await.map_err(|failure| visit.fail("sign-out", failure))?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&SESSION_COOKIE.clear()));
    Ok(response)
}
