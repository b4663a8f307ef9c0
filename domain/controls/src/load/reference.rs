//! Words, documents and contradictions, which everything else points at.

use super::text::{At, SourceText};
use crate::file::{AnomaliesFile, DocumentsFile, Text, VocabularyFile};
use crate::{
    Anomaly, Bilingual, Catalog, CatalogError, Document, DocumentId, PartialDate, Term, TermKind, VocabularyTerm,
};
use std::ops::Range;
use sumun_time::Date;
use toml::Spanned;

pub(super) fn add_vocabulary(catalog: &mut Catalog, file: At<VocabularyFile>) -> Result<(), CatalogError> {
    for entry in file.value.term {
        let (kind, id) = (entry.kind, entry.id.get_ref().clone());
        let term = VocabularyTerm { kind, id: id.clone(), title: both(entry.title_ko, entry.title_en) };
        if catalog.vocabulary.insert((kind, id), term).is_some() {
            return Err(twice(&file.source, &entry.id, kind.noun()));
        }
    }
    Ok(())
}

pub(super) fn add_documents(catalog: &mut Catalog, file: At<DocumentsFile>) -> Result<(), CatalogError> {
    for entry in file.value.document {
        let id = entry.id.get_ref().clone();
        let document = Document {
            id: id.clone(),
            title: both(entry.title_ko, entry.title_en),
            publisher: both(entry.publisher_ko, entry.publisher_en),
            date: date(&file.source, entry.dated)?,
            note: both(entry.note_ko, entry.note_en),
        };
        if catalog.documents.insert(id, document).is_some() {
            return Err(twice(&file.source, &entry.id, "document"));
        }
    }
    Ok(())
}

pub(super) fn add_anomalies(catalog: &mut Catalog, file: At<AnomaliesFile>) -> Result<(), CatalogError> {
    for entry in file.value.anomaly {
        let number = *entry.number.get_ref();
        let documents: Result<Vec<DocumentId>, CatalogError> =
            entry.documents.into_iter().map(|id| document(catalog, &file.source, id)).collect();
        let anomaly = Anomaly {
            number,
            documents: documents?,
            lines: entry.lines.map(String::from),
            text: both(entry.text_ko, entry.text_en),
        };
        if catalog.anomalies.insert(number, anomaly).is_some() {
            return Err(twice(&file.source, &entry.number, "anomaly"));
        }
    }
    Ok(())
}

pub(super) fn both(ko: Text, en: Text) -> Bilingual {
    Bilingual::new(ko, en)
}

pub(super) fn date(source: &SourceText, date: Option<Spanned<String>>) -> Result<Option<PartialDate>, CatalogError> {
    let parse = |date: Spanned<String>| {
        let parsed = date.get_ref().parse::<PartialDate>();
        parsed.map_err(|error| source.fault(date.span(), format!("`{}`", date.get_ref()), error.expected))
    };
    date.map(parse).transpose()
}

/// A whole day.
pub(super) fn day(source: &SourceText, date: Spanned<String>) -> Result<Date, CatalogError> {
    date.get_ref()
        .parse::<PartialDate>()
        .ok()
        .and_then(PartialDate::full)
        .ok_or_else(|| source.fault(date.span(), format!("`{}`", date.get_ref()), "a whole date such as `2019-09-03`"))
}

/// The document with this id, which must exist.
pub(super) fn document(
    catalog: &Catalog,
    source: &SourceText,
    id: Spanned<DocumentId>,
) -> Result<DocumentId, CatalogError> {
    match catalog.documents.contains_key(id.get_ref()) {
        true => Ok(id.into_inner()),
        false => {
            let known: Vec<&str> = catalog.documents.keys().map(DocumentId::as_str).collect();
            let expected = format!("a document of documents.toml: {}", known.join(", "));
            Err(source.fault(id.span(), format!("`{}`", id.get_ref()), expected))
        }
    }
}

/// The anomalies with these numbers, which must exist.
pub(super) fn anomalies(
    catalog: &Catalog,
    source: &SourceText,
    numbers: Vec<Spanned<u32>>,
) -> Result<Vec<u32>, CatalogError> {
    let known = |number: Spanned<u32>| match catalog.anomalies.contains_key(number.get_ref()) {
        true => Ok(number.into_inner()),
        false => {
            Err(source.fault(number.span(), format!("anomaly {}", number.get_ref()), "a number of anomalies.toml"))
        }
    };
    numbers.into_iter().map(known).collect()
}

/// A word of the vocabulary, which must exist.
pub(super) fn term(
    catalog: &Catalog,
    source: &SourceText,
    kind: TermKind,
    term: Spanned<Term>,
) -> Result<Term, CatalogError> {
    word(catalog, source, kind, term.get_ref(), term.span())?;
    Ok(term.into_inner())
}

/// Refuses a word that the vocabulary does not have.
pub(super) fn word(
    catalog: &Catalog,
    source: &SourceText,
    kind: TermKind,
    word: &Term,
    span: Range<usize>,
) -> Result<(), CatalogError> {
    if catalog.vocabulary.contains_key(&(kind, word.clone())) {
        return Ok(());
    }
    let known: Vec<&str> = catalog.terms(kind).map(|term| term.id.as_str()).collect();
    let expected = format!("a word that vocabulary.toml lists as {}: {}", kind.noun(), known.join(", "));
    Err(source.fault(span, format!("`{word}`"), expected))
}

/// The fault of a second thing with one name.
pub(super) fn twice<T: std::fmt::Display>(source: &SourceText, name: &Spanned<T>, what: &str) -> CatalogError {
    source.fault(name.span(), format!("`{}` a second time", name.get_ref()), format!("each {what} once"))
}
