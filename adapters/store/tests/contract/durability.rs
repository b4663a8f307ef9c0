//! SQLite on a bad day: killed, full, damaged.

use crate::support::open_sqlite;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _, StoreFailureKind};
use sumun_store::{StoreError, args};
use sumun_time::Timestamp;

const CHILD: &str = "SUMUN_STORE_TEST_CHILD";

fn entry(subject: impl std::fmt::Display) -> Entry {
    Entry::new(Timestamp::from_seconds(1), EntryKind::ProbeRun, Actor::Platform, subject)
}

/// The same test runs once more as a child process, which writes and tells
/// each acknowledged number until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_acknowledged_survives_kill_9() {
    if let Ok(path) = std::env::var(CHILD) {
        return write_until_killed(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let mut acknowledged_before = 0;
    for round in 0..5 {
        let acknowledged = run_and_kill(&path, Duration::from_millis(150 + 70 * round));
        assert!(acknowledged.len() > 10, "the child wrote {} entries only", acknowledged.len());
        let store = open_sqlite(&path).await.unwrap();
        let size = store.size().await.unwrap();
        let entries = store.entries_from(0, u32::MAX).await.unwrap();
        assert!(entries.iter().map(|(seq, _)| *seq).eq(0..size), "the numbers have a gap");
        for (seq, subject) in acknowledged {
            assert!(seq >= acknowledged_before, "{seq} was given out twice");
            assert_eq!(entries[seq as usize].1, entry(&subject).canonical_bytes(), "{seq}");
        }
        let checked = store.read("PRAGMA integrity_check", args![]).await.unwrap();
        assert_eq!(checked[0].text(0).unwrap(), "ok");
        acknowledged_before = size;
        store.close().await;
    }
}

async fn write_until_killed(path: &Path) {
    let store = open_sqlite(path).await.unwrap();
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for count in 0u64.. {
                    let subject = format!("{writer}.{count}");
                    let seq = store.append(&[entry(&subject)]).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "\nacknowledged {seq} {subject}").unwrap();
                }
            })
        })
        .collect();
    futures_util::future::join_all(writers).await;
}

/// This program once more, with one test, which then plays the part of the child.
fn child(test: &str, path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn run_and_kill(path: &Path, after: Duration) -> Vec<(u64, String)> {
    let mut child = child("durability::a_commit_that_was_acknowledged_survives_kill_9", path);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged = Vec::new();
    let mut take = |line: String| {
        if let Some((seq, subject)) = line.strip_prefix("acknowledged ").and_then(|rest| rest.split_once(' ')) {
            acknowledged.push((seq.parse().unwrap(), subject.to_owned()));
        }
    };
    // The time counts from the first commit, so that a slow start does not matter.
    take(lines.find(|line| line.starts_with("acknowledged ")).unwrap());
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    lines.for_each(take);
    acknowledged
}

/// A start that is cut off at any point, also while it makes the schema, is
/// gone over again by the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_is_killed_can_be_made_again() {
    if let Ok(path) = std::env::var(CHILD) {
        let _store = open_sqlite(Path::new(&path)).await.unwrap();
        return std::future::pending().await;
    }
    let mut left_half_done = 0;
    for delay in 0..16 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sumun.db");
        let mut child = child("durability::a_first_start_that_is_killed_can_be_made_again", &path);
        while !path.exists() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(delay * 400));
        child.kill().unwrap();
        child.wait().unwrap();
        let size = || std::fs::metadata(&path).unwrap().len();
        let size_before = size();
        let store = open_sqlite(&path).await.unwrap();
        left_half_done += u32::from(size_before < size());
        assert_eq!(store.append(&[entry(delay)]).await.unwrap(), 0);
        store.close().await;
    }
    assert!(left_half_done > 0, "no start was killed before it was done");
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_sqlite(&folder.path().join("sumun.db")).await.unwrap();
    store.append(&[entry("before")]).await.unwrap();
    // A database that may not grow behaves like a disk that is full.
    let shrink = store.write(|tx| {
        Box::pin(async move {
            let pages = tx.fetch_all("PRAGMA page_count", args![]).await?[0].int(0)?;
            assert!(pages < 200, "{pages}");
            tx.fetch_all("PRAGMA max_page_count = 200", args![]).await
        })
    });
    shrink.await.unwrap();
    let large = entry("large").with("fact", "x".repeat(60_000));
    let mut written = 1;
    let refused = loop {
        match store.append(&[entry("small"), large.clone()]).await {
            Ok(_) => written += 2,
            Err(refused) => break refused,
        }
        assert!(written < 200, "the database grew beyond 200 pages");
    };
    let source = refused.source.downcast_ref::<StoreError>();
    assert!(matches!(source, Some(StoreError::DiskFull(_))), "{refused:?}");
    assert_eq!(refused.kind, StoreFailureKind::Full);
    assert_eq!(source.unwrap().to_string(), "there is no room left for the database");
    assert_eq!(store.size().await.unwrap(), written);
    assert_eq!(store.entries_from(0, 1_000).await.unwrap().len() as u64, written);

    // With room again, the same store goes on without a gap.
    store.write(|tx| Box::pin(tx.fetch_all("PRAGMA max_page_count = 1000000", args![]))).await.unwrap();
    assert_eq!(store.append(&[large]).await.unwrap(), written);
    store.close().await;
}

#[tokio::test]
async fn a_damaged_file_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let store = open_sqlite(&path).await.unwrap();
    let entries: Vec<_> = (0..2_000).map(|number| entry(number).with("fact", "x".repeat(100))).collect();
    store.append(&entries).await.unwrap();
    store.close().await;
    // Noise over the second half of the file, where the entries are.
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].iter_mut().enumerate().for_each(|(place, byte)| *byte = (place * 7) as u8);
    std::fs::write(&path, bytes).unwrap();
    let failure = match open_sqlite(&path).await {
        Ok(store) => {
            let failure = store.read("SELECT SUM(LENGTH(bytes)) FROM journal_entry", args![]).await.unwrap_err();
            store.close().await;
            failure
        }
        Err(refused) => panic!("the schema itself is not damaged: {refused:?}"),
    };
    assert!(matches!(failure, StoreError::Corrupt(_)), "{failure:?}");
    assert!(!failure.is_retryable());
}

#[tokio::test]
async fn a_key_that_is_destroyed_is_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let wrapped = b"a wrapped key that must not be found again".as_slice();
    let is_in_the_file = || std::fs::read(&path).unwrap().windows(wrapped.len()).any(|window| window == wrapped);
    let store = open_sqlite(&path).await.unwrap();
    let insert = store.write(move |tx| {
        let sql = "INSERT INTO subject_key (subject, wrapped, made_at) VALUES ('x', $1, 0)";
        Box::pin(tx.execute(sql, args![wrapped]))
    });
    insert.await.unwrap();
    store.close().await;
    assert!(is_in_the_file());
    let store = open_sqlite(&path).await.unwrap();
    let delete = store.write(|tx| Box::pin(tx.execute("DELETE FROM subject_key WHERE subject = 'x'", args![])));
    assert_eq!(delete.await.unwrap(), 1);
    store.close().await;
    assert!(!is_in_the_file());
}
