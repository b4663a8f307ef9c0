//! Withdrawing a consent (PR-021).

use super::consent_detail::own_consent;
use super::words::ConsentView;
use crate::visit::{Presence, Visit};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sumun_authorization::{CustomerFault, consent_withdrawn};
use sumun_consent::Ending;
use sumun_events::Event;
use sumun_web::{Crumb, ErrorPage, Form, Page};

#[derive(askama::Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    page: Page,
    crumbs: Vec<Crumb>,
    action: String,
    csrf: String,
    institution: String,
    app: String,
}

/// `GET /consents/{id}/withdraw`: says what will happen and asks.
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let consent = own_consent(&visit, &visitor, &id).await?;
    if !consent.is_active(visit.now) {
        return Ok(Redirect::to(&format!("/consents/{}", consent.id)).into_response());
    }
    let page = visit.page_for(&visitor, "withdraw-button");
    let view = ConsentView::of(&visit, &page, &consent, None).await?;
    let here = page.title.clone();
    let title = page.text("withdraw-title").with("institution", &view.institution).to_string();
    let view = WithdrawPage {
        crumbs: vec![Crumb::up("/consents", page.text("consents-title")), Crumb::here(here)],
        action: format!("/consents/{}/withdraw", consent.id),
        csrf: visitor.csrf(),
        institution: view.institution,
        app: view.app,
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}

/// `POST /consents/{id}/withdraw`: ended durably, then at the gateway, then answered.
pub(crate) async fn withdraw(visit: Visit, Path(id): Path<String>, form: Form) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    visitor.check_form(&form, visit.locale)?;
    let consent = own_consent(&visit, &visitor, &id).await?;
    let parts = &visit.server.parts;
    let entry = consent_withdrawn(visitor.person.actor(), &consent, visit.now);
    let ending = parts.consents.withdraw(visitor.person.id, consent.id, visit.now, &[entry]).await;
    match ending.map_err(|failure| visit.fail("withdraw", failure))? {
        // Told again when it had ended before: an earlier withdrawal may have been cut off right after its commit.
        Ending::Ended(_) | Ending::AlreadyEnded(_) => parts.bus.publish(&Event::ConsentEnded(consent.id)),
        Ending::NotFound => return Err(visit.fail("withdraw", CustomerFault::ConsentOfAnother)),
    }
    Ok(Redirect::to(&format!("/consents?withdrawn={}", consent.id)).into_response())
}
