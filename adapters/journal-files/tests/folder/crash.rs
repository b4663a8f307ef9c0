//! `kill -9` at any moment.

use crate::support::{FileStore, World, entry, record, store_path};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use sumun_jose::Algorithm;
use sumun_journal::JournalStore as _;
use sumun_journal_files::{SegmentSettings, SegmentWriter, Sequencer};
use sumun_keys::{CheckpointSigner, SoftwareKey};
use sumun_system::SystemClock;

const NAME: &str = "crash::what_was_acknowledged_survives_kill_9_at_any_moment";
const ROUNDS: u32 = 12;

/// A child process appends entries and records as fast as it can and says what
/// was acknowledged. It is killed at a moment that differs from round to
/// round; the next child goes on in the same folder. After each round the
/// folder verifies and holds at least what was acknowledged.
#[tokio::test]
async fn what_was_acknowledged_survives_kill_9_at_any_moment() {
    if let Some(data) = std::env::var_os("SUMUN_TEST_CRASH") {
        return write_until_killed(data.into()).await;
    }
    let key = SoftwareKey::generate(Algorithm::EdDsa).unwrap();
    let world = World::new();
    std::fs::write(world.path("key"), key.private_key_pem()).unwrap();
    let signer = Arc::new(CheckpointSigner::new(Arc::new(key)).unwrap());
    let mut world = World { signer, ..world };
    let mut acknowledged = (0, 0);
    for round in 0..ROUNDS {
        acknowledged = kill_a_child_after(&world, Duration::from_millis(40 + 37 * u64::from(round)), acknowledged);
        let report = world.verify();
        assert!(report.is_sound(), "round {round}: {:?}", report.findings);

        world.store = Arc::new(FileStore::open(&store_path(world.data.path())));
        let entries = world.store.size().await.unwrap();
        assert!(entries >= acknowledged.0, "round {round}: {entries} entries, {} acknowledged", acknowledged.0);
        world.writer(SegmentSettings::default()).await.stop().await.unwrap();
        world.sequence().await;
        let report = world.verify();
        assert!(report.is_sound(), "round {round}: {:?}", report.findings);
        assert!(report.entries >= entries);
        assert!(report.records >= acknowledged.1, "round {round}: {} records, {acknowledged:?}", report.records);
        assert_eq!(report.records_not_sealed, 0);
    }
    assert!(acknowledged.0 > 0 && acknowledged.1 > 0, "{acknowledged:?}");
}

/// Starts a child, kills it by its id, and answers how many entries and records it acknowledged.
fn kill_a_child_after(world: &World, delay: Duration, before: (u64, u64)) -> (u64, u64) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME, "--nocapture"]).env("SUMUN_TEST_CRASH", world.data.path()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    // The delay counts from the moment when the child works.
    assert!(lines.any(|line| line.contains("working")), "the child does not start");
    let reader = std::thread::spawn(move || lines.collect::<Vec<_>>());
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = reader.join().unwrap();
    let last = |name: &str, before: u64| {
        let numbers = lines.iter().filter_map(|line| line.strip_prefix(name)?.parse().ok());
        numbers.max().unwrap_or(before).max(before)
    };
    (last("entries=", before.0), last("records=", before.1))
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
async fn write_until_killed(data: PathBuf) {
    let store = Arc::new(FileStore::open(&store_path(&data)));
    let key = SoftwareKey::from_pem(Algorithm::EdDsa, &std::fs::read_to_string(data.join("key")).unwrap()).unwrap();
    let signer = Arc::new(CheckpointSigner::new(Arc::new(key)).unwrap());
    let sequencer = Arc::new(Sequencer::open(&data, store.clone(), signer).await.unwrap());
    let _task = sequencer.start(Duration::from_millis(5));
    let settings = SegmentSettings {
        batch_wait: Duration::from_millis(2),
        segment_bytes_max: 20_000,
        ..SegmentSettings::default()
    };
    let writer = SegmentWriter::start(&data, store.clone(), Arc::new(SystemClock), settings).await.unwrap();
    let handle = writer.handle();
    let already = sealed_records(&store.entries());
    println!("\nworking");
    for batch in 1u64.. {
        for number in 0..20 {
            handle.offer(record(number)).unwrap();
        }
        handle.flush().await.unwrap();
        println!("records={}", already + batch * 20);
        let first = store.append(&[entry(batch), entry(batch)]).await.unwrap();
        println!("entries={}", first + 2);
    }
}

fn sealed_records(entries: &[Vec<u8>]) -> u64 {
    let batches = entries
        .iter()
        .filter_map(|bytes| sumun_journal::SealedBatch::of_entry(&sumun_journal::Entry::parse(bytes).ok()?));
    batches.map(|batch| batch.count).sum()
}
