//! Hashes of the tree (RFC 6962 section 2.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// A hash of a leaf, a node or a whole tree. Text form: base64 with padding, 44 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// The text is not 32 bytes in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseHashError;

impl fmt::Display for ParseHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a hash: 44 characters of base64")
    }
}

impl std::error::Error for ParseHashError {}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        let bytes = STANDARD.decode(text).map_err(|_| ParseHashError)?;
        bytes.try_into().map(Self).map_err(|_| ParseHashError)
    }
}

/// The root of the tree without leaves: the SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The hash of a leaf: SHA-256 of 0x00 and its bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new_with_prefix([0]).chain_update(leaf).finalize().into())
}

/// The hash of an inner node: SHA-256 of 0x01 and the hashes below it.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash(Sha256::digest(bytes).into())
}

/// The root of the tree over these leaves.
pub fn root_of_leaves<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> Hash {
    root_of_hashes(leaves.into_iter().map(|leaf| leaf_hash(leaf.as_ref())))
}

/// The root of the tree over leaves with these hashes, in one pass.
pub fn root_of_hashes(leaf_hashes: impl IntoIterator<Item = Hash>) -> Hash {
    // Roots of perfect subtrees from left to right, each at most half as wide as the one before.
    let mut subtrees: Vec<Hash> = Vec::new();
    for (index, leaf) in leaf_hashes.into_iter().enumerate() {
        let mut hash = leaf;
        for _ in 0..index.trailing_ones() {
            match subtrees.pop() {
                Some(left) => hash = node_hash(&left, &hash),
                None => break,
            }
        }
        subtrees.push(hash);
    }
    fold_right(&subtrees)
}

/// The root over perfect subtrees that stand side by side, widest first.
pub(crate) fn fold_right(subtrees: &[Hash]) -> Hash {
    subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{KNOWN_LEAVES, KNOWN_ROOTS, hex, naive_root};
    use proptest::prelude::*;

    #[test]
    fn rfc6962_2_1_known_roots() {
        for (size, root) in KNOWN_ROOTS.iter().enumerate() {
            assert_eq!(hex(&root_of_leaves(&KNOWN_LEAVES[..size])), *root, "size {size}");
        }
        assert_eq!(EMPTY_ROOT, Hash(Sha256::digest([]).into()));
    }

    #[test]
    fn text_form_round_trips() {
        assert_eq!(EMPTY_ROOT.to_string().parse(), Ok(EMPTY_ROOT));
        assert_eq!("AAAA".parse::<Hash>(), Err(ParseHashError));
    }

    proptest! {
        #[test]
        fn one_pass_agrees_with_the_definition(size in 0usize..600) {
            let leaves: Vec<Hash> = (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
            prop_assert_eq!(root_of_hashes(leaves.iter().copied()), naive_root(&leaves));
        }
    }
}
