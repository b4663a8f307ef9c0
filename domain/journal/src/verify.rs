//! Verification of the journal's tree against its entries.

use crate::{Tampering, first_difference};
use std::fmt;
use sumun_merkle::{Checkpoint, Edge, Hash, TILE_WIDTH, Tile, leaf_hash, root_of_hashes};

/// Where the journal's entries and tiles are read from.
pub trait JournalSource {
    /// The entries of the bundle that belongs to a tile of level 0. `None`
    /// when there is no such bundle or its bytes are none.
    fn entries(&self, tile: Tile) -> Option<Vec<Vec<u8>>>;

    /// The hashes of a tile. `None` when there is no such tile or its bytes have the wrong length.
    fn tile(&self, tile: Tile) -> Option<Vec<Hash>>;
}

/// The first thing in the journal that is not as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalFinding {
    /// This entry is not as it was signed.
    Entry {
        /// Its sequence number, from 0.
        seq: u64,
        /// What was done to it.
        tampering: Tampering,
    },
    /// Some of these entries are not as they were signed; their tile was
    /// changed too, so the first cannot be named more closely.
    Range {
        /// The sequence number of the first.
        first: u64,
        /// The sequence number of the last.
        last: u64,
    },
    /// The entries are as they were signed, but this tile over them is not.
    Tile(Tile),
    /// Neither entries nor tiles lead to the signed root: all of them were
    /// changed, or the checkpoint belongs to another journal.
    Head {
        /// How many leaves the signed head has.
        size: u64,
    },
}

impl fmt::Display for JournalFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { seq, tampering } => write!(f, "entry {seq} {tampering}"),
            Self::Range { first, last } => write!(f, "entries {first} to {last} are not as they were signed"),
            Self::Tile(tile) => write!(f, "the entries are as they were signed, but {} is not", tile.path()),
            Self::Head { size } => write!(f, "neither entries nor tiles lead to the signed root over {size} entries"),
        }
    }
}

/// Verifies every entry and tile of the journal against a checkpoint whose
/// signature the caller has verified. Entries are handed to `visit` with their
/// sequence numbers as they are read, before it is known that they are sound.
///
/// Each entry is read once and at most one bundle is held at a time.
pub fn verify_journal(
    checkpoint: &Checkpoint,
    source: &impl JournalSource,
    mut visit: impl FnMut(u64, &[u8]),
) -> Result<(), JournalFinding> {
    let mut from_entries = Edge::default();
    let mut from_tiles = Edge::default();
    let mut first_entry = None;
    let mut first_tile = None;
    for tile in Tile::of_level(0, checkpoint.size) {
        let start = tile.index * u64::from(TILE_WIDTH);
        let (entries, kept) = (source.entries(tile), source.tile(tile));
        // Where a tile and its entries are gone, nothing behind them can lead to the root. A
        // forged head may claim more tiles than anybody can count.
        if entries.is_none() && kept.is_none() {
            break;
        }
        let entries = entries.unwrap_or_default();
        let hashes: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        for (place, entry) in entries.iter().enumerate() {
            visit(start + place as u64, entry);
        }
        let kept = kept.unwrap_or_default();
        if let Some((place, tampering)) = first_difference(&kept, &hashes) {
            first_entry.get_or_insert((start + place as u64, tampering));
            first_tile.get_or_insert(tile);
        }
        for hash in hashes {
            for filled in from_entries.push(hash).into_iter().filter(|filled| filled.tile.level > 0) {
                if source.tile(filled.tile).as_ref() != Some(&filled.hashes) {
                    first_tile.get_or_insert(filled.tile);
                }
            }
        }
        for hash in kept {
            from_tiles.push(hash);
        }
    }
    for (tile, hashes) in from_entries.partial_tiles().filter(|(tile, _)| tile.level > 0) {
        if source.tile(tile).as_deref() != Some(hashes) {
            first_tile.get_or_insert(tile);
        }
    }
    if leads_to(&from_entries, checkpoint) {
        return first_tile.map_or(Ok(()), |tile| Err(JournalFinding::Tile(tile)));
    }
    if let (true, Some((seq, tampering))) = (leads_to(&from_tiles, checkpoint), first_entry) {
        return Err(JournalFinding::Entry { seq, tampering });
    }
    Err(first_unsound_range(checkpoint, source).unwrap_or(JournalFinding::Head { size: checkpoint.size }))
}

fn leads_to(edge: &Edge, checkpoint: &Checkpoint) -> bool {
    edge.size() == checkpoint.size && edge.root() == checkpoint.root
}

/// Entries and their tile were both changed. The tiles above still say which
/// range, as long as the right edge of the tree leads to the signed root.
fn first_unsound_range(checkpoint: &Checkpoint, source: &impl JournalSource) -> Option<JournalFinding> {
    let edge = Edge::load(checkpoint.size, |tile| source.tile(tile))?;
    if edge.root() != checkpoint.root {
        return None;
    }
    // From the top down: whatever a sound tile says about the tiles below it is sound too.
    for level in (0..Tile::levels(checkpoint.size)).rev() {
        for tile in Tile::of_level(level, checkpoint.size).filter(|tile| tile.width == TILE_WIDTH) {
            let above = Tile::at(level + 1, tile.index / u64::from(TILE_WIDTH), checkpoint.size)?;
            let expected = *source.tile(above)?.get((tile.index % u64::from(TILE_WIDTH)) as usize)?;
            if source.tile(tile).map(root_of_hashes) != Some(expected) {
                let width = 1u64 << (8 * (u32::from(level) + 1));
                let first = tile.index * width;
                return Some(JournalFinding::Range { first, last: first + width - 1 });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
