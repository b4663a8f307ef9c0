//! Verifier keys of signed notes (<https://c2sp.org/signed-note>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// The type byte of Ed25519.
const ED25519: u8 = 1;

/// The public key that verifies one signer's notes, with the signer's name.
/// Text form: `<name>+<key id in hexadecimal>+<base64 of 0x01 and the key>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public_key: [u8; 32],
}

/// The text is not a verifier key for Ed25519, or its parts do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseVerifierKeyError;

impl fmt::Display for ParseVerifierKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a verifier key: name+keyid+key, without spaces, for Ed25519")
    }
}

impl std::error::Error for ParseVerifierKeyError {}

impl VerifierKey {
    /// The Ed25519 key of the signer `name`; `None` where the name is empty or
    /// has a space, a plus sign or a control character.
    pub fn new(name: &str, public_key: [u8; 32]) -> Option<Self> {
        is_key_name(name).then(|| Self { name: name.to_owned(), public_key })
    }

    /// The signer's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// The key id: the first four bytes of SHA-256 over name, line feed, 0x01 and key.
    pub fn key_id(&self) -> [u8; 4] {
        let hash = Sha256::new_with_prefix(&self.name).chain_update([b'\n', ED25519]).chain_update(self.public_key);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.public_key.as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.key_id()), STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = ParseVerifierKeyError;

    fn from_str(text: &str) -> Result<Self, ParseVerifierKeyError> {
        let parse = || {
            let (name, rest) = text.split_once('+')?;
            let (_, key) = rest.split_once('+')?;
            let bytes = STANDARD.decode(key).ok()?;
            let public_key = bytes.strip_prefix(&[ED25519])?.try_into().ok()?;
            Self::new(name, public_key)
        };
        // One text form only: it also checks the key id.
        parse().filter(|key| key.to_string() == text).ok_or(ParseVerifierKeyError)
    }
}

pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|letter| letter == '+' || letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example key of the reference implementation.
    const PETER_NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn c2sp_signed_note_known_verifier_key() {
        let key: VerifierKey = PETER_NEUMANN.parse().unwrap();
        assert_eq!(key.name(), "PeterNeumann");
        assert_eq!(key.key_id(), [0xc7, 0x4f, 0x20, 0xa3]);
        assert_eq!(key.to_string(), PETER_NEUMANN);
    }

    #[test]
    fn keys_whose_parts_do_not_fit_are_refused() {
        let others = [
            PETER_NEUMANN.replace("c74f20a3", "c74f20a4"),
            PETER_NEUMANN.replace("c74f20a3", "C74F20A3"),
            PETER_NEUMANN.replace("Peter", "Peter "),
            PETER_NEUMANN.replace("+AR", "+BR"),
            PETER_NEUMANN.replace("10TW", "10T"),
            "PeterNeumann".to_owned(),
            String::new(),
        ];
        for text in others {
            assert_eq!(text.parse::<VerifierKey>(), Err(ParseVerifierKeyError), "{text}");
        }
        assert_eq!(VerifierKey::new("a+b", [0; 32]), None);
        assert_eq!(VerifierKey::new("", [0; 32]), None);
    }
}
