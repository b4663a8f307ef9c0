//! Starting and stopping the gateway.

use crate::state::{Outfit, State};
use crate::{RecordSink, Settings, Source, Upstream, health, listener};
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use sumun_events::{Bus, Event};
use sumun_journal::StoreFailure;
use sumun_system::{Clock, Random};
use sumun_traffic::{ConsentFacts, Contract};
use sumun_transport::{ServerTls, Shutdown};
use tokio::sync::Notify;

/// How often what is known is compared with the stores although no event came.
const RELEARN_INTERVAL: Duration = Duration::from_secs(60);
/// How often counts of calls over the limit are looked at: a count covers one second.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);

/// What a gateway is assembled of.
pub struct Parts {
    /// Where it learns who may call and which consents stand.
    pub source: Arc<dyn Source>,
    /// Where its access records go.
    pub records: Arc<dyn RecordSink>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for request ids.
    pub random: Arc<dyn Random>,
    /// Tells of consents, participants and tokens that changed.
    pub bus: Bus,
    /// What it shows and asks for: a certificate of the institutions' authority is required.
    pub tls: ServerTls,
    /// Where calls go.
    pub upstream: Upstream,
    /// Which calls there are.
    pub contract: Arc<Contract>,
    /// The issuer whose tokens are believed.
    pub issuer: String,
    /// The audience that tokens must name: this gateway's public address.
    pub audience: String,
    /// A listener on a loopback address for `/livez` and `/readyz`.
    pub health: Option<TcpListener>,
    /// Sizes and waits.
    pub settings: Settings,
    /// Ends it.
    pub shutdown: Shutdown,
}

/// Why a gateway did not start.
#[derive(Debug)]
pub enum StartError {
    /// There is no listener.
    NoListener,
    /// The listener for `/livez` and `/readyz` is not on a loopback address.
    HealthIsPublic,
    /// A listener or a thread could not be set up.
    System(io::Error),
    /// What it must know could not be learnt.
    Source(StoreFailure),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoListener => "the gateway has no listener",
            Self::HealthIsPublic => "the health port must be on a loopback address",
            Self::System(_) => "the gateway's listeners could not be set up",
            Self::Source(_) => "the gateway could not learn who may call",
        })
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoListener | Self::HealthIsPublic => None,
            Self::System(source) => Some(source),
            Self::Source(source) => Some(source),
        }
    }
}

impl From<io::Error> for StartError {
    fn from(source: io::Error) -> Self {
        Self::System(source)
    }
}

impl From<StoreFailure> for StartError {
    fn from(source: StoreFailure) -> Self {
        Self::Source(source)
    }
}

/// What happened since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections whose handshake came about.
    pub connections: AtomicU64,
    /// Connections that live now, also while their handshake lasts; 0 when nobody is there.
    pub connections_live: AtomicU64,
    /// Handshakes that did not.
    pub handshakes_refused: AtomicU64,
    /// Calls, answered or refused.
    pub calls: AtomicU64,
    /// Calls that were refused, and connections that were for what their peer made of HTTP.
    pub refused: AtomicU64,
    /// Calls that were refused because they could not be recorded.
    pub unrecorded: AtomicU64,
}

/// Binds `address` once for each of `cores`, so that each has its own listener.
///
/// # Errors
/// What the system says, such as a busy port.
pub fn bind(address: SocketAddr, cores: usize) -> io::Result<Vec<TcpListener>> {
    // Another process of ours on the same port would silently share it: look first.
    drop(sumun_transport::listen(address, false)?);
    let first = sumun_transport::listen(address, true)?;
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..cores.max(1) {
        listeners.push(sumun_transport::listen(address, true)?);
    }
    Ok(listeners)
}

/// The gateway.
pub struct Gateway;

/// A gateway that runs until its [`Shutdown`] begins.
pub struct Running {
    address: SocketAddr,
    state: Arc<State>,
    cores: Vec<JoinHandle<io::Result<()>>>,
}

impl Gateway {
    /// Learns what it must know, then serves each listener on a thread and a
    /// runtime of its own. Must be called on a tokio runtime, which keeps
    /// what is known up to date.
    ///
    /// # Errors
    /// [`StartError`]; nothing is served then.
    pub async fn start(parts: Parts, listeners: Vec<TcpListener>) -> Result<Running, StartError> {
        let Parts { source, bus, contract, issuer, audience, health, .. } = parts;
        let Parts { records, clock, random, tls, upstream, settings, shutdown, .. } = parts;
        let address = listeners.first().ok_or(StartError::NoListener)?.local_addr()?;
        if let Some(health) = &health
            && !health.local_addr()?.ip().is_loopback()
        {
            return Err(StartError::HealthIsPublic);
        }
        let outfit = Outfit { records, clock, random, tls, upstream, settings, shutdown };
        let state = Arc::new(State::new(outfit, contract, issuer, audience));

        // Subscribed before the stores are read: what changes in between comes as an event, and an end always wins.
        let changed = subscribe(&bus, &state);
        learn(&state, source.as_ref()).await?;

        tokio::spawn(keep_up(Arc::clone(&state), source, changed));
        tokio::spawn(record_counts(Arc::clone(&state)));
        if let Some(health) = health {
            tokio::spawn(health::run(Arc::clone(&state), health));
        }
        let mut cores = Vec::with_capacity(listeners.len());
        for (core, listener) in listeners.into_iter().enumerate() {
            cores.push(serve_on_own_thread(Arc::clone(&state), core, listener)?);
        }
        Ok(Running { address, state, cores })
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What happened so far.
    pub fn counters(&self) -> &Counters {
        &self.state.counters
    }

    /// Returns when the shutdown has begun and every core has ended.
    pub async fn ended(self) {
        let cores = self.cores;
        let joined = tokio::task::spawn_blocking(move || {
            for core in cores {
                if !matches!(core.join(), Ok(Ok(()))) {
                    tracing::error!("a core of the gateway did not end in good order");
                }
            }
        });
        let _ = joined.await;
        self.state.overflows.close();
        let calls = self.state.counters.calls.load(Ordering::Relaxed);
        tracing::info!(calls, "the gateway has ended");
    }
}

fn serve_on_own_thread(
    state: Arc<State>,
    core: usize,
    listener: TcpListener,
) -> io::Result<JoinHandle<io::Result<()>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    std::thread::Builder::new()
        .name(format!("gateway-{core}"))
        .spawn(move || runtime.block_on(listener::run(state, listener)))
}

/// Takes events as they are published: when the publisher's call returns, the
/// next call of every connection sees the change (PR-021). Participants are
/// read again by [`keep_up`], within moments.
fn subscribe(bus: &Bus, state: &Arc<State>) -> Arc<Notify> {
    let changed = Arc::new(Notify::new());
    let (notify, state) = (Arc::clone(&changed), Arc::clone(state));
    bus.subscribe(Arc::new(move |event| match event {
        Event::ConsentGranted(consent) => state.consents.grant(ConsentFacts::from(consent.as_ref()), state.now()),
        Event::ConsentEnded(id) => state.consents.end(*id, state.now()),
        Event::TokenRevoked { id, expires_at } => state.revocations.add(*id, *expires_at),
        Event::ParticipantsChanged => notify.notify_one(),
    }));
    changed
}

/// Records what was counted of calls over the limit, once its second has passed.
async fn record_counts(state: Arc<State>) {
    loop {
        tokio::select! {
            () = state.shutdown.begun() => return,
            () = tokio::time::sleep(COUNT_INTERVAL) => state.overflows.finish(state.now()),
        }
    }
}

async fn keep_up(state: Arc<State>, source: Arc<dyn Source>, changed: Arc<Notify>) {
    loop {
        tokio::select! {
            () = state.shutdown.begun() => return,
            () = changed.notified() => {}
            () = tokio::time::sleep(RELEARN_INTERVAL) => {}
        }
        if let Err(error) = learn(&state, source.as_ref()).await {
            tracing::error!(%error, "not everything could be learnt again; of the rest stays what was known");
        }
        let now = state.now();
        state.consents.sweep(now);
        state.revocations.sweep(now);
    }
}

/// Learns from the stores. Events tell of every change at once; this is for
/// the change whose event was lost, so that an end counts after a minute at
/// the latest (PR-021). Each of the three stands alone: a store that cannot
/// tell of consents must not hide that an institution was stopped (PR-057).
async fn learn(state: &State, source: &dyn Source) -> Result<(), StoreFailure> {
    let now = state.now();
    let authority = source.authority().await.map(|authority| state.learn(authority));
    let revoked = source.revoked_tokens(now).await.map(|revoked| {
        revoked.into_iter().for_each(|(token, expires_at)| state.revocations.add(token, expires_at));
    });
    // What is granted while the store is read must not be ended.
    let given = state.consents.given();
    let consents = source.consents(now).await.map(|consents| state.consents.reconcile(given, consents, now));
    authority.and(revoked).and(consents)
}
