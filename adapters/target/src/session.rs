//! One connection: TCP, TLS, one HTTP/1.1 exchange, and why it failed.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use sumun_probes::{Answer, Fault};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How much of a body is read and kept.
const BODY_BYTES_MAX: usize = 64 * 1024;

pub async fn connect_tcp(address: SocketAddr) -> Result<TcpStream, Fault> {
    TcpStream::connect(address).await.map_err(|error| Fault::NotReached(error.to_string()))
}

pub async fn connect(
    address: SocketAddr,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Fault> {
    let stream = connect_tcp(address).await?;
    TlsConnector::from(config).connect(name, stream).await.map_err(|error| fault_of(&error))
}

/// Sends one request and reads the answer; the connection is closed afterwards.
pub async fn exchange(stream: TlsStream<TcpStream>, request: http::Request<Full<Bytes>>) -> Result<Answer, Fault> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| fault_of(&error))?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| fault_of(&error))?;
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => Bytes::from_static(b"[longer than is read]"),
        };
        Ok(Answer {
            status: head.status.as_u16(),
            headers: headers(&head.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    // The connection has to be driven while the exchange waits; whichever ends
    // first, the exchange says what happened.
    tokio::pin!(exchange);
    tokio::select! {
        outcome = &mut exchange => outcome,
        _ended = connection => exchange.await,
    }
}

fn headers(map: &http::HeaderMap) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in map {
        let text = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push_str(", ");
                joined.push_str(&text);
            })
            .or_insert_with(|| text.into_owned());
    }
    headers
}

/// What a failure of the transport means. With TLS 1.3 the refusal of a client
/// certificate comes after the handshake, as a failed read (RFC 8446 section
/// 4.4.2.4), so the whole chain of causes is searched for it.
pub fn fault_of(error: &(dyn Error + 'static)) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut closed = false;
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return fault_of_tls(tls);
        }
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An io::Error hides its inner error from `source` of the outer one.
            if let Some(tls) = io.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                return fault_of_tls(tls);
            }
            closed |= matches!(
                io.kind(),
                io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::ConnectionAborted
            );
        }
        if let Some(http) = error.downcast_ref::<hyper::Error>() {
            if http.is_parse() {
                return Fault::NotHttp(http.to_string());
            }
            closed |= http.is_incomplete_message() || http.is_closed() || http.is_canceled();
        }
        cause = error.source();
    }
    if closed { Fault::Closed } else { Fault::NotReached(error.to_string()) }
}

fn fault_of_tls(error: &rustls::Error) -> Fault {
    match error {
        rustls::Error::AlertReceived(alert) => Fault::RefusedByTls(format!("{alert:?}")),
        rustls::Error::PeerIncompatible(why) => Fault::RefusedByTls(format!("{why:?}")),
        other => Fault::NotReached(other.to_string()),
    }
}
