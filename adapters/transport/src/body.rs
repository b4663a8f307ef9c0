//! Request bodies that are bounded in size and time.

use bytes::Bytes;
use http_body_util::{LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

type BoxError = Box<dyn Error + Send + Sync>;

/// A request body that ends in an error when it is too long or too slow.
/// [`body_fault`] tells which.
pub struct GuardedBody {
    inner: Limited<Incoming>,
    deadline: Instant,
    // Made only when the body makes us wait: most bodies came with their head.
    timer: Option<Pin<Box<Sleep>>>,
}

/// What was wrong with a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// More bytes than the listener takes (413).
    TooLarge,
    /// It did not end in time (408).
    TooSlow,
    /// Its framing is broken or the connection ended (400).
    Broken,
}

/// Tells what an error of a [`GuardedBody`] means.
pub fn body_fault(error: &(dyn Error + 'static)) -> BodyFault {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return BodyFault::TooLarge;
        }
        if error.is::<TooSlow>() {
            return BodyFault::TooSlow;
        }
        cause = error.source();
    }
    BodyFault::Broken
}

impl GuardedBody {
    /// Bounds `body` to `bytes_max` bytes and to `timeout` from now.
    pub fn new(body: Incoming, bytes_max: u64, timeout: Duration) -> Self {
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        Self { inner: Limited::new(body, bytes_max), deadline: Instant::now() + timeout, timer: None }
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        let deadline = self.deadline;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        timer.as_mut().poll(cx).map(|()| Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request body did not end in time")
    }
}

impl Error for TooSlow {}
