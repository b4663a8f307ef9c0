//! Acknowledged commits per second: writers that each wait for the answer to
//! one journal entry before they write the next. Prints one line of JSON.
//!
//! Runs on SQLite in a folder of its own under the system's temporary folder
//! (set `TMPDIR` to measure another disk), and on PostgreSQL when
//! `SUMUN_TEST_POSTGRES` holds the address of a database without tables
//! (`cargo xtask bench store` starts one). Beside them in the same run: what
//! the disk allows (one sync for each write to a plain file), and SQLite as it
//! is used without group commit, one transaction for each writer in turn.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{FieldKey, Store};
use sumun_time::Timestamp;
use tokio::sync::Mutex;

const WRITERS: [usize; 3] = [1, 8, 64];
const WARM_UP: Duration = Duration::from_millis(300);
const MEASURED: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = FieldKey::from_bytes([7; 32]);
    let folder = tempfile::tempdir()?;
    let mut rows = vec![row("disk", 1, syncs(&folder.path().join("plain"))?)];
    let plain = Plain::open(&folder.path().join("plain.db")).await?;
    measure("sqlite_without_group_commit", &plain, &mut rows).await;
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

/// Something that keeps a journal entry and says so when it is on the disk.
trait Keeper: Clone + Send + 'static {
    fn keep(&self, entry: &Entry) -> impl Future<Output = bool> + Send;
}

impl Keeper for Store {
    async fn keep(&self, entry: &Entry) -> bool {
        self.append(std::slice::from_ref(entry)).await.is_ok()
    }
}

/// SQLite with the same promises (WAL, synchronous=FULL), a transaction for each entry.
#[derive(Clone)]
struct Plain(Arc<Mutex<SqliteConnection>>);

impl Plain {
    async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let mut connection = options.pragma("fullfsync", "ON").connect().await?;
        sqlx::query("CREATE TABLE journal_entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
            .execute(&mut connection)
            .await?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }
}

impl Keeper for Plain {
    async fn keep(&self, entry: &Entry) -> bool {
        let mut connection = self.0.lock().await;
        let insert = sqlx::query("INSERT INTO journal_entry (bytes) VALUES ($1)").bind(entry.canonical_bytes());
        insert.execute(&mut *connection).await.is_ok()
    }
}

/// How long the disk takes for one small write that is synced, in microseconds.
fn syncs(path: &Path) -> std::io::Result<Vec<u64>> {
    let mut file = std::fs::File::create(path)?;
    let end = Instant::now() + MEASURED;
    let mut micros = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        file.write_all(&[b'x'; 512])?;
        file.sync_data()?;
        micros.push(start.elapsed().as_micros() as u64);
    }
    Ok(micros)
}

async fn measure(engine: &str, keeper: &impl Keeper, rows: &mut Vec<serde_json::Value>) {
    for writers in WRITERS {
        run(keeper, writers, WARM_UP).await;
        rows.push(row(engine, writers, run(keeper, writers, MEASURED).await));
    }
}

fn row(engine: &str, writers: usize, mut micros: Vec<u64>) -> serde_json::Value {
    micros.sort_unstable();
    let at = |share: f64| micros.get(((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1)));
    serde_json::json!({
        "engine": engine,
        "writers": writers,
        "commits_per_second": (micros.len() as f64 / MEASURED.as_secs_f64()).round(),
        "p50_micros": at(0.5),
        "p99_micros": at(0.99),
    })
}

/// How long each acknowledged commit took, in microseconds.
async fn run(keeper: &impl Keeper, writers: usize, lasting: Duration) -> Vec<u64> {
    let end = Instant::now() + lasting;
    let tasks: Vec<_> = (0..writers).map(|writer| tokio::spawn(write(keeper.clone(), writer, end))).collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.unwrap_or_default());
    }
    micros
}

async fn write(keeper: impl Keeper, writer: usize, end: Instant) -> Vec<u64> {
    let entry = Entry::new(Timestamp::from_seconds(1), EntryKind::TokenIssued, Actor::Platform, writer)
        .with("scope", "balance transactions")
        .with("expires_in", 600);
    let mut micros = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        if keeper.keep(&entry).await {
            micros.push(start.elapsed().as_micros() as u64);
        }
    }
    micros
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn print(line: &serde_json::Value) {
    println!("{line}");
}
