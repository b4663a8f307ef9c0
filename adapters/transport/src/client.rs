//! Calls to other servers.

use crate::{ClientTls, Limits};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls_pki_types::ServerName;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The bounds of one client.
#[derive(Debug, Clone, Copy)]
pub struct ClientLimits {
    /// For the TCP connection and the TLS handshake together.
    pub connect_timeout: Duration,
    /// From the call to the last byte of the answer.
    pub answer_timeout: Duration,
    /// How long a connection may rest in the pool.
    pub rest_timeout: Duration,
    /// Bytes of an answer's body.
    pub body_bytes_max: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(15),
            rest_timeout: Limits::default().header_timeout / 2,
            body_bytes_max: 4 * 1024 * 1024,
        }
    }
}

/// Why a call brought no answer.
#[derive(Debug)]
pub enum ClientError {
    /// No connection: nobody listens, the name is unknown, the handshake was refused.
    Connect(BoxError),
    /// The connection broke before the whole answer was there.
    Exchange(BoxError),
    /// The answer did not come in time.
    TimedOut,
    /// The answer is larger than the client takes.
    TooLarge,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect(_) => "no connection to the server",
            Self::Exchange(_) => "the connection broke before the answer was complete",
            Self::TimedOut => "the answer did not come in time",
            Self::TooLarge => "the answer is too large",
        })
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect(source) | Self::Exchange(source) => Some(source.as_ref()),
            Self::TimedOut | Self::TooLarge => None,
        }
    }
}

/// A client over TLS 1.3 with a pool of keep-alive connections; cheap to
/// clone. A request is sent again only when a pooled connection turned out to
/// be closed before any byte of it was sent.
#[derive(Clone)]
pub struct Client {
    inner: legacy::Client<Connector, Full<Bytes>>,
    limits: ClientLimits,
}

impl Client {
    /// A client that trusts and shows what `tls` says.
    pub fn new(tls: &ClientTls, limits: ClientLimits) -> Self {
        let connector = Connector { tls: TlsConnector::from(tls.config()), timeout: limits.connect_timeout };
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.rest_timeout)
            .build(connector);
        Self { inner, limits }
    }

    /// Sends one request to the host of its URI (`https` only) and returns the whole answer.
    ///
    /// # Errors
    /// [`ClientError`]; an answer with an error status is an answer.
    pub async fn request(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ClientError> {
        let exchange = async {
            let response = self.inner.request(request.map(Full::new)).await.map_err(|error| {
                if error.is_connect() {
                    ClientError::Connect(error.into())
                } else {
                    ClientError::Exchange(error.into())
                }
            })?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, self.limits.body_bytes_max).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() { ClientError::TooLarge } else { ClientError::Exchange(error) }
            })?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        tokio::time::timeout(self.limits.answer_timeout, exchange).await.unwrap_or(Err(ClientError::TimedOut))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

#[derive(Clone)]
struct Connector {
    tls: TlsConnector,
    timeout: Duration,
}

impl tower::Service<Uri> for Connector {
    type Response = Connected13;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Connected13>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            tokio::time::timeout(connector.timeout, connector.connect(&target))
                .await
                .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time")))
        })
    }
}

impl Connector {
    async fn connect(&self, target: &Uri) -> io::Result<Connected13> {
        let unfit = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
        if target.scheme_str() != Some("https") {
            return Err(unfit("only https targets are called"));
        }
        let host = target.host().ok_or_else(|| unfit("the target has no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| unfit("the target's host is no name"))?;
        let stream = TcpStream::connect((host, target.port_u16().unwrap_or(443))).await?;
        stream.set_nodelay(true)?;
        Ok(Connected13(TokioIo::new(self.tls.connect(name, stream).await?)))
    }
}

/// A TLS 1.3 connection in the form that the pool wants.
struct Connected13(TokioIo<TlsStream<TcpStream>>);

impl Connection for Connected13 {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Connected13 {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl hyper::rt::Write for Connected13 {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
