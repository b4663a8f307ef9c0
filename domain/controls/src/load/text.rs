//! A file's text, and where in it something stands.

use crate::CatalogError;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::ops::Range;
use std::rc::Rc;

/// The path and the text of one file.
pub(super) struct SourceText {
    pub(super) path: String,
    pub(super) text: String,
}

/// What stands in a file, with the file.
pub(super) struct At<T> {
    pub(super) source: Rc<SourceText>,
    pub(super) value: T,
}

impl<T: DeserializeOwned> At<T> {
    /// Reads the whole file as `T`.
    pub(super) fn read(source: SourceText) -> Result<Self, CatalogError> {
        let value = toml::from_str(&source.text).map_err(|error| source.toml_fault(&error))?;
        Ok(Self { source: Rc::new(source), value })
    }
}

impl SourceText {
    /// The text in its one spelling ([`sumun_text::composed`]); lines stay where they are.
    pub(super) fn new(path: String, text: &str) -> Self {
        Self { path, text: sumun_text::composed(text).into_owned() }
    }

    /// A fault at `span`, a range of bytes of the text.
    pub(super) fn fault(&self, span: Range<usize>, found: impl Display, expected: impl Display) -> CatalogError {
        let (line, column) = self.line_and_column(span.start);
        let (found, expected) = (found.to_string(), expected.to_string());
        CatalogError::Broken { file: self.path.clone(), line, column, found, expected }
    }

    /// A fault that the TOML reader found, in our words.
    pub(super) fn toml_fault(&self, error: &toml::de::Error) -> CatalogError {
        let message = error.message();
        let (found, expected) = match message.split_once(", expected ") {
            Some((found, expected)) => (found.to_owned(), expected.to_owned()),
            None => match message.strip_prefix("missing field ") {
                Some(key) => (format!("no {key}"), format!("the key {key}")),
                None => (message.to_owned(), "TOML as catalogs/README.md describes it".to_owned()),
            },
        };
        // A new line inside a message would break the one line of an error.
        let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.fault(error.span().unwrap_or(0..0), one_line(found), one_line(expected))
    }

    /// Refuses more than `limit` of something.
    pub(super) fn within(&self, what: &'static str, count: usize, limit: usize) -> Result<(), CatalogError> {
        match count > limit {
            true => Err(CatalogError::TooLarge { file: self.path.clone(), what, limit }),
            false => Ok(()),
        }
    }

    /// Line and column from 1, the column in characters.
    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = (0..=offset.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}
