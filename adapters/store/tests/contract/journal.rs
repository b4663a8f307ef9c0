//! The journal's entries are gapless, ordered and written with their deed.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{StoreError, args};
use sumun_time::Timestamp;

fn entry(subject: impl std::fmt::Display) -> Entry {
    Entry::new(Timestamp::from_seconds(1), EntryKind::ProbeRun, Actor::Platform, subject)
}

#[tokio::test]
async fn numbers_begin_at_zero_and_entries_come_back_as_written() {
    on_every_engine(async |store| {
        assert_eq!(store.size().await.unwrap(), 0);
        assert_eq!(store.append(&[entry("a"), entry("b")]).await.unwrap(), 0);
        assert_eq!(store.append(&[entry("c")]).await.unwrap(), 2);
        assert_eq!(store.size().await.unwrap(), 3);
        let read = store.entries_from(1, 10).await.unwrap();
        assert_eq!(read, [(1, entry("b").canonical_bytes()), (2, entry("c").canonical_bytes())]);
        assert_eq!(store.entries_from(0, 1).await.unwrap().len(), 1);
        assert!(store.entries_from(u64::MAX, 1).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_undone_job_leaves_neither_an_entry_nor_a_gap() {
    on_every_engine(async |store| {
        let undone = store.write(|tx| {
            Box::pin(async move {
                tx.append_journal(&[entry("undone")]).await?;
                Err::<(), _>(StoreError::Abandoned)
            })
        });
        assert!(matches!(undone.await, Err(StoreError::Abandoned)));
        assert_eq!(store.append(&[entry("kept")]).await.unwrap(), 0);
        assert_eq!(store.entries_from(0, 10).await.unwrap(), [(0, entry("kept").canonical_bytes())]);
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_share_no_number_and_leave_none_out() {
    on_every_engine(async |store| {
        let writers = (0..40).map(|writer| {
            let store = store.clone();
            async move { store.append(&[entry(writer), entry(writer)]).await.unwrap() }
        });
        let mut firsts = join_all(writers).await;
        firsts.sort_unstable();
        assert_eq!(firsts, (0..40).map(|writer| writer * 2).collect::<Vec<_>>());
        let read = store.entries_from(0, 100).await.unwrap();
        assert!(read.iter().map(|(seq, _)| *seq).eq(0..80));
        // The two entries of one deed stand next to each other.
        assert!(read.chunks(2).all(|pair| pair[0].1 == pair[1].1));
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_fits_no_bundle_is_refused() {
    on_every_engine(async |store| {
        let long = entry("x").with("fact", "y".repeat(70_000));
        assert!(!store.append(&[long]).await.unwrap_err().is_retryable());
        assert_eq!(store.size().await.unwrap(), 0);
        let rows = store.read("SELECT COUNT(*) FROM journal_entry", args![]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 0);
    })
    .await;
}
