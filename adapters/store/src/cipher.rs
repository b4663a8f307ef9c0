//! The key under which personal data is sealed in the database.

use std::fmt;

/// The key-encryption key of a store: 32 random bytes, kept outside of the
/// database. It wraps the key of each subject.
#[derive(Clone)]
pub struct FieldKey([u8; 32]);

impl FieldKey {
    /// The key of these random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldKey(hidden)")
    }
}
