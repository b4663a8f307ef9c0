//! Names that OSCAL accepts: tokens, and UUIDs that follow from what they name.

use sha2::{Digest, Sha256};

/// A UUID in the form of version 5 over SHA-256, so that the same thing has the same UUID in every export.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length first: ("a", "bc") must not be ("ab", "c").
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = |range: std::ops::Range<usize>| bytes[range].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{}-{}-{}-{}-{}", hex(0..4), hex(4..6), hex(6..8), hex(8..10), hex(10..16))
}

/// An OSCAL token: the framework first, because a token must begin with a letter and `1.1.1` does not.
pub(super) fn token(framework: &str, name: &str) -> String {
    format!("{framework}_{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_follows_from_its_parts_and_has_version_and_variant() {
        let uuid_of_two = uuid(&["a", "bc"]);
        assert_eq!(uuid_of_two, uuid(&["a", "bc"]));
        assert_ne!(uuid_of_two, uuid(&["ab", "c"]));
        assert_eq!(uuid_of_two.len(), 36);
        assert_eq!(uuid_of_two.as_bytes()[14], b'5');
        assert!(matches!(uuid_of_two.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
