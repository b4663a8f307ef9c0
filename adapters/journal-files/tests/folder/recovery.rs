//! Records behind the last seal, after the process ended at any moment.

use crate::support::{World, record};
use std::io::Write as _;
use std::time::Duration;
use sumun_journal_files::{NotTaken, SegmentSettings};

const SEGMENT: &str = "records/00000000000000000000.log";

async fn world_of(count: u64) -> World {
    let world = World::new();
    write(&world, 0, count).await;
    world
}

/// Writes records through a writer of its own and seals them.
async fn write(world: &World, first: u64, count: u64) {
    let writer = world.writer(SegmentSettings::default()).await;
    for number in first..first + count {
        writer.handle().offer(record(number)).unwrap();
    }
    writer.stop().await.unwrap();
    world.sequence().await;
}

fn append_bytes(world: &World, path: &str, bytes: &[u8]) {
    std::fs::OpenOptions::new().append(true).open(world.path(path)).unwrap().write_all(bytes).unwrap();
}

fn sealed_and_sound(world: &World) -> u64 {
    let report = world.verify();
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(report.records_not_sealed, 0);
    report.records
}

#[tokio::test]
async fn whole_lines_behind_the_seal_are_sealed_and_a_torn_one_is_cut_off() {
    let world = world_of(10).await;
    append_bytes(&world, SEGMENT, b"{\"request\":\"req_10\"}\n{\"request\":\"req_11\"}\n{\"request\":\"re");
    write(&world, 12, 3).await;
    assert_eq!(sealed_and_sound(&world), 15);
    let text = std::fs::read_to_string(world.path(SEGMENT)).unwrap();
    assert_eq!(text.lines().nth(11), Some("{\"request\":\"req_11\"}"));
    assert_eq!(text.lines().nth(12).unwrap().as_bytes(), record(12));
}

#[tokio::test]
async fn pages_that_never_reached_the_disk_are_cut_off() {
    let world = world_of(10).await;
    let mut torn = b"{\"request\":\"req_10\"}\n{\"request\":".to_vec();
    torn.extend([0; 5000]);
    torn.extend(b"\"}\n{\"request\":\"req_12\"}\n");
    append_bytes(&world, SEGMENT, &torn);
    append_bytes(&world, "records/00000000000000000000.hashes", &[7; 100]);
    write(&world, 11, 1).await;
    assert_eq!(sealed_and_sound(&world), 12);
}

#[tokio::test]
async fn a_start_without_anything_new_changes_nothing() {
    let world = world_of(10).await;
    let before = (std::fs::read(world.path(SEGMENT)).unwrap(), world.store.entries().len());
    write(&world, 10, 0).await;
    assert_eq!((std::fs::read(world.path(SEGMENT)).unwrap(), world.store.entries().len()), before);
    assert_eq!(sealed_and_sound(&world), 10);
}

#[tokio::test]
async fn missing_sealed_records_are_not_papered_over() {
    let world = world_of(10).await;
    let bytes = std::fs::read(world.path(SEGMENT)).unwrap();
    std::fs::write(world.path(SEGMENT), &bytes[..bytes.len() / 2]).unwrap();
    write(&world, 10, 5).await;
    let report = world.verify();
    assert_eq!(report.records, 15);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert!(world.path("records/00000000000000000010.log").exists());
    // And again: the new segment is gone on with.
    write(&world, 15, 5).await;
    assert_eq!(world.verify().findings.len(), 1);
    assert_eq!(world.verify().records, 20);
}

#[tokio::test]
async fn an_unsealed_segment_behind_a_full_one_is_sealed_too() {
    let world = World::new();
    let settings = SegmentSettings { segment_bytes_max: 100, batch_max: 5, ..SegmentSettings::default() };
    let writer = world.writer(settings).await;
    for number in 0..20 {
        writer.handle().offer(record(number)).unwrap();
    }
    writer.stop().await.unwrap();
    // The store loses the last three seals, as when the process ended between writing and sealing.
    world.store.set_back(1);
    write(&world, 20, 1).await;
    assert_eq!(sealed_and_sound(&world), 21);
}

/// A full disk, as a limit on file size shows it: the writer takes no more than
/// it can hold, says why, and keeps what was sealed.
#[tokio::test]
async fn a_full_disk_stops_acknowledging_and_loses_nothing_sealed() {
    const NAME: &str = "recovery::a_full_disk_stops_acknowledging_and_loses_nothing_sealed";
    if let Some(data) = std::env::var_os("SUMUN_TEST_FULL_DISK") {
        return fill(data.into()).await;
    }
    let world = World::new();
    let data = world.data.path().to_str().unwrap();
    let program = std::env::current_exe().unwrap();
    // 64 blocks of 512 bytes; the signal that comes with the limit is ignored, so that the write fails.
    let script = format!("trap '' XFSZ; ulimit -f 64; exec '{}' --exact {NAME} --nocapture", program.display());
    let output = std::process::Command::new("sh").args(["-c", &script]).env("SUMUN_TEST_FULL_DISK", data).output();
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let sealed: u64 = text.split("sealed=").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();

    let store = crate::support::FileStore::open(&crate::support::store_path(world.data.path()));
    let world = World { store: std::sync::Arc::new(store), ..world };
    write(&world, 0, 1).await;
    let records = sealed_and_sound(&world);
    assert!(records > sealed, "{records} records are there, {sealed} were sealed");
    assert!(sealed >= 50);
}

/// The child's part: sends records until the disk is full.
async fn fill(data: std::path::PathBuf) {
    let store = std::sync::Arc::new(crate::support::FileStore::open(&crate::support::store_path(&data)));
    let clock = std::sync::Arc::new(sumun_system::SystemClock);
    let settings = SegmentSettings {
        queue_max: 100,
        batch_wait: Duration::from_millis(1),
        retry_wait: Duration::from_millis(5),
        ..SegmentSettings::default()
    };
    let writer = sumun_journal_files::SegmentWriter::start(&data, store, clock, settings).await.unwrap();
    let handle = writer.handle();
    let mut sealed = 0;
    let fault = loop {
        handle.offer(vec![b'r'; 500]).unwrap();
        match handle.flush().await {
            Ok(()) => sealed += 1,
            Err(fault) => break fault,
        }
        assert!(sealed < 1000, "the limit is not reached");
    };
    let cause = std::error::Error::source(&*fault).unwrap().to_string();
    assert!(fault.to_string().contains("00000000000000000000.log cannot be written"), "{fault}: {cause}");
    let refused = (0..200).find_map(|_| handle.offer(vec![b'r'; 500]).err());
    assert_eq!(refused, Some(NotTaken::QueueFull));
    assert!(handle.fault().is_some());
    assert!(writer.stop().await.is_err());
    #[expect(clippy::print_stdout, reason = "the parent reads it")]
    {
        println!("sealed={sealed} ");
    }
}
