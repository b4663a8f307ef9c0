//! Small things that the answers share.

pub(super) use crate::commands::answer::{json, padded, width, word};
use serde::Serialize;
use sumun_controls::Framework;

/// What `list` says of a framework.
#[derive(Serialize)]
pub(super) struct Summary {
    id: String,
    edition: String,
    title_ko: String,
    title_en: String,
    domains: usize,
    areas: usize,
    items: usize,
    detailed_items: usize,
    rows: usize,
}

impl Summary {
    pub(super) fn of(framework: &Framework) -> Self {
        let counts = framework.counts();
        Self {
            id: framework.id.to_string(),
            edition: framework.edition.to_string(),
            title_ko: framework.title.ko.clone(),
            title_en: framework.title.en.clone(),
            domains: counts.domains,
            areas: counts.areas,
            items: counts.items,
            detailed_items: counts.detailed_items,
            rows: counts.rows,
        }
    }
}
