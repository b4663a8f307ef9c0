//! Proof key for code exchange, RFC 7636, method S256 only (FAPI 2.0 section 5.3.2.2 clause 5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The challenge of a pushed request: the SHA-256 of the verifier that only the app's own server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeChallenge([u8; 32]);

/// A text is not an S256 challenge: 43 characters of unpadded base64url (RFC 7636 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAChallenge;

impl CodeChallenge {
    /// Reads the 43 characters of a `code_challenge`.
    ///
    /// # Errors
    /// [`NotAChallenge`] when the text is not the base64url of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, NotAChallenge> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAChallenge)?;
        bytes.try_into().map(Self).map_err(|_| NotAChallenge)
    }

    /// The challenge that was kept as bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `verifier` is well formed (RFC 7636 section 4.1) and hashes to this challenge (section 4.6).
    ///
    /// Both sides of the comparison are hashes, so the time it takes says nothing about the verifier.
    pub fn is_answered_by(&self, verifier: &str) -> bool {
        is_verifier(verifier) && Sha256::digest(verifier.as_bytes()).as_slice() == self.0
    }
}

/// RFC 7636 section 4.1: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pair printed in RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_appendix_b_the_printed_pair_matches() {
        assert!(CodeChallenge::parse(CHALLENGE).unwrap().is_answered_by(VERIFIER));
    }

    #[test]
    fn rfc7636_4_6_wrong_verifier_is_refused() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(!challenge.is_answered_by("ABjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_answered_by(CHALLENGE), "a challenge does not answer itself, as with method plain");
        assert!(!challenge.is_answered_by(""));
    }

    #[test]
    fn rfc7636_4_1_a_verifier_outside_its_alphabet_or_length_is_refused() {
        let hashed = |verifier: &str| CodeChallenge(Sha256::digest(verifier.as_bytes()).into());
        for verifier in
            ["a".repeat(42), "a".repeat(129), format!("{} ", "a".repeat(43)), format!("{}+", "a".repeat(43))]
        {
            assert!(!hashed(&verifier).is_answered_by(&verifier), "{verifier}");
        }
        assert!(hashed(&"a".repeat(128)).is_answered_by(&"a".repeat(128)));
    }

    #[test]
    fn rfc7636_4_2_a_challenge_of_another_size_or_alphabet_is_refused() {
        for text in ["", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"] {
            assert_eq!(CodeChallenge::parse(text), Err(NotAChallenge), "{text}");
        }
    }
}
