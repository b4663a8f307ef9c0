//! One HTTP/2 connection.
//!
//! Much of HTTP/2 the library answers on its own: it resets a stream whose
//! head is broken and never tells the application. So what it sends is
//! watched: [`Watched`] reads the frames that leave.

use crate::connection::{BoxError, ConnectionEnd};
use crate::fault::{CANCEL, INTERNAL_ERROR, NO_ERROR, ProtocolFault, REFUSED_STREAM, STREAM_CLOSED};
use crate::frames::{Frame, Kind};
use crate::watched::Watched;
use crate::{Limits, Shutdown};
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http2;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How often the rest of a connection is looked at, at most.
const REST_CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// Bytes of one answer that wait for a peer that does not take them. The
/// library's own bound is six times this, for each stream; ours is the least
/// window that peers begin with (RFC 9113 section 6.9.2), so that nobody who
/// reads waits for us.
const UNTAKEN_BYTES_MAX: usize = 64 * 1024;
/// Streams that a peer may open and reset before we hang up (CVE-2023-44487).
const RESET_STREAMS_MAX: usize = 20;

/// Serves one connection and gives the stream back, still to be closed.
pub(crate) async fn serve<T, S, B>(
    stream: T,
    service: S,
    limits: &Limits,
    shutdown: &Shutdown,
) -> (ConnectionEnd, Option<T>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let activity = Arc::new(Activity::default());
    let (watched, returned) = Watched::lend(stream, limits.write_stall_timeout, Arc::clone(&activity));
    let service = Counted { service, activity: Arc::clone(&activity) };
    let connection = builder(limits).serve_connection(TokioIo::new(watched), service);
    let result = drive(connection, &activity, limits, shutdown).await;
    // The library has let go of the stream, so it is back.
    (judge(result, &activity), returned.await.ok())
}

fn builder(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_max)
        .max_send_buf_size(UNTAKEN_BYTES_MAX)
        // Beyond this the library answers on its own; up to it, `Limits::head_fits` tells and we explain.
        .max_header_list_size(u32::try_from(limits.header_bytes_max.saturating_mul(2)).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
        .max_local_error_reset_streams(RESET_STREAMS_MAX)
        .keep_alive_interval(limits.header_timeout)
        .keep_alive_timeout(limits.handshake_timeout);
    builder
}

/// Drives the connection to its end; nothing when it did not leave in its time.
///
/// HTTP/2 has no timeout for a connection on which nothing happens: we look
/// now and then and ask the peer to leave after a rest. A peer that broke
/// HTTP/2 is asked to leave at once (RFC 9113 section 5.4.1 lets us treat a
/// stream error so); its other calls may end.
async fn drive<I, S, B>(
    connection: http2::Connection<I, S, TokioExecutor>,
    activity: &Activity,
    limits: &Limits,
    shutdown: &Shutdown,
) -> Option<hyper::Result<()>>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let mut connection = pin!(connection);
    let interval = REST_CHECK_INTERVAL.min(limits.header_timeout / 4);
    let (mut rest, mut seen) = (Duration::ZERO, 0);
    while rest < limits.header_timeout {
        let until_fault = std::future::poll_fn(|cx| match connection.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if activity.must_end() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        tokio::select! {
            result = until_fault => match result {
                Some(result) => return Some(result),
                None => break,
            },
            () = shutdown.begun() => break,
            () = tokio::time::sleep(interval) => {
                let progress = activity.progress();
                let resting = progress == seen && !activity.is_running();
                rest = if resting { rest + interval } else { Duration::ZERO };
                seen = progress;
            }
        }
    }
    let rested = rest >= limits.header_timeout;
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        result = connection => Some(result),
        () = end_of_patience(activity, rested, limits, shutdown) => None,
    }
}

/// Returns when a peer that was asked to leave has had its time. What runs may
/// take as long as a request may, and after a stop as long as the grace. A
/// peer on whose connection nothing happens has the time of a close; so has
/// one that has `rested` over an answer that it does not take.
async fn end_of_patience(activity: &Activity, rested: bool, limits: &Limits, shutdown: &Shutdown) {
    let at_last = async {
        tokio::select! {
            () = shutdown.begun() => {}
            () = tokio::time::sleep(limits.request_timeout) => {}
        }
        tokio::time::sleep(limits.grace).await;
    };
    let nothing_happens = async {
        loop {
            let seen = activity.progress();
            tokio::time::sleep(limits.close_timeout).await;
            let busy = activity.is_running() || (activity.is_answering() && !rested);
            if !busy && activity.progress() == seen {
                return;
            }
        }
    };
    tokio::select! {
        () = at_last => {}
        () = nothing_happens => {}
    }
}

fn judge(result: Option<hyper::Result<()>>, activity: &Activity) -> ConnectionEnd {
    if let Some(Err(error)) = &result
        && let Some(code) = refused_with(error)
    {
        return ConnectionEnd::Refused(ProtocolFault::Http2 { code });
    }
    if let Some(fault) = activity.fault() {
        return ConnectionEnd::Refused(fault);
    }
    match result {
        None if activity.is_running() || activity.is_answering() => ConnectionEnd::Cut,
        // A peer that was idle and did not answer that it was asked to leave: nothing was lost.
        None => ConnectionEnd::Closed,
        // The library gave up without a word (a CONNECT with a body).
        Some(Ok(())) if !activity.was_ended_in_words() => {
            ConnectionEnd::Refused(ProtocolFault::Http2 { code: INTERNAL_ERROR })
        }
        Some(Ok(())) => ConnectionEnd::Closed,
        Some(Err(error)) => ConnectionEnd::Broken(error),
    }
}

/// The error code with which the library ended the connection for the peer's fault.
fn refused_with(error: &hyper::Error) -> Option<u32> {
    let fault = error.source()?.downcast_ref::<h2::Error>()?;
    let code = fault.reason().map_or(INTERNAL_ERROR, u32::from);
    (!fault.is_remote() && code != NO_ERROR).then_some(code)
}

/// What happens on one HTTP/2 connection.
#[derive(Default)]
pub(crate) struct Activity {
    started: AtomicUsize,
    running: AtomicUsize,
    answered: AtomicUsize,
    heads_sent: AtomicUsize,
    ends_sent: AtomicUsize,
    data_sent: AtomicUsize,
    // The code of the worst stream error that the library sent, plus one.
    reset: AtomicU32,
    ended_by_us: AtomicBool,
    ended_by_peer: AtomicBool,
}

impl Activity {
    /// Takes note of a frame that left.
    pub(crate) fn sent(&self, frame: &Frame) {
        if frame.ends_stream {
            self.ends_sent.fetch_add(1, Ordering::Relaxed);
        }
        match frame.kind {
            Kind::Data => drop(self.data_sent.fetch_add(1, Ordering::Relaxed)),
            Kind::Headers => drop(self.heads_sent.fetch_add(1, Ordering::Relaxed)),
            Kind::Reset => match frame.code {
                // Ours: a body that nobody reads, a call that was given up, bytes that crossed our reset.
                NO_ERROR | CANCEL | INTERNAL_ERROR | STREAM_CLOSED => {}
                // A client may not know our bound yet (RFC 9113 section 5.1.2); it is on record, and may go on.
                REFUSED_STREAM => {
                    let _ = self.reset.compare_exchange(0, REFUSED_STREAM + 1, Ordering::Relaxed, Ordering::Relaxed);
                }
                code => self.reset.store(code.saturating_add(1), Ordering::Relaxed),
            },
            Kind::GoAway => self.ended_by_us.store(true, Ordering::Relaxed),
            Kind::Other => {}
        }
    }

    /// The peer sends no more.
    pub(crate) fn peer_ended(&self) {
        self.ended_by_peer.store(true, Ordering::Relaxed);
    }

    fn fault(&self) -> Option<ProtocolFault> {
        // Every answer of ours is one head, so one more is the library's own: 431, its only answer.
        if self.heads_sent.load(Ordering::Relaxed) > self.answered.load(Ordering::Relaxed) {
            return Some(ProtocolFault::HeadersTooLarge);
        }
        self.reset.load(Ordering::Relaxed).checked_sub(1).map(|code| ProtocolFault::Http2 { code })
    }

    fn must_end(&self) -> bool {
        self.fault().is_some_and(|fault| fault != ProtocolFault::Http2 { code: REFUSED_STREAM })
    }

    fn was_ended_in_words(&self) -> bool {
        self.ended_by_us.load(Ordering::Relaxed) || self.ended_by_peer.load(Ordering::Relaxed)
    }

    fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed) > 0
    }

    /// Whether an answer has begun to leave and has not ended.
    fn is_answering(&self) -> bool {
        self.heads_sent.load(Ordering::Relaxed) > self.ends_sent.load(Ordering::Relaxed)
    }

    /// A number that grows whenever a call begins or a part of an answer leaves.
    fn progress(&self) -> usize {
        self.started.load(Ordering::Relaxed).wrapping_add(self.data_sent.load(Ordering::Relaxed))
    }
}

struct Counted<S> {
    service: S,
    activity: Arc<Activity>,
}

impl<S, R> Service<R> for Counted<S>
where
    S: Service<R, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Infallible>> + Send>>;

    fn call(&self, request: R) -> Self::Future {
        self.activity.started.fetch_add(1, Ordering::Relaxed);
        self.activity.running.fetch_add(1, Ordering::Relaxed);
        let running = Running(Arc::clone(&self.activity));
        let answer = self.service.call(request);
        Box::pin(async move {
            let answer = answer.await;
            running.0.answered.fetch_add(1, Ordering::Relaxed);
            answer
        })
    }
}

/// Counts a request as running until its answer is there or it is given up.
struct Running(Arc<Activity>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}
