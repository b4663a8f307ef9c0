//! A runtime of its own for a component whose work grows with what people put
//! into it, so that it cannot hold the threads that payments run on.

use std::io;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that answer; the component gets no more of a large machine.
const WORKERS_MAX: usize = 4;
/// Threads that may block: on files, on checks, on documents.
const BLOCKING_THREADS_MAX: usize = 32;
/// How long a stop waits for work that is still done on blocking threads.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Threads under one name.
pub struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Starts the threads. All of them, answering or blocking, are called `name`.
    pub fn start(name: &'static str) -> io::Result<(Self, Handle)> {
        let workers = available_parallelism().map_or(1, std::num::NonZero::get).min(WORKERS_MAX);
        let runtime = Builder::new_multi_thread()
            .worker_threads(workers)
            .max_blocking_threads(BLOCKING_THREADS_MAX)
            .thread_name(name)
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok((Self(Some(runtime)), handle))
    }

    /// Ends the threads. What was to be served must have ended.
    pub async fn stop(mut self) {
        let Some(runtime) = self.0.take() else { return };
        // To wait for threads blocks, so another thread waits.
        let stopped = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(STOP_TIMEOUT)).await;
        if stopped.is_err() {
            tracing::warn!("the threads of a component were not waited for");
        }
    }
}

impl Drop for OwnRuntime {
    /// A start that failed ends here; it must not wait on a thread that answers.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
