//! Withdrawing a consent, or all that an institution has (PR-021).

use super::consent_detail::own_consent;
use super::words::ConsentView;
use crate::visit::{Presence, Visit, Visitor};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use sumun_authorization::{AuthorizationError, CustomerFault};
use sumun_consent::{Consent, Reach, Withdrawal, Withdrawn};
use sumun_events::Event;
use sumun_sign_in::{Forms, TakenUp};
use sumun_web::{Crumb, ErrorPage, Form, Page};

const PLACE: &str = "withdraw";

#[derive(askama::Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    page: Page,
    crumbs: Vec<Crumb>,
    action: String,
    forms: Forms,
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
        forms: visit.server.entrance.forms(&visitor.token),
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
    let press = visitor.press(&visit, &form)?;
    let consent = own_consent(&visit, &visitor, &id).await?;
    let reach = match form.text("reach")? {
        "institution" => Reach::Institution(consent.institution),
        // Without a word it is the narrower one.
        "consent" | "" => Reach::Consent(consent.id),
        _ => return Err(ErrorPage::bad_request(visit.locale)),
    };
    let turn = match visit.server.entrance.take_up(press, visit.now).await {
        Ok(TakenUp::Answered(address)) => return Ok(Redirect::to(&address).into_response()),
        Ok(TakenUp::First(turn)) => turn,
        Err(failure) => return Err(visit.fail(PLACE, failure)),
    };
    let withdrawal = Withdrawal { customer: visitor.person.id, actor: visitor.person.actor(), reach, now: visit.now };
    let server = Arc::clone(&visit.server);
    let withdrawn = async move {
        let withdrawn = server.parts.consents.withdraw(&withdrawal).await?;
        // Told again of those that had ended before: a process may have ended right after its commit.
        for consent in withdrawn.all() {
            server.parts.bus.publish(&Event::ConsentEnded(consent.id));
        }
        if withdrawn == Withdrawn::default() {
            return Err(AuthorizationError::from(CustomerFault::ConsentOfAnother));
        }
        Ok(())
    };
    let address = format!("/consents?withdrawn={}", consent.id);
    let address = turn.carry_out(address, withdrawn).await.map_err(|error| visit.fail(PLACE, error))?;
    Ok(Redirect::to(&address).into_response())
}
