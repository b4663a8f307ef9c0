//! SQLite's one writer: many jobs, one commit.

use crate::job::Job;
use crate::{StoreError, Tx};
use tokio::sync::{mpsc, oneshot};

/// How many jobs wait at most; the next ones wait for a place, with a bound.
pub(crate) const QUEUE_MAX: usize = 1_024;
/// How many jobs one commit takes at most, so that none waits long for its answer.
const BATCH_MAX: usize = 256;

/// What the writer is told.
pub(crate) enum Message {
    /// Do this.
    Job(Box<dyn Job>),
    /// Finish what came before, close the connection and say so.
    Close(oneshot::Sender<()>),
}

/// Takes all waiting jobs into one transaction, each in a savepoint of its
/// own, commits once and then answers all; while it commits, the next jobs
/// gather. Ends when it is told to, or when nobody can send any more.
pub(crate) async fn run(mut tx: Tx, mut queue: mpsc::Receiver<Message>) {
    while let Some(message) = queue.recv().await {
        let closed = match message {
            Message::Job(first) => batch(&mut tx, first, &mut queue).await,
            Message::Close(closed) => Some(closed),
        };
        if let Some(closed) = closed {
            queue.close();
            if let Err(error) = tx.close().await {
                tracing::warn!(%error, "the database did not close cleanly; it mends itself at the next start");
            }
            let _ = closed.send(());
            return;
        }
    }
}

async fn batch(tx: &mut Tx, first: Box<dyn Job>, queue: &mut mpsc::Receiver<Message>) -> Option<oneshot::Sender<()>> {
    let (mut done, mut closed) = (Vec::new(), None);
    let mut end = statement(tx, "BEGIN IMMEDIATE").await;
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        if end.is_ok() {
            match in_savepoint(tx, job.as_mut()).await {
                Outcome::Kept => done.push(job),
                Outcome::Undone(error) => job.answer(Err(error)),
                Outcome::Broken(error) => {
                    done.push(job);
                    end = Err(error);
                }
            }
        } else {
            done.push(job);
        }
        if done.len() < BATCH_MAX && end.is_ok() {
            match queue.try_recv() {
                Ok(Message::Job(job)) => next = Some(job),
                Ok(Message::Close(sender)) => closed = Some(sender),
                Err(_) => {}
            }
        }
    }
    if end.is_ok() {
        end = statement(tx, "COMMIT").await;
    }
    if end.is_err() {
        // The engine may have rolled back by itself, so this may have nothing to do.
        let _ = statement(tx, "ROLLBACK").await;
    }
    for job in done {
        job.answer(end.clone());
    }
    closed
}

enum Outcome {
    /// Its writes are in the transaction.
    Kept,
    /// It failed and its writes alone are undone.
    Undone(StoreError),
    /// The whole transaction is lost.
    Broken(StoreError),
}

async fn in_savepoint(tx: &mut Tx, job: &mut dyn Job) -> Outcome {
    if let Err(error) = statement(tx, "SAVEPOINT job").await {
        return Outcome::Broken(error);
    }
    match job.run(tx).await {
        Ok(()) => match statement(tx, "RELEASE job").await {
            Ok(()) => Outcome::Kept,
            Err(error) => Outcome::Broken(error),
        },
        Err(error) => {
            // SQLite rolls a whole transaction back by itself at some errors
            // (full disk, input and output); then there is no savepoint to go back to.
            let undone = match statement(tx, "ROLLBACK TO job").await {
                Ok(()) => statement(tx, "RELEASE job").await,
                Err(lost) => Err(lost),
            };
            if undone.is_ok() { Outcome::Undone(error) } else { Outcome::Broken(error) }
        }
    }
}

async fn statement(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let outcome = tx.execute(sql, Vec::new()).await;
    tx.take_failure();
    outcome.map(|_| ())
}
