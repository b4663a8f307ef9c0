//! One core: its listener, its connections, its records.

use crate::answer;
use crate::recording::Recording;
use crate::stack;
use crate::state::State;
use crate::upstream::Pool;
use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use sumun_records::{AccessRecord, Occasion};
use sumun_traffic::{Blame, Refusal};
use sumun_transport::{
    Answering, Arrival, ConnectionEnd, Heard, PeerCertificate, Place, ProtocolFault, RefusedFor, Serve, Terms, accept,
    accept_connections, say_when_to_come_back, serve_connection,
};

/// How often resting connections to the processor are looked at.
const POOL_TIDY_INTERVAL: Duration = Duration::from_secs(5);

/// What all calls of one connection share.
pub(crate) struct Connection {
    pub(crate) peer: SocketAddr,
    pub(crate) certificate: Arc<PeerCertificate>,
    pub(crate) pool: Arc<Pool>,
}

/// Serves one listener on the current runtime until the shutdown begins and
/// its connections have ended, at the latest after the grace period.
pub(crate) async fn run(state: Arc<State>, listener: TcpListener) -> io::Result<()> {
    let limits = state.settings.limits;
    let pool = Arc::new(Pool::new(state.upstream.clone(), state.settings.upstream));
    let tidying = Arc::clone(&pool);
    let tidying = tokio::spawn(async move { tidying.tidy(POOL_TIDY_INTERVAL).await });
    let core = Arc::new(Core { state: Arc::clone(&state), pool });
    let served = accept_connections(listener, &state.places, core, &state.shutdown, &limits).await;
    tidying.abort();
    served
}

struct Core {
    state: Arc<State>,
    pool: Arc<Pool>,
}

impl Serve for Core {
    async fn serve(self: Arc<Self>, arrival: Arrival) {
        serve(Arc::clone(&self.state), arrival, Arc::clone(&self.pool)).await;
    }

    fn turned_away(&self, address: SocketAddr, reason: RefusedFor) {
        record_handshake(&self.state, address, reason);
    }
}

async fn serve(state: Arc<State>, Arrival { stream, address: peer, place }: Arrival, pool: Arc<Pool>) {
    let limits = state.settings.limits;
    let _live = Live::begin(&state);
    let accepted = tokio::select! {
        accepted = accept(stream, &state.tls, &limits) => accepted,
        // A handshake that has not come about by then is no running call.
        () = state.shutdown.begun() => return,
    };
    let established = match accepted {
        Ok(established) => established,
        Err(refused) => {
            record_handshake(&state, peer, refused.reason);
            return refused.close(&limits).await;
        }
    };
    // The listener asks for a certificate, so there is one; without it there is nobody to serve.
    let Some(certificate) = established.certificate else {
        return record_handshake(&state, peer, RefusedFor::CertificateMissing);
    };
    if !has_a_share(&state, &certificate, &place) {
        return record_handshake(&state, peer, RefusedFor::InstitutionPlacesUsedUp);
    }
    state.counters.connections.fetch_add(1, Ordering::Relaxed);
    let connection = Arc::new(Connection { peer, certificate, pool });
    let service = Answering({
        let (state, connection) = (Arc::clone(&state), Arc::clone(&connection));
        move |heard| {
            let (state, connection) = (Arc::clone(&state), Arc::clone(&connection));
            async move {
                let mut response = answer_call(&state, &connection, heard).await;
                say_when_to_come_back(&mut response);
                Ok::<_, Infallible>(response)
            }
        }
    });
    let terms = Terms { http2: established.http2, names: established.names, place };
    let end = serve_connection(established.stream, terms, service, &limits, &state.shutdown).await;
    match end {
        ConnectionEnd::Refused(fault) => record_fault(&state, &connection, fault),
        ConnectionEnd::Cut => tracing::warn!(%peer, "a connection did not end in its time and was cut"),
        ConnectionEnd::Closed | ConnectionEnd::Broken(_) => {}
    }
}

/// Whether the institution may have one more connection: one that takes all
/// places would stop the others. Certificates that nobody registered share the
/// places of one party, under a name that no institution has.
fn has_a_share(state: &State, certificate: &PeerCertificate, place: &Place) -> bool {
    let snapshot = state.snapshot.load();
    let institution = snapshot.certificates.get(&certificate.thumbprint).map(|facts| facts.institution);
    place.belongs_to(institution.map_or_else(String::new, |institution| institution.to_string()))
}

/// Counts a connection as live, whatever becomes of it.
struct Live<'a>(&'a State);

impl<'a> Live<'a> {
    fn begin(state: &'a State) -> Self {
        state.counters.connections_live.fetch_add(1, Ordering::Relaxed);
        Self(state)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.0.counters.connections_live.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn answer_call(state: &State, connection: &Connection, heard: Heard) -> Response<Full<Bytes>> {
    state.counters.calls.fetch_add(1, Ordering::Relaxed);
    let record = blank_record(state, connection.peer, Occasion::Call);
    let id = record.request;
    // What cannot be recorded must not happen (PR-018).
    let Ok(place) = state.records.reserve() else {
        state.counters.unrecorded.fetch_add(1, Ordering::Relaxed);
        let refusal = Refusal::RecordsUnavailable;
        return answer::refuse(&refusal, &refusal.outside(), id);
    };
    let mut recording = Recording::begin(place, record, state);
    match stack::carry_out(state, connection, heard, &mut recording).await {
        Ok(response) => response,
        Err(refusal) => {
            state.counters.refused.fetch_add(1, Ordering::Relaxed);
            let outside = refusal.outside();
            let response = answer::refuse(&refusal, &outside, id);
            recording.refused(&outside);
            recording.record.bytes_sent = body_length(&response);
            response
        }
    }
}

/// A handshake that did not come about is counted; it is recorded only while
/// there is room to spare, so that strangers, who need nothing to cause one,
/// cannot use up the places of callers, nor their room on the disk. The next record from the same address
/// counts those that were left out.
fn record_handshake(state: &State, peer: SocketAddr, reason: RefusedFor) {
    state.counters.handshakes_refused.fetch_add(1, Ordering::Relaxed);
    let room = state.records.has_room_for_strangers().then(|| state.handshake_records.take(state.now())).flatten();
    let place = match room {
        Some(unrecorded) => {
            if unrecorded > 0 {
                tracing::warn!(unrecorded, "refused handshakes came too fast to be recorded one by one");
            }
            state.records.reserve().ok()
        }
        None => None,
    };
    match place {
        Some(place) => {
            let record = blank_record(state, peer, Occasion::Handshake);
            let mut recording = Recording::begin(place, record, state);
            recording.failed(reason.name().into(), Blame::Authentication);
        }
        None => drop(state.history.failed(peer.ip(), Blame::Authentication)),
    }
}

/// A peer that broke HTTP outside of any call leaves one record for its
/// connection, however often it did so, and pays for it as for a call.
fn record_fault(state: &State, connection: &Connection, fault: ProtocolFault) {
    state.counters.refused.fetch_add(1, Ordering::Relaxed);
    let Ok(place) = state.records.reserve() else {
        state.counters.unrecorded.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let mut record = blank_record(state, connection.peer, Occasion::Malformed);
    let snapshot = state.snapshot.load();
    let payer = state.payer(&snapshot, &connection.certificate.thumbprint);
    let charged = state.quotas.enter(payer, state.limit_rule(&snapshot.contract), record.at);
    record.institution = payer.institution();
    record.status = fault.status();
    let mut recording = Recording::begin(place, record, state);
    if charged.is_err() {
        recording.over_limit(payer);
    }
    recording.failed(fault.name().into(), Blame::Request);
}

fn blank_record(state: &State, peer: SocketAddr, occasion: Occasion) -> AccessRecord {
    AccessRecord {
        at: state.now(),
        occasion,
        request: state.new_request_id(),
        peer,
        institution: None,
        app: None,
        consent: None,
        route: None,
        status: None,
        refused: None,
        duration_micros: 0,
        bytes_received: 0,
        bytes_sent: 0,
    }
}

fn body_length(response: &Response<Full<Bytes>>) -> u64 {
    hyper::body::Body::size_hint(response.body()).exact().unwrap_or(0)
}
