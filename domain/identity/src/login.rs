//! The name that a person types to sign in.

use std::fmt;
use std::str::FromStr;

const LENGTH_MIN: usize = 4;
const LENGTH_MAX: usize = 40;

/// A login name: 4 to 40 of `a` to `z`, `0` to `9`, `.`, `_`, `-` and `@`.
/// Capitals are read as small letters, so that one name has one account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

/// The text cannot be a login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLoginNameError;

impl fmt::Display for ParseLoginNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a login name has {LENGTH_MIN} to {LENGTH_MAX} letters, digits or one of . _ - @")
    }
}

impl std::error::Error for ParseLoginNameError {}

impl LoginName {
    /// The name in small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LoginName {
    /// A login name can be a mail address, so it does not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginName(hidden)")
    }
}

impl FromStr for LoginName {
    type Err = ParseLoginNameError;

    fn from_str(text: &str) -> Result<Self, ParseLoginNameError> {
        let name = text.trim().to_ascii_lowercase();
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@".contains(&byte);
        let fits = (LENGTH_MIN..=LENGTH_MAX).contains(&name.len()) && name.bytes().all(is_allowed);
        if fits { Ok(Self(name)) } else { Err(ParseLoginNameError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_spelling() {
        assert_eq!(" Minsu.Kim ".parse::<LoginName>(), "minsu.kim".parse());
        for text in ["", "abc", "a b c", "김민수님", "x'--x", &"a".repeat(41)] {
            assert_eq!(text.parse::<LoginName>(), Err(ParseLoginNameError), "{text}");
        }
    }
}
