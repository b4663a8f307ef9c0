//! Withdrawing a consent, or all that an institution has (PR-021).

use super::consent_detail::own_consent;
use super::words::ConsentView;
use crate::completion::to_the_end;
use crate::visit::{Presence, Visit, Visitor};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use sumun_authorization::CustomerFault;
use sumun_consent::{Consent, Reach, Withdrawal, Withdrawn};
use sumun_events::Event;
use sumun_web::{Crumb, ErrorPage, Form, Page};

const PLACE: &str = "withdraw";

#[derive(askama::Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    page: Page,
    crumbs: Vec<Crumb>,
    action: String,
    csrf: String,
    institution: String,
    app: String,
    /// What else the institution has of the customer; empty when this consent is all.
    others: Vec<ConsentView>,
    /// How many that is with this one.
    all: usize,
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
    let mut others = Vec::new();
    for other in others_of(&visit, &visitor, &consent).await? {
        others.push(ConsentView::of(&visit, &page, &other, None).await?);
    }
    let view = ConsentView::of(&visit, &page, &consent, None).await?;
    let here = page.title.clone();
    let title = page.text("withdraw-title").with("institution", &view.institution).to_string();
    let view = WithdrawPage {
        crumbs: vec![Crumb::up("/consents", page.text("consents-title")), Crumb::here(here)],
        action: format!("/consents/{}/withdraw", consent.id),
        csrf: visitor.csrf(),
        institution: view.institution,
        app: view.app,
        all: others.len() + 1,
        others,
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}

/// The other active consents that the institution of `consent` has of the visitor.
async fn others_of(visit: &Visit, visitor: &Visitor, consent: &Consent) -> Result<Vec<Consent>, ErrorPage> {
    let all = visit.server.parts.consents.of_customer(visitor.person.id).await;
    let all = all.map_err(|failure| visit.fail(PLACE, failure))?;
    let other = |it: &Consent| it.id != consent.id && it.institution == consent.institution && it.is_active(visit.now);
    Ok(all.into_iter().filter(other).collect())
}

/// `POST /consents/{id}/withdraw`: ended durably, then at the gateway, then answered.
pub(crate) async fn withdraw(visit: Visit, Path(id): Path<String>, form: Form) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    visitor.check_form(&form, visit.locale)?;
    let consent = own_consent(&visit, &visitor, &id).await?;
    let reach = match form.text("reach")? {
        "institution" => Reach::Institution(consent.institution),
        // Without a word it is the narrower one.
        "consent" | "" => Reach::Consent(consent.id),
        _ => return Err(ErrorPage::bad_request(visit.locale)),
    };
    let withdrawal = Withdrawal { customer: visitor.person.id, actor: visitor.person.actor(), reach, now: visit.now };
    let server = Arc::clone(&visit.server);
    let withdrawn = to_the_end(async move {
        let withdrawn = server.parts.consents.withdraw(&withdrawal).await?;
        // Told again of those that had ended before: a process may have ended right after its commit.
        for consent in withdrawn.all() {
            server.parts.bus.publish(&Event::ConsentEnded(consent.id));
        }
        Ok(withdrawn)
    });
    if withdrawn.await.map_err(|error| visit.fail(PLACE, error))? == Withdrawn::default() {
        return Err(visit.fail(PLACE, CustomerFault::ConsentOfAnother));
    }
    Ok(Redirect::to(&format!("/consents?withdrawn={}", consent.id)).into_response())
}
