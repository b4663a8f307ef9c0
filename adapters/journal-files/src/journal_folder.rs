//! The journal's folder: where its files are and how they are read.

use crate::durable::{NewFile, read_file};
use crate::{JOURNAL_FOLDER, JournalFileError};
use std::path::{Path, PathBuf};
use sumun_journal::JournalSource;
use sumun_merkle::{
    BundleError, Hash, Tile, VerifierKey, decode_bundle, decode_tile, encode_bundle, encode_tile, entries_path,
};

const CHECKPOINT: &str = "checkpoint";
const VERIFIER_KEY: &str = "verifier-key";
const TILES: &str = "tile";

/// The folder `journal/` of a data folder.
#[derive(Debug, Clone)]
pub(crate) struct JournalFolder(PathBuf);

impl JournalFolder {
    pub(crate) fn of(data: &Path) -> Self {
        Self(data.join(JOURNAL_FOLDER))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn checkpoint_path(&self) -> PathBuf {
        self.0.join(CHECKPOINT)
    }

    pub(crate) fn verifier_key_path(&self) -> PathBuf {
        self.0.join(VERIFIER_KEY)
    }

    pub(crate) fn tile_path(&self, tile: Tile) -> PathBuf {
        self.0.join(tile.path())
    }

    pub(crate) fn bundle_path(&self, tile: Tile) -> PathBuf {
        self.0.join(entries_path(tile.index, tile.width))
    }

    pub(crate) fn has_tiles(&self) -> bool {
        self.0.join(TILES).exists()
    }

    /// The text of the checkpoint's signed note, `None` where there is none.
    pub(crate) fn checkpoint(&self) -> Result<Option<String>, JournalFileError> {
        let bytes = read_file(&self.checkpoint_path())?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The public key that signs this journal, `None` where there is none or it cannot be understood.
    pub(crate) fn verifier_key(&self) -> Result<Option<VerifierKey>, JournalFileError> {
        let bytes = read_file(&self.verifier_key_path())?;
        Ok(bytes.and_then(|bytes| String::from_utf8_lossy(&bytes).trim_end().parse().ok()))
    }

    pub(crate) fn tile_file(&self, tile: Tile, hashes: &[Hash]) -> NewFile {
        NewFile { path: self.tile_path(tile), bytes: encode_tile(hashes) }
    }

    pub(crate) fn bundle_file(&self, tile: Tile, entries: &[Vec<u8>]) -> Result<NewFile, BundleError> {
        Ok(NewFile { path: self.bundle_path(tile), bytes: encode_bundle(entries)? })
    }
}

impl JournalSource for JournalFolder {
    fn entries(&self, tile: Tile) -> Option<Vec<Vec<u8>>> {
        let bytes = std::fs::read(self.bundle_path(tile)).ok()?;
        Some(decode_bundle(&bytes).ok()?.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn tile(&self, tile: Tile) -> Option<Vec<Hash>> {
        decode_tile(&std::fs::read(self.tile_path(tile)).ok()?, tile.width)
    }
}
