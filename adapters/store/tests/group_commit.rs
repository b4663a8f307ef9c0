//! Jobs that wait together share one commit of the write-ahead log, and so one sync of the disk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use futures_util::future::join_all;
use std::path::Path;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore};
use sumun_store::{FieldKey, Store};
use sumun_time::Timestamp;

const JOBS: usize = 200;

#[tokio::test]
async fn group_commit_jobs_that_wait_together_share_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let store = Store::open_sqlite(&path, FieldKey::from_bytes([7; 32])).await.unwrap();
    let entry = |number: usize| {
        [Entry::new(Timestamp::from_seconds(1), EntryKind::TokenIssued, Actor::Platform, format!("tok_{number}"))]
    };

    let before = commits(&path);
    for number in 0..10 {
        store.append(&entry(number)).await.unwrap();
    }
    let alone = commits(&path) - before;
    assert_eq!(alone, 10, "jobs that come one after the other are committed one by one");

    let before = commits(&path);
    let entries: Vec<_> = (10..10 + JOBS).map(entry).collect();
    let appended = join_all(entries.iter().map(|entry| store.append(entry))).await;
    let together = commits(&path) - before;
    assert!(appended.iter().all(Result::is_ok));
    assert_eq!(store.size().await.unwrap(), 10 + JOBS as u64);
    assert!((1..JOBS / 4).contains(&together), "{JOBS} jobs took {together} commits");
    store.close().await;
}

/// How many commits stand in the write-ahead log: frames that say the size of
/// the database after them (SQLite's file format, section 4.1).
fn commits(database: &Path) -> usize {
    let log = std::fs::read(database.with_extension("db-wal")).unwrap();
    let word = |place: usize| u32::from_be_bytes(log[place..place + 4].try_into().unwrap());
    let (frame, salts) = (24 + word(8) as usize, (word(16), word(20)));
    let starts = (32..).step_by(frame).take_while(|start| start + frame <= log.len());
    // A frame of an earlier round of the log has other salts.
    starts.filter(|start| (word(start + 8), word(start + 12)) == salts && word(start + 4) > 0).count()
}
