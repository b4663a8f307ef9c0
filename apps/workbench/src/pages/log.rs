//! Everything that happened in an engagement.

use super::activity::{Happening, happenings};
use super::frame::{Action, Head, Section, case_page, name_of};
use super::people::People;
use crate::access::{Permitted, Refusal};
use crate::case::Case;
use axum::response::Response;
use sumun_web::Page;

#[derive(askama::Template)]
#[template(path = "log.html")]
struct LogPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    happenings: Vec<Happening>,
}

/// `GET /engagements/{engagement}/log`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Log, "log-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let institution = name_of(&permit.subject().file.engagement, page.locale);
    let title = page.text("log-title").with("institution", institution).to_string();
    let head = head.here(page.text("tab-log"));
    let happenings = happenings(&permit, &page, &people);
    let view = LogPage { page: page.titled(title), head, actions: Vec::new(), happenings };
    Ok(view.page.show(&view))
}
