//! The tree: grown, gone on with, tampered with.

use crate::support::{FileStore, World, entry, signer};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sumun_journal::{Entry, JournalStore as _};
use sumun_journal_files::{Finding, JournalFileError, Sequencer, SignedJournal, verify_folder};
use sumun_merkle::{Tile, decode_bundle, decode_tile, encode_bundle, root_of_leaves};

const BUNDLE_1: &str = "journal/tile/entries/001";

/// Rewrites the entries of a bundle.
fn edit_bundle(path: &Path, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let bytes = std::fs::read(path).unwrap();
    let mut entries: Vec<_> = decode_bundle(&bytes).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    edit(&mut entries);
    std::fs::write(path, encode_bundle(&entries).unwrap()).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in from.read_dir().unwrap() {
        let path = file.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

async fn world_of(entries: u64) -> World {
    let world = World::new();
    world.append(entries).await;
    world.sequence().await;
    world
}

#[tokio::test]
async fn entries_become_tiles_under_a_signed_head() {
    let world = world_of(700).await;
    let report = world.verify();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.entries, 700);
    assert_eq!(report.checkpoint.unwrap().root, root_of_leaves(world.store.entries()));
    for path in ["checkpoint", "tile/entries/002.p/188", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"] {
        assert!(world.path("journal").join(path).is_file(), "{path}");
    }
}

#[tokio::test]
async fn the_tree_grows_by_single_entries_and_drops_what_it_outgrew() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    assert!(world.verify().is_sound());
    for size in 1..=260 {
        world.append(1).await;
        assert_eq!(sequencer.catch_up().await.unwrap().size, size);
    }
    assert!(world.verify().is_sound());
    assert!(!world.path("journal/tile/0/000.p").exists());
    assert!(!world.path("journal/tile/entries/000.p").exists());
    assert!(world.path("journal/tile/0/001.p/4").exists());
}

#[tokio::test]
async fn a_journal_is_gone_on_with_and_an_unchanged_one_is_not_signed_again() {
    let world = world_of(300).await;
    let before = std::fs::read(world.path("journal/checkpoint")).unwrap();
    world.sequence().await;
    assert_eq!(std::fs::read(world.path("journal/checkpoint")).unwrap(), before);
    world.append(300).await;
    world.sequence().await;
    let report = world.verify();
    assert!(report.is_sound());
    assert_eq!(report.checkpoint.unwrap().root, root_of_leaves(world.store.entries()));
}

/// A process that was killed after the tiles and before the checkpoint leaves
/// the later tiles beside everything that was there before.
#[tokio::test]
async fn tiles_without_their_checkpoint_are_written_again() {
    let world = world_of(300).await;
    let before = tempfile::tempdir().unwrap();
    copy_folder(&world.path("journal"), before.path());
    world.append(700).await;
    world.sequence().await;
    let later = world.verify().checkpoint;
    copy_folder(before.path(), &world.path("journal"));
    assert_eq!(world.verify().checkpoint.unwrap().size, 300);
    assert!(world.verify().is_sound());
    world.sequence().await;
    assert_eq!(world.verify().checkpoint, later);
    assert!(world.verify().is_sound());
}

#[tokio::test]
async fn one_flipped_byte_names_its_entry() {
    let world = world_of(700).await;
    edit_bundle(&world.path(BUNDLE_1), |entries| entries[44][20] ^= 1);
    assert_eq!(world.findings(), ["journal: entry 300 was changed"]);
}

#[tokio::test]
async fn a_removed_entry_is_named() {
    let world = world_of(700).await;
    edit_bundle(&world.path(BUNDLE_1), |entries| drop(entries.remove(44)));
    assert_eq!(world.findings(), ["journal: entry 300 was removed"]);
    std::fs::remove_file(world.path(BUNDLE_1)).unwrap();
    assert_eq!(world.findings(), ["journal: entry 256 was removed"]);
}

#[tokio::test]
async fn two_swapped_entries_are_named() {
    let world = world_of(700).await;
    edit_bundle(&world.path(BUNDLE_1), |entries| entries.swap(44, 200));
    assert_eq!(world.findings(), ["journal: entry 300 was moved to another place"]);
}

#[tokio::test]
async fn an_entry_changed_with_its_tile_is_named_by_its_range() {
    let world = world_of(700).await;
    edit_bundle(&world.path(BUNDLE_1), |entries| entries[44][20] ^= 1);
    let bytes = std::fs::read(world.path(BUNDLE_1)).unwrap();
    let hashes: Vec<u8> =
        decode_bundle(&bytes).unwrap().into_iter().flat_map(|entry| sumun_merkle::leaf_hash(entry).0).collect();
    std::fs::write(world.path("journal/tile/0/001"), hashes).unwrap();
    assert_eq!(world.findings(), ["journal: entries 256 to 511 are not as they were signed"]);
}

#[tokio::test]
async fn a_tile_changed_alone_accuses_no_entry() {
    let world = world_of(700).await;
    let path = world.path("journal/tile/1/000.p/2");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(world.findings(), ["journal: the entries are as they were signed, but tile/1/000.p/2 is not"]);
}

#[tokio::test]
async fn a_forged_or_foreign_checkpoint_is_told() {
    let world = world_of(10).await;
    let path = world.path("journal/checkpoint");
    let note = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, note.replacen("\n10\n", "\n9\n", 1)).unwrap();
    let found = world.findings();
    assert!(found[0].contains("journal/checkpoint") && found[0].contains("changed or forged"), "{found:?}");

    let forger = signer();
    let origin = world.signer.verifier_key().name().to_owned();
    let forged = sumun_merkle::Checkpoint { origin, size: 9, root: root_of_leaves(&world.store.entries()[..9]) };
    std::fs::write(&path, forged.sign(forger.as_ref()).unwrap()).unwrap();
    assert!(world.findings()[0].contains("no signature of the known key"), "{:?}", world.findings());

    std::fs::write(&path, "nonsense").unwrap();
    assert!(matches!(world.verify().findings[..], [Finding::Head { .. }]));
    std::fs::remove_file(&path).unwrap();
    assert!(world.findings()[0].contains("missing"));
}

#[tokio::test]
async fn the_key_in_the_folder_verifies_and_a_journal_replaced_with_its_key_needs_the_true_key() {
    let world = world_of(10).await;
    assert!(verify_folder(world.data.path(), None).unwrap().is_sound());
    let replaced = world_of(10).await;
    std::fs::remove_dir_all(world.path("journal")).unwrap();
    std::fs::rename(replaced.path("journal"), world.path("journal")).unwrap();
    assert!(verify_folder(world.data.path(), None).unwrap().is_sound());
    assert!(matches!(world.verify().findings[..], [Finding::Head { .. }]));
    std::fs::remove_file(world.path("journal/verifier-key")).unwrap();
    let report = verify_folder(world.data.path(), None).unwrap();
    assert!(matches!(report.findings[..], [Finding::NoKey { .. }]));
}

#[tokio::test]
async fn nothing_is_signed_on_top_of_damage() {
    let world = world_of(10).await;
    let opened = world.try_sequencer().await.unwrap();
    assert!(matches!(world.try_sequencer().await, Err(JournalFileError::InUse(_))));
    drop(opened);

    let entries = world.store.entries();
    world.store.tamper(9, b"another");
    assert!(matches!(world.try_sequencer().await, Err(JournalFileError::StoreChanged { seq: 9 })));
    world.store.tamper(9, &entries[9]);
    world.store.set_back(9);
    let refused = world.try_sequencer().await;
    assert!(matches!(refused, Err(JournalFileError::StoreBehind { signed: 10, stored: 9 })), "{refused:?}");

    let other = Sequencer::open(world.data.path(), world.store.clone(), signer()).await;
    assert!(matches!(other, Err(JournalFileError::OtherKey(_))));

    for file in ["journal/tile/0/000.p/10", "journal/tile/entries/000.p/10", "journal/checkpoint"] {
        let (path, aside) = (world.path(file), world.path("aside"));
        std::fs::rename(&path, &aside).unwrap();
        let refused = world.try_sequencer().await;
        assert!(matches!(&refused, Err(JournalFileError::Damaged(named)) if *named == path), "{refused:?}");
        std::fs::rename(&aside, &path).unwrap();
    }
}

/// A request that waits for a new head may be cut off while that is written. The next
/// writing must not begin beside it: two would mix their drafts, and the
/// slower one would put an older head in place of a newer one.
#[tokio::test(flavor = "multi_thread")]
async fn a_catching_up_that_is_cut_off_does_not_meet_the_next_one() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    for round in 0..60 {
        world.append(7).await;
        let mut cut_off = Box::pin(sequencer.catch_up());
        let begun = std::future::poll_fn(|context| std::task::Poll::Ready(cut_off.as_mut().poll(context))).await;
        drop(cut_off);
        world.append(7).await;
        let head = sequencer.catch_up().await.unwrap_or_else(|error| panic!("round {round}, {begun:?}: {error}"));
        assert_eq!(head.size, 14 * (round + 1));
        let report = world.verify();
        assert!(report.is_sound(), "round {round}: {:?}", report.findings);
        assert_eq!(report.checkpoint, Some(head), "round {round}: the head on the disk is the last one");
    }
    drop(sequencer);
    assert_eq!(world.sequencer().await.checkpoint().size, 14 * 60);
}

#[tokio::test]
async fn the_periodic_task_follows_the_store_and_stops_with_a_last_round() {
    let world = World::new();
    let sequencer = Arc::new(world.sequencer().await);
    let task = Arc::clone(&sequencer).start(Duration::from_millis(10));
    world.append(3).await;
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while sequencer.checkpoint().size < 3 {
        assert!(std::time::Instant::now() < deadline, "the tree does not follow");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(task.fault().is_none());
    world.append(4).await;
    assert!(task.stop().await.is_none());
    assert_eq!(sequencer.checkpoint().size, 7);
    assert!(world.verify().is_sound());
}

#[tokio::test]
async fn a_gap_in_the_store_is_refused() {
    struct Gap;
    #[async_trait::async_trait]
    impl sumun_journal::JournalStore for Gap {
        async fn append(&self, _: &[Entry]) -> Result<u64, sumun_journal::StoreFailure> {
            Err(sumun_journal::StoreFailure::lasting("nothing is appended here"))
        }
        async fn entries_from(&self, _: u64, _: u32) -> Result<Vec<(u64, Vec<u8>)>, sumun_journal::StoreFailure> {
            Ok(vec![(0, b"a".to_vec()), (2, b"c".to_vec())])
        }
        async fn size(&self) -> Result<u64, sumun_journal::StoreFailure> {
            Ok(3)
        }
    }
    let data = tempfile::tempdir().unwrap();
    let sequencer = Sequencer::open(data.path(), Arc::new(Gap), signer()).await.unwrap();
    assert!(matches!(sequencer.catch_up().await, Err(JournalFileError::Gap { expected: 1, found: 2 })));
    assert_eq!(sequencer.checkpoint().size, 0);
}

/// The tiles on disk are enough to prove an entry to somebody who has the checkpoint alone.
#[tokio::test]
async fn an_entry_is_proved_from_the_files() {
    let world = world_of(700).await;
    let read = |asked: Tile| {
        let tile = Tile::at(asked.level, asked.index, 700)?;
        decode_tile(&std::fs::read(world.path("journal").join(tile.path())).ok()?, tile.width)
    };
    let proof = sumun_merkle::inclusion_proof(&read, 300, 700).unwrap();
    let entry = &world.store.entries_from(300, 1).await.unwrap()[0].1;
    let root = world.verify().checkpoint.unwrap().root;
    assert_eq!(sumun_merkle::verify_inclusion(&proof, sumun_merkle::leaf_hash(entry), 300, 700, root), Ok(()));
}

/// The numbers of the entries that `journal` proves, out of those about an even number.
fn proven(journal: &SignedJournal) -> Result<Vec<u64>, JournalFileError> {
    let even = |bytes: &[u8]| Entry::parse(bytes).unwrap().subject.ends_with(['0', '2', '4', '6', '8']);
    let mut found = Vec::new();
    journal.entries(even, |entry| {
        let (size, root) = (journal.head().size, journal.head().root);
        let leaf = sumun_merkle::leaf_hash(&entry.bytes);
        assert_eq!(sumun_merkle::verify_inclusion(&entry.proof, leaf, entry.seq, size, root), Ok(()));
        found.push(entry.seq);
    })?;
    Ok(found)
}

/// A head that is signed while entries are shown comes with proofs of its own,
/// and those of the earlier head stay true when its partial tiles are gone.
#[tokio::test]
async fn entries_are_shown_for_the_head_that_was_read() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    for (more, size) in [(0, 0), (1, 1), (8, 9), (300, 309), (391, 700)] {
        let earlier = SignedJournal::open(world.data.path()).unwrap();
        let before = earlier.head().size;
        world.append(more).await;
        sequencer.catch_up().await.unwrap();
        let later = SignedJournal::open(world.data.path()).unwrap();
        assert_eq!(later.head().size, size);
        for (journal, size) in [(earlier, before), (later, size)] {
            let expected: Vec<u64> = (0..size).filter(|number| number % 2 == 0).collect();
            assert_eq!(proven(&journal).unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn nothing_is_shown_of_a_journal_that_is_not_as_it_was_signed() {
    let damaged = |world: &World| {
        let journal = SignedJournal::open(world.data.path());
        matches!(journal.and_then(|journal| proven(&journal)), Err(JournalFileError::Damaged(_)))
    };
    let world = world_of(700).await;
    let forged = entry(300).with("sum", 1).canonical_bytes();
    edit_bundle(&world.path(BUNDLE_1), |entries| entries[300 - 256] = forged);
    assert!(damaged(&world), "an entry was changed");
    for gone in [BUNDLE_1, "journal/tile/0/001", "journal/tile/1/000.p/2", "journal/checkpoint", "journal/verifier-key"]
    {
        let world = world_of(700).await;
        std::fs::remove_file(world.path(gone)).unwrap();
        assert!(damaged(&world), "{gone}");
    }
    let world = world_of(9).await;
    let other = world_of(9).await;
    std::fs::copy(other.path("journal/checkpoint"), world.path("journal/checkpoint")).unwrap();
    let opened = SignedJournal::open(world.data.path());
    assert!(matches!(opened, Err(JournalFileError::Checkpoint { .. })), "{opened:?}");
}

#[tokio::test]
async fn a_link_under_the_name_of_a_file_of_the_journal_is_not_followed() {
    for name in ["journal/.lock", "journal/checkpoint.draft"] {
        let world = World::new();
        world.append(3).await;
        world.sequence().await;
        world.append(3).await;
        let _removed = std::fs::remove_file(world.path(name));
        std::fs::write(world.path("victim"), "mine").unwrap();
        std::os::unix::fs::symlink(world.path("victim"), world.path(name)).unwrap();
        let refused = match world.try_sequencer().await {
            Ok(sequencer) => sequencer.catch_up().await.err(),
            Err(error) => Some(error),
        };
        assert!(matches!(refused, Some(JournalFileError::Unwritable { .. })), "{name}: {refused:?}");
        assert_eq!(std::fs::read_to_string(world.path("victim")).unwrap(), "mine", "{name}");
    }
}

#[tokio::test]
async fn whoever_wants_a_head_gets_one_while_others_write_without_a_pause() {
    /// Has one more entry whenever it is asked for entries.
    struct Busy(Arc<FileStore>);
    #[async_trait::async_trait]
    impl sumun_journal::JournalStore for Busy {
        async fn append(&self, entries: &[Entry]) -> Result<u64, sumun_journal::StoreFailure> {
            self.0.append(entries).await
        }
        async fn entries_from(&self, seq: u64, limit: u32) -> Result<Vec<(u64, Vec<u8>)>, sumun_journal::StoreFailure> {
            self.0.append(&[entry(self.0.size().await?)]).await?;
            self.0.entries_from(seq, limit).await
        }
        async fn size(&self) -> Result<u64, sumun_journal::StoreFailure> {
            self.0.size().await
        }
    }
    let world = World::new();
    world.append(3).await;
    let store = Arc::new(Busy(world.store.clone()));
    let sequencer = Sequencer::open(world.data.path(), store, signer()).await.unwrap();
    let head = tokio::time::timeout(Duration::from_secs(5), sequencer.catch_up()).await.expect("a head").unwrap();
    assert!(head.size >= 3, "what was there has to be in it: {}", head.size);
}
