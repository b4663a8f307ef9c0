//! One HTTP/1 connection.

use crate::connection::{BoxError, ConnectionEnd};
use crate::dialogue::{Dialogue, Observed};
use crate::fault::ProtocolFault;
use crate::guarded::Guarded;
use crate::{Limits, Shutdown};
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

/// Serves one connection and gives the stream back, still to be closed.
pub(crate) async fn serve<T, S, B>(
    stream: T,
    service: S,
    limits: &Limits,
    shutdown: &Shutdown,
) -> (ConnectionEnd, Guarded<T>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let dialogue = Arc::new(Dialogue::default());
    let io = TokioIo::new(Guarded::new(stream, limits, Arc::clone(&dialogue)));
    let service = Observed { service, dialogue: Arc::clone(&dialogue) };
    let mut connection = builder(limits).serve_connection(io, service);
    let result = drive(&mut connection, limits, shutdown).await;
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let begun = stream.is_between_calls() && (!parts.read_buf.is_empty() || stream.holds_part_of_a_head());
    if let Some(fault) = stream.unread() {
        return (ConnectionEnd::Refused(fault), stream);
    }
    let end = match (result, dialogue.automatic_end()) {
        (_, Some(fault)) => ConnectionEnd::Refused(fault),
        (None, None) => ConnectionEnd::Cut,
        (Some(Ok(())), None) if begun && stream.broke_off() => ConnectionEnd::Refused(ProtocolFault::HeadBroken),
        (Some(Ok(())), None) => ConnectionEnd::Closed,
        (Some(Err(error)), None) => judge(error, begun, &mut stream),
    };
    (end, stream)
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.header_count_max)
        .max_header_size(limits.header_bytes_max)
        .max_buf_size(limits.header_bytes_max.max(16 * 1024));
    builder
}

/// Drives the connection to its end; nothing when it was still busy at the end of the grace.
async fn drive<I, S, B>(
    connection: &mut http1::Connection<I, S>,
    limits: &Limits,
    shutdown: &Shutdown,
) -> Option<hyper::Result<()>>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body + 'static,
    B::Error: Into<BoxError>,
{
    tokio::select! {
        result = &mut *connection => return Some(result),
        () = shutdown.begun() => {}
    }
    Pin::new(&mut *connection).graceful_shutdown();
    tokio::time::timeout(limits.grace, connection).await.ok()
}

/// What an error of the library means. `begun` says that bytes came which belong to no call.
fn judge<T>(error: hyper::Error, begun: bool, stream: &mut Guarded<T>) -> ConnectionEnd {
    if error.is_timeout() {
        if !begun {
            // A rest between two calls, not a fault.
            return ConnectionEnd::Closed;
        }
        stream.answer(ProtocolFault::HeadTooSlow);
        return ConnectionEnd::Refused(ProtocolFault::HeadTooSlow);
    }
    if error.is_parse() && begun {
        // The library has no answer of its own for these: HTTP/2 where HTTP/1 was agreed on.
        stream.answer(ProtocolFault::MalformedRequest);
        return ConnectionEnd::Refused(ProtocolFault::MalformedRequest);
    }
    if begun { ConnectionEnd::Refused(ProtocolFault::HeadBroken) } else { ConnectionEnd::Broken(error) }
}
