//! The whole catalog and how to find something in it.

use crate::similar::nearest;
use crate::{
    Anomaly, Calendar, Crosswalk, Document, DocumentId, Edition, Framework, FrameworkId, Link, Mapped, Row, RowId,
    Term, TermKind, VocabularyTerm,
};
use std::collections::BTreeMap;

/// Every framework with the crosswalks, documents, contradictions, words and links around them, and the calendars.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub(crate) frameworks: Vec<Framework>,
    pub(crate) crosswalks: Vec<Crosswalk>,
    pub(crate) documents: BTreeMap<DocumentId, Document>,
    pub(crate) anomalies: BTreeMap<u32, Anomaly>,
    pub(crate) vocabulary: BTreeMap<(TermKind, Term), VocabularyTerm>,
    pub(crate) links: BTreeMap<(FrameworkId, RowId), Link>,
    pub(crate) calendars: BTreeMap<Term, Calendar>,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// A framework.
    Framework(&'a Framework),
    /// A row of a framework.
    Row(&'a Framework, &'a Row),
    /// Rows of several frameworks; `framework/row` tells them apart.
    Ambiguous(Vec<(&'a Framework, &'a Row)>),
    /// Nothing.
    Missing {
        /// The nearest name that stands for something.
        suggestion: Option<String>,
    },
}

impl Catalog {
    /// Every edition of every framework, by id and edition.
    pub fn frameworks(&self) -> &[Framework] {
        &self.frameworks
    }

    /// The newest edition of every framework, by id.
    pub fn current_frameworks(&self) -> impl Iterator<Item = &Framework> {
        let is_current = |place: usize, framework: &Framework| {
            self.frameworks.get(place + 1).is_none_or(|next| next.id != framework.id)
        };
        self.frameworks
            .iter()
            .enumerate()
            .filter(move |(place, framework)| is_current(*place, framework))
            .map(|(_, it)| it)
    }

    /// The newest edition of a framework.
    pub fn framework(&self, id: &FrameworkId) -> Option<&Framework> {
        self.frameworks.iter().rev().find(|framework| framework.id == *id)
    }

    /// One edition of a framework.
    pub fn edition(&self, id: &FrameworkId, edition: &Edition) -> Option<&Framework> {
        self.frameworks.iter().find(|framework| framework.id == *id && framework.edition == *edition)
    }

    /// A row of the newest edition of a framework.
    pub fn row(&self, framework: &FrameworkId, row: &RowId) -> Option<&Row> {
        self.framework(framework)?.row(row)
    }

    /// Every crosswalk, in the order of the files.
    pub fn crosswalks(&self) -> &[Crosswalk] {
        &self.crosswalks
    }

    /// Every mapping of one row, from either end; the relation is the row's to the other.
    pub fn mappings<'a>(&'a self, framework: &'a FrameworkId, row: &'a RowId) -> impl Iterator<Item = Mapped<'a>> {
        self.crosswalks.iter().flat_map(move |crosswalk| {
            crosswalk.mappings.iter().filter_map(move |mapping| {
                let (framework, row, relation) = if crosswalk.from == *framework && mapping.from == *row {
                    (&crosswalk.to, &mapping.to, mapping.relation)
                } else if crosswalk.to == *framework && mapping.to == *row {
                    (&crosswalk.from, &mapping.from, mapping.relation.reversed())
                } else {
                    return None;
                };
                let (rationale, author) = (&mapping.rationale, mapping.author.as_str());
                Some(Mapped { framework, row, relation, rationale, author })
            })
        })
    }

    /// The document with this id.
    pub fn document(&self, id: &DocumentId) -> Option<&Document> {
        self.documents.get(id)
    }

    /// Every contradiction, by number.
    pub fn anomalies(&self) -> impl Iterator<Item = &Anomaly> {
        self.anomalies.values()
    }

    /// The contradiction with this number.
    pub fn anomaly(&self, number: u32) -> Option<&Anomaly> {
        self.anomalies.get(&number)
    }

    /// Every word of one kind, in alphabetic order.
    pub fn terms(&self, kind: TermKind) -> impl Iterator<Item = &VocabularyTerm> {
        self.vocabulary.values().filter(move |term| term.kind == kind)
    }

    /// A word of the vocabulary.
    pub fn term(&self, kind: TermKind, id: &Term) -> Option<&VocabularyTerm> {
        self.vocabulary.get(&(kind, id.clone()))
    }

    /// The link of a row.
    pub fn link(&self, framework: &FrameworkId, row: &RowId) -> Option<&Link> {
        self.links.get(&(framework.clone(), row.clone()))
    }

    /// Every calendar of public holidays, by id.
    pub fn calendars(&self) -> impl Iterator<Item = &Calendar> {
        self.calendars.values()
    }

    /// The public holidays of a country, such as `kr`.
    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.calendars().find(|calendar| calendar.id.as_str() == id)
    }

    /// What `name` stands for: a framework id, `framework/row`, or a row id that one framework alone has.
    /// Case does not matter.
    pub fn find(&self, name: &str) -> Found<'_> {
        if let Some(framework) = self.current_frameworks().find(|framework| same(framework.id.as_str(), name)) {
            return Found::Framework(framework);
        }
        let (wanted, row_name) = match name.split_once('/') {
            Some((framework, row)) => (Some(framework), row),
            None => (None, name),
        };
        let mut rows: Vec<(&Framework, &Row)> = self
            .current_frameworks()
            .filter(|framework| wanted.is_none_or(|wanted| same(framework.id.as_str(), wanted)))
            .filter_map(|framework| Some((framework, row_named(framework, row_name)?)))
            .collect();
        match (rows.len(), rows.pop()) {
            (1, Some((framework, row))) => Found::Row(framework, row),
            (_, Some(last)) => {
                rows.push(last);
                Found::Ambiguous(rows)
            }
            (_, None) => Found::Missing { suggestion: self.suggestion(name) },
        }
    }

    fn suggestion(&self, name: &str) -> Option<String> {
        let frameworks = self.current_frameworks().map(|framework| framework.id.to_string());
        let rows = self.current_frameworks().flat_map(|framework| {
            let qualified = name.contains('/');
            framework.rows().iter().map(move |row| match qualified {
                true => format!("{}/{}", framework.id, row.id),
                false => row.id.to_string(),
            })
        });
        nearest(name, frameworks.chain(rows))
    }
}

fn row_named<'a>(framework: &'a Framework, name: &str) -> Option<&'a Row> {
    framework.rows().iter().find(|row| same(row.id.as_str(), name))
}

fn same(left: &str, right: &str) -> bool {
    left.chars().flat_map(char::to_lowercase).eq(right.chars().flat_map(char::to_lowercase))
}
