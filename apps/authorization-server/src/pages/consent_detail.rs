//! One consent as it was shown when it was given (PR-020).

use super::consents::accounts_if_known;
use super::words::ConsentView;
use crate::visit::{Presence, Visit, Visitor};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sumun_authorization::CustomerFault;
use sumun_consent::{Consent, ConsentDisclosure};
use sumun_time::Timestamp;
use sumun_web::{Crumb, ErrorPage, Page};

#[derive(askama::Template)]
#[template(path = "consent_detail.html")]
struct ConsentDetailPage {
    page: Page,
    crumbs: Vec<Crumb>,
    consent: ConsentView,
    disclosure: ConsentDisclosure,
    granted_at: Timestamp,
}

/// `GET /consents/{id}`.
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, ErrorPage> {
    let Presence::SignedIn(visitor) = visit.presence().await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let consent = own_consent(&visit, &visitor, &id).await?;
    let accounts = accounts_if_known(&visit, &visitor).await;
    let page = visit.page_for(&visitor, "consents-title");
    let view = ConsentView::of(&visit, &page, &consent, accounts.as_deref()).await?;
    let title = page.text("detail-title").with("institution", &view.institution).to_string();
    let crumbs = vec![Crumb::up("/consents", &page.title), Crumb::here(&view.institution)];
    let view = ConsentDetailPage {
        crumbs,
        consent: view,
        disclosure: consent.disclosure,
        granted_at: consent.granted_at,
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}

/// The consent with this id, when it is the visitor's own. One of another
/// customer sounds like one that does not exist.
pub(super) async fn own_consent(visit: &Visit, visitor: &Visitor, id: &str) -> Result<Consent, ErrorPage> {
    let not_own = || visit.fail("consent", CustomerFault::ConsentOfAnother);
    let id = id.parse().map_err(|_| not_own())?;
    let consent = visit.server.parts.consents.consent(id).await;
    let consent = consent.map_err(|failure| visit.fail("consent", failure))?;
    consent.filter(|consent| consent.customer == visitor.person.id).ok_or_else(not_own)
}
