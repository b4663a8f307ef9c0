//! The tree as RFC 6962 defines it, word for word, and its published answers;
//! the faster forms are tested against it.

use crate::{EMPTY_ROOT, Hash, Subtrees, node_hash};

/// The leaves of the reference implementation's tests.
pub(crate) const KNOWN_LEAVES: [&[u8]; 8] =
    [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"PQRSTUVW", b"`abcdefghijklmno"];

/// The roots over the first 0 to 8 of them.
pub(crate) const KNOWN_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

pub(crate) fn hex(hash: &Hash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `MTH` of RFC 6962 section 2.1.
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            node_hash(&naive_root(&leaves[..split]), &naive_root(&leaves[split..]))
        }
    }
}

/// `PATH` of RFC 6962 section 2.1.1.
pub(crate) fn naive_inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if index < split {
        (naive_inclusion(index, left), naive_root(right))
    } else {
        (naive_inclusion(index - split, right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// `SUBPROOF` of RFC 6962 section 2.1.2.
pub(crate) fn naive_consistency(earlier: usize, leaves: &[Hash], complete: bool) -> Vec<Hash> {
    if earlier == leaves.len() {
        return if complete { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if earlier <= split {
        (naive_consistency(earlier, left, complete), naive_root(right))
    } else {
        (naive_consistency(earlier - split, right, false), naive_root(left))
    };
    path.push(sibling);
    path
}

/// Leaves in memory as a source of subtrees.
pub(crate) struct Leaves(pub(crate) Vec<Hash>);

impl Subtrees for Leaves {
    fn subtree(&self, height: u32, index: u64) -> Option<Hash> {
        let width = 1usize.checked_shl(height)?;
        let start = usize::try_from(index).ok()?.checked_mul(width)?;
        self.0.get(start..start + width).map(naive_root)
    }
}
