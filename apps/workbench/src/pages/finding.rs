//! One finding: what is wrong, what was done, what can be done.

use super::findings::FindingRow;
use super::frame::{Action, Head, Section, case_page, path_of};
use super::people::People;
use super::unseen::Lines;
use super::{done, unseen};
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::{Answer, log};
use crate::case::Case;
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use crate::submission::{Submission, draft, once};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use sumun_ids::FindingId;
use sumun_inspection::{Finding, FindingDeed, Seen, Unseen};
use sumun_sign_in::Forms;
use sumun_web::{FieldError, Page, TimeTag};

#[derive(askama::Template)]
#[template(path = "finding.html")]
struct FindingPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    errors: Vec<FieldError>,
    problem: String,
    unseen: Vec<String>,
    restored_draft: bool,
    seen_events: usize,
    row: FindingRow,
    sealed: Forms,
    forms: Vec<DeedForm>,
    events: Vec<EventLine>,
}

struct DeedForm {
    deed: &'static str,
    title: String,
    note: String,
    error: Option<String>,
    primary: bool,
}

struct EventLine {
    tone: &'static str,
    when: TimeTag,
    who: String,
    words: String,
}

/// What was typed and what was wrong with it.
#[derive(Default)]
struct Attempt {
    deed: Option<FindingDeed>,
    note: String,
    error: Option<String>,
    problem: String,
    unseen: Option<Unseen>,
    restored: bool,
}

/// `GET /engagements/{engagement}/findings/{finding}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([id]): PathName<1>) -> Result<Response, Refusal> {
    let kept = draft(permit.member(), permit.member().visit.address.path()).await;
    let attempt = match kept.map_err(|error| permit.member().refuse(error))? {
        None => Attempt::default(),
        Some(form) => Attempt {
            deed: form.text("deed").ok().and_then(FindingDeed::from_name),
            note: form.text("note").unwrap_or_default().to_owned(),
            restored: true,
            ..Attempt::default()
        },
    };
    respond(&permit, &id, StatusCode::OK, attempt).await
}

/// `POST /engagements/{engagement}/findings/{finding}`.
pub(crate) async fn answer(
    PathName([id]): PathName<1>,
    Submission { permit, mut form }: Submission<Case>,
) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let deed = form.text("deed").map_err(|fault| permit.member().refuse(fault))?;
    let deed = FindingDeed::from_name(deed);
    let note = form.text("note").map_err(|fault| permit.member().refuse(fault))?.to_owned();
    let answered = async {
        let finding: FindingId = id.parse().map_err(|_| AccessFault::NotFound)?;
        let (press, deed) = (form.press()?, deed.ok_or(RequestFault::Malformed)?);
        let path = format!("{}/findings/{id}", path_of(&permit.subject().file.engagement));
        let (own, note) = (Arc::clone(&permit), note.clone());
        let seen = Seen::Finding { finding, events: form.text("seen_events")?.parse().unwrap_or_default() };
        let answering = async move { deeds::finding::answer(&own, finding, deed, &note, Some(seen)).await.map(drop) };
        once(permit.member(), press, done(&path, word_after(deed), ""), answering).await
    };
    let error: WorkbenchError = match answered.await {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    let outside = Answer::of(&error);
    // Where the form is not offered any more, the page of the refusal shows what was typed.
    if !is_offered(&permit, &id, deed) {
        return Err(permit.member().refuse(error).back_to(permit.member().visit.address.path()));
    }
    log(permit.member().visit.address.path(), &error);
    let words = outside.words(&permit.workbench().site.messages, permit.member().visit.locale);
    let mut attempt = Attempt { deed, note, ..Attempt::default() };
    if let Some(unseen) = unseen::of_error(&error) {
        attempt.unseen = Some(unseen);
        let now = permit.again().await.map_err(|error| permit.member().refuse(error))?;
        return respond(&now, &id, outside.status, attempt).await;
    }
    match outside.field {
        Some(_) => attempt.error = Some(words),
        None => attempt.problem = words,
    }
    respond(&permit, &id, outside.status, attempt).await
}

/// Whether this person may do `deed` to the finding now.
fn is_offered(permit: &Permitted<Case>, id: &str, deed: Option<FindingDeed>) -> bool {
    let (Ok(id), Some(deed), Ok(seat)) = (id.parse(), deed, permit.seat()) else { return false };
    permit.subject().file.answer_finding(id, deed, "-", seat, permit.now()).is_ok()
}

const fn word_after(deed: FindingDeed) -> &'static str {
    match deed {
        FindingDeed::SubmitRepair => "repaired",
        FindingDeed::SendBack => "sent-back",
        FindingDeed::Confirm => "confirmed",
    }
}

async fn respond(
    permit: &Permitted<Case>,
    id: &str,
    status: StatusCode,
    attempt: Attempt,
) -> Result<Response, Refusal> {
    let (page, head) = case_page(permit, Section::Findings, "findings-page-title");
    let people = People::of(permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let file = &permit.subject().file;
    let base = path_of(&file.engagement);
    let id: Option<FindingId> = id.parse().ok();
    let finding = file.findings.iter().find(|finding| Some(finding.id) == id);
    let finding = finding.ok_or_else(|| permit.member().refuse(AccessFault::NotFound).back_to(&base))?;
    let errors = attempt.error.iter().map(|message| FieldError {
        field: format!("note-{}", attempt.deed.map(FindingDeed::name).unwrap_or_default()),
        label: page.text("field-note").to_string(),
        message: message.clone(),
    });
    let lines = Lines { page: &page, case: permit.subject(), people: &people };
    let unseen = attempt.unseen.as_ref().map(|unseen| lines.of_finding(finding, unseen)).unwrap_or_default();
    let view = FindingPage {
        unseen,
        restored_draft: attempt.restored,
        seen_events: finding.events.len(),
        head: head.under(format!("{base}/findings"), page.text("tab-findings")).here(&finding.title),
        actions: Vec::new(),
        errors: errors.collect(),
        row: FindingRow::of(&page, permit.subject(), finding),
        sealed: permit.member().forms(),
        forms: forms(permit, &page, finding, &attempt),
        events: events(permit, &page, &people, finding),
        problem: attempt.problem,
        page: page.titled(&finding.title),
    };
    Ok(view.page.show_with(status, &view))
}

/// The deeds that this person may do to the finding now: the rules themselves say which.
fn forms(permit: &Permitted<Case>, page: &Page, finding: &Finding, attempt: &Attempt) -> Vec<DeedForm> {
    let Ok(seat) = permit.seat() else { return Vec::new() };
    let file = &permit.subject().file;
    let open = |deed: &FindingDeed| file.answer_finding(finding.id, *deed, "-", seat, permit.now()).is_ok();
    let form = |deed: FindingDeed| {
        let own = attempt.deed == Some(deed);
        DeedForm {
            deed: deed.name(),
            title: page.text(&format!("finding-deed-{}", deed.name().replace('_', "-"))).to_string(),
            note: if own { attempt.note.clone() } else { String::new() },
            error: attempt.error.clone().filter(|_| own),
            primary: deed != FindingDeed::SendBack,
        }
    };
    FindingDeed::ALL.into_iter().filter(open).map(form).collect()
}

fn events(permit: &Permitted<Case>, page: &Page, people: &People, finding: &Finding) -> Vec<EventLine> {
    let author = permit.subject().file.judgements.iter().find(|judgement| judgement.id == finding.judgement);
    let who = |id| format!("{} ({})", people.name(id), people.organization(id));
    let mut lines = vec![EventLine {
        tone: "bad",
        when: page.time(finding.opened_at),
        who: author.map(|judgement| who(judgement.author)).unwrap_or_default(),
        words: page.text("finding-opened").to_string(),
    }];
    lines.extend(finding.events.iter().map(|event| EventLine {
        tone: match event.deed {
            FindingDeed::SubmitRepair => "info",
            FindingDeed::SendBack => "part",
            FindingDeed::Confirm => "ok",
        },
        when: page.time(event.at),
        who: who(event.by),
        words: event.note.clone(),
    }));
    lines.reverse();
    lines
}
