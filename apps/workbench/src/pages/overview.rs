//! One engagement at a glance: whose turn, by when, how far, what next.

use super::activity::{Happening, happenings};
use super::findings::FindingRow;
use super::frame::{Action, Head, Section, case_page, closing, name_of, path_of};
use super::people::People;
use super::words::{Bar, said, stage, turn, verdict_status};
use crate::access::{Permitted, Refusal};
use crate::book::BookArea;
use crate::case::Case;
use axum::response::Response;
use sumun_inspection::{DueCheck, Engagement, FindingState, Stage, StageKind, Turn, Verdict};
use sumun_time::Date;
use sumun_web::{Deadline, Page, Status, TimeTag, TurnFact};

/// How many happenings and findings the overview shows.
const SHOWN_MAX: usize = 6;

#[derive(askama::Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    base: String,
    facts: Vec<TurnFact>,
    notes: Vec<String>,
    rail: Vec<RailGroup>,
    rail_aside: String,
    area_count: usize,
    item_count: usize,
    total: Bar,
    domains: Vec<DomainRows>,
    findings: Vec<FindingRow>,
    findings_total: usize,
    deadlines: Vec<DeadlineLine>,
    happenings: Vec<Happening>,
}

struct RailGroup {
    name: String,
    steps: Vec<RailStep>,
}

struct RailStep {
    class: &'static str,
    number: u8,
    state: String,
    name: String,
    when: Option<TimeTag>,
}

struct DomainRows {
    name: String,
    areas: Vec<AreaRow>,
}

struct AreaRow {
    number: String,
    name: String,
    cells: Vec<Cell>,
    bar: Bar,
    judged: usize,
}

struct Cell {
    href: String,
    ordinal: usize,
    status: Status,
}

struct DeadlineLine {
    name: String,
    turn: String,
    when: TimeTag,
    left: String,
}

/// `GET /engagements/{engagement}`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Overview, "overview-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let title = page.text("overview-title").with("institution", name_of(engagement, page.locale)).to_string();
    let mut recent = happenings(&permit, &page, &people);
    recent.truncate(SHOWN_MAX);
    let open = case.file.findings.iter().filter(|finding| finding.open());
    let findings = open.take(SHOWN_MAX).map(|finding| FindingRow::of(&page, case, finding)).collect();
    let whole = page.text("areas-whole").count("items", case.book.items.len()).to_string();
    let mut head = head;
    head.crumbs.pop();
    let view = OverviewPage {
        head: head.here(name_of(engagement, page.locale)),
        actions: actions(&permit, &page),
        base: path_of(engagement),
        facts: facts(&permit, &page),
        notes: notes(&permit, &page),
        rail: rail(&permit, &page),
        rail_aside: rail_aside(&permit, &page),
        area_count: case.book.area_count(),
        item_count: case.book.items.len(),
        total: Bar::of(&page, &whole, &verdicts(case, 0..case.book.items.len())),
        domains: domains(case, &page),
        findings,
        findings_total: case.file.findings.len(),
        deadlines: deadlines(&permit, &page),
        happenings: recent,
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}

/// What this person may do now, first the most likely.
fn actions(permit: &Permitted<Case>, page: &Page) -> Vec<Action> {
    let case = permit.subject();
    let base = path_of(&case.file.engagement);
    let mut actions = vec![Action {
        href: format!("{base}/reports"),
        text: page.text("overview-report").to_string(),
        icon: "",
        primary: false,
    }];
    let deeds = permit.role().map(|role| case.file.open_deeds(role)).unwrap_or_default();
    actions.extend(deeds.iter().enumerate().map(|(place, deed)| Action {
        href: format!("{base}/deeds/{}", deed.name()),
        text: page.text(&format!("deed-{}", deed.name().replace('_', "-"))).to_string(),
        icon: "",
        primary: place == 0,
    }));
    actions
}

fn facts(permit: &Permitted<Case>, page: &Page) -> Vec<TurnFact> {
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let text = |key: &str| page.text(key).to_string();
    let whose = match engagement.stage.turn() {
        Turn::Applicant => format!("{} {}", turn(page, Turn::Applicant), name_of(engagement, page.locale)),
        other => turn(page, other),
    };
    let closed = engagement.stage.closed();
    let turn_note = match engagement.stage.kind() {
        StageKind::FinalReport if closed => text("turn-note-closed"),
        kind => text(&format!("turn-note-{}", kind.name().replace('_', "-"))),
    };
    let turn_fact = TurnFact::new(text("fact-turn"), whose, turn_note);
    let due = match engagement.due_on {
        Some(day) => {
            let (when, left) = deadline(permit, page, day);
            TurnFact::new(text("fact-due"), when.words(), left)
        }
        None if closed => TurnFact::new(text("fact-due"), "—", ""),
        None => TurnFact::new(text("fact-due"), "—", text("fact-due-none")),
    };
    vec![turn_fact, due, progress(case, page), next(permit, page)]
}

fn progress(case: &Case, page: &Page) -> TurnFact {
    let findings = &case.file.findings;
    let count = |state| findings.iter().filter(|finding| finding.state() == state).count();
    let (confirmed, waiting) = (count(FindingState::Confirmed), count(FindingState::AwaitingConfirmation));
    if matches!(case.file.engagement.stage, Stage::WrittenFix | Stage::OnsiteFix) {
        let value = page.text("fact-repaired").count("done", confirmed + waiting).count("all", findings.len());
        let small = page.text("fact-repaired-note").count("confirmed", confirmed).count("waiting", waiting);
        return TurnFact::new(page.text("fact-repair"), value, small);
    }
    let judged: u32 = case.verdicts().iter().sum();
    let value = page.text("fact-judged").count("judged", judged).count("all", case.book.items.len());
    let open = findings.len() - confirmed;
    TurnFact::new(page.text("fact-progress"), value, page.text("fact-open").count("open", open))
}

fn next(permit: &Permitted<Case>, page: &Page) -> TurnFact {
    let engagement = &permit.subject().file.engagement;
    let label = page.text("fact-next");
    let number = engagement.stage.kind().number();
    let next = StageKind::ELEVEN.into_iter().find(|kind| number.is_some_and(|now| kind.number() == Some(now + 1)));
    let Some(next) = next.filter(|_| !engagement.stage.closed()) else {
        return TurnFact::new(label, "—", page.text("fact-next-none"));
    };
    let milestones = engagement.milestones(&permit.workbench().parts.calendar);
    let planned = milestones.iter().find(|one| one.stage == next).map(|one| page.day_near(one.due_on));
    let small = match planned {
        Some(day) => page.text("fact-next-until").with("day", day.words()).to_string(),
        None => String::new(),
    };
    TurnFact::new(label, stage(page, next), small)
}

/// When a day's deadline is, and how much is left.
fn deadline(permit: &Permitted<Case>, page: &Page, day: Date) -> (TimeTag, String) {
    let parts = &permit.workbench().parts;
    let at = closing(day);
    let deadline = Deadline::in_business_days(at, permit.now(), &parts.calendar, &page.site.messages, page.locale);
    let engagement = &permit.subject().file.engagement;
    if engagement.terms.days_of(engagement.stage.kind()).is_none() {
        // A year is counted in calendar days.
        return (page.day_near(day), page.text("deadline-calendar").to_string());
    }
    (deadline.when, deadline.left)
}

/// What a reader of the whole engagement must know beside its stage.
fn notes(permit: &Permitted<Case>, page: &Page) -> Vec<String> {
    let calendar = &permit.workbench().parts.calendar;
    let engagement = &permit.subject().file.engagement;
    let mut notes: Vec<String> = side_way(engagement, page).into_iter().collect();
    if let Some(day) = permit.subject().file.deferral_limit().filter(|_| !engagement.stage.closed()) {
        notes.push(page.text("note-deferral-limit").with("day", page.day(day).words()).to_string());
    }
    if let Some(day) = engagement.profile.routing().legacy_limit.filter(|_| !engagement.stage.closed()) {
        notes.push(page.text("note-legacy-limit").with("day", page.day(day).words()).to_string());
    }
    if engagement.milestones(calendar).iter().any(|milestone| !milestone.holidays_known) {
        let until = calendar.known_until().map_or_else(|| "—".to_owned(), |day| page.day(day).words().to_owned());
        notes.push(page.text("note-holidays-unknown").with("until", until).to_string());
    }
    if let DueCheck::Recounted(day) = engagement.due_check(calendar) {
        notes.push(page.text("note-due-recounted").with("day", page.day(day).words()).to_string());
    }
    notes
}

fn side_way(engagement: &Engagement, page: &Page) -> Option<String> {
    let key = match engagement.stage {
        Stage::SelfChecked => "side-self-checked",
        Stage::ServiceStartedDeferred { .. } => "side-deferred",
        Stage::Consulting => match engagement.profile.routing().substitution {
            Some(_) => "side-substitution",
            None => return None,
        },
        _ => return None,
    };
    Some(page.text(key).to_string())
}

/// The four parts of the procedure with how many stages each has (source 2, lines 47 to 66).
const PARTS: [(&str, usize); 4] = [("rail-preparation", 4), ("rail-written", 3), ("rail-onsite", 3), ("rail-end", 1)];

fn rail(permit: &Permitted<Case>, page: &Page) -> Vec<RailGroup> {
    let mut kinds = StageKind::ELEVEN.into_iter();
    let group = |(key, count): (&str, usize)| RailGroup {
        name: page.text(key).to_string(),
        steps: kinds.by_ref().take(count).map(|kind| rail_step(permit, page, kind)).collect(),
    };
    PARTS.into_iter().map(group).collect()
}

fn rail_step(permit: &Permitted<Case>, page: &Page, kind: StageKind) -> RailStep {
    let file = &permit.subject().file;
    let now = file.engagement.stage;
    let entered = file.steps.iter().find(|step| step.to.kind() == kind).map(|step| step.at.korean_date());
    let first = (kind == StageKind::Consulting).then(|| file.engagement.opened_at.korean_date());
    let planned = file.engagement.milestones(&permit.workbench().parts.calendar);
    let planned = planned.iter().find(|one| one.stage == kind).map(|one| one.due_on);
    let (class, state, when) = if kind == now.kind() && !now.closed() {
        ("now", "rail-now", file.engagement.due_on)
    } else if kind.number() < now.kind().number() || (kind == now.kind() && now.closed()) {
        ("done", "rail-done", first.or(entered))
    } else {
        ("", "rail-planned", planned)
    };
    RailStep {
        class,
        number: kind.number().unwrap_or_default(),
        state: page.text(state).to_string(),
        name: stage(page, kind),
        when: when.map(|day| page.day_near(day)),
    }
}

fn rail_aside(permit: &Permitted<Case>, page: &Page) -> String {
    let engagement = &permit.subject().file.engagement;
    let Some(number) = engagement.stage.kind().number() else { return stage(page, engagement.stage.kind()) };
    let opened = engagement.opened_at.korean_date();
    let days = permit.workbench().parts.calendar.business_days_left(opened, permit.now().korean_date());
    page.text("rail-aside").count("stage", number).count("days", days.days).to_string()
}

fn verdicts(case: &Case, places: impl IntoIterator<Item = usize>) -> Vec<Option<Verdict>> {
    let item = |place: usize| case.book.items.get(place).and_then(|item| case.file.latest_judgement(&item.code));
    places.into_iter().map(|place| item(place).map(|judgement| judgement.verdict)).collect()
}

fn domains(case: &Case, page: &Page) -> Vec<DomainRows> {
    let base = path_of(&case.file.engagement);
    let area = |area: &BookArea| {
        let name = said(&area.title, page.locale);
        let verdicts = verdicts(case, area.items.iter().copied());
        let cells = area.items.iter().zip(&verdicts).filter_map(|(place, verdict)| {
            let item = case.book.items.get(*place)?;
            let href = format!("{base}/items/{}", item.code);
            Some(Cell { href, ordinal: item.ordinal, status: verdict_status(*verdict) })
        });
        AreaRow {
            number: area.number.clone(),
            cells: cells.collect(),
            bar: Bar::of(page, &name, &verdicts),
            judged: verdicts.iter().flatten().count(),
            name,
        }
    };
    let domain = |domain: &crate::book::BookDomain| {
        let items: usize = domain.areas.iter().map(|area| area.items.len()).sum();
        let name = page.text("areas-domain").with("domain", said(&domain.title, page.locale)).count("items", items);
        DomainRows { name: name.to_string(), areas: domain.areas.iter().map(area).collect() }
    };
    case.book.domains.iter().map(domain).collect()
}

fn deadlines(permit: &Permitted<Case>, page: &Page) -> Vec<DeadlineLine> {
    let engagement = &permit.subject().file.engagement;
    let milestones = engagement.milestones(&permit.workbench().parts.calendar);
    let line = |milestone: &sumun_inspection::Milestone| {
        let (_, left) = deadline(permit, page, milestone.due_on);
        DeadlineLine {
            name: stage(page, milestone.stage),
            turn: turn(page, milestone.turn),
            when: page.day_near(milestone.due_on),
            left,
        }
    };
    milestones.iter().map(line).collect()
}
