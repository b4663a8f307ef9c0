//! Withdrawing a consent (PR-021).

use super::consent_detail::own_consent;
use super::words::ConsentView;
use crate::completion::to_the_end;
use crate::visit::{Presence, Visit};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
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
    let entry = consent_withdrawn(visitor.person.actor(), &consent, visit.now);
    let (server, customer, now) = (Arc::clone(&visit.server), visitor.person.id, visit.now);
    let ending = to_the_end(async move {
        let ending = server.parts.consents.withdraw(customer, consent.id, now, &[entry]).await?;
        // Told again when it had ended before: a process may have ended right after its commit.
        if !matches!(ending, Ending::NotFound) {
            server.parts.bus.publish(&Event::ConsentEnded(consent.id));
        }
        Ok(ending)
    });
    if matches!(ending.await.map_err(|error| visit.fail("withdraw", error))?, Ending::NotFound) {
        return Err(visit.fail("withdraw", CustomerFault::ConsentOfAnother));
    }
    Ok(Redirect::to(&format!("/consents?withdrawn={}", consent.id)).into_response())
}
