//! The sheet of one item: A to E, its history and what can be done.

use super::evidence::reason;
use super::evidence_list::EvidenceRow;
use super::findings::FindingRow;
use super::frame::{Head, Section, case_page, path_of};
use super::judging::{JudgingForm, TypedJudgement};
use super::people::People;
use super::planning::{PlanningForm, TypedPlan};
use super::unseen::{self, Lines};
use super::uploading::{TypedUpload, UploadForm};
use super::words::{criterion_status, outcome_status, said, turn, unprintable, verdict_status};
use crate::access::{PathName, Permitted, Refusal};
use crate::book::BookItem;
use crate::case::Case;
use crate::error::WorkbenchError;
use crate::submission::draft;
use axum::response::Response;
use http::StatusCode;
use sumun_evidence::Origin;
use sumun_inspection::{CriterionResult, Judgement, Role, Unseen};
use sumun_sign_in::Forms;
use sumun_web::{FieldError, Locale, Page, Status, TimeTag, format};

#[derive(askama::Template)]
#[template(path = "item.html")]
struct ItemPage {
    page: Page,
    head: Head,
    strip: Vec<String>,
    base: String,
    forms: Forms,
    judge_action: String,
    upload_action: String,
    plan_action: String,
    previous: Option<String>,
    next: Option<String>,
    ordinal: usize,
    item_count: usize,
    errors: Vec<FieldError>,
    problem: String,
    unseen: Vec<String>,
    restored_draft: bool,
    status: Status,
    last: Option<LastJudgement>,
    criteria_met: String,
    turn_words: String,
    turn_note: String,
    explanation: String,
    /// The title as it is printed, where the page is not in Korean.
    official_title: Option<String>,
    restored: bool,
    details: Vec<DetailLine>,
    criteria: Vec<CriterionRow>,
    evidence: Vec<EvidenceRow>,
    probes: Vec<ProbeRow>,
    judging: Option<JudgingForm>,
    upload: Option<UploadForm>,
    history: Vec<HistoryRow>,
    plan: Option<PlanWords>,
    planning: Option<PlanningForm>,
    findings: Vec<FindingRow>,
    mappings: Vec<MappingLine>,
    examples: Vec<String>,
    laws: Vec<String>,
}

struct LastJudgement {
    author: String,
    when: TimeTag,
}

struct DetailLine {
    number: String,
    title: String,
    relation: String,
    rationale: String,
}

struct CriterionRow {
    place: usize,
    text: String,
    notes: Vec<String>,
    status: Option<Status>,
    ground: String,
}

struct ProbeRow {
    href: String,
    name: String,
    status: Status,
    reason: String,
}

struct HistoryRow {
    when: TimeTag,
    status: Status,
    author: String,
    organization: String,
    reason: String,
    /// Which of its letters the report cannot print; empty when it can print all.
    warning: String,
    ground: String,
}

struct PlanWords {
    target: String,
    by: String,
    /// Which letters of the steps the report cannot print.
    warning: String,
    steps: Vec<String>,
}

struct MappingLine {
    name: String,
    title: String,
    relation: String,
}

/// One thing to choose in a form.
pub(super) struct Choice {
    pub value: String,
    pub text: String,
    pub hint: String,
    pub chosen: bool,
}

/// What was typed in the forms of the page, and what was wrong with it.
#[derive(Default)]
pub(super) struct Attempt {
    pub judgement: TypedJudgement,
    pub upload: TypedUpload,
    pub plan: TypedPlan,
    pub errors: Vec<FieldError>,
    pub problem: String,
    pub unseen: Option<Unseen>,
    /// Whether it was typed before a session ended.
    pub restored: bool,
    /// Whether its form still stands on the page.
    pub offered: bool,
}

impl Attempt {
    /// The error at a field.
    pub fn error_at(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}

/// `GET /engagements/{engagement}/items/{item}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([item]): PathName<1>) -> Result<Response, Refusal> {
    let attempt = restored(&permit, &item).await.map_err(|error| permit.member().refuse(error))?;
    respond(&permit, &item, StatusCode::OK, attempt).await
}

/// What this person typed into the forms of the page before a session ended,
/// and what has come since the page was made on which it was typed.
async fn restored(permit: &Permitted<Case>, code: &str) -> Result<Attempt, WorkbenchError> {
    let mut attempt = Attempt::default();
    let case = permit.subject();
    let Ok(item) = case.item(code) else { return Ok(attempt) };
    let base = format!("{}/items/{}", path_of(&case.file.engagement), item.code);
    if let Some(form) = draft(permit.member(), &format!("{base}/judgements")).await? {
        attempt.judgement = TypedJudgement::read(&form, item)?;
        let seen = attempt.judgement.seen(item);
        let checked = case.file.check_seen(&seen, &case.newest_for(&seen));
        attempt.unseen = checked.err().and_then(|error| unseen::of_error(&error.into()));
        attempt.restored = true;
    }
    if let Some(form) = draft(permit.member(), &format!("{base}/plans")).await? {
        attempt.plan = TypedPlan::read(&form)?;
        attempt.restored = true;
    }
    if let Some(form) = draft(permit.member(), &format!("{base}/evidence")).await? {
        attempt.upload = TypedUpload::read(&form)?;
        attempt.restored = true;
    }
    Ok(attempt)
}

/// The page with what was typed and what was wrong with it.
pub(super) async fn respond(
    permit: &Permitted<Case>,
    code: &str,
    status: StatusCode,
    attempt: Attempt,
) -> Result<Response, Refusal> {
    let (page, head) = case_page(permit, Section::Items, "item-title");
    let people = People::of(permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let base = path_of(&case.file.engagement);
    let item = case.item(code).map_err(|error| permit.member().refuse(error).back_to(&base))?;
    let latest = case.file.latest_judgement(&item.code);
    let neighbour = |place: Option<usize>| {
        let other = case.book.items.get(place?)?;
        Some(format!("{base}/items/{}", other.code))
    };
    let title = said(&item.title, page.locale);
    let since = latest.map(|judgement| judgement.at);
    let (turn_words, turn_note) = whose_turn(permit, &page, item);
    let lines = Lines { page: &page, case, people: &people };
    let unseen = attempt.unseen.as_ref().map(|unseen| lines.of_item(&item.code, unseen)).unwrap_or_default();
    let view = ItemPage {
        head: head.under(format!("{base}/items"), page.text("tab-items")).here(&item.official),
        strip: strip(&page, case, item),
        forms: permit.member().forms(),
        judge_action: format!("{base}/items/{}/judgements", item.code),
        upload_action: format!("{base}/items/{}/evidence", item.code),
        plan_action: format!("{base}/items/{}/plans", item.code),
        previous: neighbour(item.ordinal.checked_sub(2)),
        next: neighbour(Some(item.ordinal)),
        ordinal: item.ordinal,
        item_count: case.book.items.len(),
        status: verdict_status(latest.map(|judgement| judgement.verdict)),
        last: latest.map(|one| LastJudgement { author: people.name(one.author), when: page.time(one.at) }),
        criteria_met: criteria_met(&page, item, latest),
        turn_words,
        turn_note,
        explanation: said(&item.explanation, page.locale),
        official_title: (page.locale != Locale::Ko).then(|| item.title.ko.clone()),
        restored: item.restored,
        details: details(&page, item),
        criteria: criteria(&page, case, item, latest),
        evidence: case
            .evidence_of(&item.code)
            .map(|one| EvidenceRow::of(&page, case, &people, one).within(&page, item, one, since))
            .collect(),
        probes: probes(permit, &page, item).await,
        judging: JudgingForm::offered(permit, &page, item, &attempt),
        upload: UploadForm::offered(permit, &page, item, &attempt),
        history: history(&page, case, item, &people),
        plan: plan(&page, case, item, &people),
        planning: PlanningForm::offered(permit, &page, item, &attempt),
        findings: findings(&page, case, item),
        mappings: mappings(&page, item),
        examples: item.examples.iter().map(|text| said(text, page.locale)).collect(),
        laws: item.laws.iter().map(|text| said(text, page.locale)).collect(),
        base,
        errors: attempt.errors,
        problem: attempt.problem,
        unseen,
        restored_draft: attempt.restored,
        page: page.titled(format!("{} {title}", item.official)),
    };
    Ok(view.page.show_with(status, &view))
}

fn strip(page: &Page, case: &Case, item: &BookItem) -> Vec<String> {
    let numbers: Vec<String> = item.details.iter().map(|detail| detail.number.to_string()).collect();
    vec![
        page.text("item-ordinal").with("ordinal", item.ordinal).to_string(),
        page.text("item-details").with("numbers", numbers.join(", ")).to_string(),
        format!("{} · {}. {}", said(&item.domain, page.locale), item.area_number, said(&item.area, page.locale)),
        page.text("item-edition").with("edition", &case.file.engagement.catalog.edition).to_string(),
    ]
}

/// Who is to do what about this item.
fn whose_turn(permit: &Permitted<Case>, page: &Page, item: &BookItem) -> (String, String) {
    let file = &permit.subject().file;
    let stage = file.engagement.stage;
    let latest = file.latest_judgement(&item.code);
    let since = latest.map(|judgement| judgement.at);
    let fresh = permit.subject().evidence_of(&item.code).filter(|one| since.is_some_and(|since| one.added_at > since));
    let fresh = fresh.count();
    let (key, note) = match latest {
        _ if stage.closed() => ("item-turn-closed", String::new()),
        None if stage.judging() => ("item-turn-judge", String::new()),
        Some(_) if fresh > 0 && stage.judging() => {
            ("item-turn-again", page.text("item-turn-fresh").count("count", fresh).to_string())
        }
        _ => return (turn(page, stage.turn()), String::new()),
    };
    (page.text(key).to_string(), note)
}

fn criteria_met(page: &Page, item: &BookItem, latest: Option<&Judgement>) -> String {
    let all = item.criteria.len();
    let Some(latest) = latest.filter(|judgement| !judgement.criteria.is_empty()) else {
        return page.text("item-criteria-count").count("all", all).to_string();
    };
    let met = latest.criteria.iter().filter(|answer| answer.result == CriterionResult::Met).count();
    page.text("item-criteria-met").count("met", met).count("all", all).to_string()
}

fn details(page: &Page, item: &BookItem) -> Vec<DetailLine> {
    let line = |detail: &crate::book::BookDetail| DetailLine {
        number: detail.number.to_string(),
        title: said(&detail.title, page.locale),
        relation: said(&detail.relation.title(), page.locale),
        rationale: match detail.relation {
            sumun_controls::Relation::Equal => String::new(),
            _ => said(&detail.rationale, page.locale),
        },
    };
    item.details.iter().map(line).collect()
}

fn criteria(page: &Page, case: &Case, item: &BookItem, latest: Option<&Judgement>) -> Vec<CriterionRow> {
    let row = |(place, criterion): (usize, &crate::book::BookCriterion)| {
        let answer = latest.and_then(|one| one.criteria.iter().find(|answer| answer.criterion == criterion.code));
        let bound = case
            .evidence_of(&item.code)
            .filter(|one| one.bindings.iter().any(|binding| binding.criterion.as_ref() == Some(&criterion.code)));
        let bound: Vec<String> = bound.map(|one| one.name.short()).collect();
        let note = answer.map(|answer| answer.note.clone()).unwrap_or_default();
        let ground = [note, bound.join(", ")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        CriterionRow {
            place,
            text: said(&criterion.text, page.locale),
            notes: criterion.notes.iter().map(|note| said(note, page.locale)).collect(),
            status: answer.map(|answer| criterion_status(answer.result)),
            ground: ground.join(" · "),
        }
    };
    (1..).zip(&item.criteria).map(row).collect()
}

async fn probes(permit: &Permitted<Case>, page: &Page, item: &BookItem) -> Vec<ProbeRow> {
    let case = permit.subject();
    let mut rows = Vec::new();
    for one in case.evidence_of(&item.code) {
        if let Origin::ProbeRun { outcome, .. } = &one.origin {
            rows.push(ProbeRow {
                href: format!("{}/evidence/{}", path_of(&case.file.engagement), one.id),
                name: one.name.to_string(),
                status: outcome_status(outcome),
                reason: reason(permit, page, one).await,
            });
        }
    }
    rows
}

fn notes(judgement: &Judgement) -> impl Iterator<Item = &String> {
    judgement.criteria.iter().map(|answer| &answer.note)
}

fn history(page: &Page, case: &Case, item: &BookItem, people: &People) -> Vec<HistoryRow> {
    let row = |judgement: &Judgement| {
        let known = |id| case.evidence.get(id);
        let cited = judgement.evidence.iter().filter_map(|cited| known(cited.id));
        let cited: Vec<String> = cited.map(|evidence| evidence.name.short()).collect();
        let cited = if cited.is_empty() { page.text("history-no-evidence").to_string() } else { cited.join(", ") };
        HistoryRow {
            when: page.time(judgement.at),
            status: verdict_status(Some(judgement.verdict)),
            author: people.name(judgement.author),
            organization: people.organization(judgement.author),
            reason: judgement.reason.clone(),
            warning: unprintable(page, std::iter::once(&judgement.reason).chain(notes(judgement))),
            ground: format!("{cited} · {}", page.text("history-edition").with("edition", &judgement.catalog.edition)),
        }
    };
    case.file.judgements_of(&item.code).rev().map(row).collect()
}

fn plan(page: &Page, case: &Case, item: &BookItem, people: &People) -> Option<PlanWords> {
    let plan = case.file.current_plan(&item.code)?;
    Some(PlanWords {
        target: format::month(plan.target.year(), plan.target.month(), page.locale),
        by: people.name(plan.by),
        warning: unprintable(page, &plan.steps),
        steps: plan.steps.clone(),
    })
}

fn findings(page: &Page, case: &Case, item: &BookItem) -> Vec<FindingRow> {
    let own = case.file.findings.iter().filter(|finding| finding.item == item.code);
    own.map(|finding| FindingRow::of(page, case, finding)).collect()
}

fn mappings(page: &Page, item: &BookItem) -> Vec<MappingLine> {
    let line = |one: &crate::book::BookMapping| MappingLine {
        name: format!("{} {}", said(&one.framework, page.locale), one.row),
        title: said(&one.title, page.locale),
        relation: said(&one.relation.title(), page.locale),
    };
    item.mappings.iter().map(line).collect()
}

/// Whether this person may judge now.
pub(super) fn may_judge(permit: &Permitted<Case>) -> bool {
    permit.role() == Some(Role::Inspector) && permit.subject().file.engagement.stage.judging()
}

/// The label of a field, for the summary of errors.
pub(super) fn label_of(permit: &Permitted<Case>, field: &str) -> String {
    let key = match field {
        "evidence" => "field-evidence".to_owned(),
        other if other.starts_with("criterion-") => "field-criterion-answer".to_owned(),
        other => format!("field-{}", other.replace('_', "-")),
    };
    let locale: Locale = permit.member().visit.locale;
    permit.workbench().site.messages.text(locale, &key).to_string()
}
