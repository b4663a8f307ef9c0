//! Doing a deed: what it means, what it needs, and the button.

use super::done;
use super::frame::{Action, Head, Section, case_page, path_of};
use super::words::said;
use crate::access::{PathName, Permitted, Refusal, SealedForm};
use crate::answer::{Answer, log};
use crate::api::engagements::deed_with;
use crate::case::Case;
use crate::deeds;
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use sumun_evidence::ItemCode;
use sumun_inspection::{Deed, DeedKind, SelfCheck, SelfCheckAnswer, StageKind};
use sumun_web::{FieldError, Page, TextField};

#[derive(askama::Template)]
#[template(path = "deed.html")]
struct DeedPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    errors: Vec<FieldError>,
    problem: String,
    offered: bool,
    action: String,
    back: String,
    csrf: String,
    explanation: String,
    note: Option<TextField>,
    started_on: Option<TextField>,
    answers: Vec<AnswerRow>,
}

struct AnswerRow {
    item: String,
    title: String,
    satisfied: String,
    note: String,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    note: String,
    started_on: String,
    answers: BTreeMap<ItemCode, (String, String)>,
}

/// What came of an attempt.
#[derive(Default)]
struct Outcome {
    errors: Vec<FieldError>,
    problem: String,
}

impl Typed {
    fn read(form: &SealedForm, case: &Case) -> Result<Self, RequestFault> {
        let mut answers = BTreeMap::new();
        for code in case.book.codes() {
            let satisfied = form.text(&format!("answer-{code}"))?.to_owned();
            answers.insert(code.clone(), (satisfied, form.text(&format!("note-{code}"))?.to_owned()));
        }
        Ok(Self {
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
    Ok(respond(&permit, kind, StatusCode::OK, &Typed::default(), Outcome::default()))
}

/// `POST /engagements/{engagement}/deeds/{deed}`.
pub(crate) async fn act(
    permit: Permitted<Case>,
    PathName([deed]): PathName<1>,
    form: SealedForm,
) -> Result<Response, Refusal> {
    let refuse = |error: WorkbenchError| permit.member().refuse(error);
    let kind = DeedKind::from_name(&deed).ok_or_else(|| refuse(AccessFault::NotFound.into()))?;
    let typed = Typed::read(&form, permit.subject()).map_err(|fault| refuse(fault.into()))?;
    let acted = async { deeds::advance::advance(&permit, typed.deed(kind, permit.subject())?).await };
    let base = path_of(&permit.subject().file.engagement);
    let error = match acted.await {
        Ok(_) => return done(&base, word_after(kind), ""),
        Err(error) => error,
    };
    let answer = Answer::of(&error);
    if !matches!(answer.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT) {
        return Err(permit.member().refuse(error).back_to(base));
    }
    log(permit.member().visit.address.path(), &error);
    let messages = &permit.workbench().site.messages;
    let locale = permit.member().visit.locale;
    let words = answer.words(messages, locale);
    let outcome = match answer.field {
        Some(field) => {
            let label = messages.text(locale, &format!("field-{}", field.replace('_', "-"))).to_string();
            Outcome { errors: vec![FieldError { field, label, message: words }], problem: String::new() }
        }
        None => Outcome { errors: Vec::new(), problem: words },
    };
    Ok(respond(&permit, kind, answer.status, &typed, outcome))
}

const fn word_after(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::SubmitSelfCheck => "self-checked",
        DeedKind::DeferInspection => "deferred",
        _ => "advanced",
    }
}

fn respond(permit: &Permitted<Case>, kind: DeedKind, status: StatusCode, typed: &Typed, outcome: Outcome) -> Response {
    let (page, head) = case_page(permit, Section::Overview, "overview-title");
    let case = permit.subject();
    let name = kind.name().replace('_', "-");
    let title = page.text(&format!("deed-{name}")).to_string();
    let base = path_of(&case.file.engagement);
    let offered = permit
        .role()
        .is_some_and(|role| kind.doer_at(case.file.engagement.stage).is_some_and(|doer| doer.includes(role)));
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
    let view = DeedPage {
        head: head.here(&title),
        actions: Vec::new(),
        errors: outcome.errors,
        problem: outcome.problem,
        offered,
        action: format!("{base}/deeds/{}", kind.name()),
        back: base,
        csrf: permit.member().csrf(),
        explanation: explanation(case, &page, kind),
        note,
        started_on,
        answers,
        page: page.titled(title),
    };
    view.page.show_with(status, &view)
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
        AnswerRow { item: item.code.to_string(), title: said(&item.title, page.locale), satisfied, note }
    };
    case.book.items.iter().map(row).collect()
}
