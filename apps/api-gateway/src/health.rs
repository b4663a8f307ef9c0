//! `/livez` and `/readyz`, on an internal port only.

use crate::state::State;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use sumun_transport::{Limits, serve_connection};

/// Answers two questions of whoever runs this machine: does it live, and can
/// it take calls. Nothing else is said, and only on a loopback address.
pub(crate) async fn run(state: Arc<State>, listener: TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let timeout = Duration::from_secs(5);
    let limits = Limits { header_timeout: timeout, write_stall_timeout: timeout, ..Limits::default() };
    loop {
        let (stream, _) = tokio::select! {
            () = state.shutdown.begun() => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let shutdown = state.shutdown.clone();
            let service = service_fn(move |request| {
                let response = answer(&state, &request);
                async move { Ok::<_, Infallible>(response) }
            });
            serve_connection(stream, false, service, &limits, &shutdown).await
        });
    }
}

fn answer(state: &State, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/livez") => (StatusCode::OK, "live\n"),
        (&Method::GET, "/readyz") => match is_ready(state) {
            true => (StatusCode::OK, "ready\n"),
            false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
        },
        _ => (StatusCode::NOT_FOUND, "not found\n"),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response
}

fn is_ready(state: &State) -> bool {
    let knows_who_may_call = state.snapshot.load().epoch > 0;
    // What cannot be recorded does not happen, so without a place there is nothing to take calls for.
    knows_who_may_call && state.records.reserve().is_ok() && !state.shutdown.has_begun()
}
