//! Small things that the answers share.

use serde::Serialize;
use std::io::Write;
use sumun_controls::{Framework, Language};

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

/// Writes `value` as JSON for a program, with a line end.
pub(super) fn json(value: &impl Serialize, out: &mut dyn Write) -> Result<(), super::Stop> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// The word in the language of the answer.
pub(super) fn word(language: Language, ko: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Korean => ko,
        Language::English => en,
    }
}

/// `text` with spaces up to `columns` of a terminal, on which a Korean letter takes two.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// How many columns of a terminal `text` takes.
pub(super) fn width(text: &str) -> usize {
    let is_wide = |letter: char| matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}');
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}
