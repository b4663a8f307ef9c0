//! Answers to forms, kept together with what the forms did.

use crate::{FieldCipher, Row, StoreError, Tx, args};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sumun_identity::{FORM_ANSWER_REMEMBERED, FORM_DRAFTS_MAX, FormAnswer, FormDraft, FormKey, Person};
use sumun_time::Timestamp;

pub(super) const SELECT_ANSWER: &str = "SELECT k.wrapped, f.answer \
    FROM form_answer f JOIN subject_key k ON k.subject = f.person WHERE f.person = $1 AND f.form_key = $2";

tokio::task_local! {
    /// The form that the running task answers. A deed is many calls of many
    /// ports; none of them has to know that a form is behind it.
    static PRESSED: Arc<Pressed>;
}

/// A form on its way: its answer, and whether a write has taken it along.
pub(crate) struct Pressed {
    answer: FormAnswer,
    cipher: FieldCipher,
    kept: AtomicBool,
}

impl Pressed {
    pub(super) fn new(answer: FormAnswer, cipher: FieldCipher) -> Arc<Self> {
        Arc::new(Self { answer, cipher, kept: AtomicBool::new(false) })
    }

    /// Runs `deed` for this form and answers whether the answer was kept with it.
    pub(super) async fn around(self: Arc<Self>, deed: impl Future<Output = ()>) -> bool {
        PRESSED.scope(Arc::clone(&self), deed).await;
        self.kept.load(Ordering::Acquire)
    }

    /// The form that the running task answers and that no write has taken along yet.
    pub(crate) fn current() -> Option<Arc<Self>> {
        let current = PRESSED.try_with(Arc::clone).ok();
        current.filter(|pressed| !pressed.kept.load(Ordering::Acquire))
    }

    /// Notes that the transaction that took the answer along is on the disk.
    pub(crate) fn note_kept(&self) {
        self.kept.store(true, Ordering::Release);
    }

    /// Writes the answer in the transaction of the deed. It fails when there
    /// is an answer already, and with it the whole transaction.
    pub(crate) async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let sql = "INSERT INTO form_answer (person, form_key, answer, answered_at) VALUES ($1, $2, $3, $4)";
        insert(tx, sql, &self.answer, &self.cipher).await
    }
}

/// Lets `future`, which is to run as a task of its own, answer the same form as the running task.
pub fn in_the_same_form<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
    let pressed = PRESSED.try_with(Arc::clone).ok();
    async move {
        match pressed {
            Some(pressed) => PRESSED.scope(pressed, future).await,
            None => future.await,
        }
    }
}

/// Writes an answer unless there is one.
pub(super) async fn keep(tx: &mut Tx, answer: &FormAnswer, cipher: &FieldCipher) -> Result<(), StoreError> {
    let sql = "INSERT INTO form_answer (person, form_key, answer, answered_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (person, form_key) DO NOTHING";
    insert(tx, sql, answer, cipher).await
}

async fn insert(tx: &mut Tx, sql: &'static str, answer: &FormAnswer, cipher: &FieldCipher) -> Result<(), StoreError> {
    let person = answer.person.to_string();
    let key = cipher.subject_key(tx, &person, answer.at).await?;
    let sealed = key.seal(&place(answer.person, answer.key), answer.location.as_bytes())?;
    tx.execute(sql, args![person, answer.key.as_bytes(), sealed, answer.at]).await.map(|_| ())
}

/// Reads a row of [`SELECT_ANSWER`].
pub(super) fn answer(cipher: &FieldCipher, row: &Row, key: FormKey, person: Person) -> Result<String, StoreError> {
    let subject = cipher.key_in(row, 0, &person.to_string())?;
    subject.open_text(&place(person, key), row.blob(1)?)
}

pub(super) const SELECT_DRAFT: &str = "SELECT k.wrapped, f.body, f.kept_at \
    FROM form_draft f JOIN subject_key k ON k.subject = f.person WHERE f.person = $1 AND f.path = $2";

pub(super) const DROP_DRAFT: &str = "DELETE FROM form_draft WHERE person = $1 AND path = $2";

/// Writes a draft over an older one of the same form.
pub(super) async fn keep_draft(tx: &mut Tx, draft: &FormDraft, cipher: &FieldCipher) -> Result<(), StoreError> {
    let person = draft.person.to_string();
    let key = cipher.subject_key(tx, &person, draft.at).await?;
    let sealed = key.seal(&draft_place(draft.person, &draft.path), &draft.body)?;
    let sql = "INSERT INTO form_draft (person, path, body, kept_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (person, path) DO UPDATE SET body = excluded.body, kept_at = excluded.kept_at";
    tx.execute(sql, args![&person, &draft.path, sealed, draft.at]).await?;
    let sql = "DELETE FROM form_draft WHERE person = $1 AND path NOT IN \
        (SELECT path FROM form_draft WHERE person = $1 ORDER BY kept_at DESC, path LIMIT $2)";
    tx.execute(sql, args![&person, FORM_DRAFTS_MAX]).await.map(|_| ())
}

/// Reads a row of [`SELECT_DRAFT`].
pub(super) fn draft(cipher: &FieldCipher, row: &Row, person: Person, path: &str) -> Result<FormDraft, StoreError> {
    let subject = cipher.key_in(row, 0, &person.to_string())?;
    let body = subject.open(&draft_place(person, path), row.blob(1)?)?;
    Ok(FormDraft { person, path: path.to_owned(), body, at: row.timestamp(2)? })
}

fn draft_place(person: Person, path: &str) -> String {
    format!("form_draft|body|{person}|{path}")
}

/// Deletes the oldest answers and drafts.
pub(super) async fn prune(tx: &mut Tx, now: Timestamp, rows_max: u32) -> Result<u64, StoreError> {
    let before = now.minus(FORM_ANSWER_REMEMBERED);
    let drafts = "DELETE FROM form_draft WHERE (person, path) IN (SELECT person, path FROM form_draft \
        WHERE kept_at <= $1 ORDER BY kept_at LIMIT $2)";
    let drafts = tx.execute(drafts, args![before, rows_max]).await?;
    let sql = "DELETE FROM form_answer WHERE (person, form_key) IN (SELECT person, form_key FROM form_answer \
        WHERE answered_at <= $1 ORDER BY answered_at LIMIT $2)";
    Ok(drafts + tx.execute(sql, args![before, rows_max]).await?)
}

fn place(person: Person, key: FormKey) -> String {
    let key: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("form_answer|answer|{person}|{key}")
}
