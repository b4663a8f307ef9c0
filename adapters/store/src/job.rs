//! A piece of work inside a transaction, with its input and its answer.

use crate::{StoreError, Tx};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::oneshot;

/// The longest time in which a job may hold its transaction open. It waits for
/// nothing but the engine, so a longer one hangs, and others wait behind it.
const JOB_SECONDS_MAX: u64 = 10;

/// What every job is: a function of a transaction and an input.
pub(crate) trait Work<A, T>:
    for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync
{
}

impl<A, T, F> Work<A, T> for F where
    F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync
{
}

/// Runs `work` once, with a bound on its time and its panics caught. A
/// statement that failed makes the whole job fail, whatever the job says.
pub(crate) async fn run<A, T>(work: &impl Work<A, T>, tx: &mut Tx, input: &A) -> Result<T, StoreError> {
    // What an earlier job on this connection had in hand is no part of this one.
    tx.begin_for(None);
    let bounded = tokio::time::timeout(Duration::from_secs(JOB_SECONDS_MAX), work(tx, input));
    let outcome = match AssertUnwindSafe(bounded).catch_unwind().await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(StoreError::Abandoned),
    };
    match tx.take_failure() {
        Some(failure) => Err(failure),
        None => outcome,
    }
}

/// A job on its way to the writer, whatever its input and answer are.
#[async_trait::async_trait]
pub(crate) trait Job: Send {
    /// Does the work and keeps the answer; an error says that its writes are to be undone.
    async fn run(&mut self, tx: &mut Tx) -> Result<(), StoreError>;

    /// Answers the caller: with the kept answer when `end` is good, else with that error.
    fn answer(self: Box<Self>, end: Result<(), StoreError>);
}

/// A job that was not answered yet.
pub(crate) struct Pending<A, T, F> {
    pub(crate) input: A,
    pub(crate) work: F,
    pub(crate) kept: Option<T>,
    pub(crate) reply: oneshot::Sender<Result<T, StoreError>>,
}

#[async_trait::async_trait]
impl<A, T, F> Job for Pending<A, T, F>
where
    A: Send + Sync,
    T: Send,
    F: Work<A, T>,
{
    async fn run(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        self.kept = Some(run(&self.work, tx, &self.input).await?);
        Ok(())
    }

    fn answer(self: Box<Self>, end: Result<(), StoreError>) {
        let Self { kept, reply, .. } = *self;
        // A caller that went away does not want to know any more.
        let _ = reply.send(end.and_then(|()| kept.ok_or(StoreError::Abandoned)));
    }
}
