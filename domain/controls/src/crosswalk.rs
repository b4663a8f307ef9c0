//! Crosswalks: what a row of one framework means in another.

use crate::{Bilingual, Edition, FrameworkId, RowId};
use serde::{Deserialize, Serialize};

/// The mappings from one edition of a framework to one of another.
#[derive(Debug, Clone)]
pub struct Crosswalk {
    /// The framework it leads from.
    pub from: FrameworkId,
    /// Its edition.
    pub from_edition: Edition,
    /// The framework it leads to.
    pub to: FrameworkId,
    /// Its edition.
    pub to_edition: Edition,
    /// Who judged the mappings, unless one says otherwise.
    pub author: String,
    /// The mappings in the order of the file.
    pub mappings: Vec<Mapping>,
}

/// How one row stands to another: `from` is, as `relation` says, to `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The row it leads from.
    pub from: RowId,
    /// The row it leads to.
    pub to: RowId,
    /// How they stand.
    pub relation: Relation,
    /// Why.
    pub rationale: Bilingual,
    /// Who judged it.
    pub author: String,
}

/// How what `from` asks stands to what `to` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Both ask the same.
    Equal,
    /// `from` asks a part of what `to` asks.
    Subset,
    /// `from` asks all that `to` asks, and more.
    Superset,
    /// They share a part, and each asks more.
    Intersects,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 4] = [Self::Equal, Self::Subset, Self::Superset, Self::Intersects];

    /// The relation seen from the other end.
    pub fn reversed(self) -> Self {
        match self {
            Self::Subset => Self::Superset,
            Self::Superset => Self::Subset,
            Self::Equal | Self::Intersects => self,
        }
    }

    /// The word for it in catalogs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Subset => "subset",
            Self::Superset => "superset",
            Self::Intersects => "intersects",
        }
    }

    /// What it is called on pages.
    pub fn title(self) -> Bilingual {
        let (ko, en) = match self {
            Self::Equal => ("같음", "equal"),
            Self::Subset => ("일부", "subset"),
            Self::Superset => ("포함", "superset"),
            Self::Intersects => ("겹침", "intersects"),
        };
        Bilingual::new(ko, en)
    }
}

/// A mapping seen from one of its two rows.
#[derive(Debug, Clone)]
pub struct Mapped<'a> {
    /// The framework of the other row.
    pub framework: &'a FrameworkId,
    /// The other row.
    pub row: &'a RowId,
    /// How the asked row stands to the other.
    pub relation: Relation,
    /// Why.
    pub rationale: &'a Bilingual,
    /// Who judged it.
    pub author: &'a str,
}
