//! Doing a deed: what it means, what it needs, and the button.

use super::frame::{Action, Head, Section, case_page, path_of};
use super::people::People;
use super::unseen::Lines;
use super::words::said;
use super::{done, unseen};
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::{Answer, log};
use crate::api::engagements::deed_with;
use crate::case::Case;
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use crate::submission::{SentForm, Submission, draft, once};
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumun_evidence::ItemCode;
use sumun_inspection::{Deed, DeedKind, Seen, SelfCheck, SelfCheckAnswer, StageKind, Unseen};
use sumun_sign_in::Forms;
use sumun_web::{FieldError, Page, TextField};

#[derive(askama::Template)]
#[template(path = "deed.html")]
struct DeedPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    errors: Vec<FieldError>,
    problem: String,
    unseen: Vec<String>,
    restored_draft: bool,
    seen_steps: usize,
    offered: bool,
    action: String,
    back: String,
    forms: Forms,
    explanation: String,
    note: Option<TextField>,
    started_on: Option<TextField>,
    answers: Vec<AnswerRow>,
}

struct AnswerRow {
    number: String,
    item: String,
    title: String,
    satisfied: String,
    note: String,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    seen_steps: String,
    note: String,
    started_on: String,
    answers: BTreeMap<ItemCode, (String, String)>,
}

/// What came of an attempt.
#[derive(Default)]
struct Outcome {
    errors: Vec<FieldError>,
    problem: String,
    unseen: Option<Unseen>,
    restored: bool,
}

impl Typed {
    fn read(form: &SentForm, case: &Case) -> Result<Self, RequestFault> {
        let mut answers = BTreeMap::new();
        for code in case.book.codes() {
            let satisfied = form.text(&format!("answer-{code}"))?.to_owned();
            answers.insert(code.clone(), (satisfied, form.text(&format!("note-{code}"))?.to_owned()));
        }
        Ok(Self {
            seen_steps: form.text("seen_steps")?.to_owned(),
            note: form.text("note")?.to_owned(),
            started_on: form.text("service_started_on")?.to_owned(),
            answers,
        })
    }

    fn deed(&self, kind: DeedKind, case: &Case) -> Result<Deed, WorkbenchError> {
        let day = Some(self.started_on.as_str()).filter(|day| !day.is_empty()).map(str::parse).transpose();
        let day = day.map_err(|_| RequestFault::Field("service_started_on"))?;
        deed_with(kind, self.note.clone(), day, || {
            let answered = self.answers.iter().filter(|(_, (satisfied, _))| matches!(satisfied.as_str(), "yes" | "no"));
            let answers = answered.map(|(item, (satisfied, note))| SelfCheckAnswer {
                item: item.clone(),
                satisfied: satisfied == "yes",
                note: note.clone(),
            });
            Ok(SelfCheck::new(answers.collect(), case.book.codes())?)
        })
    }
}

/// `GET /engagements/{engagement}/deeds/{deed}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([deed]): PathName<1>) -> Result<Response, Refusal> {
    let kind = DeedKind::from_name(&deed).ok_or_else(|| permit.member().refuse(AccessFault::NotFound))?;
    let refuse = |error: WorkbenchError| permit.member().refuse(error);
    let kept = draft(permit.member(), permit.member().visit.address.path()).await.map_err(refuse)?;
    let read = kept.as_ref().map(|form| Typed::read(form, permit.subject())).transpose();
    let typed = read.map_err(|fault| refuse(fault.into()))?;
    let outcome = Outcome { restored: typed.is_some(), ..Outcome::default() };
    respond(&permit, kind, StatusCode::OK, &typed.unwrap_or_default(), outcome).await
}

/// `POST /engagements/{engagement}/deeds/{deed}`.
pub(crate) async fn act(
    PathName([deed]): PathName<1>,
    Submission { permit, mut form }: Submission<Case>,
) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let refuse = |error: WorkbenchError| permit.member().refuse(error);
    let kind = DeedKind::from_name(&deed).ok_or_else(|| refuse(AccessFault::NotFound.into()))?;
    let typed = Typed::read(&form, permit.subject()).map_err(|fault| refuse(fault.into()))?;
    let base = path_of(&permit.subject().file.engagement);
    let acted = async {
        let (press, deed) = (form.press()?, typed.deed(kind, permit.subject())?);
        let own = Arc::clone(&permit);
        let seen = Seen::Steps(typed.seen_steps.parse().unwrap_or_default());
        let advance = async move { deeds::advance::advance(&own, deed, Some(seen)).await.map(drop) };
        once(permit.member(), press, done(&base, word_after(kind), ""), advance).await
    };
    let error = match acted.await {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    let answer = Answer::of(&error);
    // Where the form is not offered any more, the page of the refusal shows what was typed.
    if !is_offered(&permit, kind) {
        return Err(permit.member().refuse(error).back_to(base));
    }
    log(permit.member().visit.address.path(), &error);
    let messages = &permit.workbench().site.messages;
    let locale = permit.member().visit.locale;
    let words = answer.words(messages, locale);
    if let Some(unseen) = unseen::of_error(&error) {
        let now = permit.again().await.map_err(|error| permit.member().refuse(error))?;
        let outcome = Outcome { unseen: Some(unseen), ..Outcome::default() };
        return respond(&now, kind, answer.status, &typed, outcome).await;
    }
    let outcome = match answer.field {
        Some(field) => {
            let label = messages.text(locale, &format!("field-{}", field.replace('_', "-"))).to_string();
            Outcome { errors: vec![FieldError { field, label, message: words }], ..Outcome::default() }
        }
        None => Outcome { problem: words, ..Outcome::default() },
    };
    respond(&permit, kind, answer.status, &typed, outcome).await
}

/// Whether the deed is this person's now.
fn is_offered(permit: &Permitted<Case>, kind: DeedKind) -> bool {
    let stage = permit.subject().file.engagement.stage;
    permit.role().is_some_and(|role| kind.doer_at(stage).is_some_and(|doer| doer.includes(role)))
}

const fn word_after(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::SubmitSelfCheck => "self-checked",
        DeedKind::DeferInspection => "deferred",
        _ => "advanced",
    }
}

async fn respond(
    permit: &Permitted<Case>,
    kind: DeedKind,
    status: StatusCode,
    typed: &Typed,
    outcome: Outcome,
) -> Result<Response, Refusal> {
    let (page, head) = case_page(permit, Section::Overview, "overview-title");
    let case = permit.subject();
    let name = kind.name().replace('_', "-");
    let title = page.text(&format!("deed-{name}")).to_string();
    let base = path_of(&case.file.engagement);
    let offered = is_offered(permit, kind);
    let text = |key| page.text(key).to_string();
    let note = (kind == DeedKind::RequestDocuments).then(|| {
        TextField::required("note", text("field-note"))
            .hint(text("deed-note-hint"))
            .value(&typed.note)
            .checked(&outcome.errors)
    });
    let started_on = (kind == DeedKind::DeferInspection).then(|| {
        TextField::required("service_started_on", text("field-service-started-on"))
            .kind("date", "")
            .value(&typed.started_on)
            .checked(&outcome.errors)
    });
    let answers = if kind == DeedKind::SubmitSelfCheck { answer_rows(case, &page, typed) } else { Vec::new() };
    let unseen = match &outcome.unseen {
        Some(unseen) => {
            let people = People::of(permit, &page).await.map_err(|error| permit.member().refuse(error))?;
            Lines { page: &page, case, people: &people }.of_steps(unseen)
        }
        None => Vec::new(),
    };
    let view = DeedPage {
        unseen,
        restored_draft: outcome.restored,
        seen_steps: case.file.steps.len(),
        head: head.here(&title),
        actions: Vec::new(),
        errors: outcome.errors,
        problem: outcome.problem,
        offered,
        action: format!("{base}/deeds/{}", kind.name()),
        back: base,
        forms: permit.member().forms(),
        explanation: explanation(case, &page, kind),
        note,
        started_on,
        answers,
        page: page.titled(title),
    };
    Ok(view.page.show_with(status, &view))
}

/// What the deed does; the contract also says its terms.
fn explanation(case: &Case, page: &Page, kind: DeedKind) -> String {
    let key = format!("deed-{}-detail", kind.name().replace('_', "-"));
    let text = page.text(&key);
    if kind != DeedKind::SignContract {
        return text.to_string();
    }
    let terms = case.file.engagement.terms;
    let all: u16 = StageKind::ELEVEN.into_iter().filter_map(|stage| terms.days_of(stage)).sum();
    text.count("written", terms.written_check_days)
        .count("fix", terms.written_fix_days)
        .count("onsite", terms.onsite_check_days)
        .count("all", all)
        .to_string()
}

fn answer_rows(case: &Case, page: &Page, typed: &Typed) -> Vec<AnswerRow> {
    let row = |item: &crate::book::BookItem| {
        let (satisfied, note) = typed.answers.get(&item.code).cloned().unwrap_or_default();
        AnswerRow {
            item: item.code.to_string(),
            number: item.official.clone(),
            title: said(&item.title, page.locale),
            satisfied,
            note,
        }
    };
    case.book.items.iter().map(row).collect()
}
