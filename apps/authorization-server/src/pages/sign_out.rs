//! Signing out.

use crate::visit::{Presence, Visit};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_sign_in::sign_out_page;
use sumun_web::{ErrorPage, Form};

/// `GET /sign-out`: asks first, because a link must not change anything.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let page = visit.page_for(&visitor, "sign-out-title");
    let detail = page.text("sign-out-detail").to_string();
    Ok(sign_out_page(page, detail, visit.server.entrance.forms(&visitor.token)))
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    // Another site's form comes without the cookie (SameSite), so nobody is signed out by it.
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    visitor.press(&visit, &form)?;
    let entrance = &visit.server.entrance;
    entrance.end(&visitor.session).await.map_err(|failure| visit.fail("sign-out", failure))?;
    Ok(entrance.signed_out())
}
