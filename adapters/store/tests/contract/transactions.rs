//! What a transaction promises: alone, whole, durable, or not at all.

use crate::support::{in_every_place, on_every_engine};
use futures_util::future::join_all;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{Store, StoreError, Value, args};
use sumun_time::Timestamp;

/// Two purses with `each` in either.
async fn purses(store: &Store, each: i64) {
    let made = store.write(move |tx| {
        Box::pin(async move {
            let sql = "CREATE TABLE purse (id BIGINT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL)";
            tx.execute(sql, args![]).await?;
            tx.execute("INSERT INTO purse (id, amount) VALUES (1, $1), (2, $1)", args![each]).await
        })
    });
    assert_eq!(made.await.unwrap(), 2);
}

async fn amounts(store: &Store) -> Vec<i64> {
    let rows = store.read("SELECT amount FROM purse ORDER BY id", args![]).await.unwrap();
    rows.iter().map(|row| row.int(0).unwrap()).collect()
}

fn entry() -> Entry {
    Entry::new(Timestamp::from_seconds(1), EntryKind::TransferExecuted, Actor::Platform, "x")
}

#[tokio::test]
async fn increments_at_the_same_time_are_all_there() {
    on_every_engine(async |store| {
        purses(&store, 0).await;
        let increments = (0..30).map(|_| {
            store.write(|tx| {
                Box::pin(async move {
                    let row = tx.fetch_optional("SELECT amount FROM purse WHERE id = 1", args![]).await?;
                    let amount = row.map_or(Ok(0), |row| row.int(0))?;
                    tx.execute("UPDATE purse SET amount = $1 WHERE id = 1", args![amount + 1]).await?;
                    tx.append_journal(&[entry()]).await
                })
            })
        });
        let mut numbers: Vec<u64> = join_all(increments).await.into_iter().map(Result::unwrap).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..30));
        assert_eq!(amounts(&store).await, [30, 0]);
    })
    .await;
}

/// Each writer looks at both purses and takes from one, so that only a
/// serializable engine keeps the two together from being overdrawn.
#[tokio::test]
async fn what_two_writers_read_of_each_other_still_holds_when_both_commit() {
    on_every_engine(async |store| {
        purses(&store, 50).await;
        let takings = (0..20).map(|number| {
            store.write(move |tx| {
                Box::pin(async move {
                    let rows = tx.fetch_all("SELECT amount FROM purse", args![]).await?;
                    let sum = rows.iter().map(|row| row.int(0)).sum::<Result<i64, _>>()?;
                    let can_take = sum >= 30;
                    if can_take {
                        let sql = "UPDATE purse SET amount = amount - 30 WHERE id = $1";
                        tx.execute(sql, args![1 + number % 2]).await?;
                    }
                    Ok(can_take)
                })
            })
        });
        let taken = join_all(takings).await.into_iter().filter(|taken| *taken.as_ref().unwrap()).count();
        assert_eq!(taken, 3);
        assert_eq!(amounts(&store).await.iter().sum::<i64>(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_fails_among_others_undoes_itself_alone() {
    on_every_engine(async |store| {
        purses(&store, 0).await;
        let jobs = (0..20).map(|number| {
            store.write(move |tx| {
                Box::pin(async move {
                    tx.execute("UPDATE purse SET amount = amount + 1 WHERE id = 1", args![]).await?;
                    if number % 2 == 1 {
                        // A key that is there already.
                        tx.execute("INSERT INTO purse (id, amount) VALUES (2, 0)", args![]).await?;
                    }
                    tx.append_journal(&[entry()]).await
                })
            })
        });
        let outcomes = join_all(jobs).await;
        let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Constraint(_)))).count();
        assert_eq!((kept, refused), (10, 10));
        assert_eq!(amounts(&store).await, [10, 0]);
        assert_eq!(store.size().await.unwrap(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_job_cannot_hide_that_a_statement_failed() {
    on_every_engine(async |store| {
        purses(&store, 0).await;
        let hidden = store.write(|tx| {
            Box::pin(async move {
                tx.execute("UPDATE purse SET amount = 7 WHERE id = 1", args![]).await?;
                let _ = tx.execute("INSERT INTO purse (id, amount) VALUES (2, 0)", args![]).await;
                let _ = tx.execute("UPDATE purse SET amount = 8 WHERE id = 2", args![]).await;
                Ok(())
            })
        });
        assert!(matches!(hidden.await, Err(StoreError::Constraint(_))));
        assert_eq!(amounts(&store).await, [0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_panics_is_undone_and_the_next_one_works() {
    on_every_engine(async |store| {
        purses(&store, 0).await;
        let panics = store.write(|tx| {
            Box::pin(async move {
                tx.execute("UPDATE purse SET amount = 7", args![]).await?;
                panic!("a mistake in a slice")
            })
        });
        assert!(matches!(panics.await as Result<(), _>, Err(StoreError::Abandoned)));
        assert_eq!(amounts(&store).await, [0, 0]);
        let next = store.write(|tx| Box::pin(tx.execute("UPDATE purse SET amount = 1", args![])));
        assert_eq!(next.await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_caller_went_away_is_whole_or_not_there() {
    on_every_engine(async |store| {
        purses(&store, 0).await;
        for _ in 0..20 {
            let job = store.write(|tx| {
                Box::pin(async move {
                    tx.execute("UPDATE purse SET amount = amount + 1 WHERE id = 1", args![]).await?;
                    tokio::task::yield_now().await;
                    tx.execute("UPDATE purse SET amount = amount + 1 WHERE id = 2", args![]).await
                })
            });
            let _ = tokio::time::timeout(std::time::Duration::from_micros(300), job).await;
        }
        // A later job comes after all of them.
        store.write(|tx| Box::pin(tx.execute("UPDATE purse SET amount = amount + 1", args![]))).await.unwrap();
        let amounts = amounts(&store).await;
        assert_eq!(amounts[0], amounts[1]);
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went_in() {
    on_every_engine(async |store| {
        let is_sqlite = store.read("SELECT sqlite_version()", args![]).await.is_ok();
        let created: &'static str = if is_sqlite {
            "CREATE TABLE kind (id INTEGER, label TEXT, data BLOB, used INTEGER) STRICT"
        } else {
            "CREATE TABLE kind (id BIGINT, label TEXT, data BYTEA, used BOOLEAN)"
        };
        store.write(move |tx| Box::pin(tx.execute(created, args![]))).await.unwrap();
        let rows = vec![
            args![i64::MIN, "", Vec::new(), true],
            args![i64::MAX, "수문 'x' \u{1f512}", vec![0, 255], false],
            args![None::<i64>, None::<&str>, None::<Vec<u8>>, None::<bool>],
            args![1, "x", vec![1], true],
        ];
        let written = store.write_with(rows.clone(), |tx, rows| {
            Box::pin(async move {
                for row in rows {
                    tx.execute("INSERT INTO kind (id, label, data, used) VALUES ($1, $2, $3, $4)", row.clone()).await?;
                }
                Ok(())
            })
        });
        written.await.unwrap();
        let read = store.read("SELECT id, label, data, used FROM kind ORDER BY id", args![]).await.unwrap();
        let [least, one, most, nothing] = read.as_slice() else { panic!("{read:?}") };
        // PostgreSQL sorts nulls last, SQLite first.
        let (nothing, least, one, most) =
            if is_sqlite { (least, one, most, nothing) } else { (nothing, least, one, most) };
        assert_eq!((least.int(0).unwrap(), least.text(1).unwrap()), (i64::MIN, ""));
        assert_eq!((least.blob(2).unwrap(), least.bool(3).unwrap()), ([].as_slice(), true));
        assert_eq!((most.int(0).unwrap(), most.text(1).unwrap()), (i64::MAX, "수문 'x' \u{1f512}"));
        assert_eq!((most.blob(2).unwrap(), most.bool(3).unwrap()), ([0, 255].as_slice(), false));
        assert!((0..4).all(|column| nothing.is_null(column).unwrap()));
        assert_eq!(one.text(1).unwrap(), "x");
        let used = store.read("SELECT id FROM kind WHERE used = TRUE AND NOT (used = FALSE)", args![]).await.unwrap();
        assert_eq!(used.len(), 2);
        assert_eq!(Value::from(None::<i64>), Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_text_sorts_by_its_bytes() {
    on_every_engine(async |store| {
        let subjects = ["b", "B", "a-c", "ab", "가", "a"];
        for (number, subject) in subjects.into_iter().enumerate() {
            let sql = "INSERT INTO subject_key (subject, wrapped, made_at) VALUES ($1, $2, $3)";
            let arguments = args![subject, [number as u8], Timestamp::from_seconds(1)];
            let insert = store.write_with(arguments, move |tx, arguments| Box::pin(tx.execute(sql, arguments.clone())));
            insert.await.unwrap();
        }
        let rows = store.read("SELECT subject FROM subject_key ORDER BY subject", args![]).await.unwrap();
        let sorted: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(sorted, ["B", "a", "a-c", "ab", "b", "가"]);
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_has_finished_its_work_and_refuses_more() {
    in_every_place(async |place| {
        let store = place.open().await.unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let jobs: Vec<_> = (0..10)
            .map(|_| {
                let (store, runs) = (store.clone(), runs.clone());
                tokio::spawn(
                    async move { store.append(&[entry()]).await.map(|_| runs.fetch_add(1, Ordering::Relaxed)) },
                )
            })
            .collect();
        tokio::task::yield_now().await;
        store.close().await;
        for job in jobs {
            let _ = job.await.unwrap();
        }
        assert!(store.append(&[entry()]).await.is_err());
        assert!(store.read("SELECT 1", args![]).await.is_err());
        let reopened = place.open().await.unwrap();
        assert_eq!(reopened.size().await.unwrap(), u64::from(runs.load(Ordering::Relaxed)));
        reopened.close().await;
    })
    .await;
}
