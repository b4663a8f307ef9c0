//! Signing out.

use super::signed_in;
use crate::visit::Visit;
use axum::response::{IntoResponse, Response};
use sumun_sign_in::sign_out_page;
use sumun_web::Form;

/// `GET /sign-out`: asks first, because a link must not change anything.
pub(super) async fn show(visit: Visit) -> Result<Response, Response> {
    let visitor = signed_in(&visit).await?;
    let page = visit.page_for(&visitor, "sign-out-title");
    let detail = page.text("sign-out-detail").to_string();
    Ok(sign_out_page(page, detail, visit.bank.entrance.forms(&visitor.token)))
}

/// `POST /sign-out`.
pub(super) async fn send(visit: Visit, form: Form) -> Result<Response, Response> {
    // Another site's form comes without the cookie (SameSite), so nobody is signed out by it.
    let visitor = signed_in(&visit).await?;
    visitor.press(&visit, &form).map_err(IntoResponse::into_response)?;
    let entrance = &visit.bank.entrance;
    entrance.end(&visitor.session).await.map_err(|failure| visit.fail(failure).into_response())?;
    Ok(entrance.signed_out())
}
