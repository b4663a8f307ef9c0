//! One finding: what is wrong, what was done, what can be done.

use super::done;
use super::findings::FindingRow;
use super::frame::{Action, Head, Section, case_page, path_of};
use super::people::People;
use crate::access::{PathName, Permitted, Refusal, SealedForm};
use crate::answer::{Answer, log};
use crate::case::Case;
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use axum::response::Response;
use http::StatusCode;
use sumun_ids::FindingId;
use sumun_inspection::{Finding, FindingDeed};
use sumun_web::{FieldError, Page, TimeTag};

#[derive(askama::Template)]
#[template(path = "finding.html")]
struct FindingPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    errors: Vec<FieldError>,
    problem: String,
    row: FindingRow,
    csrf: String,
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
}

/// `GET /engagements/{engagement}/findings/{finding}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([id]): PathName<1>) -> Result<Response, Refusal> {
    respond(&permit, &id, StatusCode::OK, Attempt::default()).await
}

/// `POST /engagements/{engagement}/findings/{finding}`.
pub(crate) async fn answer(
    permit: Permitted<Case>,
    PathName([id]): PathName<1>,
    form: SealedForm,
) -> Result<Response, Refusal> {
    let deed = form.text("deed").map_err(|fault| permit.member().refuse(fault))?;
    let note = form.text("note").map_err(|fault| permit.member().refuse(fault))?;
    let deed = FindingDeed::from_name(deed);
    let answered = async {
        let finding: FindingId = id.parse().map_err(|_| AccessFault::NotFound)?;
        let deed = deed.ok_or(RequestFault::Malformed)?;
        deeds::finding::answer(&permit, finding, deed, note).await
    };
    let error: WorkbenchError = match answered.await {
        Ok(event) => {
            let word = match event.deed {
                FindingDeed::SubmitRepair => "repaired",
                FindingDeed::SendBack => "sent-back",
                FindingDeed::Confirm => "confirmed",
            };
            let path = format!("{}/findings/{id}", path_of(&permit.subject().file.engagement));
            return done(&path, word, "");
        }
        Err(error) => error,
    };
    let outside = Answer::of(&error);
    if !matches!(outside.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT) {
        return Err(permit.member().refuse(error));
    }
    log(permit.member().visit.address.path(), &error);
    let words = outside.words(&permit.workbench().site.messages, permit.member().visit.locale);
    let mut attempt = Attempt { deed, note: note.to_owned(), ..Attempt::default() };
    match outside.field {
        Some(_) => attempt.error = Some(words),
        None => attempt.problem = words,
    }
    respond(&permit, &id, outside.status, attempt).await
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
    let view = FindingPage {
        head: head.under(format!("{base}/findings"), page.text("tab-findings")).here(&finding.title),
        actions: Vec::new(),
        errors: errors.collect(),
        row: FindingRow::of(&page, &file.engagement, finding),
        csrf: permit.member().csrf(),
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
