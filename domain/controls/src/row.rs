//! A row: one thing that a framework asks, names or warns of.

use crate::applicability::{Applicability, Facts, Predicate};
use crate::{AreaId, Bilingual, Parameter, RowId, Source, Term};
use serde::{Deserialize, Serialize};

/// One row of a framework: a check item, a detailed item, a risk, a threat.
#[derive(Debug, Clone)]
pub struct Row {
    /// Unique within the framework.
    pub id: RowId,
    /// Whether it is an item or a detailed item below one.
    pub level: Level,
    /// The item that a detailed item belongs to.
    pub parent: Option<RowId>,
    /// The area it stands in; a detailed item stands in its item's.
    pub area: Option<AreaId>,
    /// What kind of row it is, a word of the vocabulary: `item`, `risk`, `threat`.
    pub class: Term,
    /// The number as the document prints it, where it prints one.
    pub number: Option<String>,
    /// Published as it is, restored, or an empty slot.
    pub state: RowState,
    /// The official Korean title and an English one.
    pub title: Bilingual,
    /// What it means, in our own words.
    pub explanation: Bilingual,
    /// How binding it is, where the document says so for the whole row.
    pub modality: Option<Modality>,
    /// Whom it obliges; empty where the document does not say.
    pub subjects: Vec<Term>,
    /// How compliance can be shown; empty where nobody has judged that.
    pub verifiability: Vec<Verifiability>,
    /// When it applies; always where there is none.
    pub applies_when: Option<Predicate>,
    /// The rows of the same framework that it answers, for example the risks that a requirement meets.
    pub answers: Vec<RowId>,
    /// Where it stands in the documents.
    pub sources: Vec<Source>,
    /// Numbers of the contradictions that touch it.
    pub anomalies: Vec<u32>,
    /// What has to be met.
    pub criteria: Vec<Criterion>,
    /// What may prove it.
    pub evidence_examples: Vec<EvidenceExample>,
    /// The law it rests on.
    pub legal_references: Vec<LegalReference>,
    /// Its quantities.
    pub parameters: Vec<Parameter>,
    /// Further named texts: an effect, a test, a signal.
    pub parts: Vec<Part>,
    /// What each party can do about it.
    pub countermeasures: Vec<Countermeasure>,
    /// What others call it.
    pub identifiers: Vec<Identifier>,
}

impl Row {
    /// Whether it applies to a party of which `facts` are known.
    pub fn applicability(&self, facts: &Facts) -> Applicability {
        self.applies_when.as_ref().map_or(Applicability::Applies, |predicate| predicate.evaluate(facts))
    }

    /// Whether it is a slot whose official text is not public and not filled yet.
    pub fn is_empty_slot(&self) -> bool {
        self.state == RowState::EmptySlot
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.as_str() == name)
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A check item (보안점검 항목), or whatever a framework has in its place.
    Item,
    /// A detailed check item (세부점검항목) below an item.
    DetailedItem,
}

impl Level {
    /// The word for it in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::DetailedItem => "detailed-item",
        }
    }
}

/// How a row came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    /// As the document has it.
    #[default]
    Published,
    /// The document lost it; restored from another one.
    Restored,
    /// The document announces it and keeps its text to itself; a company fills it by import.
    EmptySlot,
    /// A slot that a company has filled.
    Filled,
}

/// How binding a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Modality {
    /// A duty.
    Must,
    /// A recommendation.
    Should,
    /// A permission.
    May,
    /// Given as an example.
    Example,
}

impl Modality {
    /// The word for it in catalogs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Example => "example",
        }
    }

    /// What it is called on pages.
    pub fn title(self) -> Bilingual {
        let (ko, en) = match self {
            Self::Must => ("의무", "must"),
            Self::Should => ("권고", "should"),
            Self::May => ("허용", "may"),
            Self::Example => ("예시", "example"),
        };
        Bilingual::new(ko, en)
    }
}

/// How compliance with a row can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verifiability {
    /// Software can make the breach impossible.
    Enforce,
    /// Software can check whether it holds.
    Check,
    /// A person records it with evidence.
    Record,
}

impl Verifiability {
    /// The word for it in catalogs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Check => "check",
            Self::Record => "record",
        }
    }
}

/// One criterion (점검기준) of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Unique within the framework, for example `1.1.1-2`.
    pub id: RowId,
    /// How binding it is.
    pub modality: Modality,
    /// What has to be met, in our own words.
    pub text: Bilingual,
    /// What helps to read it: examples, bounds, references.
    pub notes: Vec<Bilingual>,
    /// The line of the row's document where it begins.
    pub line: Option<u32>,
}

/// One example of evidence (점검 자료의 예).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceExample {
    /// What the evidence is called.
    pub name: Bilingual,
}

/// One law that a row rests on, as of the document's date and as the document prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalReference {
    /// The reference; the Korean text keeps the slips of the document.
    pub reference: Bilingual,
}

/// A further named text of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What kind of text it is, a word of the vocabulary: `effect`, `test`, `signal`.
    pub kind: Term,
    /// The text.
    pub text: Bilingual,
}

/// What one party can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countermeasure {
    /// The party, a word of the vocabulary.
    pub actor: Term,
    /// What it does.
    pub text: Bilingual,
}

/// What somebody else calls the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Who numbers it, a word of the vocabulary: `owasp-oat`, `cve`.
    pub scheme: Term,
    /// The number.
    pub id: String,
    /// The name in that scheme, where it has one.
    pub name: Option<String>,
}
