//! Search in both languages: every word must occur, the place where it occurs ranks.

use crate::{Bilingual, Catalog, Framework, Row};

const WORDS_MAX: usize = 16;

/// A row that a search found.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The framework of the row.
    pub framework: &'a Framework,
    /// The row.
    pub row: &'a Row,
    /// How well it fits; the larger the better.
    pub score: u32,
}

// A word in the title says more about a row than one in a legal reference.
const ID: u32 = 64;
const TITLE: u32 = 16;
const AREA: u32 = 6;
const EXPLANATION: u32 = 4;
const ELSEWHERE: u32 = 1;

impl Catalog {
    /// The rows in which every word of `query` occurs, best first. Case and the kind of middle dot do not matter;
    /// words beyond the sixteenth are ignored, and no word finds nothing.
    pub fn search(&self, query: &str) -> Vec<Hit<'_>> {
        let words: Vec<String> = query.split_whitespace().take(WORDS_MAX).map(folded).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let rows =
            self.current_frameworks().flat_map(|framework| framework.rows().iter().map(move |row| (framework, row)));
        let mut hits: Vec<Hit<'_>> = rows
            .filter_map(|(framework, row)| {
                let fields = fields(framework, row);
                let scores: Option<Vec<u32>> = words.iter().map(|word| score(word, &fields)).collect();
                Some(Hit { framework, row, score: scores?.into_iter().sum() })
            })
            .collect();
        // The sort is stable: rows of one score stay in the order of the catalog.
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
        hits
    }
}

fn score(word: &str, fields: &[(u32, String)]) -> Option<u32> {
    fields.iter().filter(|(_, text)| text.contains(word)).map(|(weight, _)| *weight).max()
}

fn fields(framework: &Framework, row: &Row) -> Vec<(u32, String)> {
    let mut fields = vec![(ID, folded(row.id.as_str()))];
    let mut both = |weight: u32, text: &Bilingual| {
        fields.push((weight, folded(&text.ko)));
        fields.push((weight, folded(&text.en)));
    };
    both(TITLE, &row.title);
    both(EXPLANATION, &row.explanation);
    framework.area_of(row).into_iter().for_each(|area| both(AREA, &area.title));
    row.criteria.iter().for_each(|criterion| both(ELSEWHERE, &criterion.text));
    row.evidence_examples.iter().for_each(|example| both(ELSEWHERE, &example.name));
    row.legal_references.iter().for_each(|law| both(ELSEWHERE, &law.reference));
    row.parameters.iter().for_each(|parameter| both(ELSEWHERE, &parameter.label));
    row.parts.iter().for_each(|part| both(ELSEWHERE, &part.text));
    row.countermeasures.iter().for_each(|measure| both(ELSEWHERE, &measure.text));
    for identifier in &row.identifiers {
        fields.push((TITLE, folded(&identifier.id)));
        fields.extend(identifier.name.as_deref().map(|name| (TITLE, folded(name))));
    }
    fields
}

/// Small letters and one kind of middle dot: the documents use four.
fn folded(text: &str) -> String {
    let one_dot = |letter: char| if matches!(letter, '⦁' | '‧' | '∙' | '・' | 'ㆍ') { '·' } else { letter };
    text.chars().flat_map(char::to_lowercase).map(one_dot).collect()
}
