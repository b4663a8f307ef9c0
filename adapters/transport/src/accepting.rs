//! The loop that takes connections from the system, for every listener.

use crate::handshake::RefusedFor;
use crate::places::{Place, Places};
use crate::{Limits, Shutdown};
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// The first wait when the system gives no connection, such as when descriptors are used up.
const PAUSE_MIN: Duration = Duration::from_millis(10);
/// The longest such wait.
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// How often such a state is told of.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// A connection that was taken from the system and has a place.
#[derive(Debug)]
pub struct Arrival {
    /// The stream; nothing was read yet.
    pub stream: TcpStream,
    /// Where it comes from.
    pub address: SocketAddr,
    /// Its place, held for as long as somebody holds this.
    pub place: Arc<Place>,
}

/// Whoever serves the connections of a listener.
pub trait Serve: Send + Sync + 'static {
    /// Serves one connection to its end.
    fn serve(self: Arc<Self>, arrival: Arrival) -> impl Future<Output = ()> + Send;

    /// Takes note of a connection that got no place or had to leave it before it said a word.
    fn turned_away(&self, address: SocketAddr, reason: RefusedFor);
}

/// Takes connections from `listener` until `shutdown` begins and the live ones
/// have ended, at the latest after [`Limits::drain_timeout`]. Several loops
/// may share `places`.
///
/// # Errors
/// When the listener cannot be used at all; a fault of one connection ends only that one.
pub async fn accept_connections<S: Serve>(
    listener: TcpListener,
    places: &Arc<Places>,
    server: Arc<S>,
    shutdown: &Shutdown,
    limits: &Limits,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (mut connections, mut troubles) = (JoinSet::new(), Troubles::default());
    loop {
        let next = async {
            let (stream, address) = listener.accept().await?;
            let place = places.enter(address.ip()).await;
            Ok::<_, io::Error>((stream, address, place))
        };
        let next = tokio::select! {
            () = shutdown.begun() => break,
            next = next => next,
        };
        match next {
            Ok((stream, address, Some(place))) => {
                troubles.are_over();
                let arrival = Arrival { stream, address, place: Arc::new(place) };
                connections.spawn(hold(Arc::clone(&server), arrival));
            }
            Ok((_, address, None)) => server.turned_away(address, RefusedFor::PeerPlacesUsedUp),
            Err(error) => tokio::select! {
                () = shutdown.begun() => break,
                () = sleep(troubles.pause(&error)) => {}
            },
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_timeout(), drained).await.is_err() {
        tracing::warn!("connections were cut after the grace period");
    }
    Ok(())
}

/// Serves a connection for as long as its place is its own.
async fn hold<S: Serve>(server: Arc<S>, arrival: Arrival) {
    let (address, place) = (arrival.address, Arc::clone(&arrival.place));
    tokio::select! {
        () = Arc::clone(&server).serve(arrival) => {}
        // Its descriptor is free at once for whoever took the place.
        () = place.given_away() => server.turned_away(address, RefusedFor::GaveWay),
    }
}

/// What the system refuses, waited out in growing steps and told of once in a while.
#[derive(Debug, Default)]
struct Troubles {
    pause: Duration,
    told: Option<Instant>,
    untold: u64,
}

impl Troubles {
    /// How long to wait before the next try.
    fn pause(&mut self, error: &io::Error) -> Duration {
        self.pause = (self.pause * 2).clamp(PAUSE_MIN, PAUSE_MAX);
        if let Some(failures) = self.count(Instant::now()) {
            tracing::warn!(%error, failures, "no connection can be accepted; trying on");
        }
        self.pause
    }

    /// The failures since the last line, when there may be a line now.
    fn count(&mut self, now: Instant) -> Option<u64> {
        self.untold += 1;
        if self.told.is_some_and(|told| now.duration_since(told) < LINE_INTERVAL) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }

    fn are_over(&mut self) {
        self.pause = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepting_backs_off_and_tells_of_it_once_a_second() {
        let (mut troubles, error) = (Troubles::default(), io::Error::from(io::ErrorKind::Other));
        let pauses: Vec<u128> = (0..9).map(|_| troubles.pause(&error).as_millis()).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
        troubles.are_over();
        assert_eq!(troubles.pause(&error), PAUSE_MIN);
        let (mut troubles, begun) = (Troubles::default(), Instant::now());
        assert_eq!(troubles.count(begun), Some(1));
        assert!((0..100).all(|place| troubles.count(begun + Duration::from_millis(place)).is_none()));
        assert_eq!(troubles.count(begun + LINE_INTERVAL), Some(101));
    }
}
