//! Frameworks and rows back in the form of catalog files.

use crate::file::{
    AreaEntry, CountermeasureEntry, CriterionEntry, DomainEntry, EvidenceEntry, FrameworkFile, Header, IdentifierEntry,
    LegalReferenceEntry, ParameterEntry, PartEntry, RowFile, SourceEntry, Text,
};
use crate::row::{Countermeasure, Criterion, Identifier, Level, Part, Row, RowState};
use crate::{Area, Bilingual, Domain, Framework, Parameter, ParameterValue, PartialDate, Source};
use toml::{Spanned, Value};

impl Framework {
    /// The framework with all its rows in the form of one catalog file.
    pub fn to_file(&self) -> FrameworkFile {
        let rows = |level| self.rows().iter().filter(move |row| row.level == level).map(Row::to_file).collect();
        FrameworkFile {
            framework: header(self),
            domain: self.domains.iter().map(domain).collect(),
            area: self.areas.iter().map(area).collect(),
            item: rows(Level::Item),
            detailed_item: rows(Level::DetailedItem),
        }
    }

    /// The framework as TOML that [`load`](crate::load) reads back.
    pub fn to_toml(&self) -> String {
        // Serialization fails for values that TOML cannot hold; none of these types has one.
        toml::to_string_pretty(&self.to_file()).unwrap_or_default()
    }
}

impl Row {
    /// The row in the form of a catalog file.
    pub fn to_file(&self) -> RowFile {
        let (title_ko, title_en) = pair(&self.title);
        let (explanation_ko, explanation_en) = pair(&self.explanation);
        // A detailed item stands in its item's area; its file says only the item.
        let own_area = self.area.clone().filter(|_| self.level == Level::Item);
        RowFile {
            id: nowhere(self.id.clone()),
            title_ko,
            title_en,
            explanation_ko,
            explanation_en,
            item: self.parent.clone().map(nowhere),
            area: own_area.map(nowhere),
            class: Some(self.class.clone()).filter(|class| class.as_str() != self.level.as_str()).map(nowhere),
            number: self.number.clone().map(Text),
            state: Some(self.state).filter(|state| *state != RowState::Published),
            modality: self.modality,
            applies_when: self.applies_when.as_ref().map(|predicate| nowhere(predicate.to_string())),
            subjects: self.subjects.iter().cloned().map(nowhere).collect(),
            verifiability: self.verifiability.clone(),
            answers: self.answers.iter().cloned().map(nowhere).collect(),
            anomalies: self.anomalies.iter().copied().map(nowhere).collect(),
            source: self.sources.iter().map(|source| nowhere(place(source))).collect(),
            identifier: self.identifiers.iter().map(identifier).collect(),
            criterion: self.criteria.iter().map(criterion).collect(),
            evidence: self.evidence_examples.iter().map(|example| evidence(&example.name)).collect(),
            legal_reference: self.legal_references.iter().map(|law| legal_reference(&law.reference)).collect(),
            parameter: self.parameters.iter().map(parameter).collect(),
            part: self.parts.iter().map(part).collect(),
            countermeasure: self.countermeasures.iter().map(countermeasure).collect(),
        }
    }
}

/// What is written stands nowhere yet.
fn nowhere<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

fn pair(text: &Bilingual) -> (Text, Text) {
    (Text(text.ko.clone()), Text(text.en.clone()))
}

fn header(framework: &Framework) -> Header {
    let (title_ko, title_en) = pair(&framework.title);
    let (description_ko, description_en) = pair(&framework.description);
    let (edition_note_ko, edition_note_en) = framework.edition_note.as_ref().map(pair).unzip();
    Header {
        id: nowhere(framework.id.clone()),
        edition: nowhere(framework.edition.clone()),
        revised: nowhere(PartialDate::from(framework.revised).to_string()),
        kind: nowhere(framework.kind.clone()),
        title_ko,
        title_en,
        description_ko,
        description_en,
        dated: framework.dated.map(|date| nowhere(date.to_string())),
        document: framework.document.clone().map(nowhere),
        edition_note_ko,
        edition_note_en,
        item_classes: framework.item_classes.iter().cloned().map(nowhere).collect(),
        anomalies: framework.anomalies.iter().copied().map(nowhere).collect(),
    }
}

fn domain(domain: &Domain) -> DomainEntry {
    let (title_ko, title_en) = pair(&domain.title);
    DomainEntry { id: nowhere(domain.id.clone()), title_ko, title_en }
}

fn area(area: &Area) -> AreaEntry {
    let (title_ko, title_en) = pair(&area.title);
    let (id, domain) = (nowhere(area.id.clone()), area.domain.clone().map(nowhere));
    AreaEntry { id, title_ko, title_en, domain, number: area.number.clone().map(Text) }
}

fn place(source: &Source) -> SourceEntry {
    SourceEntry {
        document: Some(nowhere(source.document.clone())),
        place: source.place.clone().map(Text),
        lines: source.lines.clone().map(nowhere),
    }
}

fn identifier(identifier: &Identifier) -> IdentifierEntry {
    let (scheme, id) = (nowhere(identifier.scheme.clone()), Text(identifier.id.clone()));
    IdentifierEntry { scheme, id, name: identifier.name.clone().map(Text) }
}

fn criterion(criterion: &Criterion) -> CriterionEntry {
    let (text_ko, text_en) = pair(&criterion.text);
    let (notes_ko, notes_en) = criterion.notes.iter().map(pair).unzip();
    let (id, modality, line) = (nowhere(criterion.id.clone()), criterion.modality, criterion.line);
    CriterionEntry { id, modality, text_ko, text_en, line, notes_ko, notes_en }
}

fn evidence(name: &Bilingual) -> EvidenceEntry {
    let (name_ko, name_en) = pair(name);
    EvidenceEntry { name_ko, name_en }
}

fn legal_reference(reference: &Bilingual) -> LegalReferenceEntry {
    let (reference_ko, reference_en) = pair(reference);
    LegalReferenceEntry { reference_ko, reference_en }
}

fn parameter(parameter: &Parameter) -> ParameterEntry {
    let (label_ko, label_en) = pair(&parameter.label);
    let (value, unset) = match value(&parameter.value) {
        Some(value) => (Some(nowhere(value)), None),
        None => (None, Some(nowhere(true))),
    };
    ParameterEntry {
        name: nowhere(parameter.name.clone()),
        r#type: nowhere(parameter.kind.as_str().to_owned()),
        modality: parameter.modality,
        label_ko,
        label_en,
        value,
        unset,
    }
}

fn value(value: &ParameterValue) -> Option<Value> {
    let whole = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    match value {
        ParameterValue::Count(number) => Some(whole(*number)),
        ParameterValue::Length(number) | ParameterValue::KeyLength(number) => Some(whole(u64::from(*number))),
        ParameterValue::TextList(texts) => Some(Value::Array(texts.iter().cloned().map(Value::String).collect())),
        ParameterValue::Duration(_)
        | ParameterValue::Ratio(_)
        | ParameterValue::Date(_)
        | ParameterValue::TlsVersion(_) => Some(Value::String(value.to_string())),
        ParameterValue::Unset => None,
    }
}

fn part(part: &Part) -> PartEntry {
    let (text_ko, text_en) = pair(&part.text);
    PartEntry { kind: nowhere(part.kind.clone()), text_ko, text_en }
}

fn countermeasure(measure: &Countermeasure) -> CountermeasureEntry {
    let (text_ko, text_en) = pair(&measure.text);
    CountermeasureEntry { actor: nowhere(measure.actor.clone()), text_ko, text_en }
}
