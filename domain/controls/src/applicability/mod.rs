//! To whom a row applies: a small predicate over typed facts.
//!
//! The text form stands in `applies_when` of a row:
//!
//! ```text
//! predicate  = all { "or" all }
//! all        = plain { "and" plain }
//! plain      = "not" plain | "(" predicate ")" | condition
//! condition  = flag | term-fact "in" "[" term { "," term } "]" | count-fact comparison number
//! flag       = "uses_cloud" | "uses_wireless" | "runs_public_web_server" | "outsources"
//! term-fact  = "company_type" | "service_type" | "platform"
//! count-fact = "member_count" | "employee_count"
//! comparison = ">=" | ">" | "<=" | "<" | "="
//! ```
//!
//! A fact that is not known leaves the answer open instead of guessing it.

mod evaluate;
mod facts;
mod parse;

pub use evaluate::{Applicability, Reason};
pub use facts::{CountFact, Fact, Facts, FlagFact, TermFact};
pub use parse::ParsePredicateError;

use crate::Term;
use std::fmt;
use std::str::FromStr;

/// A parsed predicate with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    source: String,
    expression: Expression,
}

impl Predicate {
    /// The predicate as a tree.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Whether a row with this predicate applies to a party of which `facts` are known.
    pub fn evaluate(&self, facts: &Facts) -> Applicability {
        evaluate::evaluate(&self.expression, facts)
    }

    /// Every condition in it, from left to right.
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut conditions = Vec::new();
        collect(&self.expression, &mut conditions);
        conditions
    }
}

// The depth of an expression is bounded by the parser.
fn collect<'a>(expression: &'a Expression, conditions: &mut Vec<&'a Condition>) {
    match expression {
        Expression::All(parts) | Expression::Any(parts) => parts.iter().for_each(|part| collect(part, conditions)),
        Expression::Not(inner) => collect(inner, conditions),
        Expression::Is(condition) => conditions.push(condition),
    }
}

impl FromStr for Predicate {
    type Err = ParsePredicateError;

    fn from_str(text: &str) -> Result<Self, ParsePredicateError> {
        Ok(Self { source: text.to_owned(), expression: parse::parse(text)? })
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

/// The tree of a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Every part holds.
    All(Vec<Self>),
    /// At least one part holds.
    Any(Vec<Self>),
    /// The inner one does not hold.
    Not(Box<Self>),
    /// A condition holds.
    Is(Condition),
}

/// One condition on one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The flag is set.
    Flag(FlagFact),
    /// At least one of the party's words is among these.
    OneOf(TermFact, Vec<Term>),
    /// The count compares so.
    Count(CountFact, Comparison, u64),
}

impl Condition {
    /// The fact that it needs.
    pub fn fact(&self) -> Fact {
        match self {
            Self::Flag(flag) => Fact::Flag(*flag),
            Self::OneOf(term, _) => Fact::Term(*term),
            Self::Count(count, ..) => Fact::Count(*count),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag.as_str()),
            Self::OneOf(fact, terms) => {
                let terms: Vec<&str> = terms.iter().map(Term::as_str).collect();
                write!(f, "{} in [{}]", fact.as_str(), terms.join(", "))
            }
            Self::Count(fact, comparison, number) => write!(f, "{} {} {number}", fact.as_str(), comparison.as_str()),
        }
    }
}

/// How a count is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    MoreThan,
    /// `<=`
    AtMost,
    /// `<`
    LessThan,
    /// `=`
    Exactly,
}

impl Comparison {
    /// The sign for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::LessThan => "<",
            Self::Exactly => "=",
        }
    }

    /// Whether `left` stands so to `right`.
    pub fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Self::AtLeast => left >= right,
            Self::MoreThan => left > right,
            Self::AtMost => left <= right,
            Self::LessThan => left < right,
            Self::Exactly => left == right,
        }
    }
}
