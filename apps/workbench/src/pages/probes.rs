//! The probes: what each concluded last, and the button that runs it.

use super::done;
use super::evidence::reason;
use super::evidence_list::EvidenceRow;
use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::people::People;
use super::words::outcome_status;
use crate::access::{Permitted, Refusal};
use crate::answer::{Answer, log};
use crate::case::Case;
use crate::deeds;
use crate::submission::{Submission, once};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use sumun_evidence::{Evidence, Origin};
use sumun_probes::Probe;
use sumun_probes::registry::PROBES;
use sumun_sign_in::Forms;
use sumun_web::{Locale, Page, Status, TimeTag};

#[derive(askama::Template)]
#[template(path = "probes.html")]
struct ProbesPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    base: String,
    action: String,
    forms: Forms,
    problem: String,
    target: Option<String>,
    may_run: bool,
    probes: Vec<ProbeRow>,
    evidence: Vec<EvidenceRow>,
}

struct ProbeRow {
    id: &'static str,
    title: &'static str,
    items: Vec<&'static str>,
    last: Option<LastRun>,
}

struct LastRun {
    status: Status,
    when: TimeTag,
    reason: String,
    href: String,
    name: String,
}

/// `GET /engagements/{engagement}/probes`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    respond(&permit, StatusCode::OK, String::new()).await
}

/// `POST /engagements/{engagement}/probes`.
pub(crate) async fn run(Submission { permit, mut form }: Submission<Case>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let probe = form.text("probe").map_err(|fault| permit.member().refuse(fault))?.to_owned();
    let base = path_of(&permit.subject().file.engagement);
    let ran = async {
        let (press, own) = (form.press()?, Arc::clone(&permit));
        let running = async move { deeds::probe::run(&own, &probe).await.map(drop) };
        once(permit.member(), press, done(&format!("{base}/probes"), "probed", ""), running).await
    };
    let error = match ran.await {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    let answer = Answer::of(&error);
    let shown = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT, StatusCode::BAD_GATEWAY];
    if !shown.contains(&answer.status) {
        return Err(permit.member().refuse(error).back_to(format!("{base}/probes")));
    }
    log(permit.member().visit.address.path(), &error);
    let words = answer.words(&permit.workbench().site.messages, permit.member().visit.locale);
    respond(&permit, answer.status, words).await
}

async fn respond(permit: &Permitted<Case>, status: StatusCode, problem: String) -> Result<Response, Refusal> {
    let (page, head) = case_page(permit, Section::Probes, "probes-title");
    let people = People::of(permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let title = page.text("probes-title").with("institution", name_of(engagement, page.locale)).to_string();
    let target = permit.workbench().parts.probes.target();
    let mut probes = Vec::new();
    for probe in PROBES {
        probes.push(row(permit, &page, *probe).await);
    }
    let left = case.evidence.iter().rev().filter(|one| matches!(one.origin, Origin::ProbeRun { .. }));
    let view = ProbesPage {
        head: head.here(page.text("tab-probes")),
        actions: Vec::new(),
        base: path_of(engagement),
        action: format!("{}/probes", path_of(engagement)),
        forms: permit.member().forms(),
        problem,
        may_run: target.is_some() && permit.role().is_some() && !engagement.stage.closed(),
        target,
        probes,
        evidence: left.map(|one| EvidenceRow::of(&page, case, &people, one)).collect(),
        page: page.titled(title),
    };
    Ok(view.page.show_with(status, &view))
}

async fn row(permit: &Permitted<Case>, page: &Page, probe: &dyn Probe) -> ProbeRow {
    let case = permit.subject();
    let descriptor = probe.descriptor();
    let own = |one: &&Evidence| matches!(&one.origin, Origin::ProbeRun { probe, .. } if probe == descriptor.id);
    let last = case.evidence.iter().filter(own).max_by_key(|one| one.added_at);
    let last = match last {
        Some(one) => Some(last_run(permit, page, one).await),
        None => None,
    };
    let bound = descriptor.bindings.iter().filter(|binding| binding.framework == case.book.edition.framework);
    ProbeRow {
        id: descriptor.id,
        title: if page.locale == Locale::Ko { descriptor.title_ko } else { descriptor.title_en },
        items: bound.map(|binding| binding.row).collect(),
        last,
    }
}

async fn last_run(permit: &Permitted<Case>, page: &Page, one: &Evidence) -> LastRun {
    let outcome = match &one.origin {
        Origin::ProbeRun { outcome, .. } => outcome.as_str(),
        Origin::Upload { .. } => "",
    };
    LastRun {
        status: outcome_status(outcome),
        when: page.time(one.added_at),
        reason: reason(permit, page, one).await,
        href: format!("{}/evidence/{}", path_of(&permit.subject().file.engagement), one.id),
        name: one.name.short(),
    }
}
