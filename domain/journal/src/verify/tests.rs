//! Every kind of tampering with a journal in memory is named.

use super::*;
use std::collections::BTreeMap;

/// A journal of entries that are their own number.
#[derive(Clone)]
struct Journal {
    bundles: BTreeMap<u64, Vec<Vec<u8>>>,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
    checkpoint: Checkpoint,
}

impl JournalSource for Journal {
    fn entries(&self, tile: Tile) -> Option<Vec<Vec<u8>>> {
        self.bundles.get(&tile.index).cloned()
    }

    fn tile(&self, tile: Tile) -> Option<Vec<Hash>> {
        self.tiles.get(&(tile.level, tile.index)).filter(|hashes| hashes.len() == usize::from(tile.width)).cloned()
    }
}

fn journal(size: u64) -> Journal {
    let (mut edge, mut bundles, mut tiles) = (Edge::default(), BTreeMap::<u64, Vec<_>>::new(), BTreeMap::new());
    for seq in 0..size {
        let entry = format!("entry {seq}").into_bytes();
        tiles.extend(
            edge.push(leaf_hash(&entry))
                .into_iter()
                .map(|filled| ((filled.tile.level, filled.tile.index), filled.hashes)),
        );
        bundles.entry(seq / 256).or_default().push(entry);
    }
    tiles.extend(edge.partial_tiles().map(|(tile, hashes)| ((tile.level, tile.index), hashes.to_vec())));
    Journal { bundles, tiles, checkpoint: Checkpoint { origin: "test".to_owned(), size, root: edge.root() } }
}

fn verify(journal: &Journal) -> Result<(), JournalFinding> {
    verify_journal(&journal.checkpoint, journal, |_, _| {})
}

fn tampered(size: u64, tamper: impl Fn(&mut Journal)) -> JournalFinding {
    let mut journal = journal(size);
    tamper(&mut journal);
    verify(&journal).unwrap_err()
}

/// Makes the tile of level 0 fit the bundle again, as a careful forger would.
fn cover_up(journal: &mut Journal, index: u64) {
    let hashes = journal.bundles[&index].iter().map(|entry| leaf_hash(entry)).collect();
    journal.tiles.insert((0, index), hashes);
}

#[test]
fn sound_journals_of_all_shapes_verify_and_every_entry_is_visited() {
    for size in [0, 1, 2, 255, 256, 257, 512, 700, 65_536, 65_537] {
        let journal = journal(size);
        let mut visited = 0;
        let result = verify_journal(&journal.checkpoint, &journal, |seq, entry| {
            assert_eq!(entry, format!("entry {seq}").as_bytes());
            visited += 1;
        });
        assert_eq!((result, visited), (Ok(()), size));
    }
}

#[test]
fn a_changed_entry_is_named() {
    let found = tampered(700, |journal| journal.bundles.get_mut(&1).unwrap()[44][0] ^= 1);
    assert_eq!(found, JournalFinding::Entry { seq: 300, tampering: Tampering::Changed });
}

#[test]
fn a_removed_entry_is_named() {
    let found = tampered(700, |journal| drop(journal.bundles.get_mut(&1).unwrap().remove(44)));
    assert_eq!(found, JournalFinding::Entry { seq: 300, tampering: Tampering::Removed });
    let last = tampered(700, |journal| drop(journal.bundles.get_mut(&2).unwrap().pop()));
    assert_eq!(last, JournalFinding::Entry { seq: 699, tampering: Tampering::Removed });
    let whole_bundle = tampered(700, |journal| drop(journal.bundles.remove(&0)));
    assert_eq!(whole_bundle, JournalFinding::Entry { seq: 0, tampering: Tampering::Removed });
}

#[test]
fn reordered_entries_are_named() {
    let found = tampered(700, |journal| journal.bundles.get_mut(&1).unwrap().swap(44, 50));
    assert_eq!(found, JournalFinding::Entry { seq: 300, tampering: Tampering::Reordered });
}

#[test]
fn an_inserted_entry_is_named() {
    let found = tampered(700, |journal| journal.bundles.get_mut(&1).unwrap().insert(44, b"forged".to_vec()));
    assert_eq!(found, JournalFinding::Entry { seq: 300, tampering: Tampering::Inserted });
}

#[test]
fn the_first_of_several_is_named() {
    let found = tampered(700, |journal| {
        journal.bundles.get_mut(&2).unwrap()[7][0] ^= 1;
        journal.bundles.get_mut(&0).unwrap().swap(9, 10);
    });
    assert_eq!(found, JournalFinding::Entry { seq: 9, tampering: Tampering::Reordered });
}

#[test]
fn a_tile_changed_alone_is_named_and_no_entry_is_accused() {
    for (level, index, width) in [(0, 1, 256), (0, 2, 188), (1, 0, 2)] {
        let found = tampered(700, |journal| journal.tiles.get_mut(&(level, index)).unwrap()[1].0[0] ^= 1);
        assert_eq!(found, JournalFinding::Tile(Tile { level, index, width }));
    }
    let missing = tampered(700, |journal| drop(journal.tiles.remove(&(1, 0))));
    assert_eq!(missing, JournalFinding::Tile(Tile { level: 1, index: 0, width: 2 }));
}

#[test]
fn an_entry_changed_together_with_its_tile_is_named_by_its_range() {
    let found = tampered(700, |journal| {
        journal.bundles.get_mut(&1).unwrap()[44][0] ^= 1;
        cover_up(journal, 1);
    });
    assert_eq!(found, JournalFinding::Range { first: 256, last: 511 });
}

#[test]
fn a_change_of_everything_below_the_head_is_told() {
    let found = tampered(700, |journal| {
        journal.bundles.get_mut(&2).unwrap()[0][0] ^= 1;
        cover_up(journal, 2);
    });
    assert_eq!(found, JournalFinding::Head { size: 700 });
    let other_head = tampered(700, |journal| journal.checkpoint.root = leaf_hash(b"other"));
    assert_eq!(other_head, JournalFinding::Head { size: 700 });
    let longer = tampered(700, |journal| journal.checkpoint.size = 701);
    assert_eq!(longer, JournalFinding::Head { size: 701 });
}

/// A folder from somebody else comes with a key and a head of its own making.
#[test]
fn a_head_that_claims_more_than_is_there_is_refused_at_once() {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut journal = journal(700);
        let claimed = u64::MAX >> 1;
        for level in 0..Tile::levels(claimed) {
            if let Some(tile) = Tile::partial_of_level(level, claimed) {
                journal.tiles.insert((level, tile.index), vec![leaf_hash(b""); usize::from(tile.width)]);
            }
        }
        journal.checkpoint.size = claimed;
        journal.checkpoint.root = Edge::load(claimed, |tile| journal.tile(tile)).unwrap().root();
        sender.send(verify(&journal))
    });
    let found = receiver.recv_timeout(std::time::Duration::from_secs(10));
    assert!(matches!(found, Ok(Err(JournalFinding::Range { .. }))), "{found:?}");
}
