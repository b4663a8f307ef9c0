//! The keys of catalog files, read and written by the same types
//! (`catalogs/README.md` is their documentation for authors).
//!
//! A key that has to be held against something else is [`Spanned`], so that a
//! fault can be shown where it stands.

use crate::row::{Modality, RowState, Verifiability};
use crate::{AreaId, DocumentId, DomainId, Edition, FrameworkId, Lines, Relation, RowId, Term, TermKind};
use serde::{Deserialize, Serialize};
use toml::{Spanned, Value};

const TEXT_CHARACTERS_MAX: usize = 4_000;

/// A text that is not empty and not endless, of letters that a reader sees.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Text(pub(crate) String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("an empty text, expected words or no such key".to_owned());
        }
        if !sumun_text::is_legible(&text) {
            return Err("letters that nobody sees, expected visible letters".to_owned());
        }
        match text.chars().count() {
            count if count > TEXT_CHARACTERS_MAX => {
                Err(format!("{count} characters, expected at most {TEXT_CHARACTERS_MAX}"))
            }
            _ => Ok(Self(text)),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// Gives a struct of file keys: unknown keys are refused; what is absent is not written.
macro_rules! keys {
    (
        $(#[$doc:meta])* $visibility:vis struct $name:ident { $($key:ident: $kind:ty),* $(,)? }
        optional { $($option:ident: $maybe:ty),* $(,)? }
        lists { $($list:ident: $entry:ty),* $(,)? }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        $visibility struct $name {
            $(pub(crate) $key: $kind,)*
            $(#[serde(skip_serializing_if = "Option::is_none")] pub(crate) $option: Option<$maybe>,)*
            $(#[serde(default, skip_serializing_if = "Vec::is_empty")] pub(crate) $list: Vec<$entry>,)*
        }
    };
}

keys! {
    /// A framework in the form of a catalog file, to be written as TOML or JSON.
    pub struct FrameworkFile { framework: Header }
    optional {}
    lists { domain: DomainEntry, area: AreaEntry, item: RowFile, detailed_item: RowFile }
}

keys! {
    /// More rows of a framework whose header stands in another file.
    pub(crate) struct RowsFile { framework: Spanned<FrameworkId>, edition: Spanned<Edition> }
    optional {}
    lists { item: RowFile, detailed_item: RowFile }
}

keys! {
    /// `[framework]`
    pub(crate) struct Header {
        id: Spanned<FrameworkId>,
        edition: Spanned<Edition>,
        revised: Spanned<String>,
        kind: Spanned<Term>,
        title_ko: Text,
        title_en: Text,
        description_ko: Text,
        description_en: Text,
    }
    optional {
        dated: Spanned<String>,
        document: Spanned<DocumentId>,
        edition_note_ko: Text,
        edition_note_en: Text,
    }
    lists { item_classes: Spanned<Term>, anomalies: Spanned<u32> }
}

keys! {
    /// `[[domain]]`
    pub(crate) struct DomainEntry { id: Spanned<DomainId>, title_ko: Text, title_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `[[area]]`
    pub(crate) struct AreaEntry { id: Spanned<AreaId>, title_ko: Text, title_en: Text }
    optional { domain: Spanned<DomainId>, number: Text }
    lists {}
}

keys! {
    /// A row in the form of a catalog file, `[[item]]` or `[[detailed_item]]`, to be written as TOML or JSON.
    pub struct RowFile {
        id: Spanned<RowId>,
        title_ko: Text,
        title_en: Text,
        explanation_ko: Text,
        explanation_en: Text,
    }
    optional {
        item: Spanned<RowId>,
        area: Spanned<AreaId>,
        class: Spanned<Term>,
        number: Text,
        state: RowState,
        modality: Modality,
        applies_when: Spanned<String>,
    }
    lists {
        subjects: Spanned<Term>,
        verifiability: Verifiability,
        answers: Spanned<RowId>,
        anomalies: Spanned<u32>,
        source: Spanned<SourceEntry>,
        identifier: IdentifierEntry,
        criterion: CriterionEntry,
        evidence: EvidenceEntry,
        legal_reference: LegalReferenceEntry,
        parameter: ParameterEntry,
        part: PartEntry,
        countermeasure: CountermeasureEntry,
    }
}

keys! {
    /// An entry of `source`.
    pub(crate) struct SourceEntry {}
    optional { document: Spanned<DocumentId>, place: Text, lines: Spanned<Lines> }
    lists {}
}

keys! {
    /// `[[item.criterion]]`
    pub(crate) struct CriterionEntry { id: Spanned<RowId>, modality: Modality, text_ko: Text, text_en: Text }
    optional { line: u32 }
    lists { notes_ko: Text, notes_en: Text }
}

keys! {
    /// `[[item.evidence]]`
    pub(crate) struct EvidenceEntry { name_ko: Text, name_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `[[item.legal_reference]]`
    pub(crate) struct LegalReferenceEntry { reference_ko: Text, reference_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `[[item.parameter]]`
    pub(crate) struct ParameterEntry {
        name: Spanned<Term>,
        r#type: Spanned<String>,
        modality: Modality,
        label_ko: Text,
        label_en: Text,
    }
    optional { value: Spanned<Value>, unset: Spanned<bool> }
    lists {}
}

keys! {
    /// `[[item.part]]`
    pub(crate) struct PartEntry { kind: Spanned<Term>, text_ko: Text, text_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `[[item.countermeasure]]`
    pub(crate) struct CountermeasureEntry { actor: Spanned<Term>, text_ko: Text, text_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `[[item.identifier]]`
    pub(crate) struct IdentifierEntry { scheme: Spanned<Term>, id: Text }
    optional { name: Text }
    lists {}
}

keys! {
    /// `crosswalks/*.toml`
    pub(crate) struct CrosswalkFile { crosswalk: Spanned<CrosswalkHeader> }
    optional {}
    lists { mapping: MappingEntry }
}

keys! {
    /// `[crosswalk]`
    pub(crate) struct CrosswalkHeader {
        from: Spanned<FrameworkId>,
        from_edition: Spanned<Edition>,
        to: Spanned<FrameworkId>,
        to_edition: Spanned<Edition>,
        author: Text,
    }
    optional {}
    lists {}
}

keys! {
    /// `[[mapping]]`
    pub(crate) struct MappingEntry {
        from: Spanned<RowId>,
        to: Spanned<RowId>,
        relation: Relation,
        rationale_ko: Text,
        rationale_en: Text,
    }
    optional { author: Text }
    lists {}
}

keys! {
    /// `vocabulary.toml`: `[[term]]`
    pub(crate) struct TermEntry { kind: TermKind, id: Spanned<Term>, title_ko: Text, title_en: Text }
    optional {}
    lists {}
}

keys! {
    /// `documents.toml`: `[[document]]`
    pub(crate) struct DocumentEntry {
        id: Spanned<DocumentId>,
        title_ko: Text,
        title_en: Text,
        publisher_ko: Text,
        publisher_en: Text,
        note_ko: Text,
        note_en: Text,
    }
    optional { dated: Spanned<String> }
    lists {}
}

keys! {
    /// `anomalies.toml`: `[[anomaly]]`
    pub(crate) struct AnomalyEntry { number: Spanned<u32>, text_ko: Text, text_en: Text }
    optional { lines: Text }
    lists { documents: Spanned<DocumentId> }
}

keys! {
    /// `trace/*.toml`: `[[link]]`
    pub(crate) struct LinkEntry { row: Spanned<RowId> }
    optional { test: Text }
    lists { enforced_by: Text, probes: Text }
}

/// `calendars/*.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarFile {
    pub(crate) calendar: CalendarHeader,
    #[serde(default)]
    pub(crate) holiday: Vec<HolidayEntry>,
}

keys! {
    /// `[calendar]`
    pub(crate) struct CalendarHeader {
        id: Spanned<Term>,
        first_year: Spanned<i32>,
        last_year: Spanned<i32>,
        revised: Spanned<String>,
        title_ko: Text,
        title_en: Text,
        source_ko: Text,
        source_en: Text,
        note_ko: Text,
        note_en: Text,
    }
    optional {}
    lists {}
}

/// `[[holiday]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidayEntry {
    pub(crate) date: Spanned<String>,
    pub(crate) name_ko: Text,
    pub(crate) name_en: Text,
    pub(crate) substitute_for: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) our_choice: bool,
}

/// `vocabulary.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VocabularyFile {
    pub(crate) term: Vec<TermEntry>,
}

/// `documents.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentsFile {
    pub(crate) document: Vec<DocumentEntry>,
}

/// `anomalies.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnomaliesFile {
    pub(crate) anomaly: Vec<AnomalyEntry>,
}

/// `trace/*.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinksFile {
    pub(crate) framework: Spanned<FrameworkId>,
    #[serde(default)]
    pub(crate) link: Vec<LinkEntry>,
}
