//! Catalogs of controls: what the frameworks ask for, as typed values.
//!
//! A catalog is data (`catalogs/` in the repository, schema in its
//! `README.md`): frameworks with their domains, areas and rows, crosswalks
//! between frameworks, the documents that they were taken from, the places
//! where those documents contradict themselves, the links from a row to the code
//! that enforces it, and the public holidays that deadlines count with. [`load`] turns the texts of those files into one
//! checked [`Catalog`]; nothing that came through it dangles. Adding a
//! framework needs no code.
//!
//! This crate reads no file: the caller hands over paths and texts, and a
//! broken text is answered with file, line, column and what was expected.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod applicability;
mod calendar;
mod catalog;
mod crosswalk;
mod error;
mod file;
mod framework;
mod language;
mod load;
mod names;
mod parameter;
mod reference;
mod row;
mod search;
mod similar;
mod slots;
mod trace;
mod write;

pub use applicability::{
    Applicability, Comparison, Condition, CountFact, Expression, Fact, Facts, FlagFact, ParsePredicateError, Predicate,
    Reason, TermFact,
};
pub use calendar::{Calendar, Holiday, HolidayKind};
pub use catalog::{Catalog, Found};
pub use crosswalk::{Crosswalk, Mapped, Mapping, Relation};
pub use error::CatalogError;
pub use file::{FrameworkFile, RowFile};
pub use framework::{Area, Counts, Domain, Framework};
pub use language::{Bilingual, Language};
pub use load::{limits, load, load_over};
pub use names::{AreaId, DocumentId, DomainId, Edition, FrameworkId, InvalidName, RowId, Term};
pub use parameter::{
    CalendarDuration, InvalidValue, Parameter, ParameterKind, ParameterValue, PartialDate, Ratio, TlsVersion,
};
pub use reference::{Anomaly, Document, LineRange, Lines, Source, TermKind, VocabularyTerm};
pub use row::{
    Countermeasure, Criterion, EvidenceExample, Identifier, LegalReference, Level, Modality, Part, Row, RowState,
    Verifiability,
};
pub use search::Hit;
pub use slots::{FillError, Filling, SlotText};
pub use trace::{Link, TraceLine};
