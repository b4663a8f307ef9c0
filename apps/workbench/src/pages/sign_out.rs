//! Signing out.

use super::frame::staff_page;
use crate::access::{Member, Refusal, SESSION_COOKIE, SealedForm, cookie_header};
use crate::deeds;
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use sumun_web::Page;

#[derive(askama::Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    page: Page,
    csrf: String,
}

/// `GET /sign-out`: asks first, because a link must not change anything.
pub(crate) async fn show(member: Member) -> Response {
    let view = SignOutPage { page: staff_page(&member, "sign-out-title"), csrf: member.csrf() };
    view.page.show(&view)
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(member: Member, _: SealedForm) -> Result<Response, Refusal> {
    deeds::sign_in::sign_out(&member).await.map_err(|error| member.refuse(error))?;
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&SESSION_COOKIE.clear()));
    Ok(response)
}
