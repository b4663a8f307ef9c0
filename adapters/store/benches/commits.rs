//! Acknowledged commits per second: writers that each wait for the answer to
//! one journal entry before they write the next. Prints one line of JSON.
//!
//! Runs on SQLite in a folder of its own under the system's temporary folder
//! (set `TMPDIR` to measure another disk), and on PostgreSQL when
//! `SUMUN_TEST_POSTGRES` holds the address of a database without tables.

use std::error::Error;
use std::time::{Duration, Instant};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{FieldKey, Store};
use sumun_time::Timestamp;

const WRITERS: [usize; 3] = [1, 8, 64];
const WARM_UP: Duration = Duration::from_millis(300);
const MEASURED: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = FieldKey::from_bytes([7; 32]);
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    let store = Store::open_sqlite(folder.path().join("sumun.db"), key.clone()).await?;
    measure("sqlite", &store, &mut rows).await;
    store.close().await;
    if let Ok(dsn) = std::env::var("SUMUN_TEST_POSTGRES") {
        let store = Store::open_postgres(&dsn, key).await?;
        measure("postgres", &store, &mut rows).await;
        store.close().await;
    }
    print(&serde_json::json!({"benchmark": "store", "rows": rows}));
    Ok(())
}

async fn measure(engine: &str, store: &Store, rows: &mut Vec<serde_json::Value>) {
    for writers in WRITERS {
        run(store, writers, WARM_UP).await;
        let mut micros = run(store, writers, MEASURED).await;
        micros.sort_unstable();
        let at = |share: f64| micros.get(((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1)));
        rows.push(serde_json::json!({
            "engine": engine,
            "writers": writers,
            "commits_per_second": (micros.len() as f64 / MEASURED.as_secs_f64()).round(),
            "p50_micros": at(0.5),
            "p99_micros": at(0.99),
        }));
    }
}

/// How long each acknowledged commit took, in microseconds.
async fn run(store: &Store, writers: usize, lasting: Duration) -> Vec<u64> {
    let end = Instant::now() + lasting;
    let tasks: Vec<_> = (0..writers).map(|writer| tokio::spawn(write(store.clone(), writer, end))).collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.unwrap_or_default());
    }
    micros
}

async fn write(store: Store, writer: usize, end: Instant) -> Vec<u64> {
    let entry = Entry::new(Timestamp::from_seconds(1), EntryKind::TokenIssued, Actor::Platform, writer)
        .with("scope", "balance transactions")
        .with("expires_in", 600);
    let mut micros = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        if store.append(std::slice::from_ref(&entry)).await.is_ok() {
            micros.push(start.elapsed().as_micros() as u64);
        }
    }
    micros
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn print(line: &serde_json::Value) {
    println!("{line}");
}
