//! Keyed commitments: how the journal names what it must not say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// The block of SHA-256 in bytes, to which HMAC pads its key (RFC 2104).
const BLOCK: usize = 64;

/// The key under which personal data is committed to.
///
/// Whoever holds it can show that a commitment belongs to a person; without
/// it a commitment is a random number. Destroying it unlinks the journal from
/// every person at once, and leaves the journal itself whole.
#[derive(Clone)]
pub struct CommitmentKey([u8; 32]);

impl CommitmentKey {
    /// The key of these 32 random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Commits to `bytes`: HMAC-SHA256 over the length of `label` (4 bytes, big
    /// endian), `label` and `bytes`. The label says what the bytes are, for
    /// example `customer`, so that equal bytes of two kinds do not meet.
    pub fn commit(&self, label: &str, bytes: &[u8]) -> Commitment {
        let length = u32::try_from(label.len()).unwrap_or(u32::MAX).to_be_bytes();
        Commitment(hmac_sha256(&self.0, &[&length, label.as_bytes(), bytes]))
    }
}

impl fmt::Debug for CommitmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitmentKey(hidden)")
    }
}

/// A commitment to bytes that the journal does not say. Text form: base64url, 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The text is not 32 bytes in unpadded base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseCommitmentError;

impl fmt::Display for ParseCommitmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 43 characters of base64url")
    }
}

impl std::error::Error for ParseCommitmentError {}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Commitment {
    type Err = ParseCommitmentError;

    fn from_str(text: &str) -> Result<Self, ParseCommitmentError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ParseCommitmentError)?;
        bytes.try_into().map(Self).map_err(|_| ParseCommitmentError)
    }
}

/// HMAC of RFC 2104 over the parts one after the other. The key is shorter than a block.
fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let padded = |pad: u8| {
        let mut block = [pad; BLOCK];
        for (byte, key_byte) in block.iter_mut().zip(key) {
            *byte ^= key_byte;
        }
        block
    };
    let mut inner = Sha256::new_with_prefix(padded(0x36));
    for part in parts {
        inner.update(part);
    }
    Sha256::new_with_prefix(padded(0x5c)).chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 test case 1, whose key of 20 bytes equals itself padded with zeros.
    #[test]
    fn rfc4231_4_2_known_answer() {
        let mut key = [0u8; 32];
        key[..20].fill(0x0b);
        let hex: String = hmac_sha256(&key, &[b"Hi ", b"There"]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn label_key_and_bytes_all_matter() {
        let key = CommitmentKey::from_bytes([1; 32]);
        let commitment = key.commit("customer", b"kim");
        assert_eq!(commitment, key.commit("customer", b"kim"));
        assert_ne!(commitment, key.commit("account", b"kim"));
        assert_ne!(commitment, key.commit("customer", b"lee"));
        assert_ne!(key.commit("ab", b"c"), key.commit("a", b"bc"));
        assert_ne!(commitment, CommitmentKey::from_bytes([2; 32]).commit("customer", b"kim"));
        assert_eq!(commitment.to_string().parse(), Ok(commitment));
        assert_eq!("short".parse::<Commitment>(), Err(ParseCommitmentError));
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", CommitmentKey::from_bytes([7; 32])), "CommitmentKey(hidden)");
    }
}
