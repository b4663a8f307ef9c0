//! The text of a registration, and where in it something stands.

use super::FormFault;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;

pub(super) struct Source<'a> {
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// A fault at `span`, a range of bytes of the text.
    pub(super) fn fault(&self, span: Range<usize>, found: impl Display, expected: impl Display) -> FormFault {
        let (line, column) = self.line_and_column(span.start);
        // A new line inside a message would break the one line of an error.
        let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        FormFault { line, column, found: one_line(found.to_string()), expected: one_line(expected.to_string()) }
    }

    /// A fault of this value as it stands.
    pub(super) fn fault_at(&self, value: &Spanned<impl Display>, expected: impl Display) -> FormFault {
        let shown: String =
            value.get_ref().to_string().chars().filter(|letter| sumun_text::is_visible(*letter)).take(80).collect();
        self.fault(value.span(), format!("`{shown}`"), expected)
    }

    /// A fault that the TOML reader found, in our words.
    pub(super) fn toml_fault(&self, error: &toml::de::Error) -> FormFault {
        let message = error.message();
        let (found, expected) = match message.split_once(", expected ") {
            Some((found, expected)) => (found.to_owned(), expected.to_owned()),
            None => match message.strip_prefix("missing field ") {
                Some(key) => (format!("no {key}"), format!("the key {key}")),
                None => (message.to_owned(), "TOML with the tables [institution], [app] and [consent]".to_owned()),
            },
        };
        self.fault(error.span().unwrap_or(0..0), found, expected)
    }

    /// What the text stands for, by its own rules.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, value: &Spanned<String>) -> Result<T, FormFault> {
        value.get_ref().parse().map_err(|error: T::Err| {
            let said = error.to_string();
            self.fault_at(value, said.strip_prefix("expected ").unwrap_or(&said))
        })
    }

    /// A text that says something, on one line and in its one spelling ([`sumun_text::composed`]).
    pub(super) fn composed(&self, value: &Spanned<String>, letters_max: usize) -> Result<String, FormFault> {
        let composed = sumun_text::composed(value.get_ref()).into_owned();
        self.plain(&Spanned::new(value.span(), composed), letters_max)
    }

    /// As [`Self::composed`], spelled as it stands: the name of a file is what its bytes are.
    pub(super) fn plain(&self, value: &Spanned<String>, letters_max: usize) -> Result<String, FormFault> {
        let text = value.get_ref();
        let letters = text.chars().count();
        let is_plain = text.chars().all(sumun_text::is_visible) && text.trim() == text;
        if is_plain && (1..=letters_max).contains(&letters) {
            return Ok(text.clone());
        }
        Err(self.fault_at(value, format!("1 to {letters_max} visible letters on one line, without spaces around them")))
    }

    /// Line and column from 1, the column in characters.
    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = (0..=offset.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}
