//! The internal side: what the gateway lets through, answered out of the bank's books.

mod accounts;
mod body;
mod caller;
#[cfg(test)]
mod contract;
mod fields;
mod problem;
mod query;
mod transfers;

use crate::Bank;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use problem::ApiFault;
pub(crate) use problem::log;
use std::sync::Arc;
use sumun_transport::PeerCertificate;

/// The routes of `contracts/open-banking/v1.json`, in its order.
pub(crate) fn router(bank: Arc<Bank>) -> Router {
    Router::new()
        .route("/v1/accounts", get(accounts::list))
        .route("/v1/accounts/{account_id}/balance", get(accounts::balance))
        .route("/v1/accounts/{account_id}/transactions", get(accounts::transactions))
        .route("/v1/account-holder-inquiries", post(accounts::inquire_holder))
        .route("/v1/withdrawals", post(transfers::withdraw))
        .route("/v1/deposits", post(transfers::deposit))
        .route("/v1/transfers/{transfer_id}", get(transfers::read))
        .route("/v1/transfers/{transfer_id}/execution", post(transfers::execute))
        .fallback(|| async { ApiFault::RouteUnknown })
        .method_not_allowed_fallback(|| async { ApiFault::MethodNotAllowed })
        .layer(middleware::from_fn(queries_of_the_contract))
        .layer(middleware::from_fn(problem::name_the_call))
        // Outermost: whoever is not the gateway learns nothing, not even which routes there are.
        .layer(middleware::from_fn_with_state(Arc::clone(&bank), only_the_gateway))
        .with_state(bank)
}

/// Of all calls one has a query, and its handler reads it.
async fn queries_of_the_contract(request: Request, next: Next) -> Response {
    let has_own = request.uri().path().ends_with("/transactions");
    match query::Query::of(request.uri().query(), &[]) {
        Err(fault) if !has_own => fault.into_response(),
        _ => next.run(request).await,
    }
}

/// The listener let in every certificate of the internal authority; here only
/// those of the gateway pass (PR-001, PR-008).
async fn only_the_gateway(State(bank): State<Arc<Bank>>, request: Request, next: Next) -> Response {
    let shown = request.extensions().get::<PeerCertificate>().map(|certificate| certificate.thumbprint);
    if shown.is_some_and(|thumbprint| bank.parts.gateway_certificates.contains(&thumbprint)) {
        next.run(request).await
    } else {
        ApiFault::PeerNotAllowed.into_response()
    }
}
