//! The customer's consents (PR-020).

use super::words::ConsentView;
use crate::answer::log;
use crate::visit::{Presence, Visit, Visitor};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_authorization::{AccountSummary, AuthorizationError, PlatformFault};
use sumun_consent::{Consent, ConsentState};
use sumun_ids::ConsentId;
use sumun_web::{ErrorPage, Page, Tab};

/// Ended consents on one page; older ones stay in the store.
const ENDED_SHOWN_MAX: usize = 100;

#[derive(askama::Template)]
#[template(path = "consents.html")]
struct ConsentsPage {
    page: Page,
    tabs: Vec<Tab>,
    consents: Vec<ConsentView>,
    empty_title: String,
    empty_detail: String,
}

/// `GET /consents`, with `?state=ended` those that are over.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let all = visit.server.parts.consents.of_customer(visitor.person.id).await;
    let all = all.map_err(|failure| visit.fail("consents", failure))?;
    let toast = toast(&visit, &all).await?;
    let shows_ended = visit.query("state") == Some("ended");
    let (active, ended): (Vec<_>, Vec<_>) = all.into_iter().partition(|consent| consent.is_active(visit.now));
    let mut page = visit.page_for(&visitor, "consents-title");
    (page.wide, page.toast) = (true, toast);
    let tab = |key, href: &str, count: usize, current| Tab {
        href: href.to_owned(),
        text: page.text(key).to_string(),
        count: Some(count as u64),
        current,
    };
    let tabs = vec![
        tab("consents-tab-active", "/consents", active.len(), !shows_ended),
        tab("consents-tab-ended", "/consents?state=ended", ended.len(), shows_ended),
    ];
    let empty = if shows_ended { "consents-none-ended" } else { "consents-none-active" };
    let shown = if shows_ended { ended } else { active };
    let accounts = accounts_if_known(&visit, &visitor).await;
    let mut consents = Vec::new();
    for consent in shown.iter().take(if shows_ended { ENDED_SHOWN_MAX } else { usize::MAX }) {
        consents.push(ConsentView::of(&visit, &page, consent, accounts.as_deref()).await?);
    }
    let view = ConsentsPage {
        tabs,
        consents,
        empty_title: page.text(&format!("{empty}-title")).to_string(),
        empty_detail: page.text(&format!("{empty}-detail")).to_string(),
        page,
    };
    Ok(view.page.show(&view))
}

/// The customer's accounts, or nothing when the bank does not answer: a consent
/// can be seen and withdrawn all the same.
pub(super) async fn accounts_if_known(visit: &Visit, visitor: &Visitor) -> Option<Vec<AccountSummary>> {
    match visit.server.parts.accounts.accounts_of(visitor.person.id).await {
        Ok(accounts) => Some(accounts),
        Err(error) => {
            log("consents", &AuthorizationError::Platform(PlatformFault::Accounts(error)));
            None
        }
    }
}

/// What a withdrawal that led here came to. The id in the address says only
/// which consent; what is said of it is what the store knows.
async fn toast(visit: &Visit, all: &[Consent]) -> Result<Option<String>, ErrorPage> {
    let id = visit.query("withdrawn").and_then(|id| id.parse::<ConsentId>().ok());
    let Some(consent) = id.and_then(|id| all.iter().find(|consent| consent.id == id)) else { return Ok(None) };
    let others = all.iter().any(|other| other.institution == consent.institution && other.is_active(visit.now));
    let key = match consent.state_at(visit.now) {
        ConsentState::Active => return Ok(None),
        ConsentState::Withdrawn { .. } if others => "withdrawn-one",
        ConsentState::Withdrawn { .. } => "withdrawn",
        ConsentState::Expired { .. } | ConsentState::Superseded { .. } => "withdrawn-before",
    };
    let page = visit.page("consents-title");
    let view = ConsentView::of(visit, &page, consent, None).await?;
    Ok(Some(page.text(key).with("institution", view.institution).with("app", view.app).to_string()))
}
