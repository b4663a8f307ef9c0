//! Who may hold how many of a listener's connections.

use crate::Limits;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The places of one listener, or of several on one port. Besides the bound on
/// all there is one for each peer, so that one greedy peer leaves room for
/// others, and where places are short, connections that have said nothing yet
/// give way, the oldest first: a place costs whoever takes it a word.
#[derive(Debug)]
pub struct Places {
    table: Mutex<Table>,
    freed: Notify,
}

/// A place that is held until it is dropped.
#[derive(Debug)]
pub struct Place {
    id: u64,
    places: Arc<Places>,
    spoke: AtomicBool,
    gives_way: Arc<Notify>,
}

/// Bounds of one table of places.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    all: usize,
    of_one_peer: usize,
    silent_of_one_peer: usize,
    of_one_party: usize,
}

/// Where a connection comes from: an IPv4 address, or the first 64 bits of an
/// IPv6 address, because that is what one subscriber gets (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Peer {
    of_ipv6: bool,
    bits: u64,
}

#[derive(Debug)]
struct Table {
    bounds: Bounds,
    next: u64,
    holders: HashMap<u64, Holder>,
    // Of those that have said nothing yet; ids grow, so the first is the oldest.
    silent: BTreeSet<u64>,
    peers: HashMap<Peer, OfPeer>,
    parties: HashMap<String, usize>,
}

#[derive(Debug)]
struct Holder {
    peer: Peer,
    party: Option<String>,
    gives_way: Arc<Notify>,
}

#[derive(Debug, Default)]
struct OfPeer {
    places: usize,
    silent: BTreeSet<u64>,
}

/// What comes of one more connection.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Free,
    /// When this one gives way.
    Instead(u64),
    /// When somebody leaves.
    Later,
    /// The peer has all that one peer may have.
    Refused,
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self { of_ipv6: false, bits: u64::from(address.to_bits()) },
            IpAddr::V6(address) => Self { of_ipv6: true, bits: (address.to_bits() >> 64) as u64 },
        }
    }
}

impl Places {
    /// Places within the bounds of `limits`.
    pub fn new(limits: &Limits) -> Arc<Self> {
        let bounds = Bounds {
            all: limits.connections_max.max(1),
            of_one_peer: limits.peer_connections_max.max(1),
            silent_of_one_peer: limits.peer_silent_max.max(1),
            of_one_party: limits.party_connections_max.max(1),
        };
        Arc::new(Self { table: Mutex::new(Table::new(bounds)), freed: Notify::new() })
    }

    /// Takes a place for a peer, waiting while all are taken by others that
    /// speak. Nothing when the peer has as many as one peer may have.
    pub async fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        loop {
            // Before the look, so that whoever leaves in between wakes us.
            let mut freed = std::pin::pin!(self.freed.notified());
            freed.as_mut().enable();
            match self.try_enter(address.into()) {
                Ok(place) => return place,
                Err(Full) => freed.await,
            }
        }
    }

    fn try_enter(self: &Arc<Self>, peer: Peer) -> Result<Option<Place>, Full> {
        let mut table = self.table();
        match table.look(peer) {
            Entry::Free => {}
            Entry::Instead(id) => {
                if let Some(holder) = table.leave(id) {
                    holder.gives_way.notify_one();
                }
            }
            Entry::Later => return Err(Full),
            Entry::Refused => return Ok(None),
        }
        let (id, gives_way) = table.take(peer);
        Ok(Some(Place { id, places: Arc::clone(self), spoke: AtomicBool::new(false), gives_way }))
    }

    /// How many places are held.
    pub fn held(&self) -> usize {
        self.table().holders.len()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Full;

impl Place {
    /// The peer has sent a request head: from now on its place is its own.
    pub fn speaks(&self) {
        if !self.spoke.swap(true, Ordering::Relaxed) {
            self.places.table().speaks(self.id);
        }
    }

    /// Counts the place to a party, such as an institution, once it is known;
    /// whether the party may have one more.
    pub fn belongs_to(&self, party: String) -> bool {
        self.places.table().belongs_to(self.id, party)
    }

    /// Returns when the place was given to somebody else.
    pub async fn given_away(&self) {
        self.gives_way.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().leave(self.id);
        self.places.freed.notify_one();
    }
}

impl Table {
    fn new(bounds: Bounds) -> Self {
        let (holders, silent, peers, parties) = Default::default();
        Self { bounds, next: 0, holders, silent, peers, parties }
    }

    fn look(&self, peer: Peer) -> Entry {
        if let Some(of_peer) = self.peers.get(&peer)
            && (of_peer.silent.len() >= self.bounds.silent_of_one_peer || of_peer.places >= self.bounds.of_one_peer)
        {
            return of_peer.silent.first().map_or(Entry::Refused, |oldest| Entry::Instead(*oldest));
        }
        if self.holders.len() < self.bounds.all {
            return Entry::Free;
        }
        self.silent.first().map_or(Entry::Later, |oldest| Entry::Instead(*oldest))
    }

    fn take(&mut self, peer: Peer) -> (u64, Arc<Notify>) {
        let (id, gives_way) = (self.next, Arc::new(Notify::new()));
        self.next += 1;
        self.holders.insert(id, Holder { peer, party: None, gives_way: Arc::clone(&gives_way) });
        self.silent.insert(id);
        let of_peer = self.peers.entry(peer).or_default();
        of_peer.places += 1;
        of_peer.silent.insert(id);
        (id, gives_way)
    }

    fn speaks(&mut self, id: u64) {
        self.silent.remove(&id);
        if let Some(of_peer) = self.holders.get(&id).and_then(|holder| self.peers.get_mut(&holder.peer)) {
            of_peer.silent.remove(&id);
        }
    }

    fn belongs_to(&mut self, id: u64, party: String) -> bool {
        let held = self.parties.get(&party).copied().unwrap_or(0);
        let Some(holder) = self.holders.get_mut(&id).filter(|_| held < self.bounds.of_one_party) else { return false };
        if holder.party.replace(party.clone()).is_none() {
            self.parties.insert(party, held + 1);
        }
        true
    }

    /// Takes a holder out of all lists; nothing when it had given way before.
    fn leave(&mut self, id: u64) -> Option<Holder> {
        self.speaks(id);
        let holder = self.holders.remove(&id)?;
        if let Some(of_peer) = self.peers.get_mut(&holder.peer) {
            of_peer.places -= 1;
            if of_peer.places == 0 {
                self.peers.remove(&holder.peer);
            }
        }
        if let Some(party) = &holder.party
            && let Some(held) = self.parties.get_mut(party)
        {
            *held -= 1;
            if *held == 0 {
                self.parties.remove(party);
            }
        }
        Some(holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { all: 6, of_one_peer: 4, silent_of_one_peer: 2, of_one_party: 2 };

    fn a() -> String {
        "a".to_owned()
    }

    fn peer(bits: u64) -> Peer {
        Peer { of_ipv6: false, bits }
    }

    fn table(speaking: &[u64], silent: &[u64]) -> Table {
        let mut table = Table::new(BOUNDS);
        for bits in speaking {
            let (id, _) = table.take(peer(*bits));
            table.speaks(id);
        }
        for bits in silent {
            table.take(peer(*bits));
        }
        table
    }

    #[test]
    fn places_are_given_to_whoever_speaks_and_shared_among_peers() {
        for (name, speaking, silent, expected) in [
            ("an empty listener", [].as_slice(), [].as_slice(), Entry::Free),
            ("a peer with some", &[1, 1], &[1], Entry::Free),
            ("a peer with all that one may have", &[1, 1, 1, 1], &[], Entry::Refused),
            ("the same, one of which says nothing", &[1, 1, 1], &[1], Entry::Instead(3)),
            ("a peer with too many that say nothing", &[], &[2, 1, 1], Entry::Instead(1)),
            ("another peer has all that one may have", &[2, 2, 2, 2], &[], Entry::Free),
            ("all are taken, some say nothing", &[2, 2, 3, 3], &[3, 2], Entry::Instead(4)),
            ("all are taken by those that speak", &[2, 2, 2, 3, 3, 3], &[], Entry::Later),
        ] {
            assert_eq!(table(speaking, silent).look(peer(1)), expected, "{name}");
        }
    }

    #[test]
    fn a_party_has_no_more_places_than_one_party_may_have() {
        let mut table = table(&[1, 2, 3], &[]);
        assert!(table.belongs_to(0, a()) && table.belongs_to(1, a()) && !table.belongs_to(2, a()));
        assert!(table.belongs_to(2, "b".to_owned()));
        table.leave(0);
        let (id, _) = table.take(peer(4));
        assert!(table.belongs_to(id, a()), "a place that was left is free");
    }

    #[test]
    fn nothing_is_left_of_those_who_left() {
        let mut table = table(&[1, 2], &[1, 3]);
        table.belongs_to(0, a());
        (0..4).for_each(|id| drop(table.leave(id)));
        assert!(table.leave(0).is_none());
        assert!(table.holders.is_empty() && table.silent.is_empty());
        assert!(table.peers.is_empty() && table.parties.is_empty());
    }

    #[test]
    fn rfc6177_one_subscriber_is_one_peer() {
        let peer = |text: &str| Peer::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:1"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        assert_eq!(peer("192.0.2.1"), peer("::ffff:192.0.2.1"));
        assert_ne!(peer("::1"), peer("0.0.0.0"));
    }

    #[tokio::test]
    async fn whoever_waits_is_let_in_when_a_place_is_left_and_whoever_gives_way_is_told() {
        let limits = Limits { connections_max: 1, peer_connections_max: 1, peer_silent_max: 1, ..Limits::default() };
        let places = Places::new(&limits);
        let address = |last| IpAddr::from([192, 0, 2, last]);
        let first = places.enter(address(1)).await.unwrap();
        let second = places.enter(address(2)).await.unwrap();
        first.given_away().await;
        drop(first);
        assert_eq!(places.held(), 1);
        second.speaks();
        assert!(places.enter(address(2)).await.is_none(), "its own share is used up");
        let waiting = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.enter(address(3)).await.is_some() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(second);
        assert!(waiting.await.unwrap());
    }
}
