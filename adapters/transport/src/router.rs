//! Serving an axum router.

use crate::fault_log::FaultLog;
use crate::problem::problem_response;
use crate::retry::say_when_to_come_back;
use crate::{
    Answering, Arrival, ConnectionEnd, GuardedBody, Heard, Limits, Moved, PeerAddress, PeerCertificate, Places,
    RefusedFor, Serve, ServerTls, Shutdown, Terms, accept, accept_connections, serve_connection,
};
use axum::Router;
use axum::body::Body;
use http::header::{ACCEPT, CONTENT_LENGTH};
use http::{HeaderMap, Request, Response, StatusCode};
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use tokio::time::Instant;
use tower::ServiceExt;

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
    let places = Places::new(&limits);
    let server = RouterServer { tls, router, shutdown: shutdown.clone(), limits, faults: FaultLog::default() };
    accept_connections(listener, &places, Arc::new(server), &shutdown, &limits).await
}

struct RouterServer {
    tls: ServerTls,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
    faults: FaultLog,
}

impl Serve for RouterServer {
    async fn serve(self: Arc<Self>, arrival: Arrival) {
        let address = arrival.address;
        if let Some(fault) = self.serve_one(arrival).await {
            self.faults.note(address, fault);
        }
    }

    fn turned_away(&self, address: SocketAddr, reason: RefusedFor) {
        self.faults.note(address, reason.name());
    }
}

impl RouterServer {
    /// Serves one connection and tells what its peer did wrong outside of any request.
    async fn serve_one(&self, Arrival { stream, address, place }: Arrival) -> Option<&'static str> {
        let limits = self.limits;
        let accepted = tokio::select! {
            accepted = accept(stream, &self.tls, &limits) => accepted,
            // A handshake that has not come about by then is no running request.
            () = self.shutdown.begun() => return None,
        };
        let connection = match accepted {
            Ok(connection) => connection,
            Err(refused) => {
                let reason = refused.reason.name();
                refused.close(&limits).await;
                return Some(reason);
            }
        };
        let (certificate, router) = (connection.certificate, self.router.clone());
        let service = Answering(move |heard| {
            let (router, certificate) = (router.clone(), certificate.clone());
            async move {
                let mut response = answer(heard, router, address, certificate, limits).await;
                say_when_to_come_back(&mut response);
                Ok::<_, Infallible>(response)
            }
        });
        let terms = Terms { http2: connection.http2, names: connection.names, place };
        let end = serve_connection(connection.stream, terms, service, &limits, &self.shutdown).await;
        tracing::trace!(%address, ?end, "connection ended");
        match end {
            ConnectionEnd::Refused(fault) => Some(fault.name()),
            ConnectionEnd::Cut => Some("connection_cut"),
            ConnectionEnd::Closed | ConnectionEnd::Broken(_) => None,
        }
    }
}

async fn answer(
    heard: Heard,
    router: Router,
    address: SocketAddr,
    certificate: Option<Arc<PeerCertificate>>,
    limits: Limits,
) -> Response<Body> {
    let request = match heard {
        Ok(request) => request,
        Err(fault) => return problem_response(fault.status(), fault.name(), fault.title()),
    };
    // A person is told by the app, whose page has what was typed before the file; the body ends at the bound.
    let is_too_large = declared_length(&request).is_some_and(|length| length > limits.body_bytes_max);
    if is_too_large && !asks_for_a_page(request.headers()) {
        return problem_response(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The request body is too large.");
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
        None => problem_response(StatusCode::SERVICE_UNAVAILABLE, "timed_out", "The request took too long."),
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

/// Whether a person with a browser waits for the answer, and no program.
fn asks_for_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.into_iter().any(|value| value.contains("text/html"))
}

fn declared_length<B>(request: &Request<B>) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
