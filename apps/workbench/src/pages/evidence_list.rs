//! All evidence of an engagement, the newest revision of each.

use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::people::People;
use crate::access::{Permitted, Refusal};
use crate::book::BookItem;
use crate::case::Case;
use axum::response::Response;
use sumun_evidence::{CriterionCode, Evidence, Origin};
use sumun_time::Timestamp;
use sumun_web::{Page, TimeTag, format};

#[derive(askama::Template)]
#[template(path = "evidence_list.html")]
struct EvidenceListPage {
    page: Page,
    head: Head,
    actions: Vec<Action>,
    evidence: Vec<EvidenceRow>,
}

/// One line of a table of evidence.
pub(super) struct EvidenceRow {
    pub href: String,
    pub name: String,
    pub kind: String,
    pub proves: String,
    pub by: String,
    pub when: TimeTag,
    pub size: String,
    pub hash: String,
    pub hash_short: String,
    pub is_new: bool,
}

impl EvidenceRow {
    /// As the whole engagement lists it.
    pub fn of(page: &Page, case: &Case, people: &People, one: &Evidence) -> Self {
        let mut kind = one.ending().to_uppercase();
        if one.revision > 1 {
            kind = format!("{kind} · {}", page.text("evidence-revision").with("revision", one.revision));
        }
        let by = match &one.origin {
            Origin::Upload { by, .. } => people.name(*by),
            Origin::ProbeRun { .. } => page.text("log-probe").to_string(),
        };
        let proves = one.bindings.iter().map(|binding| match &binding.criterion {
            Some(criterion) => criterion.to_string(),
            None => case.book.official(&binding.item),
        });
        let proves: Vec<String> = proves.collect();
        let hash = one.file.sha256.to_string();
        Self {
            href: format!("{}/evidence/{}", path_of(&case.file.engagement), one.id),
            name: one.name.to_string(),
            kind,
            proves: proves.join(", "),
            by,
            when: page.time(one.added_at),
            size: format::bytes(one.file.size_bytes),
            hash_short: format::hash_short(&hash),
            hash,
            is_new: false,
        }
    }

    /// As one item lists it: which of its criteria it proves, and whether it
    /// came after the item was judged last, at `since`.
    pub fn within(self, page: &Page, item: &BookItem, one: &Evidence, since: Option<Timestamp>) -> Self {
        let bound = |code: &CriterionCode| one.bindings.iter().any(|binding| binding.criterion.as_ref() == Some(code));
        let places = (1_usize..).zip(&item.criteria).filter(|(_, criterion)| bound(&criterion.code));
        let places: Vec<String> = places.map(|(place, _)| place.to_string()).collect();
        let proves = if places.is_empty() { page.text("evidence-whole").to_string() } else { places.join(", ") };
        Self { proves, is_new: since.is_some_and(|since| one.added_at > since), ..self }
    }
}

/// `GET /engagements/{engagement}/evidence`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Evidence, "evidence-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let institution = name_of(&case.file.engagement, page.locale);
    let title = page.text("evidence-title").with("institution", institution).to_string();
    let rows = case.current_evidence().map(|one| EvidenceRow::of(&page, case, &people, one));
    let view = EvidenceListPage {
        head: head.here(page.text("tab-evidence")),
        actions: Vec::new(),
        evidence: rows.collect(),
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}
