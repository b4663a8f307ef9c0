//! Forms that are sent once, however often somebody presses.
//!
//! Each form that is shown carries a key of its own, which the server drew for
//! this session and this form. What the form led to is kept under the key, so
//! that a second press is answered with the first result.

use crate::{Person, SessionToken};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use sumun_time::{Span, Timestamp};

/// How long the answer to a form is kept (our choice): a day, as long as an
/// ended session is remembered; no page is sent again later than that.
pub const FORM_ANSWER_REMEMBERED: Span = Span::from_hours(24);

const LABEL: &[u8] = b"sumun form key v1\0";
const RANDOM_BYTES: usize = 16;
const MARK_BYTES: usize = 16;

/// The key of one shown form, as the store keeps it: the SHA-256 of the text in
/// the page. Only [`FormKey::read`] makes one, so it was drawn by the server.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FormKey([u8; 32]);

impl FormKey {
    /// The text for the hidden field of a form that is sent to `path`: 16
    /// random bytes, which the caller draws, and a mark that binds them to the
    /// session and the form, in base64url.
    pub fn draw(token: &SessionToken, path: &str, random: [u8; RANDOM_BYTES]) -> String {
        URL_SAFE_NO_PAD.encode([random, mark(token, path, random)].concat())
    }

    /// The key in `text`, if it was drawn for this session and this form.
    pub fn read(token: &SessionToken, path: &str, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (random, shown) = bytes.split_first_chunk::<RANDOM_BYTES>()?;
        let expected = mark(token, path, *random);
        let difference = expected.iter().zip(shown).fold(0, |sum, (left, right)| sum | (left ^ right));
        (shown.len() == MARK_BYTES && difference == 0).then(|| Self(Sha256::digest(text).into()))
    }

    /// The bytes under which the store keeps the answer.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormKey(hidden)")
    }
}

/// What a form led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAnswer {
    /// Which form.
    pub key: FormKey,
    /// Who sent it; nobody else is told.
    pub person: Person,
    /// Where the browser was led. It can hold an authorization code, so the store seals it.
    pub location: String,
    /// When.
    pub at: Timestamp,
}

/// How many drafts of one person are kept (our choice); the oldest goes first.
pub const FORM_DRAFTS_MAX: u32 = 8;

/// What somebody typed into a form whose session had ended. It waits for the
/// same person to sign in again, at most for [`FORM_ANSWER_REMEMBERED`].
#[derive(Clone, PartialEq, Eq)]
pub struct FormDraft {
    /// Whose session it was; nobody else sees it.
    pub person: Person,
    /// Where the form is sent to.
    pub path: String,
    /// The fields, form-encoded.
    pub body: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

impl fmt::Debug for FormDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormDraft").field("person", &self.person).field("path", &self.path).finish_non_exhaustive()
    }
}

/// All parts have a fixed length, so none can be taken for another.
fn mark(token: &SessionToken, path: &str, random: [u8; RANDOM_BYTES]) -> [u8; MARK_BYTES] {
    let digest = Sha256::new_with_prefix(LABEL)
        .chain_update(token.secret())
        .chain_update(random)
        .chain_update(Sha256::digest(path))
        .finalize();
    let mut mark = [0; MARK_BYTES];
    mark.copy_from_slice(&digest[..MARK_BYTES]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_for_the_session_and_the_form_that_it_was_drawn_for() {
        let (mine, other) = (SessionToken::from_random([1; 32]), SessionToken::from_random([2; 32]));
        let text = FormKey::draw(&mine, "/judgements", [7; 16]);
        let key = FormKey::read(&mine, "/judgements", &text).unwrap();
        assert_eq!(text.len(), 43);
        assert_ne!(FormKey::read(&mine, "/judgements", &FormKey::draw(&mine, "/judgements", [8; 16])), Some(key));
        assert_eq!(FormKey::read(&other, "/judgements", &text), None);
        assert_eq!(FormKey::read(&mine, "/plans", &text), None);
        for made_up in ["", "x", &text[1..], &format!("{text}A"), &URL_SAFE_NO_PAD.encode([7; 32])] {
            assert_eq!(FormKey::read(&mine, "/judgements", made_up), None, "{made_up}");
        }
        assert_eq!(format!("{key:?}"), "FormKey(hidden)");
    }
}
