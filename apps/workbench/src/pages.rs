//! The pages. A page is a module with its template beside it; texts are in
//! `messages/`. Nothing needs script.

mod activity;
pub(crate) mod deed;
pub(crate) mod evidence;
pub(crate) mod evidence_list;
pub(crate) mod finding;
pub(crate) mod findings;
mod frame;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod judging;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod opening;
pub(crate) mod overview;
mod people;
pub(crate) mod planning;
pub(crate) mod probes;
pub(crate) mod reports;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod unseen;
pub(crate) mod uploading;
mod words;

use crate::access::{Surface, Visit};
use crate::error::AccessFault;
use axum::response::{IntoResponse, Response};
use sumun_web::ErrorPage;

/// What there is no page for.
pub(crate) async fn missing(visit: Visit) -> Response {
    match visit.surface {
        Surface::Page => ErrorPage::not_found(visit.locale).back_to("/engagements").into_response(),
        Surface::Api => visit.refuse(AccessFault::NotFound).into_response(),
    }
}

/// Where a deed leads: to the page that shows it, with a word about it.
fn done(path: &str, deed: &str, anchor: &str) -> String {
    format!("{path}?done={deed}{anchor}")
}
