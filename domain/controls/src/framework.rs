//! One edition of a framework with everything in it.

use crate::row::{Level, Row};
use crate::{AreaId, Bilingual, DocumentId, DomainId, Edition, FrameworkId, PartialDate, RowId, Term};
use serde::Serialize;
use std::collections::BTreeMap;
use sumun_time::Date;

/// One edition of a framework.
#[derive(Debug, Clone)]
pub struct Framework {
    /// Its id, for example `openbanking-institution`.
    pub id: FrameworkId,
    /// Its edition, the date of the document where one is known.
    pub edition: Edition,
    /// When the edition came out, where that is known.
    pub dated: Option<PartialDate>,
    /// Where the date comes from, or that there is none.
    pub edition_note: Option<Bilingual>,
    /// When its rows were last changed here.
    pub revised: Date,
    /// What kind of document it is, a word of the vocabulary.
    pub kind: Term,
    /// The official title.
    pub title: Bilingual,
    /// What it is for, in our own words.
    pub description: Bilingual,
    /// The document that its rows stand in unless they say otherwise.
    pub document: Option<DocumentId>,
    /// The classes of rows that count as its items.
    pub item_classes: Vec<Term>,
    /// Numbers of the contradictions that touch the framework as a whole.
    pub anomalies: Vec<u32>,
    /// Its domains (보안영역) in order.
    pub domains: Vec<Domain>,
    /// Its areas (점검분야) in order.
    pub areas: Vec<Area>,
    pub(crate) rows: Vec<Row>,
    pub(crate) places: BTreeMap<RowId, usize>,
}

/// A domain (보안영역) of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its id within the framework.
    pub id: DomainId,
    /// Its title.
    pub title: Bilingual,
}

/// An area (점검분야) of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its id within the framework.
    pub id: AreaId,
    /// The domain it stands in, where the framework has domains.
    pub domain: Option<DomainId>,
    /// The number as the document prints it.
    pub number: Option<String>,
    /// Its title.
    pub title: Bilingual,
}

/// How much is in a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Domains.
    pub domains: usize,
    /// Areas.
    pub areas: usize,
    /// Items: rows of the classes that the framework counts as items.
    pub items: usize,
    /// Detailed items.
    pub detailed_items: usize,
    /// Rows of all classes and levels.
    pub rows: usize,
    /// Criteria.
    pub criteria: usize,
    /// Evidence examples.
    pub evidence_examples: usize,
    /// Legal references.
    pub legal_references: usize,
}

impl Framework {
    /// Every row in the order of the files; a detailed item follows its item.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with this id.
    pub fn row(&self, id: &RowId) -> Option<&Row> {
        self.places.get(id).map(|&place| &self.rows[place])
    }

    /// The rows that count as items, in order.
    pub fn items(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.level == Level::Item && self.item_classes.contains(&row.class))
    }

    /// Every detailed item, in order.
    pub fn detailed_items(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.level == Level::DetailedItem)
    }

    /// The detailed items below `item`, in order.
    pub fn detailed_items_of(&self, item: &RowId) -> impl Iterator<Item = &Row> {
        self.detailed_items().filter(move |row| row.parent.as_ref() == Some(item))
    }

    /// The rows of one class, for example `threat`.
    pub fn rows_of_class(&self, class: &str) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.class.as_str() == class)
    }

    /// The area with this id.
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        self.areas.iter().find(|area| area.id == *id)
    }

    /// The area that `row` stands in.
    pub fn area_of(&self, row: &Row) -> Option<&Area> {
        self.area(row.area.as_ref()?)
    }

    /// The domain that `row` stands in.
    pub fn domain_of(&self, row: &Row) -> Option<&Domain> {
        let domain = self.area_of(row)?.domain.as_ref()?;
        self.domains.iter().find(|candidate| candidate.id == *domain)
    }

    /// How much is in it.
    pub fn counts(&self) -> Counts {
        let sum = |count: fn(&Row) -> usize| self.rows.iter().map(count).sum();
        Counts {
            domains: self.domains.len(),
            areas: self.areas.len(),
            items: self.items().count(),
            detailed_items: self.detailed_items().count(),
            rows: self.rows.len(),
            criteria: sum(|row| row.criteria.len()),
            evidence_examples: sum(|row| row.evidence_examples.len()),
            legal_references: sum(|row| row.legal_references.len()),
        }
    }
}
