//! Access records: taken, sealed, tampered with.

use crate::support::{FileStore, World, record, store_path};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use sumun_journal::{JournalStore as _, SealedBatch};
use sumun_journal_files::{JournalFileError, NotTaken, SegmentSettings, SegmentWriter};
use sumun_system::{Clock as _, SystemClock};

const FIRST_SEGMENT: &str = "records/00000000000000000000.log";

/// Batches of ten, so that a test knows where they end.
fn tens() -> SegmentSettings {
    SegmentSettings { batch_max: 10, batch_wait: Duration::from_millis(1), ..SegmentSettings::default() }
}

/// A world with `count` records sealed in batches of ten and the tree over the seals.
async fn world_of(count: u64, settings: SegmentSettings) -> World {
    let world = World::new();
    let writer = world.writer(settings).await;
    for tens in 0..count.div_ceil(10) {
        for number in tens * 10..(tens * 10 + 10).min(count) {
            writer.handle().offer(record(number)).unwrap();
        }
        writer.handle().flush().await.unwrap();
    }
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!(world.findings(), [""; 0]);
    assert_eq!(world.verify().records, count);
    world
}

fn edit_lines(path: &Path, edit: impl FnOnce(&mut Vec<String>)) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    edit(&mut lines);
    std::fs::write(path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
}

fn segment(world: &World) -> PathBuf {
    world.path(FIRST_SEGMENT)
}

#[tokio::test]
async fn records_are_lines_in_their_order_and_sealed() {
    let world = world_of(35, tens()).await;
    let text = std::fs::read_to_string(segment(&world)).unwrap();
    assert_eq!(text.lines().count(), 35);
    assert_eq!(text.lines().nth(17).unwrap().as_bytes(), record(17));
    assert!(world.verify().record_batches >= 4);
}

#[tokio::test]
async fn a_changed_access_record_is_named() {
    let world = world_of(35, tens()).await;
    edit_lines(&segment(&world), |lines| lines[17] = lines[17].replace("200", "201"));
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 17 was changed"]);
}

#[tokio::test]
async fn a_removed_record_is_named() {
    let world = world_of(35, tens()).await;
    edit_lines(&segment(&world), |lines| drop(lines.remove(17)));
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 17 was removed"]);
}

#[tokio::test]
async fn swapped_records_are_named() {
    let world = world_of(35, tens()).await;
    edit_lines(&segment(&world), |lines| lines.swap(3, 32));
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 3 was moved to another place"]);
}

#[tokio::test]
async fn a_cut_segment_names_the_first_missing_record() {
    let world = world_of(35, tens()).await;
    edit_lines(&segment(&world), |lines| lines.truncate(21));
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 21 was removed"]);
    let bytes = std::fs::read(segment(&world)).unwrap();
    std::fs::write(segment(&world), &bytes[..bytes.len() - 5]).unwrap();
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 20 was changed"]);
}

#[tokio::test]
async fn an_inserted_record_is_named() {
    let world = world_of(35, tens()).await;
    edit_lines(&segment(&world), |lines| lines.insert(9, "forged".to_owned()));
    assert_eq!(world.findings(), ["records/00000000000000000000.log: record 9 has something put in before it"]);
}

#[tokio::test]
async fn a_change_covered_up_in_the_kept_hashes_is_named_by_its_batch() {
    let world = world_of(30, tens()).await;
    edit_lines(&segment(&world), |lines| lines[17] = "forged".to_owned());
    let text = std::fs::read_to_string(segment(&world)).unwrap();
    let hashes: Vec<u8> = text.lines().flat_map(|line| sumun_merkle::leaf_hash(line.as_bytes()).0).collect();
    std::fs::write(segment(&world).with_extension("hashes"), hashes).unwrap();
    let found = world.findings();
    assert!(found[0].contains("are not as they were sealed"), "{found:?}");
}

#[tokio::test]
async fn missing_kept_hashes_are_told_without_accusing_a_record() {
    let world = world_of(30, tens()).await;
    std::fs::remove_file(segment(&world).with_extension("hashes")).unwrap();
    let found = world.findings();
    assert!(found[0].contains("the records are as they were sealed"), "{found:?}");
}

#[tokio::test]
async fn segments_follow_each_other_and_a_missing_one_is_named() {
    let world = world_of(100, SegmentSettings { segment_bytes_max: 1_000, ..tens() }).await;
    let mut names: Vec<_> = world.path("records").read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
    names.retain(|name| name.to_string_lossy().ends_with(".log"));
    names.sort();
    assert!(names.len() > 2, "{names:?}");
    let second = names[1].to_string_lossy().into_owned();
    let first_record: u64 = second.strip_suffix(".log").unwrap().parse().unwrap();

    let older = world.path(FIRST_SEGMENT);
    let bytes = std::fs::read(&older).unwrap();
    edit_lines(&older, |lines| lines.push("added later".to_owned()));
    let end = first_record;
    assert_eq!(
        world.findings(),
        [format!("records/00000000000000000000.log: record {end} has something put in before it")]
    );
    std::fs::write(&older, bytes).unwrap();

    std::fs::remove_file(world.path("records").join(&second)).unwrap();
    assert_eq!(world.findings(), [format!("records/{second}: record {first_record} was removed")]);
}

#[tokio::test]
async fn records_behind_the_last_seal_are_counted_and_accuse_nobody() {
    let world = world_of(10, tens()).await;
    edit_lines(&segment(&world), |lines| lines.push("not yet sealed".to_owned()));
    let report = world.verify();
    assert!(report.is_sound());
    assert_eq!((report.records, report.records_not_sealed), (10, 1));
}

/// Access records hold addresses of people's machines. A copy of the folder
/// must not be open to others because the folder around it was not copied.
#[tokio::test]
async fn files_and_folders_of_journal_and_records_are_for_their_owner_alone() {
    let world = world_of(25, tens()).await;
    world.append(300).await;
    world.sequence().await;
    let (mut folders, mut seen) = (vec![world.path("journal"), world.path("records")], 0);
    while let Some(folder) = folders.pop() {
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        for file in folder.read_dir().unwrap().map(|file| file.unwrap().path()) {
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
}

/// A folder from somebody else may say anything, also what no number can hold.
#[tokio::test]
async fn numbers_beyond_all_counting_are_findings_and_break_nothing() {
    let world = World::new();
    let segment = format!("{:020}.log", u64::MAX);
    let root = sumun_merkle::EMPTY_ROOT;
    let batch = |first, count| SealedBatch { segment: segment.clone(), first, count, root }.entry(SystemClock.now());
    world.store.append(&[batch(0, u64::MAX), batch(u64::MAX, u64::MAX)]).await.unwrap();
    world.sequence().await;
    std::fs::create_dir_all(world.path("records")).unwrap();
    std::fs::write(world.path("records").join(&segment), "a\nb\n").unwrap();
    let report = world.verify();
    assert_eq!(report.records, u64::MAX);
    assert!(!report.is_sound(), "{report:?}");
}

#[tokio::test]
async fn the_queue_is_bounded_and_a_place_that_is_not_used_is_given_back() {
    let world = World::new();
    let writer = world.writer(SegmentSettings { queue_max: 3, batch_wait: Duration::from_secs(5), ..tens() }).await;
    let handle = writer.handle();
    let (one, two, three) = (handle.reserve().unwrap(), handle.reserve().unwrap(), handle.reserve().unwrap());
    assert_eq!(handle.reserve().unwrap_err(), NotTaken::QueueFull);
    drop(three);
    handle.offer(record(0)).unwrap();
    assert_eq!(handle.offer(record(9)), Err(NotTaken::QueueFull));
    one.record(record(1));
    two.record(record(2));
    handle.flush().await.unwrap();
    assert!(handle.reserve().is_ok());
    writer.stop().await.unwrap();
    assert_eq!(handle.offer(record(3)), Err(NotTaken::Stopped));
    world.sequence().await;
    assert_eq!(world.verify().records, 3);
}

#[tokio::test]
async fn stopping_seals_what_was_taken() {
    let world = World::new();
    let writer = world.writer(SegmentSettings { batch_wait: Duration::from_secs(60), ..tens() }).await;
    for number in 0..25 {
        writer.handle().offer(record(number)).unwrap();
    }
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!(world.verify().records, 25);
    assert!(world.verify().is_sound());
}

/// As when its thread dies: callers are told, and nobody waits for ever.
#[tokio::test]
async fn a_writer_that_is_gone_takes_nothing() {
    let world = World::new();
    let writer = world.writer(tens()).await;
    let handle = writer.handle();
    handle.offer(record(0)).unwrap();
    drop(writer);
    handle.flush().await.unwrap();
    assert_eq!(handle.reserve().unwrap_err(), NotTaken::Stopped);
    handle.flush().await.unwrap();
}

#[tokio::test]
async fn a_record_cannot_break_the_line_of_another() {
    let world = World::new();
    let writer = world.writer(tens()).await;
    writer.handle().offer(b"one\ntwo\r\0".to_vec()).unwrap();
    writer.handle().offer(Vec::new()).unwrap();
    writer.handle().offer(record(2)).unwrap();
    writer.stop().await.unwrap();
    world.sequence().await;
    let report = world.verify();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.records, 3);
    assert!(std::fs::read_to_string(segment(&world)).unwrap().starts_with("one two  \n \n"));
}

#[tokio::test]
async fn two_writers_of_one_folder_are_refused() {
    let world = World::new();
    let writer = world.writer(tens()).await;
    let clock = Arc::new(SystemClock);
    let second = SegmentWriter::start(world.data.path(), world.store.clone(), clock, tens()).await;
    assert!(matches!(second, Err(JournalFileError::InUse(_))));
    writer.stop().await.unwrap();
}

async fn sealed_in_spite_of(answers_are_lost: bool) {
    let mut world = World::new();
    let mut store = FileStore::open(&store_path(world.data.path()));
    store.answers_are_lost = answers_are_lost;
    world.store = Arc::new(store);
    world.store.failures.store(2, Ordering::SeqCst);
    let writer = world.writer(SegmentSettings { retry_wait: Duration::from_millis(20), ..tens() }).await;
    for number in 0..5 {
        writer.handle().offer(record(number)).unwrap();
    }
    let mut flushed = writer.handle().flush().await;
    for _ in 0..500 {
        match &flushed {
            Ok(()) => break,
            Err(fault) => assert!(matches!(**fault, JournalFileError::Store(_)), "{fault}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        flushed = writer.handle().flush().await;
    }
    flushed.unwrap();
    assert_eq!(world.store.failures.load(Ordering::SeqCst), if answers_are_lost { 1 } else { 0 });
    assert!(writer.handle().fault().is_none());
    writer.stop().await.unwrap();
    world.sequence().await;
    let report = world.verify();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!((report.records, report.records_not_sealed), (5, 0));
}

#[tokio::test]
async fn a_store_that_is_away_for_a_while_delays_the_seal() {
    sealed_in_spite_of(false).await;
}

#[tokio::test]
async fn a_lost_answer_of_the_store_seals_no_batch_twice() {
    sealed_in_spite_of(true).await;
}
