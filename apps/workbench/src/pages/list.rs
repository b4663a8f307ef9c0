//! The list of engagements.

use super::frame::{name_of, path_of, staff_page};
use super::words::{Bar, stage, turn};
use crate::access::{Permitted, Refusal, Scope};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_identity::StaffRole;
use sumun_inspection::{EngagementSummary, Verdict};
use sumun_web::{Page, TimeTag};

#[derive(askama::Template)]
#[template(path = "list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    may_open: bool,
}

struct Row {
    href: String,
    number: String,
    institution: String,
    stage: String,
    stage_number: String,
    turn: String,
    due: Option<TimeTag>,
    bar: Bar,
    open_findings: u32,
}

/// `GET /`.
pub(crate) async fn home() -> Response {
    Redirect::to("/engagements").into_response()
}

/// `GET /engagements`.
pub(crate) async fn show(permit: Permitted<Scope>) -> Result<Response, Refusal> {
    let store = &permit.workbench().parts.engagements;
    let summaries = store.engagements(permit.subject().institution()).await;
    let summaries = summaries.map_err(|failure| permit.member().refuse(failure))?;
    let page = staff_page(permit.member(), "list-title");
    let rows = summaries.iter().map(|summary| row(&permit, &page, summary)).collect();
    let may_open = permit.member().staff.role != StaffRole::Operator;
    let view = ListPage { page, rows, may_open };
    Ok(view.page.show(&view))
}

fn row(permit: &Permitted<Scope>, page: &Page, summary: &EngagementSummary) -> Row {
    let engagement = &summary.engagement;
    let institution = name_of(engagement, page.locale);
    let items = permit.workbench().book(&engagement.catalog).map_or(0, |book| book.items.len());
    let judged = Verdict::ALL.iter().zip(summary.verdicts);
    let judged = judged.flat_map(|(verdict, count)| std::iter::repeat_n(Some(*verdict), count as usize));
    let mut verdicts: Vec<_> = judged.collect();
    verdicts.resize(items.max(verdicts.len()), None);
    let kind = engagement.stage.kind();
    Row {
        href: path_of(engagement),
        number: engagement.number.to_string(),
        stage: stage(page, kind),
        stage_number: kind.number().map(|number| format!("{number}/11")).unwrap_or_default(),
        turn: turn(page, engagement.stage.turn()),
        due: engagement.due_on.map(|day| page.day_near(day)),
        bar: Bar::of(page, &institution, &verdicts),
        institution,
        open_findings: summary.open_findings,
    }
}
