//! One piece of evidence: its whole hash, what it proves, its revisions, its file.

use super::frame::{Action, Head, Section, case_page, path_of};
use super::people::People;
use super::words::{outcome_status, said, verdict_status};
use crate::access::{PathName, Permitted, Refusal};
use crate::case::Case;
use crate::deeds;
use crate::download::Download;
use axum::response::Response;
use sumun_evidence::{Evidence, Origin};
use sumun_inspection::Judgement;
use sumun_web::{Page, Status, TimeTag, format};

#[derive(askama::Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    name: String,
    hash: String,
    size: String,
    kind: String,
    origin: String,
    effective_on: TimeTag,
    added_at: TimeTag,
    revision: u32,
    replaced_by: Option<String>,
    probe: Option<ProbeWords>,
    judgements: Vec<JudgementLine>,
    bindings: Vec<BindingLine>,
    revisions: Vec<RevisionLine>,
}

struct ProbeWords {
    status: Status,
    reason: String,
}

struct JudgementLine {
    href: String,
    item: String,
    when: TimeTag,
    author: String,
    status: Status,
}

struct BindingLine {
    href: String,
    item: String,
    title: String,
    criterion: String,
}

struct RevisionLine {
    href: String,
    text: String,
    hash: String,
    when: TimeTag,
}

/// `GET /engagements/{engagement}/evidence/{evidence}`.
pub(crate) async fn show(permit: Permitted<Case>, PathName([id]): PathName<1>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Evidence, "evidence-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let base = path_of(&case.file.engagement);
    let one = case.evidence(&id).map_err(|error| permit.member().refuse(error).back_to(&base))?;
    let download = Action {
        href: format!("{base}/evidence/{}/file", one.id),
        text: page.text("evidence-download").to_string(),
        icon: "",
        primary: true,
    };
    let newer = case.evidence.newer(one.id);
    let view = EvidencePage {
        head: head.under(format!("{base}/evidence"), page.text("tab-evidence")).here(one.name.short()),
        actions: vec![download],
        name: one.name.to_string(),
        hash: one.file.sha256.to_string(),
        size: size(&page, one.file.size_bytes),
        kind: one.file.media_type.name().to_owned(),
        origin: origin(&page, &people, one),
        effective_on: page.day(one.effective_on),
        added_at: page.time(one.added_at),
        revision: one.revision,
        replaced_by: newer.map(|newer| format!("{base}/evidence/{}", newer.id)),
        probe: probe(&permit, &page, one).await,
        judgements: judgements(case, &page, &people, one),
        bindings: bindings(case, &page, one),
        revisions: revisions(case, &page, one),
        page: page.titled(&one.name),
    };
    Ok(view.page.show(&view))
}

/// The size for reading and to the byte; a small file has one number.
fn size(page: &Page, size_bytes: u64) -> String {
    let exact = page.text("evidence-bytes").count("bytes", size_bytes).to_string();
    if size_bytes < 1_000 { exact } else { format!("{} ({exact})", format::bytes(size_bytes)) }
}

fn origin(page: &Page, people: &People, one: &Evidence) -> String {
    match &one.origin {
        Origin::Upload { by, file_name } => page
            .text("evidence-origin-upload")
            .with("name", people.name(*by))
            .with("organization", people.organization(*by))
            .with("file", if file_name.is_empty() { format::NOTHING } else { file_name })
            .to_string(),
        Origin::ProbeRun { run, probe, .. } => {
            page.text("evidence-origin-probe").with("probe", probe).with("run", run).to_string()
        }
    }
}

async fn probe(permit: &Permitted<Case>, page: &Page, one: &Evidence) -> Option<ProbeWords> {
    let Origin::ProbeRun { outcome, .. } = &one.origin else { return None };
    Some(ProbeWords { status: outcome_status(outcome), reason: reason(permit, page, one).await })
}

/// Why a probe concluded what it did, in the language of the page.
pub(super) async fn reason(permit: &Permitted<Case>, page: &Page, one: &Evidence) -> String {
    match deeds::probe::reason(permit, one).await {
        Some(text) if page.locale == sumun_web::Locale::Ko => text.ko,
        Some(text) => text.en,
        None => page.text("probe-reason-unreadable").to_string(),
    }
}

fn judgements(case: &Case, page: &Page, people: &People, one: &Evidence) -> Vec<JudgementLine> {
    let base = path_of(&case.file.engagement);
    let rests = |judgement: &&Judgement| judgement.evidence.iter().any(|cited| cited.id == one.id);
    let line = |judgement: &Judgement| JudgementLine {
        href: format!("{base}/items/{}#history", judgement.item),
        item: case.book.official(&judgement.item),
        when: page.time(judgement.at),
        author: people.name(judgement.author),
        status: verdict_status(Some(judgement.verdict)),
    };
    case.file.judgements.iter().rev().filter(rests).map(line).collect()
}

fn bindings(case: &Case, page: &Page, one: &Evidence) -> Vec<BindingLine> {
    let base = path_of(&case.file.engagement);
    let line = |binding: &sumun_evidence::Binding| {
        let item = case.book.item(&binding.item)?;
        let criterion = item.criteria.iter().find(|one| Some(&one.code) == binding.criterion.as_ref());
        Some(BindingLine {
            href: format!("{base}/items/{}", binding.item),
            item: item.official.clone(),
            title: said(&item.title, page.locale),
            criterion: criterion.map(|one| said(&one.text, page.locale)).unwrap_or_default(),
        })
    };
    one.bindings.iter().filter_map(line).collect()
}

fn revisions(case: &Case, page: &Page, one: &Evidence) -> Vec<RevisionLine> {
    let base = path_of(&case.file.engagement);
    let same = |other: &&Evidence| (other.name.number(), other.name.serial()) == (one.name.number(), one.name.serial());
    let line = |other: &Evidence| RevisionLine {
        href: if other.id == one.id { String::new() } else { format!("{base}/evidence/{}", other.id) },
        text: page.text("evidence-revision").with("revision", other.revision).to_string(),
        hash: format::hash_short(&other.file.sha256.to_string()),
        when: page.time(other.added_at),
    };
    case.evidence.iter().rev().filter(same).map(line).collect()
}

/// `GET /engagements/{engagement}/evidence/{evidence}/file`, on pages and in the API.
pub(crate) async fn file(permit: Permitted<Case>, PathName([id]): PathName<1>) -> Result<Response, Refusal> {
    let read = async {
        let one = permit.subject().evidence(&id)?;
        let folder = &permit.workbench().parts.evidence_files;
        let download = Download::kept(permit.member(), folder, one.file.sha256).await?;
        Ok(download.attachment(one.file.media_type.name(), &one.file_name()))
    };
    read.await.map_err(|error: crate::error::WorkbenchError| permit.member().refuse(error))
}
