//! One HTTP connection from its first request to its end.

use crate::dialogue::{Dialogue, Observed};
use crate::guarded::Guarded;
use crate::{Limits, Shutdown};
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

type BoxError = Box<dyn Error + Send + Sync>;

/// How often the rest of an HTTP/2 connection is looked at.
const REST_CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// Streams that a peer may open and reset before we hang up (CVE-2023-44487).
const RESET_STREAMS_MAX: usize = 20;

/// How a connection ended.
#[derive(Debug)]
pub enum ConnectionEnd {
    /// In good order, by either side.
    Closed,
    /// After a request head that is not HTTP or breaks a limit, which was answered with this status.
    Malformed {
        /// 400, 414 or 431.
        status: u16,
    },
    /// A request head did not come in time.
    HeaderTimeout,
    /// The connection broke; no answer was possible.
    Broken(hyper::Error),
}

/// Serves HTTP on one stream until either side ends it or `shutdown` begins;
/// running requests are then finished. `http2` is what the handshake agreed on.
pub async fn serve_connection<T, S, B>(
    stream: T,
    http2: bool,
    service: S,
    limits: &Limits,
    shutdown: &Shutdown,
) -> ConnectionEnd
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let dialogue = Arc::new(Dialogue::default());
    let io = TokioIo::new(Guarded::new(stream, limits.write_stall_timeout, Arc::clone(&dialogue)));
    let result = if http2 {
        let activity = Arc::new(Activity::default());
        let service = Counted { service, activity: Arc::clone(&activity) };
        let connection = http2_builder(limits).serve_connection(io, service);
        drive_http2(connection, &activity, limits, shutdown).await
    } else {
        let service = Observed { service, dialogue: Arc::clone(&dialogue) };
        let connection = http1_builder(limits).serve_connection(io, service);
        drive_http1(connection, shutdown).await
    };
    match (result, dialogue.automatic_status()) {
        (_, Some(status)) => ConnectionEnd::Malformed { status },
        (Ok(()), _) => ConnectionEnd::Closed,
        (Err(error), _) if error.is_timeout() => ConnectionEnd::HeaderTimeout,
        (Err(error), _) => ConnectionEnd::Broken(error),
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.header_count_max)
        .max_header_size(limits.header_bytes_max)
        .max_buf_size(limits.header_bytes_max.max(16 * 1024));
    builder
}

fn http2_builder(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_max)
        // Beyond this the library answers on its own; up to it, `Limits::head_fits` tells and we explain.
        .max_header_list_size(u32::try_from(limits.header_bytes_max.saturating_mul(2)).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
        .max_local_error_reset_streams(RESET_STREAMS_MAX)
        .keep_alive_interval(limits.header_timeout)
        .keep_alive_timeout(limits.handshake_timeout);
    builder
}

async fn drive_http1<I, S, B>(connection: http1::Connection<I, S>, shutdown: &Shutdown) -> hyper::Result<()>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body + 'static,
    B::Error: Into<BoxError>,
{
    let mut connection = pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return result,
        () = shutdown.begun() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

/// HTTP/2 has no timeout for a connection on which nothing happens: we count
/// running requests and ask the peer to leave after a rest.
async fn drive_http2<I, S, B>(
    connection: http2::Connection<I, S, TokioExecutor>,
    activity: &Activity,
    limits: &Limits,
    shutdown: &Shutdown,
) -> hyper::Result<()>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let mut connection = pin!(connection);
    let (mut rest, mut seen) = (Duration::ZERO, 0);
    while rest < limits.header_timeout {
        tokio::select! {
            result = connection.as_mut() => return result,
            () = shutdown.begun() => break,
            () = tokio::time::sleep(REST_CHECK_INTERVAL) => {
                let started = activity.started.load(Ordering::Relaxed);
                let resting = started == seen && activity.running.load(Ordering::Relaxed) == 0;
                rest = if resting { rest + REST_CHECK_INTERVAL } else { Duration::ZERO };
                seen = started;
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    // A peer that keeps its streams open may do so as long as a request may take, no longer.
    tokio::time::timeout(limits.request_timeout + limits.grace, connection).await.unwrap_or(Ok(()))
}

/// What happens on one HTTP/2 connection.
#[derive(Default)]
struct Activity {
    started: AtomicUsize,
    running: AtomicUsize,
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
            let _running = running;
            answer.await
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
