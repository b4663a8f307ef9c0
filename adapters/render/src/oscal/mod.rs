//! OSCAL 1.2 at the edge: catalogs as `catalog`, crosswalks as `mapping-collection`.
//!
//! Inside, Sumun keeps its own small model; these are tested exports of it.
//! Only the keys that they use are modelled. Everything is derived from the
//! catalog: the same catalog gives the same bytes, UUIDs included.
//!
//! What OSCAL has no place for stands in properties and parts of the namespace
//! [`NAMESPACE`]: the printed number, the class of a row, modality, subjects,
//! source lines, the predicate of applicability, and the English of every text
//! (OSCAL has one language a document; the Korean text is the prose).

mod catalog;
mod mapping;
mod model;
mod name;

pub use catalog::{CatalogDocument, catalog};
pub use mapping::{MappingDocument, mapping_collection};

/// The namespace of our own properties and parts.
pub const NAMESPACE: &str = "urn:sumun:oscal";

/// The version of OSCAL that the documents follow.
pub const OSCAL_VERSION: &str = "1.2.1";
