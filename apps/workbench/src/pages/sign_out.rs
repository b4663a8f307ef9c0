//! Signing out.

use super::frame::staff_page;
use crate::access::{Member, Refusal, SealedForm};
use axum::response::Response;
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
    let entrance = &member.workbench().entrance;
    entrance.end(&member.session).await.map_err(|failure| member.refuse(failure))?;
    Ok(entrance.signed_out())
}
