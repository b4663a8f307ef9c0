//! How many journal entries and access records a second reach the disk.
//!
//! `cargo bench -p sumun-journal-files` prints one line each. The store is in
//! memory, so the figures are those of the files alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a measurement prints or fails")]

use std::sync::Arc;
use std::time::{Duration, Instant};
use sumun_fixtures::{DataFolder, MemoryJournal, noon};
use sumun_jose::Algorithm;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_journal_files::{NotTaken, SegmentSettings, SegmentWriter, Sequencer, verify_folder};
use sumun_keys::{CheckpointSigner, SoftwareKey};
use sumun_merkle::NoteSigner;
use sumun_system::SystemClock;

const ENTRIES: u64 = 50_000;
const RECORDS: u64 = 300_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let key = SoftwareKey::generate(Algorithm::EdDsa).unwrap();
    let signer: Arc<dyn NoteSigner> = Arc::new(CheckpointSigner::new(Arc::new(key)).unwrap());
    let data = DataFolder::new();
    let store = Arc::new(MemoryJournal::default());
    measure_entries(&data, &store, &signer).await;
    measure_records(&data, &store).await;
    let sequencer = Sequencer::open(data.path(), store.clone(), signer).await.unwrap();
    sequencer.catch_up().await.unwrap();
    let start = Instant::now();
    let report = verify_folder(data.path(), None).unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    println!("verified {} entries and {} records in {:?}", report.entries, report.records, start.elapsed());
}

async fn measure_entries(data: &DataFolder, store: &Arc<MemoryJournal>, signer: &Arc<dyn NoteSigner>) {
    let entry = |number: u64| {
        Entry::new(noon(), EntryKind::TokenIssued, Actor::Platform, format!("tok_{number:026}"))
            .with("scope", "balance")
    };
    let entries: Vec<_> = (0..ENTRIES).map(entry).collect();
    store.append(&entries).await.unwrap();
    let sequencer = Sequencer::open(data.path(), store.clone(), signer.clone()).await.unwrap();
    let start = Instant::now();
    sequencer.catch_up().await.unwrap();
    println!("tree: {:.0} entries/s in one go", rate(ENTRIES, start));
    let start = Instant::now();
    for number in 0..100 {
        store.append(&[entry(ENTRIES + number)]).await.unwrap();
        sequencer.catch_up().await.unwrap();
    }
    println!("tree: {:?} for a checkpoint over one more entry", start.elapsed() / 100);
}

async fn measure_records(data: &DataFolder, store: &Arc<MemoryJournal>) {
    let settings = SegmentSettings::default();
    let writer = SegmentWriter::start(data.path(), store.clone(), Arc::new(SystemClock), settings).await.unwrap();
    let handle = writer.handle();
    let record = vec![b'r'; 320];
    let (mut offering, start) = (Duration::ZERO, Instant::now());
    for _ in 0..RECORDS {
        let copy = record.clone();
        let offered = Instant::now();
        let mut result = handle.offer(copy);
        offering += offered.elapsed();
        while result == Err(NotTaken::QueueFull) {
            tokio::time::sleep(Duration::from_millis(1)).await;
            result = handle.offer(record.clone());
        }
        result.unwrap();
    }
    handle.flush().await.unwrap();
    println!("records: {:.0} records/s sealed, 320 bytes each", rate(RECORDS, start));
    println!("records: {:?} for a caller to hand one over", offering / RECORDS as u32);
    writer.stop().await.unwrap();
}

fn rate(count: u64, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}
