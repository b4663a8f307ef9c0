//! The signed journal as somebody reads it who shows single entries of it.

use crate::JournalFileError;
use crate::durable::read_file;
use crate::journal_folder::JournalFolder;
use std::path::Path;
use sumun_journal::JournalSource as _;
use sumun_keys::Ed25519Verifier;
use sumun_merkle::{Checkpoint, Hash, TILE_WIDTH, Tile, TileTrees, inclusion_proof, leaf_hash, verify_inclusion};

/// The journal under one signed head, which is read once: the sequencer may
/// sign a later one at any moment, and what is made for this one stays true.
///
/// Entries and proofs come out of the files of the tree and not out of the
/// store, so that nobody waits in the store's queue meanwhile.
#[derive(Debug)]
pub struct SignedJournal {
    folder: JournalFolder,
    head: Checkpoint,
    checkpoint: Vec<u8>,
    verifier_key: Vec<u8>,
}

/// An entry with what shows that the head covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    /// Its sequence number, which is its leaf index.
    pub seq: u64,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// The proof of inclusion (RFC 9162 section 2.1.3), lowest hash first.
    pub proof: Vec<Hash>,
}

impl SignedJournal {
    /// Opens the journal of a data folder under the head that is on disk now.
    ///
    /// # Errors
    /// [`JournalFileError::Unreadable`], and [`JournalFileError::Damaged`] or
    /// [`JournalFileError::Checkpoint`] when the head cannot be trusted.
    pub fn open(data: &Path) -> Result<Self, JournalFileError> {
        let folder = JournalFolder::of(data);
        let (checkpoint_path, key_path) = (folder.checkpoint_path(), folder.verifier_key_path());
        let whole = |path: &Path| read_file(path)?.ok_or_else(|| JournalFileError::Damaged(path.to_owned()));
        let (checkpoint, verifier_key) = (whole(&checkpoint_path)?, whole(&key_path)?);
        let key = folder.verifier_key()?.ok_or(JournalFileError::Damaged(key_path))?;
        let head = Checkpoint::open(&String::from_utf8_lossy(&checkpoint), &key, &Ed25519Verifier)
            .map_err(|source| JournalFileError::Checkpoint { path: checkpoint_path, source })?;
        Ok(Self { folder, head, checkpoint, verifier_key })
    }

    /// The head.
    pub const fn head(&self) -> &Checkpoint {
        &self.head
    }

    /// The signed note of the head, as it lies in the folder.
    pub fn checkpoint(&self) -> &[u8] {
        &self.checkpoint
    }

    /// The public key that the note is verified with, as it lies in the folder.
    pub fn verifier_key(&self) -> &[u8] {
        &self.verifier_key
    }

    /// Hands each entry that is `wanted` to `visit` with its proof, in their
    /// order. Reads every entry once and holds one bundle at a time; a proof
    /// costs some look-ups, however long the journal is. Blocks on reading.
    ///
    /// # Errors
    /// [`JournalFileError::Damaged`] when an entry is not as it was signed or
    /// cannot be read; what was visited until then is not to be handed on.
    pub fn entries(
        &self,
        mut wanted: impl FnMut(&[u8]) -> bool,
        mut visit: impl FnMut(ProvenEntry),
    ) -> Result<(), JournalFileError> {
        let (size, root) = (self.head.size, self.head.root);
        let trees = TileTrees::new(size, |tile| self.hashes(tile));
        for tile in Tile::of_level(0, size) {
            let damaged = || JournalFileError::Damaged(self.folder.bundle_path(tile));
            let first = tile.index * u64::from(TILE_WIDTH);
            for (seq, bytes) in (first..).zip(self.bundle(tile).ok_or_else(damaged)?) {
                if !wanted(&bytes) {
                    continue;
                }
                let proof = inclusion_proof(&trees, seq, size).map_err(|_| damaged())?;
                verify_inclusion(&proof, leaf_hash(&bytes), seq, size, root).map_err(|_| damaged())?;
                visit(ProvenEntry { seq, bytes, proof });
            }
        }
        Ok(())
    }

    /// The hashes of a tile. A partial one goes when the sequencer has filled
    /// it; the full one, which was written before, begins with the same hashes.
    fn hashes(&self, tile: Tile) -> Option<Vec<Hash>> {
        let full = Tile { width: TILE_WIDTH, ..tile };
        self.folder.tile(tile).or_else(|| self.folder.tile(full))
    }

    /// The entries of a bundle, which goes and comes as its tile does.
    fn bundle(&self, tile: Tile) -> Option<Vec<Vec<u8>>> {
        let full = Tile { width: TILE_WIDTH, ..tile };
        let mut entries = self.folder.entries(tile).or_else(|| self.folder.entries(full))?;
        entries.truncate(usize::from(tile.width));
        (entries.len() == usize::from(tile.width)).then_some(entries)
    }
}
