//! Signing out.

use super::frame::staff_page;
use crate::access::{Member, Refusal, Scope};
use crate::submission::Submission;
use axum::response::Response;
use sumun_sign_in::Forms;
use sumun_web::Page;

#[derive(askama::Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    page: Page,
    forms: Forms,
}

/// `GET /sign-out`: asks first, because a link must not change anything.
pub(crate) async fn show(member: Member) -> Response {
    let view = SignOutPage { page: staff_page(&member, "sign-out-title"), forms: member.forms() };
    view.page.show(&view)
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(Submission { permit, mut form }: Submission<Scope>) -> Result<Response, Refusal> {
    let member = permit.member();
    form.press().map_err(|error| member.refuse(error))?;
    let entrance = &member.workbench().entrance;
    entrance.end(&member.session).await.map_err(|failure| member.refuse(failure))?;
    Ok(entrance.signed_out())
}
