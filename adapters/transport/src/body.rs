//! Request bodies that are bounded in size and time.

use crate::Pace;
use bytes::Bytes;
use http_body_util::{LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

type BoxError = Box<dyn Error + Send + Sync>;

/// A request body that ends in an error when it is too long or too slow.
/// [`body_fault`] tells which.
pub struct GuardedBody {
    inner: Limited<Incoming>,
    begun: Instant,
    pace: Pace,
    moved: Moved,
    // Made only when the body makes us wait: most bodies came with their head.
    timer: Option<Pin<Box<Sleep>>>,
}

/// How many bytes of a request's body have come: one count, seen by whoever
/// reads the body and by whoever waits for the answer.
#[derive(Debug, Clone, Default)]
pub struct Moved(Arc<AtomicU64>);

impl Moved {
    /// The count.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// What was wrong with a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// More bytes than the listener takes (413).
    TooLarge,
    /// It did not end in time, or came slower than the listener takes it (408).
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
        Self::paced(body, bytes_max, Pace { grace: timeout, bytes_per_second: u64::MAX }, Moved::default())
    }

    /// Bounds `body` to `bytes_max` bytes and to `pace` from now on, and counts
    /// in `moved` what has come.
    pub fn paced(body: Incoming, bytes_max: u64, pace: Pace, moved: Moved) -> Self {
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        Self { inner: Limited::new(body, bytes_max), begun: Instant::now(), pace, moved, timer: None }
    }

    /// Until when more must have come; so far away that it cannot be said is never.
    fn deadline(&self) -> Option<Instant> {
        self.begun.checked_add(self.pace.time_for(self.moved.bytes()))
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
            self.moved.add(length);
            return Poll::Ready(frame);
        }
        let Some(deadline) = self.deadline() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
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
