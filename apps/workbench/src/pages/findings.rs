//! The findings of an engagement.

use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::words::{finding_status, risk_status};
use crate::access::{Permitted, Refusal};
use crate::case::Case;
use axum::response::Response;
use sumun_inspection::{Finding, FindingState};
use sumun_web::{Page, Status, TimeTag};

#[derive(askama::Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    findings: Vec<FindingRow>,
    counts: Vec<(Status, usize)>,
}

/// One line of a table of findings.
pub(super) struct FindingRow {
    pub href: String,
    pub title: String,
    pub item: String,
    pub item_href: String,
    pub risk: Status,
    pub found: String,
    pub target: TimeTag,
    pub state: Status,
}

impl FindingRow {
    pub fn of(page: &Page, case: &Case, finding: &Finding) -> Self {
        let base = path_of(&case.file.engagement);
        Self {
            href: format!("{base}/findings/{}", finding.id),
            title: finding.title.clone(),
            item: case.book.official(&finding.item),
            item_href: format!("{base}/items/{}", finding.item),
            risk: risk_status(finding.risk),
            found: page.text(if finding.onsite { "found-onsite" } else { "found-written" }).to_string(),
            target: page.day_near(finding.target_on),
            state: finding_status(finding.state()),
        }
    }
}

/// `GET /engagements/{engagement}/findings`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Findings, "findings-page-title");
    let file = &permit.subject().file;
    let institution = name_of(&file.engagement, page.locale);
    let title = page.text("findings-page-title").with("institution", institution).to_string();
    let states = [FindingState::Repairing, FindingState::AwaitingConfirmation, FindingState::Confirmed];
    let count = |state| file.findings.iter().filter(|finding| finding.state() == state).count();
    let view = FindingsPage {
        head: head.here(page.text("tab-findings")),
        actions: Vec::new(),
        findings: file.findings.iter().map(|one| FindingRow::of(&page, permit.subject(), one)).collect(),
        counts: states.into_iter().map(|state| (finding_status(state), count(state))).collect(),
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}
