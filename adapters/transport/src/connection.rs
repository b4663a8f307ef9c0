//! One HTTP connection from its first request to its end.

use crate::checked::Checked;
use crate::close::close;
use crate::fault::ProtocolFault;
use crate::{Heard, Limits, Names, Place, Shutdown, http1, http2};
use http::Response;
use hyper::body::Body;
use hyper::service::Service;
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// How a connection ended.
#[derive(Debug)]
pub enum ConnectionEnd {
    /// In good order, by either side.
    Closed,
    /// The peer broke HTTP outside of any call; it was answered where an answer was possible.
    Refused(ProtocolFault),
    /// A call or an answer was still under way when its time, after a stop or a rest, was over.
    Cut,
    /// The connection broke; no answer was possible.
    Broken(hyper::Error),
}

/// On which terms a connection is served.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Whether the handshake agreed on HTTP/2.
    pub http2: bool,
    /// The names that the listener answers to.
    pub names: Arc<Names>,
    /// The connection's place, which is its own from its first request on.
    pub place: Arc<Place>,
}

/// Serves HTTP on one stream until either side ends it or `shutdown` begins;
/// running requests are then finished within `limits.grace`.
///
/// The service hears of every request whose framing is clear; a head that
/// breaks another rule of HTTP comes as what it broke, so that no listener can
/// act on it and each can answer in its own words.
///
/// Whatever the end, the stream is closed in order, over TLS with
/// `close_notify` (RFC 8446 section 6.1), within `limits.close_timeout`.
pub async fn serve_connection<T, S, B>(
    stream: T,
    terms: Terms,
    service: S,
    limits: &Limits,
    shutdown: &Shutdown,
) -> ConnectionEnd
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Heard, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let Terms { http2, names, place } = terms;
    let service = Checked { service, names, place, limits: *limits };
    if http2 {
        let (end, stream) = http2::serve(stream, service, limits, shutdown).await;
        if let Some(stream) = stream {
            close(stream, limits.close_timeout).await;
        }
        end
    } else {
        let (end, stream) = http1::serve(stream, service, limits, shutdown).await;
        close(stream, limits.close_timeout).await;
        end
    }
}
