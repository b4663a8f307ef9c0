//! Proofs of inclusion and consistency (RFC 9162 section 2.1).

use crate::hash::fold_right;
use crate::{Hash, Tile, node_hash, tile};
use std::fmt;

/// Where the hashes of perfect subtrees come from: memory or tiles.
pub trait Subtrees {
    /// The root over the `2^height` leaves from leaf `index * 2^height` on, if the tree has them all.
    fn subtree(&self, height: u32, index: u64) -> Option<Hash>;
}

/// A reader of tiles is a source of subtrees: the function gives the hashes of
/// a tile, of which `width` says how many are needed at least. Each tile is read
/// and hashed for each subtree anew; for more than one proof there is [`crate::TileTrees`].
impl<R: Fn(Tile) -> Option<Vec<Hash>>> Subtrees for R {
    fn subtree(&self, height: u32, index: u64) -> Option<Hash> {
        let (tile, height_inside, place) = Tile::of_subtree(height, index)?;
        let hashes = self(tile)?;
        tile::inside(&hashes, height_inside, place)
    }
}

/// Why there is no proof, or a proof does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofError {
    /// The tree has no such leaf, or the earlier tree is larger than the later.
    OutOfRange,
    /// A subtree that the proof needs cannot be read.
    MissingSubtree {
        /// The subtree's height.
        height: u32,
        /// The subtree's place among those of its height.
        index: u64,
    },
    /// The proof has more or fewer hashes than the sizes ask for.
    Length,
    /// The proof leads to another root.
    Mismatch,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange => f.write_str("the tree has no such leaf or earlier size"),
            Self::MissingSubtree { height, index } => write!(f, "subtree {index} of height {height} cannot be read"),
            Self::Length => f.write_str("the proof has the wrong number of hashes"),
            Self::Mismatch => f.write_str("the proof leads to another root"),
        }
    }
}

impl std::error::Error for ProofError {}

/// The proof that leaf `index` is in the tree of `size` leaves (RFC 9162 section 2.1.3.1).
pub fn inclusion_proof(subtrees: &impl Subtrees, index: u64, size: u64) -> Result<Vec<Hash>, ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut start, mut end, mut proof) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(range_root(subtrees, middle, end)?);
            end = middle;
        } else {
            proof.push(range_root(subtrees, start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `earlier` leaves is the beginning of the tree of
/// `later` leaves (RFC 9162 section 2.1.4.1). Empty when `earlier` is 0 or equals `later`.
pub fn consistency_proof(subtrees: &impl Subtrees, earlier: u64, later: u64) -> Result<Vec<Hash>, ProofError> {
    if earlier > later {
        return Err(ProofError::OutOfRange);
    }
    if earlier == 0 || earlier == later {
        return Ok(Vec::new());
    }
    let (mut start, mut end, mut proof) = (0, later, Vec::new());
    // Goes down to the range that ends where the earlier tree ended.
    while earlier < end {
        let middle = start + split(end - start);
        if earlier <= middle {
            proof.push(range_root(subtrees, middle, end)?);
            end = middle;
        } else {
            proof.push(range_root(subtrees, start, middle)?);
            start = middle;
        }
    }
    if start > 0 {
        proof.push(range_root(subtrees, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks a proof that `leaf` is leaf `index` of the tree of `size` leaves with
/// this `root` (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(proof: &[Hash], leaf: Hash, index: u64, size: u64, root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node.is_multiple_of(2) && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == root { Ok(()) } else { Err(ProofError::Mismatch) }
}

/// Checks a proof that the tree of `earlier` leaves with the first root is the
/// beginning of the tree of `later` leaves with the second (RFC 9162 section 2.1.4.2).
pub fn verify_consistency(
    proof: &[Hash],
    (earlier, earlier_root): (u64, Hash),
    (later, later_root): (u64, Hash),
) -> Result<(), ProofError> {
    if earlier > later {
        return Err(ProofError::OutOfRange);
    }
    if earlier == 0 || earlier == later {
        let equal = earlier == 0 || earlier_root == later_root;
        return if !proof.is_empty() {
            Err(ProofError::Length)
        } else if equal {
            Ok(())
        } else {
            Err(ProofError::Mismatch)
        };
    }
    // An earlier tree of a power of two is itself the first hash of the path.
    let (first, rest) = match proof.split_first() {
        None => return Err(ProofError::Length),
        Some(_) if earlier.is_power_of_two() => (earlier_root, proof),
        Some((first, rest)) => (*first, rest),
    };
    let shift = (earlier - 1).trailing_ones();
    let (mut node, mut last) = ((earlier - 1) >> shift, (later - 1) >> shift);
    let (mut earlier_hash, mut later_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node % 2 == 1 || node == last {
            earlier_hash = node_hash(sibling, &earlier_hash);
            later_hash = node_hash(sibling, &later_hash);
            while node.is_multiple_of(2) && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            later_hash = node_hash(&later_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    let matches = earlier_hash == earlier_root && later_hash == later_root;
    if matches { Ok(()) } else { Err(ProofError::Mismatch) }
}

/// The largest power of two below `width`, which is at least 2.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// The root over the leaves from `start` to before `end`, where `start` is a
/// multiple of the largest power of two that fits the range.
fn range_root(subtrees: &impl Subtrees, start: u64, end: u64) -> Result<Hash, ProofError> {
    let mut perfect = Vec::new();
    let mut from = start;
    while from < end {
        let height = (end - from).ilog2();
        let index = from >> height;
        perfect.push(subtrees.subtree(height, index).ok_or(ProofError::MissingSubtree { height, index })?);
        from += 1 << height;
    }
    Ok(fold_right(&perfect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Leaves, naive_consistency, naive_inclusion, naive_root};
    use crate::{Edge, leaf_hash};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn leaves(size: usize) -> Leaves {
        Leaves((0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect())
    }

    #[test]
    fn rfc9162_2_1_3_every_leaf_of_every_small_tree_is_proved() {
        for size in 1..40 {
            let tree = leaves(size);
            let root = naive_root(&tree.0);
            for index in 0..size {
                let proof = inclusion_proof(&tree, index as u64, size as u64).unwrap();
                assert_eq!(proof, naive_inclusion(index, &tree.0));
                verify_inclusion(&proof, tree.0[index], index as u64, size as u64, root).unwrap();
                for (wrong_index, wrong_size) in [(index + 1, size), (index, size + 1), (index, size - 1)] {
                    let wrong = verify_inclusion(&proof, tree.0[index], wrong_index as u64, wrong_size as u64, root);
                    // A tree may have another size with the same path, but never another root.
                    assert!(
                        wrong.is_err()
                            || (wrong_index == index && naive_inclusion_path_is_shared(index, size, wrong_size))
                    );
                }
                assert!(verify_inclusion(&proof, leaf_hash(b"other"), index as u64, size as u64, root).is_err());
            }
        }
        assert_eq!(inclusion_proof(&leaves(3), 3, 3), Err(ProofError::OutOfRange));
    }

    /// Whether leaf `index` has siblings on the same sides in trees of both sizes;
    /// the proof does not commit to the size, the signed head does.
    fn naive_inclusion_path_is_shared(index: usize, size: usize, other: usize) -> bool {
        other > index && naive_inclusion(index, &leaves(size).0).len() == naive_inclusion(index, &leaves(other).0).len()
    }

    #[test]
    fn rfc9162_2_1_4_every_pair_of_small_trees_is_proved() {
        for later in 1..40 {
            let tree = leaves(later);
            let later_root = naive_root(&tree.0);
            for earlier in 1..=later {
                let earlier_root = naive_root(&tree.0[..earlier]);
                let proof = consistency_proof(&tree, earlier as u64, later as u64).unwrap();
                assert_eq!(proof, naive_consistency(earlier, &tree.0, true));
                let (old, new) = ((earlier as u64, earlier_root), (later as u64, later_root));
                verify_consistency(&proof, old, new).unwrap();
                let forged = leaf_hash(b"forged");
                assert!(verify_consistency(&proof, (old.0, forged), new).is_err());
                assert!(verify_consistency(&proof, old, (new.0, forged)).is_err());
                let longer = [proof.as_slice(), &[forged]].concat();
                assert_eq!(verify_consistency(&longer, old, new), Err(ProofError::Length));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify_consistency(shorter, old, new).is_err());
                }
            }
        }
        assert_eq!(consistency_proof(&leaves(3), 4, 3), Err(ProofError::OutOfRange));
    }

    proptest! {
        #[test]
        fn tiles_prove_what_leaves_prove(size in 1usize..3000, a: prop::sample::Index, b: prop::sample::Index) {
            let tree = leaves(size);
            let (mut edge, mut tiles) = (Edge::default(), BTreeMap::new());
            for leaf in &tree.0 {
                tiles.extend(edge.push(*leaf).into_iter().map(|filled| ((filled.tile.level, filled.tile.index), filled.hashes)));
            }
            tiles.extend(edge.partial_tiles().map(|(tile, hashes)| ((tile.level, tile.index), hashes.to_vec())));
            let reader = |tile: Tile| tiles.get(&(tile.level, tile.index)).cloned();
            let (index, earlier) = (a.index(size), b.index(size) + 1);
            let inclusion = inclusion_proof(&reader, index as u64, size as u64).unwrap();
            prop_assert_eq!(&inclusion, &naive_inclusion(index, &tree.0));
            prop_assert_eq!(verify_inclusion(&inclusion, tree.0[index], index as u64, size as u64, edge.root()), Ok(()));
            let consistency = consistency_proof(&reader, earlier as u64, size as u64).unwrap();
            prop_assert_eq!(consistency, naive_consistency(earlier, &tree.0, true));
            if size > 1 {
                let nothing = |_: Tile| None;
                let missing = matches!(inclusion_proof(&nothing, 0, size as u64), Err(ProofError::MissingSubtree { .. }));
                prop_assert!(missing);
            }
        }

        #[test]
        fn no_numbers_break_the_verifiers(index: u64, size: u64, earlier: u64, count in 0usize..70) {
            let proof = vec![leaf_hash(b"x"); count];
            let _ = verify_inclusion(&proof, leaf_hash(b"x"), index, size, leaf_hash(b"y"));
            let _ = verify_consistency(&proof, (earlier, leaf_hash(b"x")), (size, leaf_hash(b"y")));
        }
    }
}
