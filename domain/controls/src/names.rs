//! The names of things in a catalog: one type per kind, checked once.

use crate::Level;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Why a text is not a name of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    found: String,
    expected: &'static str,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for InvalidName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $length_max:literal, $fits:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let fits: fn(char) -> bool = $fits;
                if text.is_empty() || text.chars().count() > $length_max || !text.chars().all(fits) {
                    let found = text.chars().take(80).collect();
                    return Err(InvalidName { found, expected: $expected });
                }
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_kebab(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '.')
}

fn is_row_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_')
}

name!(
    /// A framework, for example `openbanking-institution`.
    FrameworkId, 48, is_kebab,
    "a framework id of small letters, digits, `-` and `.`, at most 48"
);
name!(
    /// An edition of a framework: a year, month or day (`2019-09-03`) where one is known.
    Edition, 24, is_kebab,
    "an edition of small letters, digits, `-` and `.`, at most 24"
);
name!(
    /// A row of a framework, unique within it, for example `1.1.1`, `OBI-14` or `M-5.2-가-1`.
    RowId, 48, is_row_letter,
    "a row id of letters, digits, `-`, `.` and `_`, at most 48"
);
name!(
    /// An area (점검분야) of a framework.
    AreaId, 24, is_row_letter,
    "an area id of letters, digits, `-`, `.` and `_`, at most 24"
);
name!(
    /// A domain (보안영역) of a framework.
    DomainId, 24, is_row_letter,
    "a domain id of letters, digits, `-`, `.` and `_`, at most 24"
);
name!(
    /// A document that rows were taken from.
    DocumentId, 48, is_kebab,
    "a document id of small letters, digits, `-` and `.`, at most 48"
);
name!(
    /// A word of the vocabulary: a company type, an actor, a class of rows.
    Term, 48, |letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_'),
    "a term of small letters, digits, `-` and `_`, at most 48"
);

impl Term {
    /// The class of a row that names none.
    pub(crate) fn of_level(level: Level) -> Self {
        Self(level.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_checked_once_and_keeps_its_text() {
        assert_eq!("M-5.2-가-1".parse::<RowId>().unwrap().as_str(), "M-5.2-가-1");
        let error = "Open Banking".parse::<FrameworkId>().unwrap_err();
        assert!(error.to_string().starts_with("`Open Banking`, expected a framework id"));
        assert!("".parse::<Term>().is_err());
        assert!("a".repeat(49).parse::<RowId>().is_err());
    }
}
