//! The root that binds a batch of records to the journal.

use sumun_merkle::{Hash, root_of_leaves};

/// The root of one batch: the RFC 6962 tree hash over the records' lines in
/// the order in which they stand in the segment file. A leaf is a line
/// without its line feed.
pub fn batch_root<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    root_of_leaves(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_merkle::{EMPTY_ROOT, leaf_hash, node_hash};

    #[test]
    fn rfc6962_2_1_the_root_changes_when_a_line_is_changed_removed_or_moved() {
        let root = |lines: &[&'static [u8]]| batch_root(lines.iter().copied());
        let whole = root(&[b"a", b"b", b"c"]);
        let left = node_hash(&leaf_hash(b"a"), &leaf_hash(b"b"));
        assert_eq!(whole, node_hash(&left, &leaf_hash(b"c")));
        assert_eq!(root(&[]), EMPTY_ROOT);
        let others: [&[&'static [u8]]; 4] = [&[b"a", b"b", b"d"], &[b"a", b"b"], &[b"b", b"a", b"c"], &[b"ab", b"c"]];
        for other in others {
            assert_ne!(root(other), whole);
        }
    }
}
