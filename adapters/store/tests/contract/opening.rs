//! What is opened, and what is refused and left as it is.

use crate::support::{Place, in_every_place, open_sqlite};
use std::os::unix::fs::PermissionsExt as _;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{StoreError, StoreOpenError, args};
use sumun_time::Timestamp;

fn entry(subject: u32) -> Entry {
    Entry::new(Timestamp::from_seconds(1), EntryKind::ProbeRun, Actor::Platform, subject)
}

/// The bytes of the file, which a refusal must not change.
fn bytes(place: &Place) -> Vec<u8> {
    match place {
        Place::Sqlite(path) => std::fs::read(path).unwrap(),
        Place::Postgres(_) => Vec::new(),
    }
}

#[tokio::test]
async fn a_database_that_is_opened_again_goes_on_where_it_was() {
    in_every_place(async |place| {
        for number in 0..3 {
            let store = place.open().await.unwrap();
            assert_eq!(store.append(&[entry(number)]).await.unwrap(), u64::from(number));
            store.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_programs_that_start_at_once_make_one_schema() {
    in_every_place(async |place| {
        let (left, right) = tokio::join!(place.open(), place.open());
        let (left, right) = (left.unwrap(), right.unwrap());
        left.append(&[entry(1)]).await.unwrap();
        right.append(&[entry(2)]).await.unwrap();
        assert_eq!(left.size().await.unwrap(), 2);
        left.close().await;
        right.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_untouched() {
    in_every_place(async |place| {
        place.open().await.unwrap().close().await;
        let later = "INSERT INTO migration (number, name, sha256) \
            SELECT 9999, 'later', sha256 FROM migration WHERE number = 1";
        place.execute(later).await;
        let before = bytes(&place);
        let refused = place.open().await.unwrap_err();
        assert!(
            matches!(&refused, StoreOpenError::NewerFormat { migration } if migration == "9999_later"),
            "{refused:?}"
        );
        assert_eq!(
            refused.to_string(),
            "the database was written by a newer sumun (migration 9999_later); start that version"
        );
        assert_eq!(bytes(&place), before);
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_was_applied_is_refused() {
    in_every_place(async |place| {
        place.open().await.unwrap().close().await;
        let other =
            "UPDATE migration SET sha256 = (SELECT m.sha256 FROM migration m WHERE m.number = 2) WHERE number = 1";
        place.execute(other).await;
        let before = bytes(&place);
        let refused = place.open().await.unwrap_err();
        assert!(matches!(&refused, StoreOpenError::ChangedMigration { migration } if migration == "0001_journal"));
        assert_eq!(bytes(&place), before);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_untouched() {
    in_every_place(async |place| {
        place.execute("CREATE TABLE guest (name TEXT)").await;
        let before = bytes(&place);
        let refused = place.open().await.unwrap_err();
        assert!(matches!(refused, StoreOpenError::Foreign { .. }), "{refused:?}");
        assert_eq!(bytes(&place), before);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for content in ["x", "SQLite format 3\0", &"a text of some length\n".repeat(500)] {
        std::fs::write(&path, content).unwrap();
        let refused = open_sqlite(&path).await.unwrap_err();
        let message = format!("{} holds something else than a database: give another place", path.display());
        assert_eq!(refused.to_string(), message);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/sumun.db");
    let refused = open_sqlite(&missing).await.unwrap_err();
    assert!(matches!(&refused, StoreOpenError::File { path, .. } if *path == missing), "{refused:?}");
    let refused = open_sqlite(folder.path()).await.unwrap_err();
    assert!(matches!(&refused, StoreOpenError::File { .. }), "{refused:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_database_file_is_readable_by_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let store = open_sqlite(&path).await.unwrap();
    store.append(&[entry(1)]).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
    }
    store.close().await;
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_not_repeated() {
    let key = sumun_store::FieldKey::from_bytes([0; 32]);
    let refused = sumun_store::Store::open_postgres("postgres://user:secret@host:x/db", key).await.unwrap_err();
    assert!(matches!(refused, StoreOpenError::Address(_)));
    assert!(!refused.to_string().contains("secret"));
}

#[tokio::test]
async fn a_server_on_another_machine_is_refused_without_encryption() {
    for host in ["database.example", "192.0.2.1", "[2001:db8::1]"] {
        let key = sumun_store::FieldKey::from_bytes([0; 32]);
        let dsn = format!("postgres://sumun@{host}:5432/sumun");
        let refused = sumun_store::Store::open_postgres(&dsn, key).await.unwrap_err();
        assert!(matches!(refused, StoreOpenError::PlainNetwork { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn every_commit_is_synced_and_references_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_sqlite(&folder.path().join("sumun.db")).await.unwrap();
    let settings = store.write(|tx| {
        Box::pin(async move {
            let synchronous = tx.fetch_all("PRAGMA synchronous", args![]).await?;
            let journal_mode = tx.fetch_all("PRAGMA journal_mode", args![]).await?;
            let foreign_keys = tx.fetch_all("PRAGMA foreign_keys", args![]).await?;
            Ok((synchronous[0].int(0)?, journal_mode[0].text(0)?.to_owned(), foreign_keys[0].int(0)?))
        })
    });
    // 2 is FULL: the write-ahead log is synced at each commit.
    assert_eq!(settings.await.unwrap(), (2, "wal".to_owned(), 1));
    let reader_writes = store.read("DELETE FROM journal_entry RETURNING seq", args![]).await;
    assert!(matches!(reader_writes, Err(StoreError::ReadOnly(_))), "{reader_writes:?}");
    store.close().await;
}
