//! One row, held against its framework and everything it points at.

use super::limits;
use super::parameter;
use super::reference::{anomalies, both, document, term, word};
use super::text::SourceText;
use crate::applicability::{Condition, Predicate, TermFact};
use crate::file::{CountermeasureEntry, CriterionEntry, IdentifierEntry, PartEntry, RowFile, SourceEntry, Text};
use crate::row::{Countermeasure, Criterion, EvidenceExample, Identifier, LegalReference, Level, Part, Row};
use crate::{AreaId, Catalog, CatalogError, Framework, RowId, Source, Term, TermKind};
use std::collections::BTreeSet;
use toml::Spanned;

/// What a row is held against.
pub(super) struct RowReader<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) source: &'a SourceText,
    pub(super) framework: &'a Framework,
    pub(super) items: &'a BTreeSet<RowId>,
    pub(super) rows: &'a BTreeSet<RowId>,
    pub(super) level: Level,
}

impl RowReader<'_> {
    pub(super) fn read(&self, file: RowFile) -> Result<Row, CatalogError> {
        self.check_lists(&file)?;
        let id = file.id.get_ref().clone();
        let sources = self.sources(&file.id, file.source)?;
        let class = file.class.map(|class| term(self.catalog, self.source, TermKind::Class, class)).transpose()?;
        let subjects = file.subjects.into_iter().map(|actor| term(self.catalog, self.source, TermKind::Actor, actor));
        let answers = file.answers.into_iter().map(|row| self.sibling(row));
        Ok(Row {
            level: self.level,
            parent: self.parent(&file.id, file.item)?,
            area: file.area.map(|area| self.area(area)).transpose()?,
            class: class.unwrap_or_else(|| Term::of_level(self.level)),
            number: file.number.map(String::from),
            state: file.state.unwrap_or_default(),
            title: both(file.title_ko, file.title_en),
            explanation: both(file.explanation_ko, file.explanation_en),
            modality: file.modality,
            subjects: subjects.collect::<Result<_, _>>()?,
            verifiability: file.verifiability,
            applies_when: file.applies_when.map(|text| self.predicate(text)).transpose()?,
            answers: answers.collect::<Result<_, _>>()?,
            sources,
            anomalies: anomalies(self.catalog, self.source, file.anomalies)?,
            criteria: file.criterion.into_iter().map(|entry| self.criterion(entry)).collect::<Result<_, _>>()?,
            evidence_examples: file
                .evidence
                .into_iter()
                .map(|entry| EvidenceExample { name: both(entry.name_ko, entry.name_en) })
                .collect(),
            legal_references: file
                .legal_reference
                .into_iter()
                .map(|entry| LegalReference { reference: both(entry.reference_ko, entry.reference_en) })
                .collect(),
            parameters: parameter::read_all(self.source, file.parameter)?,
            parts: file.part.into_iter().map(|entry| self.part(entry)).collect::<Result<_, _>>()?,
            countermeasures: file
                .countermeasure
                .into_iter()
                .map(|entry| self.countermeasure(entry))
                .collect::<Result<_, _>>()?,
            identifiers: file.identifier.into_iter().map(|entry| self.identifier(entry)).collect::<Result<_, _>>()?,
            id,
        })
    }

    fn check_lists(&self, file: &RowFile) -> Result<(), CatalogError> {
        let lengths = [
            file.subjects.len(),
            file.verifiability.len(),
            file.answers.len(),
            file.anomalies.len(),
            file.source.len(),
            file.identifier.len(),
            file.criterion.len(),
            file.evidence.len(),
            file.legal_reference.len(),
            file.parameter.len(),
            file.part.len(),
            file.countermeasure.len(),
        ];
        match lengths.into_iter().find(|&length| length > limits::LIST_MAX) {
            Some(length) => {
                let found = format!("{length} entries in one list of `{}`", file.id.get_ref());
                Err(self.source.fault(file.id.span(), found, format!("at most {}", limits::LIST_MAX)))
            }
            None => Ok(()),
        }
    }

    fn parent(&self, id: &Spanned<RowId>, item: Option<Spanned<RowId>>) -> Result<Option<RowId>, CatalogError> {
        match (self.level, item) {
            (Level::Item, None) => Ok(None),
            (Level::Item, Some(item)) => {
                let expected = "no such key in `[[item]]`; it belongs into `[[detailed_item]]`";
                Err(self.source.fault(item.span(), "the key `item`", expected))
            }
            (Level::DetailedItem, Some(item)) if self.items.contains(item.get_ref()) => Ok(Some(item.into_inner())),
            (Level::DetailedItem, Some(item)) => {
                let expected = "the id of an `[[item]]` of this framework";
                Err(self.source.fault(item.span(), format!("`{}`", item.get_ref()), expected))
            }
            (Level::DetailedItem, None) => {
                let expected = "the key `item` with the id of the item it belongs to";
                Err(self.source.fault(id.span(), "a detailed item without its item", expected))
            }
        }
    }

    fn area(&self, area: Spanned<AreaId>) -> Result<AreaId, CatalogError> {
        match (self.level, self.framework.area(area.get_ref())) {
            (Level::Item, Some(_)) => Ok(area.into_inner()),
            (Level::Item, None) => {
                let expected = "the id of an `[[area]]` of this framework";
                Err(self.source.fault(area.span(), format!("`{}`", area.get_ref()), expected))
            }
            (Level::DetailedItem, _) => {
                let expected = "no such key in `[[detailed_item]]`; it stands in the area of its item";
                Err(self.source.fault(area.span(), "the key `area`", expected))
            }
        }
    }

    fn sibling(&self, row: Spanned<RowId>) -> Result<RowId, CatalogError> {
        match self.rows.contains(row.get_ref()) {
            true => Ok(row.into_inner()),
            false => {
                let expected = "the id of a row of this framework";
                Err(self.source.fault(row.span(), format!("`{}`", row.get_ref()), expected))
            }
        }
    }

    fn sources(&self, id: &Spanned<RowId>, entries: Vec<Spanned<SourceEntry>>) -> Result<Vec<Source>, CatalogError> {
        if entries.is_empty() {
            let expected = "`source` with a place or lines, such as `source = [{ lines = \"960\" }]`";
            return Err(self.source.fault(id.span(), format!("`{}` without a source", id.get_ref()), expected));
        }
        entries.into_iter().map(|entry| self.place(entry)).collect()
    }

    fn place(&self, entry: Spanned<SourceEntry>) -> Result<Source, CatalogError> {
        let span = entry.span();
        let entry = entry.into_inner();
        let named = entry.document.map(|id| document(self.catalog, self.source, id)).transpose()?;
        let Some(document) = named.or_else(|| self.framework.document.clone()) else {
            let expected = "the key `document`, because the framework names none for all its rows";
            return Err(self.source.fault(span, "a source without a document", expected));
        };
        let lines = entry.lines.map(Spanned::into_inner);
        Ok(Source { document, place: entry.place.map(String::from), lines })
    }

    fn predicate(&self, text: Spanned<String>) -> Result<Predicate, CatalogError> {
        let predicate = text.get_ref().parse::<Predicate>().map_err(|error| {
            // In a plain string the predicate begins after the quote; then the very token can be shown.
            let span = text.span();
            let is_plain = self.source.text.get(span.start + 1..span.end.saturating_sub(1)) == Some(text.get_ref());
            let start = if is_plain { span.start + 1 + error.offset } else { span.start };
            self.source.fault(start..span.end, &error.found, format!("{} in the predicate", error.expected))
        })?;
        for condition in predicate.conditions() {
            let Condition::OneOf(fact, terms) = condition else { continue };
            let kind = match fact {
                TermFact::CompanyType => TermKind::CompanyType,
                TermFact::ServiceType => TermKind::ServiceType,
                TermFact::Platform => TermKind::Platform,
            };
            terms.iter().try_for_each(|term| word(self.catalog, self.source, kind, term, text.span()))?;
        }
        Ok(predicate)
    }

    fn criterion(&self, entry: CriterionEntry) -> Result<Criterion, CatalogError> {
        if entry.notes_ko.len() != entry.notes_en.len() || entry.notes_ko.len() > limits::LIST_MAX {
            let found = format!("{} Korean and {} English notes", entry.notes_ko.len(), entry.notes_en.len());
            let expected = format!("each note in both languages, at most {}", limits::LIST_MAX);
            return Err(self.source.fault(entry.id.span(), found, expected));
        }
        let notes = entry.notes_ko.into_iter().zip(entry.notes_en).map(|(ko, en)| both(ko, en)).collect();
        let (id, text) = (entry.id.into_inner(), both(entry.text_ko, entry.text_en));
        Ok(Criterion { id, modality: entry.modality, text, notes, line: entry.line })
    }

    fn part(&self, entry: PartEntry) -> Result<Part, CatalogError> {
        let kind = term(self.catalog, self.source, TermKind::Part, entry.kind)?;
        Ok(Part { kind, text: both(entry.text_ko, entry.text_en) })
    }

    fn countermeasure(&self, entry: CountermeasureEntry) -> Result<Countermeasure, CatalogError> {
        let actor = term(self.catalog, self.source, TermKind::Actor, entry.actor)?;
        Ok(Countermeasure { actor, text: both(entry.text_ko, entry.text_en) })
    }

    fn identifier(&self, entry: IdentifierEntry) -> Result<Identifier, CatalogError> {
        let scheme = term(self.catalog, self.source, TermKind::IdentifierScheme, entry.scheme)?;
        Ok(Identifier { scheme, id: entry.id.into(), name: entry.name.map(Text::into) })
    }
}
