//! The right edge of a growing tree.

use crate::hash::fold_right;
use crate::tile::{full_root, perfect_subtrees};
use crate::{Hash, TILE_WIDTH, Tile};

/// The right edge of a tree: the partial tile of each level. It is all that is
/// needed to add leaves and to know the root, whatever the tree's size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// A tile that became full while leaves were added; it never changes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledTile {
    /// Which tile; its width is [`TILE_WIDTH`].
    pub tile: Tile,
    /// Its hashes.
    pub hashes: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree of `size` leaves. `read` gives the hashes of each
    /// partial tile, lowest level first; `None` where it gives none or too few.
    pub fn load(size: u64, mut read: impl FnMut(Tile) -> Option<Vec<Hash>>) -> Option<Self> {
        let mut levels = Vec::new();
        for level in 0..Tile::levels(size) {
            levels.push(match Tile::partial_of_level(level, size) {
                Some(partial) => read(partial).filter(|hashes| hashes.len() == usize::from(partial.width))?,
                None => Vec::new(),
            });
        }
        Some(Self { size, levels })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. Answers the tiles that it filled, lowest level first; mostly none.
    pub fn push(&mut self, leaf: Hash) -> Vec<FilledTile> {
        let mut filled = Vec::new();
        let mut hash = leaf;
        self.size += 1;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::with_capacity(usize::from(TILE_WIDTH)));
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            hash = full_root(hashes);
            let index = (self.size >> (8 * (level + 1))) - 1;
            let tile = Tile { level: level as u8, index, width: TILE_WIDTH };
            filled.push(FilledTile { tile, hashes: std::mem::take(hashes) });
        }
        filled
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let subtrees: Vec<_> = self.levels.iter().rev().flat_map(|hashes| perfect_subtrees(hashes)).collect();
        fold_right(&subtrees)
    }

    /// The partial tiles, lowest level first: with the full ones they are the whole tree.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        self.levels.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()).map(|(level, hashes)| {
            let index = self.size >> (8 * (level + 1)).min(63);
            (Tile { level: level as u8, index, width: hashes.len() as u16 }, hashes.as_slice())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EMPTY_ROOT, leaf_hash, root_of_hashes};
    use std::collections::BTreeMap;

    #[test]
    fn the_edge_follows_the_tree_and_its_tiles_are_the_tree() {
        let mut edge = Edge::default();
        let mut leaves = Vec::new();
        let mut tiles = BTreeMap::new();
        assert_eq!(edge.root(), EMPTY_ROOT);
        for number in 0..66_000u32 {
            let leaf = leaf_hash(&number.to_be_bytes());
            leaves.push(leaf);
            tiles.extend(edge.push(leaf).into_iter().map(|filled| (filled.tile, filled.hashes)));
            let size = leaves.len();
            if size < 520 || size % 8191 == 0 || (65_530..65_540).contains(&size) {
                assert_eq!(edge.root(), root_of_hashes(leaves.iter().copied()), "size {size}");
            }
        }
        tiles.extend(edge.partial_tiles().map(|(tile, hashes)| (tile, hashes.to_vec())));
        let expected: Vec<_> = (0..3).flat_map(|level| Tile::of_level(level, 66_000)).collect();
        assert_eq!(tiles.keys().copied().collect::<Vec<_>>(), expected);
        assert!(tiles.iter().all(|(tile, hashes)| hashes.len() == usize::from(tile.width)));

        let loaded = Edge::load(66_000, |tile| tiles.get(&tile).cloned()).unwrap();
        assert_eq!(loaded, edge);
        assert_eq!(Edge::load(66_000, |_| None), None);
        assert_eq!(Edge::load(66_000, |tile| tiles.get(&tile).map(|hashes| hashes[1..].to_vec())), None);
    }

    #[test]
    fn an_edge_at_a_full_tile_has_no_partial_of_level_0() {
        let mut edge = Edge::default();
        for number in 0..256u32 {
            edge.push(leaf_hash(&number.to_be_bytes()));
        }
        let partial: Vec<_> = edge.partial_tiles().map(|(tile, _)| tile).collect();
        assert_eq!(partial, [Tile { level: 1, index: 0, width: 1 }]);
        let hashes = edge.partial_tiles().next().unwrap().1.to_vec();
        assert_eq!(Edge::load(256, |_| Some(hashes.clone())).unwrap(), edge);
    }
}
