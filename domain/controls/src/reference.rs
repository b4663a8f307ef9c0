//! What rows point at: documents, places in them, contradictions, words.

use crate::{Bilingual, DocumentId, PartialDate, Term};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A document that rows were taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id in catalog files.
    pub id: DocumentId,
    /// Its official title.
    pub title: Bilingual,
    /// Who issued it.
    pub publisher: Bilingual,
    /// When, as far as it or a public source says.
    pub date: Option<PartialDate>,
    /// What a reader must know: where the date comes from, what is missing.
    pub note: Bilingual,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The document; never absent once loaded.
    pub document: DocumentId,
    /// The section or item there.
    pub place: Option<String>,
    /// The lines there, counted in the plain text of the document that the catalog was made from.
    pub lines: Option<Lines>,
}

/// Lines of a text, for example `213-224, 230`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lines(Vec<LineRange>);

/// A run of lines, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRange {
    /// The first line, from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

impl Lines {
    /// The runs in the order of the file.
    pub fn ranges(&self) -> &[LineRange] {
        &self.0
    }
}

impl FromStr for Lines {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ranges: Option<Vec<LineRange>> = text.split(',').take(64).map(|range| parse_range(range.trim())).collect();
        ranges.map(Self).ok_or_else(|| {
            let found: String = text.chars().take(80).collect();
            format!("`{found}`, expected lines such as `960` or `213-224, 230`")
        })
    }
}

fn parse_range(text: &str) -> Option<LineRange> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let line = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    let range = LineRange { first: line(first)?, last: line(last)? };
    (range.first > 0 && range.first <= range.last).then_some(range)
}

impl TryFrom<String> for Lines {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Lines> for String {
    fn from(lines: Lines) -> Self {
        lines.to_string()
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, range) in self.0.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            if range.first == range.last {
                write!(f, "{}", range.first)?;
            } else {
                write!(f, "{}-{}", range.first, range.last)?;
            }
        }
        Ok(())
    }
}

/// A place where the documents contradict themselves or each other, or leave something open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// Its number.
    pub number: u32,
    /// The documents that it touches.
    pub documents: Vec<DocumentId>,
    /// The lines, as far as there are any.
    pub lines: Option<String>,
    /// What is wrong and how the catalogs deal with it.
    pub text: Bilingual,
}

/// A word that catalogs may use in one of their typed places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyTerm {
    /// Where it may stand.
    pub kind: TermKind,
    /// The word.
    pub id: Term,
    /// What it is called on pages.
    pub title: Bilingual,
}

/// The typed places whose words are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermKind {
    /// What kind of document a framework is.
    FrameworkKind,
    /// What kind of row a row is.
    Class,
    /// What kind of text a part is.
    Part,
    /// Who acts or is obliged.
    Actor,
    /// Who numbers a thing.
    IdentifierScheme,
    /// A type of company, in predicates.
    CompanyType,
    /// A type of service, in predicates.
    ServiceType,
    /// A platform of an app, in predicates.
    Platform,
}

impl TermKind {
    /// What it is, in a message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::FrameworkKind => "framework kind",
            Self::Class => "class of rows",
            Self::Part => "kind of part",
            Self::Actor => "actor",
            Self::IdentifierScheme => "identifier scheme",
            Self::CompanyType => "company type",
            Self::ServiceType => "service type",
            Self::Platform => "platform",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_runs_in_order() {
        let lines: Lines = "213-224, 230".parse().unwrap();
        assert_eq!(lines.ranges()[1], LineRange { first: 230, last: 230 });
        assert_eq!(lines.to_string(), "213-224, 230");
        for text in ["", "0", "9-8", "a", "1-", "1-2-3", "1,,2", "99999999999"] {
            assert!(text.parse::<Lines>().is_err(), "{text}");
        }
    }
}
