//! All items of an engagement.

use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::words::{said, verdict_status};
use crate::access::Permitted;
use crate::book::{BookArea, BookItem};
use crate::case::Case;
use axum::response::Response;
use sumun_web::{Page, Status};

#[derive(askama::Template)]
#[template(path = "items.html")]
struct ItemsPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    item_count: usize,
    areas: Vec<AreaRows>,
}

struct AreaRows {
    name: String,
    items: Vec<ItemRow>,
}

struct ItemRow {
    number: String,
    href: String,
    title: String,
    status: Status,
    evidence: usize,
    findings: usize,
    numbers: String,
}

/// `GET /engagements/{engagement}/items`.
pub(crate) async fn show(permit: Permitted<Case>) -> Response {
    let (page, head) = case_page(&permit, Section::Items, "items-title");
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let title = page.text("items-title").with("institution", name_of(engagement, page.locale)).to_string();
    let base = path_of(engagement);
    let area = |area: &BookArea| {
        let items = area.items.iter().filter_map(|place| case.book.items.get(*place));
        AreaRows {
            name: format!("{}. {}", area.number, said(&area.title, page.locale)),
            items: items.map(|item| row(case, item, &base, &page)).collect(),
        }
    };
    let areas = case.book.domains.iter().flat_map(|domain| domain.areas.iter().map(area)).collect();
    let view = ItemsPage {
        head: head.here(page.text("tab-items")),
        actions: Vec::new(),
        item_count: case.book.items.len(),
        areas,
        page: page.titled(title),
    };
    view.page.show(&view)
}

fn row(case: &Case, item: &BookItem, base: &str, page: &Page) -> ItemRow {
    let numbers: Vec<String> = item.details.iter().map(|detail| detail.number.to_string()).collect();
    ItemRow {
        number: item.official.clone(),
        href: format!("{base}/items/{}", item.code),
        title: said(&item.title, page.locale),
        status: verdict_status(case.file.latest_judgement(&item.code).map(|judgement| judgement.verdict)),
        evidence: case.evidence_of(&item.code).len(),
        findings: case.file.open_findings(&item.code).count(),
        numbers: numbers.join(", "),
    }
}
