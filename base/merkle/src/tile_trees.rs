//! Many proofs out of one tree of tiles: each tile is read and hashed once.

use crate::{Hash, Subtrees, TILE_WIDTH, Tile, node_hash};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How many tiles are held at once: about 16 KiB each. Proofs of leaves in
/// ascending order need no more than a path and the right edge of the tree.
const TILES_HELD_MAX: usize = 64;

/// The tiles of a tree of a known size as a source of subtrees. A tile that is
/// read keeps the hashes of all perfect subtrees inside it, so that the next
/// proof looks them up instead of hashing them anew.
pub struct TileTrees<R> {
    size: u64,
    read: R,
    held: RefCell<HashMap<(u8, u64), TileTree>>,
    read_count: Cell<u64>,
}

/// Every perfect subtree inside a tile, row above row; the first row is the tile's own hashes.
struct TileTree(Vec<Vec<Hash>>);

impl<R: Fn(Tile) -> Option<Vec<Hash>>> TileTrees<R> {
    /// The tiles of a tree of `size` leaves. `read` gives the hashes of a tile
    /// as a tree of that size has it; more hashes than its width are cut off.
    pub fn new(size: u64, read: R) -> Self {
        Self { size, read, held: RefCell::default(), read_count: Cell::new(0) }
    }

    /// How many tiles were read by now: what the proofs have cost.
    pub fn read_count(&self) -> u64 {
        self.read_count.get()
    }

    fn load(&self, level: u8, index: u64) -> Option<TileTree> {
        let tile = Tile::at(level, index, self.size)?;
        self.read_count.set(self.read_count.get() + 1);
        let mut hashes = (self.read)(tile)?;
        hashes.truncate(usize::from(tile.width));
        (hashes.len() == usize::from(tile.width)).then(|| TileTree::of(hashes))
    }
}

impl<R: Fn(Tile) -> Option<Vec<Hash>>> Subtrees for TileTrees<R> {
    fn subtree(&self, height: u32, index: u64) -> Option<Hash> {
        let (needed, height_inside, place) = Tile::of_subtree(height, index)?;
        let key = (needed.level, needed.index);
        let mut held = self.held.borrow_mut();
        if !held.contains_key(&key) {
            let tree = self.load(needed.level, needed.index)?;
            if held.len() >= TILES_HELD_MAX {
                held.clear();
            }
            held.insert(key, tree);
        }
        held.get(&key)?.0.get(height_inside as usize)?.get(place).copied()
    }
}

impl TileTree {
    fn of(hashes: Vec<Hash>) -> Self {
        let mut rows = Vec::with_capacity(usize::from(TILE_WIDTH).ilog2() as usize + 1);
        let mut row = hashes;
        while row.len() > 1 {
            // A hash without its neighbour is no perfect subtree yet.
            let above = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            rows.push(std::mem::replace(&mut row, above));
        }
        rows.push(row);
        Self(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Leaves, naive_inclusion};
    use crate::{Edge, inclusion_proof, leaf_hash, verify_inclusion};
    use proptest::prelude::*;

    type Tiles = HashMap<(u8, u64), Vec<Hash>>;

    fn grown(leaves: impl Iterator<Item = Hash>) -> (Edge, Tiles) {
        let (mut edge, mut tiles) = (Edge::default(), HashMap::new());
        for leaf in leaves {
            tiles.extend(edge.push(leaf).into_iter().map(|full| ((full.tile.level, full.tile.index), full.hashes)));
        }
        tiles.extend(edge.partial_tiles().map(|(tile, hashes)| ((tile.level, tile.index), hashes.to_vec())));
        (edge, tiles)
    }

    /// A proof is some look-ups, whatever the size of the tree: it reads a
    /// tile of each level on its way and one of each level at the right edge.
    #[test]
    fn the_cost_of_a_proof_does_not_grow_with_the_journal() {
        let leaf = |number: u64| leaf_hash(&number.to_be_bytes());
        let size = 1_000_003;
        let (edge, tiles) = grown((0..size).map(leaf));
        let levels = u64::from(Tile::levels(size));
        let root = edge.root();
        let single = || TileTrees::new(size, |tile: Tile| tiles.get(&(tile.level, tile.index)).cloned());
        for index in [0, 255, 256, 65_535, 65_536, 777_777, size - 1] {
            let trees = single();
            let proof = inclusion_proof(&trees, index, size).unwrap();
            assert_eq!(verify_inclusion(&proof, leaf(index), index, size, root), Ok(()));
            assert!(trees.read_count() <= 2 * levels, "leaf {index}: {} tiles", trees.read_count());
        }
        // Neighbours share their tiles: a thousand proofs read what the few tiles below them are.
        let trees = single();
        for index in 500_000..501_000 {
            let proof = inclusion_proof(&trees, index, size).unwrap();
            assert_eq!(verify_inclusion(&proof, leaf(index), index, size, root), Ok(()));
        }
        assert!(trees.read_count() <= 2 * levels + 1_000 / u64::from(TILE_WIDTH) + 1, "{} tiles", trees.read_count());
        assert!(trees.held.borrow().len() <= TILES_HELD_MAX);
    }

    #[test]
    fn what_is_held_is_bounded_and_may_be_read_again() {
        let size = 40_000u64;
        let (edge, tiles) = grown((0..size).map(|number| leaf_hash(&number.to_be_bytes())));
        let trees = TileTrees::new(size, |tile: Tile| tiles.get(&(tile.level, tile.index)).cloned());
        for index in (0..size).step_by(256).chain([0]) {
            let proof = inclusion_proof(&trees, index, size).unwrap();
            let leaf = leaf_hash(&index.to_be_bytes());
            assert_eq!(verify_inclusion(&proof, leaf, index, size, edge.root()), Ok(()));
            assert!(trees.held.borrow().len() <= TILES_HELD_MAX);
        }
    }

    #[test]
    fn a_tile_that_is_missing_or_short_proves_nothing() {
        let (_, tiles) = grown((0..300u64).map(|number| leaf_hash(&number.to_be_bytes())));
        let short = |tile: Tile| tiles.get(&(tile.level, tile.index)).map(|hashes| hashes[1..].to_vec());
        assert!(inclusion_proof(&TileTrees::new(300, short), 0, 300).is_err());
        assert!(inclusion_proof(&TileTrees::new(300, |_: Tile| None), 0, 300).is_err());
    }

    proptest! {
        #[test]
        fn a_later_tree_proves_for_an_earlier_size(size in 1usize..2000, more in 0usize..600, a: prop::sample::Index) {
            let leaves: Vec<_> = (0..size + more).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
            // The tiles of the later tree begin with the hashes of the earlier one's.
            let (_, tiles) = grown(leaves.iter().copied());
            let trees = TileTrees::new(size as u64, |tile: Tile| tiles.get(&(tile.level, tile.index)).cloned());
            let index = a.index(size);
            let proof = inclusion_proof(&trees, index as u64, size as u64).unwrap();
            prop_assert_eq!(proof, naive_inclusion(index, &Leaves(leaves[..size].to_vec()).0));
        }
    }
}
