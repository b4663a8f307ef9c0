//! `/livez` and `/readyz`, on an internal port only.

use crate::state::State;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use sumun_transport::{
    Answering, Arrival, Heard, Limits, Names, Places, RefusedFor, Serve, Terms, accept_connections, serve_connection,
};

/// Connections to the health port; more than any supervisor makes.
const CONNECTIONS_MAX: usize = 64;

/// Answers two questions of whoever runs this machine: does it live, and can
/// it take calls. Nothing else is said, and only on a loopback address.
pub(crate) async fn run(state: Arc<State>, listener: TcpListener) -> io::Result<()> {
    let timeout = Duration::from_secs(5);
    let limits =
        Limits { header_timeout: timeout, write_stall_timeout: timeout, ..Limits::with_connections(CONNECTIONS_MAX) };
    let shutdown = state.shutdown.clone();
    let health = Health { state, names: Arc::new(Names::loopback()), limits };
    accept_connections(listener, &Places::new(&limits), Arc::new(health), &shutdown, &limits).await
}

struct Health {
    state: Arc<State>,
    names: Arc<Names>,
    limits: Limits,
}

impl Serve for Health {
    async fn serve(self: Arc<Self>, Arrival { stream, place, .. }: Arrival) {
        let terms = Terms { http2: false, names: Arc::clone(&self.names), place };
        let service = Answering(|heard: Heard| {
            let response = answer(&self.state, &heard);
            async move { Ok::<_, Infallible>(response) }
        });
        serve_connection(stream, terms, service, &self.limits, &self.state.shutdown).await;
    }

    /// Whoever asks is on this machine; a probe that got no place asks again.
    fn turned_away(&self, _: SocketAddr, _: RefusedFor) {}
}

fn answer(state: &State, heard: &Heard) -> Response<Full<Bytes>> {
    let asked = heard.as_ref().map(|request| (request.method(), request.uri().path()));
    let (status, text) = match asked {
        Err(fault) => (fault.status(), "not a request for this service\n"),
        Ok((&Method::GET, "/livez")) => (StatusCode::OK, "live\n"),
        Ok((&Method::GET, "/readyz")) => match is_ready(state) {
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
