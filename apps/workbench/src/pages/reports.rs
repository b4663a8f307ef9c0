//! The reports of an engagement: made, kept, downloaded; and the evidence pack.

use super::done;
use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::people::People;
use crate::access::{PathName, Permitted, Refusal};
use crate::case::Case;
use crate::deeds;
use crate::download::Download;
use crate::error::{AccessFault, WorkbenchError};
use crate::submission::{Submission, once};
use axum::response::Response;
use std::sync::Arc;
use sumun_ids::ReportId;
use sumun_sign_in::Forms;
use sumun_web::{Page, TimeTag, format};

#[derive(askama::Template)]
#[template(path = "reports.html")]
struct ReportsPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    base: String,
    action: String,
    forms: Forms,
    item_count: usize,
    judged: u32,
    current: bool,
    may_make: bool,
    reports: Vec<ReportRow>,
}

struct ReportRow {
    href: String,
    number: String,
    when: TimeTag,
    by: String,
    pages: u32,
    size: String,
    hash: String,
}

/// `GET /engagements/{engagement}/reports`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Reports, "reports-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let base = path_of(engagement);
    let title = page.text("reports-title").with("institution", name_of(engagement, page.locale)).to_string();
    let rows = (1_usize..).zip(&case.file.reports).map(|(revision, report)| ReportRow {
        href: format!("{base}/reports/{}/file", report.id),
        number: format!("{}-R{revision}", engagement.number),
        when: page.time(report.at),
        by: people.name(report.by),
        pages: report.pages,
        size: format::bytes(report.size_bytes),
        hash: report.sha256.to_string(),
    });
    let mut reports: Vec<ReportRow> = rows.collect();
    reports.reverse();
    let view = ReportsPage {
        head: head.here(page.text("tab-reports")),
        actions: Vec::new(),
        base: base.clone(),
        action: format!("{base}/reports"),
        forms: permit.member().forms(),
        item_count: case.book.items.len(),
        judged: case.verdicts().iter().sum(),
        current: case.file.report_is_current(),
        may_make: permit.role().is_some(),
        reports,
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}

/// `POST /engagements/{engagement}/reports`.
pub(crate) async fn make(Submission { permit, mut form }: Submission<Case>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let path = format!("{}/reports", path_of(&permit.subject().file.engagement));
    let made = async {
        let (press, own) = (form.press()?, Arc::clone(&permit));
        let making = async move { deeds::report::make(&own).await.map(drop) };
        once(permit.member(), press, done(&path, "reported", ""), making).await
    };
    made.await.map_err(|error: WorkbenchError| permit.member().refuse(error).back_to(path.clone()))
}

/// `GET /engagements/{engagement}/reports/{report}/file`, on pages and in the API.
pub(crate) async fn file(permit: Permitted<Case>, PathName([id]): PathName<1>) -> Result<Response, Refusal> {
    let file = &permit.subject().file;
    let id: Option<ReportId> = id.parse().ok();
    let found = file.reports.iter().enumerate().find(|(_, report)| Some(report.id) == id);
    let Some((place, report)) = found else { return Err(permit.member().refuse(AccessFault::NotFound)) };
    let folder = &permit.workbench().parts.report_files;
    let download = Download::kept(permit.member(), folder, report.sha256).await;
    let download = download.map_err(|error| permit.member().refuse(error))?;
    Ok(download.attachment("application/pdf", &format!("{}-R{}.pdf", file.engagement.number, place + 1)))
}

/// `GET /engagements/{engagement}/evidence-pack`, on pages and in the API.
pub(crate) async fn pack(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let made = deeds::pack::make(&permit).await.map_err(|error| permit.member().refuse(error))?;
    let name = format!("{}-evidence-pack.zip", permit.subject().file.engagement.number);
    Ok(made.attachment("application/zip", &name))
}
