//! All evidence of an engagement, the newest revision of each.

use super::frame::{Action, Head, Section, case_page, name_of, path_of};
use super::people::People;
use crate::access::{Permitted, Refusal};
use crate::case::Case;
use axum::response::Response;
use sumun_evidence::{Evidence, Origin};
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
    /// `since` is when it was last judged what this proves.
    pub fn of(page: &Page, case: &Case, people: &People, one: &Evidence, since: Option<Timestamp>) -> Self {
        let mut proves: Vec<String> = Vec::new();
        for binding in &one.bindings {
            let criterion = binding.criterion.as_ref().map(ToString::to_string);
            proves.push(criterion.unwrap_or_else(|| binding.item.to_string()));
        }
        let mut kind = one.file.media_type.label().to_owned();
        if one.revision > 1 {
            kind = format!("{kind} · {}", page.text("evidence-revision").with("revision", one.revision));
        }
        let by = match &one.origin {
            Origin::Upload { by, .. } => people.name(*by),
            Origin::ProbeRun { .. } => page.text("log-probe").to_string(),
        };
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
            is_new: since.is_some_and(|since| one.added_at > since),
        }
    }
}

/// `GET /engagements/{engagement}/evidence`.
pub(crate) async fn show(permit: Permitted<Case>) -> Result<Response, Refusal> {
    let (page, head) = case_page(&permit, Section::Evidence, "evidence-title");
    let people = People::of(&permit, &page).await.map_err(|error| permit.member().refuse(error))?;
    let case = permit.subject();
    let institution = name_of(&case.file.engagement, page.locale);
    let title = page.text("evidence-title").with("institution", institution).to_string();
    let rows = case.current_evidence().map(|one| EvidenceRow::of(&page, case, &people, one, None));
    let view = EvidenceListPage {
        head: head.here(page.text("tab-evidence")),
        actions: Vec::new(),
        evidence: rows.collect(),
        page: page.titled(title),
    };
    Ok(view.page.show(&view))
}
