//! Work that grows with data, apart from the threads that answer.
//!
//! A report, an evidence pack or the check of a large file takes a core for
//! seconds. On a thread that answers it would hold everybody who waits there.
//! So it runs on a blocking thread and only so much at once; what does it asks
//! for a [`Turn`], which nobody makes but [`Apart::run`], so that code which
//! calls it elsewhere does not compile.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The kinds of such work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// A report is put together and set as a document.
    Report,
    /// An evidence pack is written, with the proofs of its journal entries.
    Pack,
}

/// That this thread may do work that grows with data, until the work is done.
#[derive(Debug)]
pub struct Turn(());

/// The work was cut off: it panicked, or the process is stopping.
#[derive(Debug)]
pub struct WorkLost;

impl fmt::Display for WorkLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("work on a thread of its own was cut off")
    }
}

impl std::error::Error for WorkLost {}

/// How often a kind of work was done on threads of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The kind.
    pub work: Work,
    /// The name of the threads.
    pub thread: String,
    /// How often.
    pub count: u64,
}

/// A bounded number of turns on blocking threads of the runtime that asks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Apart {
    turns: Arc<Semaphore>,
    ran: Arc<Mutex<BTreeMap<(Work, String), u64>>>,
}

impl Apart {
    /// As much as `turns_max` at once; whoever comes then waits in the order of coming.
    pub fn new(turns_max: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(turns_max)), ran: Arc::default() }
    }

    /// Does `job` in its turn. Whoever waits for it may leave: the job then
    /// goes on to its end, and its turn lasts as long as it does.
    ///
    /// # Errors
    /// [`WorkLost`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: Work,
        job: impl FnOnce(&Turn) -> T + Send + 'static,
    ) -> Result<T, WorkLost> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| WorkLost)?;
        let ran = Arc::clone(&self.ran);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let thread = std::thread::current().name().unwrap_or_default().to_owned();
            *ran.lock().unwrap_or_else(PoisonError::into_inner).entry((work, thread)).or_default() += 1;
            job(&Turn(()))
        });
        done.await.map_err(|_| WorkLost)
    }

    /// What was done by now, and on which threads.
    pub fn ran(&self) -> Vec<Ran> {
        let ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        ran.iter().map(|((work, thread), count)| Ran { work: *work, thread: thread.clone(), count: *count }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work_also_when_nobody_waits_any_more() {
        let apart = Apart::new(1);
        let (go, wait) = mpsc::channel::<()>();
        let (begun, began) = tokio::sync::oneshot::channel();
        let first = apart.clone();
        let asked = tokio::spawn(async move {
            first
                .run(Work::Pack, move |_| {
                    begun.send(()).unwrap();
                    wait.recv().unwrap();
                })
                .await
        });
        began.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(apart.turns.available_permits(), 0, "the work goes on, so its turn is taken");
        go.send(()).unwrap();
        apart.run(Work::Report, |_| ()).await.unwrap();
        assert_eq!(apart.ran().iter().map(|ran| ran.count).sum::<u64>(), 2);
    }

    #[tokio::test]
    async fn no_more_work_at_once_than_there_are_turns() {
        let apart = Apart::new(2);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (apart, now, most) = (apart.clone(), Arc::clone(&now), Arc::clone(&most));
            all.spawn(async move {
                let job = move |_: &Turn| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                apart.run(Work::Pack, job).await.unwrap();
            });
        }
        all.join_all().await;
        assert!(most.load(Ordering::SeqCst) <= 2);
        assert_eq!(apart.ran().iter().map(|ran| ran.count).sum::<u64>(), 40);
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let apart = Apart::new(1);
        assert!(apart.run(Work::Pack, |_| panic!("a fault of the work")).await.is_err());
        apart.run(Work::Pack, |_| ()).await.unwrap();
    }
}
