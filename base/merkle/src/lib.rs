//! RFC 6962 tree, C2SP tiles and signed checkpoints.
//!
//! The tree is the standard one, not an invented chain: its proofs are those
//! of RFC 9162, its files those of <https://c2sp.org/tlog-tiles>, its heads
//! those of <https://c2sp.org/tlog-checkpoint>, so that any tool for such logs
//! can follow it. Here are only values: who reads and writes the files, and
//! who signs, is given by the caller.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bundle;
mod checkpoint;
mod edge;
mod hash;
mod note;
mod proof;
#[cfg(test)]
mod reference;
mod tile;
mod tile_trees;
mod vkey;

pub use bundle::{BundleError, ENTRY_BYTES_MAX, decode_bundle, encode_bundle};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use edge::{Edge, FilledTile};
pub use hash::{EMPTY_ROOT, Hash, ParseHashError, leaf_hash, node_hash, root_of_hashes, root_of_leaves};
pub use note::{Ed25519, NoteError, NoteSigner, SignedNote};
pub use proof::{ProofError, Subtrees, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub use tile::{TILE_WIDTH, Tile, decode_tile, encode_tile, entries_path};
pub use tile_trees::TileTrees;
pub use vkey::{ParseVerifierKeyError, VerifierKey};
