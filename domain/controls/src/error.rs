//! What is wrong with a catalog. Every fault is the file's, never ours.

use std::fmt;

/// Why the texts are not a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogError {
    /// A file does not say what the schema wants at one place.
    Broken {
        /// The path as the caller gave it.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What was wanted there.
        expected: String,
    },
    /// The texts are more than a catalog may be.
    TooLarge {
        /// The path of the first file that does not fit any more.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
}

impl CatalogError {
    /// The file at fault.
    pub fn file(&self) -> &str {
        match self {
            Self::Broken { file, .. } | Self::TooLarge { file, .. } => file,
        }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { file, line, column, found, expected } => {
                write!(f, "{file}:{line}:{column}: found {found}; expected {expected}")
            }
            Self::TooLarge { file, what, limit } => {
                write!(f, "{file}:1:1: too many {what}; expected at most {limit}")
            }
        }
    }
}

impl std::error::Error for CatalogError {}
