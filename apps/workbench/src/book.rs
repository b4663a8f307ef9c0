//! The items of one edition of the catalog, as the inspection uses them.
//!
//! The institution inspection names its 30 items in a sentence each; what has
//! to be met stands in the detailed items of the self-check guide that the
//! crosswalk leads to (P4, field A: criteria are derived from there). Official
//! names of evidence take the numbers of those detailed items.

use std::fmt;
use sumun_controls::{Bilingual, Catalog, Framework, FrameworkId, Mapped, Relation, Row, RowState};
use sumun_evidence::{CriterionCode, DetailNumber, ItemCode};
use sumun_inspection::{CatalogEdition, Sheet};

/// The framework whose detailed items give criteria and numbers.
const DETAILS: &str = "fsi-openapi-self-check";

/// One edition.
pub(crate) struct Book {
    pub edition: CatalogEdition,
    pub title: Bilingual,
    pub domains: Vec<BookDomain>,
    pub items: Vec<BookItem>,
    codes: Vec<ItemCode>,
}

/// A domain (보안영역) with its areas.
pub(crate) struct BookDomain {
    pub title: Bilingual,
    pub areas: Vec<BookArea>,
}

/// An area (점검분야) with the places of its items.
pub(crate) struct BookArea {
    pub number: String,
    pub title: Bilingual,
    pub items: Vec<usize>,
}

/// A check item.
pub(crate) struct BookItem {
    /// Ours; it stands in addresses and in the API.
    pub code: ItemCode,
    /// The source's own number, area and item as it prints them: `11-①`. It is what people read, on pages and on paper.
    pub official: String,
    /// From 1, through all areas.
    pub ordinal: usize,
    pub title: Bilingual,
    pub explanation: Bilingual,
    pub restored: bool,
    pub domain: Bilingual,
    pub area_number: String,
    pub area: Bilingual,
    pub details: Vec<BookDetail>,
    pub criteria: Vec<BookCriterion>,
    pub examples: Vec<Bilingual>,
    pub laws: Vec<Bilingual>,
    pub mappings: Vec<BookMapping>,
}

/// A detailed item (세부점검항목) that the item takes its criteria from.
pub(crate) struct BookDetail {
    pub number: DetailNumber,
    pub title: Bilingual,
    pub relation: Relation,
    pub rationale: Bilingual,
}

/// A criterion (점검기준).
pub(crate) struct BookCriterion {
    pub code: CriterionCode,
    pub text: Bilingual,
    pub notes: Vec<Bilingual>,
}

/// What the item is in another framework.
pub(crate) struct BookMapping {
    pub framework: Bilingual,
    pub row: String,
    pub title: Bilingual,
    pub relation: Relation,
}

/// What a catalog lacks.
#[derive(Debug)]
pub(crate) struct BookError(String);

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Book {
    /// The items of `framework` with what the rest of the catalog says of them.
    pub fn of(catalog: &Catalog, framework: &Framework) -> Result<Self, BookError> {
        let details: FrameworkId = DETAILS.parse().map_err(|error| BookError(format!("{error}")))?;
        let rows: Vec<&Row> = framework.items().collect();
        let items = rows.iter().enumerate().map(|(place, row)| item(catalog, framework, &details, place, row));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let domains = framework.domains.iter().map(|domain| BookDomain {
            title: domain.title.clone(),
            areas: framework
                .areas
                .iter()
                .filter(|area| area.domain.as_ref() == Some(&domain.id))
                .map(|area| BookArea {
                    number: area.number.clone().unwrap_or_else(|| area.id.to_string()),
                    title: area.title.clone(),
                    items: (0..rows.len()).filter(|place| rows[*place].area.as_ref() == Some(&area.id)).collect(),
                })
                .collect(),
        });
        Ok(Self {
            edition: CatalogEdition { framework: framework.id.to_string(), edition: framework.edition.to_string() },
            title: framework.title.clone(),
            domains: domains.collect(),
            codes: items.iter().map(|item| item.code.clone()).collect(),
            items,
        })
    }

    /// The codes of all items, in order.
    pub fn codes(&self) -> &[ItemCode] {
        &self.codes
    }

    /// The item with this code.
    pub fn item(&self, code: &ItemCode) -> Option<&BookItem> {
        self.items.iter().find(|item| item.code == *code)
    }

    /// The source's own number of this item; its code where the edition does not have it.
    pub fn official(&self, code: &ItemCode) -> String {
        self.item(code).map_or_else(|| code.to_string(), |item| item.official.clone())
    }

    /// How many areas there are.
    pub fn area_count(&self) -> usize {
        self.domains.iter().map(|domain| domain.areas.len()).sum()
    }
}

impl BookItem {
    /// The item as the rules of judging want it.
    pub fn sheet(&self) -> Sheet {
        let criteria = self.criteria.iter().map(|criterion| criterion.code.clone());
        Sheet { item: self.code.clone(), criteria: criteria.collect() }
    }

    /// Whether evidence under `number` belongs to it.
    pub fn takes(&self, number: DetailNumber) -> bool {
        self.details.iter().any(|detail| detail.number == number)
    }
}

fn item(
    catalog: &Catalog,
    framework: &Framework,
    details: &FrameworkId,
    place: usize,
    row: &Row,
) -> Result<BookItem, BookError> {
    let lacks = |what: &str| BookError(format!("{}/{} lacks {what}", framework.id, row.id));
    let code = row.id.as_str().parse().map_err(|_| lacks("a plain code"))?;
    let area = framework.area_of(row).ok_or_else(|| lacks("an area"))?;
    let domain = framework.domain_of(row).ok_or_else(|| lacks("a domain"))?;
    let mapped: Vec<Mapped<'_>> = catalog.mappings(&framework.id, &row.id).collect();
    let detail_rows: Vec<(&Mapped<'_>, &Row)> = mapped
        .iter()
        .filter(|mapping| mapping.framework == details)
        .filter_map(|mapping| Some((mapping, catalog.row(details, mapping.row)?)))
        .collect();
    let criteria = detail_rows.iter().flat_map(|(_, detail)| &detail.criteria);
    let criteria = criteria.map(|criterion| {
        let code = criterion.id.as_str().parse().map_err(|_| lacks("criteria with plain codes"))?;
        Ok(BookCriterion { code, text: criterion.text.clone(), notes: criterion.notes.clone() })
    });
    let criteria = criteria.collect::<Result<Vec<_>, BookError>>()?;
    if criteria.is_empty() {
        return Err(lacks("criteria"));
    }
    let detail = |(mapping, detail): &(&Mapped<'_>, &Row)| {
        let number = detail.id.as_str().parse().map_err(|_| lacks("detailed items with official numbers"))?;
        let (title, rationale) = (detail.title.clone(), mapping.rationale.clone());
        Ok(BookDetail { number, title, relation: mapping.relation, rationale })
    };
    let area_number = area.number.clone().unwrap_or_else(|| area.id.to_string());
    let official = row.number.as_ref().map_or_else(|| row.id.to_string(), |number| format!("{area_number}-{number}"));
    Ok(BookItem {
        code,
        official,
        ordinal: place + 1,
        title: row.title.clone(),
        explanation: row.explanation.clone(),
        restored: row.state == RowState::Restored,
        domain: domain.title.clone(),
        area_number,
        area: area.title.clone(),
        details: detail_rows.iter().map(detail).collect::<Result<_, BookError>>()?,
        criteria,
        examples: texts(&detail_rows, |row| row.evidence_examples.iter().map(|example| &example.name).collect()),
        laws: texts(&detail_rows, |row| row.legal_references.iter().map(|law| &law.reference).collect()),
        mappings: mapped.iter().filter_map(|mapping| other(catalog, mapping)).collect(),
    })
}

/// The texts that `of` finds in the detailed rows, each once.
fn texts(rows: &[(&Mapped<'_>, &Row)], of: impl Fn(&Row) -> Vec<&Bilingual>) -> Vec<Bilingual> {
    let mut texts: Vec<Bilingual> = Vec::new();
    for text in rows.iter().flat_map(|(_, row)| of(row)) {
        if !texts.contains(text) {
            texts.push(text.clone());
        }
    }
    texts
}

fn other(catalog: &Catalog, mapping: &Mapped<'_>) -> Option<BookMapping> {
    let framework = catalog.framework(mapping.framework)?;
    let row = framework.row(mapping.row)?;
    Some(BookMapping {
        framework: framework.title.clone(),
        row: row.id.to_string(),
        title: row.title.clone(),
        relation: mapping.relation,
    })
}
