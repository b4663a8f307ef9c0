//! Records have a budget; what may go goes in the open, and nothing else does.

use crate::support::{World, record};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use sumun_journal::{Entry, JournalStore as _, RetiredSegment};
use sumun_journal_files::{NotTaken, SegmentSettings, SegmentWriter};
use sumun_records::Usage;
use sumun_system::{Clock as _, ManualClock, SystemClock};
use sumun_time::{Span, Timestamp};

/// Segments of some thirty records, and a look at the budget every few milliseconds.
fn settings(budget_bytes: u64) -> SegmentSettings {
    SegmentSettings {
        batch_max: 10,
        batch_wait: Duration::from_millis(1),
        segment_bytes_max: 1_000,
        retention_wait: Duration::from_millis(10),
        budget_bytes,
        ..SegmentSettings::default()
    }
}

async fn writer_at(world: &World, now: Timestamp, budget_bytes: u64) -> SegmentWriter {
    let clock = Arc::new(ManualClock::new(now));
    SegmentWriter::start(world.data.path(), world.store.clone(), clock, settings(budget_bytes)).await.unwrap()
}

/// A folder with a hundred records that were sealed so many days ago.
async fn world_of_old_records(days: i64) -> World {
    let world = World::new();
    let writer = writer_at(&world, SystemClock.now().minus(Span::from_days(days)), u64::MAX).await;
    for number in 0..100 {
        writer.handle().offer(record(number)).unwrap();
        if number % 10 == 9 {
            writer.handle().flush().await.unwrap();
        }
    }
    writer.stop().await.unwrap();
    world.sequence().await;
    world
}

fn segments(world: &World) -> Vec<PathBuf> {
    let files = world.path("records").read_dir().unwrap().map(|file| file.unwrap().path());
    let mut segments: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
    segments.sort();
    segments
}

fn bytes(world: &World) -> u64 {
    world.path("records").read_dir().unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

fn given_up(world: &World) -> Vec<RetiredSegment> {
    world.store.entries().iter().filter_map(|bytes| RetiredSegment::of_entry(&Entry::parse(bytes).ok()?)).collect()
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_075_records_whose_time_is_over_go_when_room_runs_short_and_the_rest_still_verifies() {
    let world = world_of_old_records(4 * 366).await;
    let (before, count) = (bytes(&world), segments(&world).len());
    assert!(count >= 4, "{count}");
    // Nine tenths are used.
    let budget = before * 10 / 9;
    let writer = writer_at(&world, SystemClock.now(), budget).await;
    until("nothing is given up", || !given_up(&world).is_empty()).await;
    assert_eq!(segments(&world).len(), count, "nothing goes before the head over its entry is signed");
    assert_eq!(world.findings(), [""; 0]);
    assert!(world.verify().retired.is_empty(), "the signed head says nothing of it yet");

    world.sequence().await;
    until("nothing goes", || segments(&world).len() < count && writer.handle().usage() == Usage::Ample).await;
    let retired = given_up(&world);
    assert!(segments(&world).len() == count - retired.len() && retired.len() < count - 1, "{retired:?}");
    let report = world.verify();
    assert_eq!(report.findings, [], "what was given up is no loss");
    assert_eq!((report.retired, report.records), (retired, 100), "and it is said which records are gone");

    // The writer goes on where it was, and so does a start afterwards.
    writer.handle().offer(record(100)).unwrap();
    writer.stop().await.unwrap();
    let writer = writer_at(&world, SystemClock.now(), budget).await;
    writer.handle().offer(record(101)).unwrap();
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!((world.verify().records, world.findings()), (102, vec![]));

    // What is missing without such an entry is a loss as before.
    let oldest = segments(&world).remove(0);
    std::fs::remove_file(&oldest).unwrap();
    assert!(world.findings()[0].contains("was removed"), "{:?}", world.findings());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_075_what_must_be_kept_stays_and_no_more_records_are_taken() {
    let world = world_of_old_records(2 * 365).await;
    let count = segments(&world).len();
    let writer = writer_at(&world, SystemClock.now(), bytes(&world)).await;
    let handle = writer.handle();
    // A start over a full budget takes nothing, from the first moment on.
    assert_eq!((handle.usage(), handle.reserve().err()), (Usage::Spent, Some(NotTaken::BudgetSpent)));
    world.sequence().await;
    // Some looks later.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((segments(&world).len(), given_up(&world)), (count, vec![]));
    writer.stop().await.unwrap();
    // More room, and it goes on.
    let writer = writer_at(&world, SystemClock.now(), bytes(&world) * 2).await;
    writer.handle().offer(record(100)).unwrap();
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!((world.verify().records, world.findings()), (101, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_has_its_place_is_written_although_the_budget_is_spent_meanwhile() {
    let world = World::new();
    let writer = writer_at(&world, SystemClock.now(), 1_000).await;
    let handle = writer.handle();
    let held = handle.reserve().unwrap();
    let mut taken = 0;
    loop {
        match handle.offer(record(taken)) {
            Ok(()) => taken += 1,
            Err(refused) => {
                assert_eq!(refused, NotTaken::BudgetSpent);
                break;
            }
        }
        handle.flush().await.unwrap();
        assert!(taken < 100, "the budget holds some fifteen");
    }
    held.record(record(taken));
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!((world.verify().records, world.findings()), (taken + 1, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_up_hides_no_tampering() {
    let world = world_of_old_records(4 * 366).await;
    let (oldest, budget) = (segments(&world).remove(0), bytes(&world) * 10 / 9);
    let text = std::fs::read_to_string(&oldest).unwrap();
    std::fs::write(&oldest, text.replacen("200", "201", 1)).unwrap();
    let findings = world.findings();
    assert!(findings[0].contains("record 0 was changed"), "{findings:?}");
    let writer = writer_at(&world, SystemClock.now(), budget).await;
    world.sequence().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!((given_up(&world), world.findings()), (vec![], findings));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_that_was_cut_off_is_no_loss_and_is_finished() {
    let world = world_of_old_records(4 * 366).await;
    let budget = bytes(&world) * 10 / 9;
    let writer = writer_at(&world, SystemClock.now(), budget).await;
    until("nothing is given up", || !given_up(&world).is_empty()).await;
    writer.stop().await.unwrap();
    world.sequence().await;
    // As a kill between the two files leaves it: signed, and only the hashes gone.
    let oldest = segments(&world).remove(0);
    std::fs::remove_file(oldest.with_extension("hashes")).unwrap();
    assert_eq!((world.findings(), world.store.size().await.unwrap() > 0), (vec![], true));
    let writer = writer_at(&world, SystemClock.now(), budget).await;
    until("it is not finished", || !oldest.exists()).await;
    writer.stop().await.unwrap();
    world.sequence().await;
    assert_eq!(world.findings(), [""; 0]);
}
