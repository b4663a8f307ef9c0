//! Frameworks from their header files and the files of their rows.

use super::limits;
use super::reference::{anomalies, both, date, day, document, term, twice};
use super::row::RowReader;
use super::text::{At, SourceText};
use crate::file::{AreaEntry, DomainEntry, FrameworkFile, RowFile, RowsFile};
use crate::row::{Level, Row};
use crate::{
    Area, AreaId, Catalog, CatalogError, Domain, DomainId, Edition, Framework, FrameworkId, RowId, Term, TermKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A row that is read but not yet held against its framework.
struct Draft {
    source: Rc<SourceText>,
    level: Level,
    file: RowFile,
}

type Key = (FrameworkId, Edition);

pub(super) fn add_all(
    catalog: &mut Catalog,
    headers: Vec<At<FrameworkFile>>,
    rows: Vec<At<RowsFile>>,
) -> Result<(), CatalogError> {
    let mut frameworks: BTreeMap<Key, (Rc<SourceText>, Framework)> = BTreeMap::new();
    let mut drafts: BTreeMap<Key, Vec<Draft>> = BTreeMap::new();
    for At { source, value } in headers {
        let key = (value.framework.id.get_ref().clone(), value.framework.edition.get_ref().clone());
        let second = twice(&source, &value.framework.id, "framework and edition");
        let (framework, items, detailed_items) = read_header(catalog, &source, value)?;
        drafts.entry(key.clone()).or_default().extend(drafts_of(&source, items, detailed_items));
        if frameworks.insert(key, (source, framework)).is_some() {
            return Err(second);
        }
    }
    for At { source, value } in rows {
        let key = (value.framework.get_ref().clone(), value.edition.get_ref().clone());
        if !frameworks.contains_key(&key) {
            let found = format!("rows of `{}` in edition `{}`", key.0, key.1);
            return Err(source.fault(value.framework.span(), found, "a framework.toml with this id and edition"));
        }
        drafts.entry(key).or_default().extend(drafts_of(&source, value.item, value.detailed_item));
    }
    let mut count = 0;
    for (key, (source, mut framework)) in frameworks {
        let drafts = drafts.remove(&key).unwrap_or_default();
        count += drafts.len();
        source.within("rows", count, limits::ROWS_MAX)?;
        read_rows(catalog, &mut framework, drafts)?;
        catalog.frameworks.push(framework);
    }
    Ok(())
}

fn drafts_of(source: &Rc<SourceText>, items: Vec<RowFile>, detailed_items: Vec<RowFile>) -> Vec<Draft> {
    let draft = |level| {
        let source = Rc::clone(source);
        move |file| Draft { source: Rc::clone(&source), level, file }
    };
    let items = items.into_iter().map(draft(Level::Item));
    items.chain(detailed_items.into_iter().map(draft(Level::DetailedItem))).collect()
}

fn read_header(
    catalog: &Catalog,
    source: &SourceText,
    file: FrameworkFile,
) -> Result<(Framework, Vec<RowFile>, Vec<RowFile>), CatalogError> {
    let header = file.framework;
    let edition_note = match (header.edition_note_ko, header.edition_note_en) {
        (Some(ko), Some(en)) => Some(both(ko, en)),
        (None, None) => None,
        _ => return Err(source.fault(header.id.span(), "an edition note in one language", "it in both, or in none")),
    };
    let classes = header.item_classes.into_iter().map(|class| term(catalog, source, TermKind::Class, class));
    let mut item_classes = classes.collect::<Result<Vec<_>, _>>()?;
    if item_classes.is_empty() {
        item_classes = vec![Term::of_level(Level::Item)];
    }
    let domains = read_domains(source, file.domain)?;
    let framework = Framework {
        dated: date(source, header.dated)?,
        revised: day(source, header.revised)?,
        edition_note,
        kind: term(catalog, source, TermKind::FrameworkKind, header.kind)?,
        title: both(header.title_ko, header.title_en),
        description: both(header.description_ko, header.description_en),
        document: header.document.map(|id| document(catalog, source, id)).transpose()?,
        item_classes,
        anomalies: anomalies(catalog, source, header.anomalies)?,
        id: header.id.into_inner(),
        edition: header.edition.into_inner(),
        areas: read_areas(source, &domains, file.area)?,
        domains,
        rows: Vec::new(),
        places: BTreeMap::new(),
    };
    Ok((framework, file.item, file.detailed_item))
}

fn read_domains(source: &SourceText, entries: Vec<DomainEntry>) -> Result<Vec<Domain>, CatalogError> {
    let mut seen: BTreeSet<DomainId> = BTreeSet::new();
    let mut domains = Vec::new();
    for entry in entries {
        if !seen.insert(entry.id.get_ref().clone()) {
            return Err(twice(source, &entry.id, "domain"));
        }
        domains.push(Domain { id: entry.id.into_inner(), title: both(entry.title_ko, entry.title_en) });
    }
    Ok(domains)
}

fn read_areas(source: &SourceText, domains: &[Domain], entries: Vec<AreaEntry>) -> Result<Vec<Area>, CatalogError> {
    let mut seen: BTreeSet<AreaId> = BTreeSet::new();
    let mut areas = Vec::new();
    for entry in entries {
        if !seen.insert(entry.id.get_ref().clone()) {
            return Err(twice(source, &entry.id, "area"));
        }
        if let Some(id) = entry.domain.as_ref().filter(|id| !domains.iter().any(|domain| domain.id == *id.get_ref())) {
            let expected = "the id of a `[[domain]]` of this framework";
            return Err(source.fault(id.span(), format!("`{}`", id.get_ref()), expected));
        }
        areas.push(Area {
            id: entry.id.into_inner(),
            domain: entry.domain.map(toml::Spanned::into_inner),
            number: entry.number.map(String::from),
            title: both(entry.title_ko, entry.title_en),
        });
    }
    Ok(areas)
}

fn read_rows(catalog: &Catalog, framework: &mut Framework, drafts: Vec<Draft>) -> Result<(), CatalogError> {
    let items: BTreeSet<RowId> =
        drafts.iter().filter(|draft| draft.level == Level::Item).map(|draft| draft.file.id.get_ref().clone()).collect();
    let rows: BTreeSet<RowId> = drafts.iter().map(|draft| draft.file.id.get_ref().clone()).collect();
    let mut seen: BTreeSet<RowId> = BTreeSet::new();
    let mut read: Vec<Row> = Vec::new();
    for Draft { source, level, file } in drafts {
        if !seen.insert(file.id.get_ref().clone()) {
            return Err(twice(&source, &file.id, "row of a framework"));
        }
        if let Some(criterion) = file.criterion.iter().find(|criterion| !seen.insert(criterion.id.get_ref().clone())) {
            return Err(twice(&source, &criterion.id, "criterion of a framework"));
        }
        let reader = RowReader { catalog, source: &source, framework, items: &items, rows: &rows, level };
        read.push(reader.read(file)?);
    }
    let (items, details): (Vec<Row>, Vec<Row>) = read.into_iter().partition(|row| row.level == Level::Item);
    let mut below: BTreeMap<RowId, Vec<Row>> = BTreeMap::new();
    for mut detail in details {
        let Some(parent) = detail.parent.clone() else { continue };
        detail.area = items.iter().find(|item| item.id == parent).and_then(|item| item.area.clone());
        below.entry(parent).or_default().push(detail);
    }
    for item in items {
        let details = below.remove(&item.id).unwrap_or_default();
        framework.rows.push(item);
        framework.rows.extend(details);
    }
    framework.places = framework.rows.iter().enumerate().map(|(place, row)| (row.id.clone(), place)).collect();
    Ok(())
}
