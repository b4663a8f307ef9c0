//! Serving an axum router.

use crate::fault_log::FaultLog;
use crate::problem::problem_response;
use crate::retry::say_when_to_come_back;
use crate::{
    ConnectionEnd, GuardedBody, Limits, Moved, PeerAddress, PeerCertificate, ServerTls, Shutdown, accept,
    serve_connection,
};
use axum::Router;
use axum::body::Body;
use http::header::CONTENT_LENGTH;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::ServiceExt;

/// How long to wait when the system gives out no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` over TLS on `listener` until `shutdown` begins and its live
/// connections have ended, at the latest after `limits.grace`. Handlers find
/// [`PeerAddress`] and, where the listener asks for certificates,
/// [`PeerCertificate`] in the request's extensions.
///
/// # Errors
/// When the listener cannot be used at all; a fault of one connection ends only that one.
pub async fn serve_router(
    listener: TcpListener,
    tls: ServerTls,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let faults = Arc::new(FaultLog::default());
    let mut connections = JoinSet::new();
    loop {
        let place = tokio::select! {
            () = shutdown.begun() => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let (stream, address) = tokio::select! {
            () = shutdown.begun() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let (tls, router) = (tls.clone(), router.clone());
        let (shutdown, faults) = (shutdown.clone(), Arc::clone(&faults));
        connections.spawn(async move {
            let fault = serve_one(stream, address, tls, router, shutdown, limits).await;
            if let Some(fault) = fault {
                faults.note(address, fault);
            }
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_timeout(), drained).await.is_err() {
        tracing::warn!("connections were cut after the grace period");
    }
    Ok(())
}

/// Serves one connection and tells what its peer did wrong outside of any request.
async fn serve_one(
    stream: TcpStream,
    address: SocketAddr,
    tls: ServerTls,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
) -> Option<&'static str> {
    let accepted = tokio::select! {
        accepted = accept(stream, &tls, &limits) => accepted,
        // A handshake that has not come about by then is no running request.
        () = shutdown.begun() => return None,
    };
    let connection = match accepted {
        Ok(connection) => connection,
        Err(refused) => {
            let reason = refused.reason.name();
            refused.close(&limits).await;
            return Some(reason);
        }
    };
    let certificate = connection.certificate;
    let service = service_fn(move |request| {
        let (router, certificate) = (router.clone(), certificate.clone());
        async move {
            let mut response = answer(request, router, address, certificate, limits).await;
            say_when_to_come_back(&mut response);
            Ok::<_, Infallible>(response)
        }
    });
    let end = serve_connection(connection.stream, connection.http2, service, &limits, &shutdown).await;
    tracing::trace!(%address, ?end, "connection ended");
    match end {
        ConnectionEnd::Refused(fault) => Some(fault.name()),
        ConnectionEnd::Cut => Some("connection_cut"),
        ConnectionEnd::Closed | ConnectionEnd::Broken(_) => None,
    }
}

async fn answer(
    request: Request<Incoming>,
    router: Router,
    address: SocketAddr,
    certificate: Option<Arc<PeerCertificate>>,
    limits: Limits,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    if !limits.head_fits(&head) {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return problem_response(status, "headers_too_large", "The request has too many or too long headers");
    }
    let request = Request::from_parts(head, body);
    if declared_length(&request).is_some_and(|length| length > limits.body_bytes_max) {
        return problem_response(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The request body is too large");
    }
    let moved = Moved::default();
    let paced = |body| GuardedBody::paced(body, limits.body_bytes_max, limits.body_pace(), moved.clone());
    let mut request = request.map(|body| Body::new(paced(body)));
    request.extensions_mut().insert(PeerAddress(address));
    if let Some(certificate) = certificate {
        request.extensions_mut().insert(PeerCertificate::clone(&certificate));
    }
    match in_time(router.oneshot(request), &moved, &limits).await {
        Some(Ok(response)) => response,
        None => problem_response(StatusCode::SERVICE_UNAVAILABLE, "timed_out", "The request took too long"),
    }
}

/// Waits for an answer for as long as the request's body and the limits say.
async fn in_time<A: Future>(answer: A, moved: &Moved, limits: &Limits) -> Option<A::Output> {
    let (mut answer, begun) = (pin!(answer), Instant::now());
    loop {
        let seen = moved.bytes();
        // So far away that it cannot be said is never.
        let Some(end) = begun.checked_add(limits.answer_time(seen)) else { return Some(answer.await) };
        match tokio::time::timeout_at(end, answer.as_mut()).await {
            Ok(answer) => return Some(answer),
            Err(_) if moved.bytes() > seen => {}
            Err(_) => return None,
        }
    }
}

fn declared_length<B>(request: &Request<B>) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
