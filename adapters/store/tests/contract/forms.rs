//! The answer to a form is kept with what the form did, or not at all.

use crate::support::on_every_engine;
use std::sync::Arc;
use sumun_identity::{FORM_ANSWER_REMEMBERED, FormAnswer, FormKey, IdentityStore as _, Person, SessionToken};
use sumun_ids::StaffId;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::{Store, StoreError, args, in_the_same_form};
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn person(seed: u8) -> Person {
    Person::Staff(StaffId::from_random([seed; 16]))
}

fn key(seed: u8) -> FormKey {
    let token = SessionToken::from_random([1; 32]);
    FormKey::read(&token, "/f", &FormKey::draw(&token, "/f", [seed; 16])).unwrap()
}

fn answer(seed: u8, location: &str) -> FormAnswer {
    FormAnswer { key: key(seed), person: person(1), location: location.to_owned(), at: NOW }
}

/// A deed: one entry in the journal, and after it a fault if `faulty`.
async fn deed(store: &Store, faulty: bool) -> Result<u64, StoreError> {
    let entry = Entry::new(NOW, EntryKind::CustomerEnrolled, Actor::Platform, "x");
    store
        .write_with(entry, move |tx, entry| {
            Box::pin(async move {
                let first = tx.append_journal(std::slice::from_ref(entry)).await?;
                if faulty {
                    tx.execute("INSERT INTO session (person) VALUES ($1)", args!["x"]).await?;
                }
                Ok(first)
            })
        })
        .await
}

/// Does deeds for a form and says whether the answer was kept with them and which of them failed.
async fn answering(store: &Store, answer: FormAnswer, faulty: &[bool]) -> (bool, Vec<bool>) {
    let (own, faulty) = (store.clone(), faulty.to_vec());
    let (sender, outcome) = tokio::sync::oneshot::channel();
    let kept = store.answering(
        answer,
        Box::pin(async move {
            let mut failed = Vec::new();
            for faulty in faulty {
                failed.push(deed(&own, faulty).await.is_err());
            }
            let _ = sender.send(failed);
        }),
    );
    (kept.await, outcome.await.unwrap())
}

#[tokio::test]
async fn an_answer_is_kept_with_the_deed_and_undone_with_it() {
    on_every_engine(async |store| {
        assert_eq!(answering(&store, answer(1, "/a"), &[true]).await, (false, vec![true]));
        assert_eq!(store.form_answer(key(1), person(1)).await.unwrap(), None);
        assert_eq!(answering(&store, answer(1, "/b?code=secret"), &[false, false]).await, (true, vec![false, false]));
        assert_eq!(store.form_answer(key(1), person(1)).await.unwrap().as_deref(), Some("/b?code=secret"));
        assert_eq!(store.form_answer(key(1), person(2)).await.unwrap(), None, "nobody else is told");
        assert_eq!(store.form_answer(key(2), person(1)).await.unwrap(), None);
        let sealed = store.read("SELECT answer FROM form_answer", args![]).await.unwrap();
        let sealed = sealed[0].blob(0).unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"), "it is sealed");
    })
    .await;
}

#[tokio::test]
async fn a_deed_whose_form_was_answered_meanwhile_is_undone() {
    on_every_engine(async |store| {
        store.keep_form_answer(&answer(1, "/first")).await.unwrap();
        assert_eq!(answering(&store, answer(1, "/second"), &[false]).await, (false, vec![true]));
        assert_eq!(store.size().await.unwrap(), 0, "no entry");
        store.keep_form_answer(&answer(1, "/third")).await.unwrap();
        assert_eq!(store.form_answer(key(1), person(1)).await.unwrap().as_deref(), Some("/first"));
        deed(&store, false).await.unwrap();
        assert_eq!(store.size().await.unwrap(), 1, "a deed without a form is as ever");
    })
    .await;
}

#[tokio::test]
async fn a_task_of_its_own_answers_the_same_form() {
    on_every_engine(async |store| {
        let own = Arc::new(store.clone());
        let deed = async move {
            let store = Arc::clone(&own);
            let task = in_the_same_form(async move { deed(&store, false).await });
            tokio::spawn(task).await.unwrap().unwrap();
        };
        assert!(store.answering(answer(1, "/a"), Box::pin(deed)).await);
        assert!(store.form_answer(key(1), person(1)).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn answers_are_forgotten_after_a_day() {
    on_every_engine(async |store| {
        for seed in 1..=3 {
            store.keep_form_answer(&answer(seed, "/a")).await.unwrap();
        }
        let later = NOW.plus(FORM_ANSWER_REMEMBERED);
        assert_eq!(store.prune_forms(later.minus(Span::from_micros(1)), 10).await.unwrap(), 0);
        assert_eq!(store.prune_forms(later, 2).await.unwrap(), 2);
        assert_eq!(store.prune_forms(later, 2).await.unwrap(), 1);
    })
    .await;
}
