//! The side that browsers see.

use crate::visit::Visit;
use crate::{Server, discovery, pages};
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use std::sync::Arc;
use sumun_authorization::METADATA_PATH;
use sumun_web::{ErrorPage, customer_shell};

/// The router of the listener for browsers.
///
/// There is no cross-origin layer and must not be one: the authorization
/// endpoint answers navigations only (FAPI 2.0 section 5.2.3 clause 3).
pub(crate) fn router(server: Arc<Server>) -> Router {
    let site = Arc::clone(&server.site);
    let router = Router::new()
        .route("/", get(|| async { Redirect::to("/consents") }))
        .route(METADATA_PATH, get(discovery::metadata))
        .route("/jwks", get(discovery::jwks))
        .route("/authorize", get(pages::consent::show).post(pages::consent::decide))
        .route("/sign-in", get(pages::sign_in::show).post(pages::sign_in::sign_in))
        .route("/sign-out", get(pages::sign_out::show).post(pages::sign_out::sign_out))
        .route("/consents", get(pages::consents::show))
        .route("/consents/{id}", get(pages::consent_detail::show))
        .route("/consents/{id}/withdraw", get(pages::withdraw::show).post(pages::withdraw::withdraw))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .with_state(server);
    // The shell adds its static files, the security headers with `frame-ancestors 'none'` (PR-024) and `no-store`.
    customer_shell(router, site)
}

async fn not_found(visit: Visit) -> ErrorPage {
    ErrorPage::not_found(visit.locale).back_to("/consents")
}

async fn method_not_allowed(visit: Visit) -> ErrorPage {
    ErrorPage::method_not_allowed(visit.locale)
}
