//! A bound on how long a peer may take no bytes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// Watches the writes of one stream.
pub(crate) struct Stall {
    timeout: Duration,
    // Made only when a write makes us wait.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, timer: None }
    }

    /// Ends the wait for a peer that takes no bytes.
    pub(crate) fn watch<R>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if result.is_ready() {
            self.timer = None;
            return result;
        }
        let timeout = self.timeout;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        timer.as_mut().poll(cx).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the peer takes no bytes")))
    }
}
