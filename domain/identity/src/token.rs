//! The secret that a signed-in browser holds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

const TOKEN_BYTES: usize = 32;
const CSRF_LABEL: &[u8] = b"sumun csrf v1\0";

/// A session token: 32 random bytes, in a cookie as 43 characters of
/// base64url. The store keeps its SHA-256 only, so a copy of the store signs
/// nobody in.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; TOKEN_BYTES]);

/// The text is not a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTokenError;

impl fmt::Display for ParseTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 43 characters of base64url")
    }
}

impl std::error::Error for ParseTokenError {}

impl SessionToken {
    /// A token of 32 random bytes; the caller draws them.
    pub const fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(bytes)
    }

    /// What the store keeps.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The bytes themselves, from which the marks of forms are derived.
    pub(crate) const fn secret(&self) -> &[u8; TOKEN_BYTES] {
        &self.0
    }

    /// The text for the cookie.
    pub fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hidden field of every form that this browser is given. It is derived
    /// from the token, which another site can send along but not read. A page
    /// before sign-in gives the browser a token as well, in a cookie of its
    /// own, so that nobody can sign a browser in as somebody else.
    pub fn csrf(&self) -> String {
        let digest = Sha256::new_with_prefix(CSRF_LABEL).chain_update(self.0).finalize();
        URL_SAFE_NO_PAD.encode(digest)
    }

    /// Whether a form came from a page that this browser was given. The time
    /// that it takes does not depend on how much of the value is right.
    pub fn accepts_csrf(&self, field: &str) -> bool {
        let expected = self.csrf();
        let difference = expected.bytes().zip(field.bytes()).fold(0, |sum, (left, right)| sum | (left ^ right));
        expected.len() == field.len() && difference == 0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(hidden)")
    }
}

impl FromStr for SessionToken {
    type Err = ParseTokenError;

    fn from_str(text: &str) -> Result<Self, ParseTokenError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ParseTokenError)?;
        bytes.try_into().map(Self).map_err(|_| ParseTokenError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips_through_its_cookie_and_is_not_printed() {
        let token = SessionToken::from_random([200; 32]);
        assert_eq!(token.to_cookie().len(), 43);
        assert_eq!(token.to_cookie().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "SessionToken(hidden)");
        for text in ["", "short", &format!("{}=", token.to_cookie()), &format!("{}A", token.to_cookie())] {
            assert_eq!(text.parse::<SessionToken>(), Err(ParseTokenError), "{text}");
        }
    }

    #[test]
    fn a_form_is_accepted_only_with_the_field_of_its_own_session() {
        let (mine, other) = (SessionToken::from_random([1; 32]), SessionToken::from_random([2; 32]));
        assert!(mine.accepts_csrf(&mine.csrf()));
        assert!(!mine.accepts_csrf(&other.csrf()) && !mine.accepts_csrf("") && !mine.accepts_csrf(&mine.csrf()[1..]));
        assert_ne!(mine.csrf(), mine.to_cookie());
    }
}
