//! The customer's side: the second channel, over which transfers are
//! confirmed (PR-051). One file for each page with its template beside it.

mod accounts;
mod confirm;
pub(crate) mod fault;
mod notices;
mod sign_in;
mod sign_out;
mod transfers;
mod words;

use crate::Bank;
use crate::visit::{Presence, Visit, Visitor};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use std::sync::Arc;
use sumun_web::{ErrorPage, Locale, Page, Tab, customer_shell};

/// All pages, in the dress of the shell.
pub(crate) fn router(bank: Arc<Bank>) -> Router {
    let pages = Router::new()
        .route("/", get(|| async { Redirect::to("/transfers") }))
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-out", get(sign_out::show).post(sign_out::send))
        .route("/transfers", get(transfers::show))
        .route("/transfers/{transfer_id}", get(confirm::show))
        .route("/transfers/{transfer_id}/decision", axum::routing::post(confirm::decide))
        .route("/notices", get(notices::show))
        .route("/accounts", get(accounts::show))
        .fallback(|locale: Locale| async move { ErrorPage::not_found(locale).back_to("/transfers") });
    let site = Arc::clone(&bank.site);
    customer_shell(pages.with_state(bank), site)
}

/// Who is signed in, or the way to the sign-in page and back.
///
/// # Errors
/// The answer to send instead.
async fn signed_in(visit: &Visit) -> Result<Box<Visitor>, Response> {
    match visit.presence().await {
        Ok(Presence::SignedIn(visitor)) => Ok(visitor),
        Ok(Presence::Away(_)) => Err(Redirect::to(&sign_in::address(visit.address.path())).into_response()),
        Err(page) => Err(page.into_response()),
    }
}

/// The three lists of a customer, with how many transfers await a decision.
fn tabs(page: &Page, current: &str, awaiting: usize) -> Vec<Tab> {
    let tab = |href: &str, key: &str, count: Option<u64>| Tab {
        href: href.to_owned(),
        text: page.text(key).to_string(),
        count,
        current: href == current,
    };
    vec![
        tab("/transfers", "tab-transfers", Some(awaiting as u64)),
        tab("/notices", "tab-notices", None),
        tab("/accounts", "tab-accounts", None),
    ]
}
