//! The turns in which passwords are checked: few at once, and none for one party alone.
//!
//! An attempt passes three gates. The first is its address's, the second its
//! login name's, the last the one of all. Whoever waits at an earlier gate
//! holds no place at a later one, so an address that floods waits for itself:
//! it has two places among those of all, and others pass by.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many passwords an entrance checks at once; each takes 19 MiB and a core for tens of milliseconds.
const CHECKS_MAX: usize = 4;
/// How many of them for one address, so that others always find a place.
const CHECKS_PER_ADDRESS_MAX: usize = 2;
/// How many of them for one login name: who knows the password needs one.
const CHECKS_PER_LOGIN_MAX: usize = 1;
/// How many attempts of one party are under way or wait; one more is told to come again at once.
const ATTEMPTS_PER_PARTY_MAX: usize = 32;

/// How long a sign-in waits for its turn before it is told to come again, after as long.
pub(crate) const TURN_WAIT_MAX: Duration = Duration::from_secs(5);

/// Where an attempt comes from: an IPv4 address, or the /64 that a subscriber
/// of IPv6 is given as a whole (RFC 6177 section 2), so that it counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl Origin {
    /// The origin of a connection from `address`; none of a listener without addresses.
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Some(address) => address,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        })
    }
}

/// The turns of one entrance. Cheap to clone; every clone gives the same turns.
#[derive(Clone)]
pub(crate) struct Turns {
    addresses: Parties<Origin>,
    logins: Parties<[u8; 32]>,
    free: Arc<Semaphore>,
    wait_max: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self::new(CHECKS_MAX, TURN_WAIT_MAX)
    }
}

impl Turns {
    pub(crate) fn new(checks_max: usize, wait_max: Duration) -> Self {
        Self {
            addresses: Parties::new(CHECKS_PER_ADDRESS_MAX),
            logins: Parties::new(CHECKS_PER_LOGIN_MAX),
            free: Arc::new(Semaphore::new(checks_max)),
            wait_max,
        }
    }

    /// Waits for a turn for the login name with this hash, in the order of
    /// arrival at each gate; `None` when it does not come in time or too many wait.
    pub(crate) async fn next(&self, origin: Origin, login: [u8; 32]) -> Option<Turn> {
        let all = async {
            let address = self.addresses.enter(origin).await?;
            let login = self.logins.enter(login).await?;
            let all = Arc::clone(&self.free).acquire_owned().await.ok()?;
            Some(Turn { _places: [address, login, all] })
        };
        tokio::time::timeout(self.wait_max, all).await.ok()?
    }
}

/// One turn, taken until it is dropped or used up.
pub(crate) struct Turn {
    _places: [OwnedSemaphorePermit; 3],
}

impl Turn {
    /// Runs `check` on a blocking thread. The turn lasts as long as the
    /// thread works, also when the visitor has left and nobody waits for the
    /// answer any more: otherwise visitors who come and go would fill the memory.
    pub(crate) async fn take(self, check: impl FnOnce() -> bool + Send + 'static) -> bool {
        let run = move || {
            let fits = check();
            drop(self);
            fits
        };
        tokio::task::spawn_blocking(run).await.unwrap_or(false)
    }
}

/// A gate for each party that has attempts under way; a party without any is forgotten.
struct Parties<K> {
    gates: Arc<Mutex<HashMap<K, Weak<Semaphore>>>>,
    checks_max: usize,
}

impl<K> Clone for Parties<K> {
    fn clone(&self) -> Self {
        Self { gates: Arc::clone(&self.gates), checks_max: self.checks_max }
    }
}

impl<K: Hash + Eq> Parties<K> {
    fn new(checks_max: usize) -> Self {
        Self { gates: Arc::default(), checks_max }
    }

    /// Waits for a place at the gate of `party`; `None` when too many of it wait already.
    async fn enter(&self, party: K) -> Option<OwnedSemaphorePermit> {
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            gates.retain(|_, gate| gate.strong_count() > 0);
            let gate = match gates.get(&party).and_then(Weak::upgrade) {
                Some(gate) => gate,
                None => {
                    let gate = Arc::new(Semaphore::new(self.checks_max));
                    gates.insert(party, Arc::downgrade(&gate));
                    gate
                }
            };
            // Whoever waits and whoever has passed holds the gate, and this attempt does.
            if Arc::strong_count(&gate) > ATTEMPTS_PER_PARTY_MAX {
                return None;
            }
            gate
        };
        gate.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn origin(last: u8) -> Origin {
        Origin::of(Some(IpAddr::from([192, 0, 2, last])))
    }

    fn login(number: usize) -> [u8; 32] {
        let mut login = [0; 32];
        login[..8].copy_from_slice(&number.to_be_bytes());
        login
    }

    #[tokio::test]
    async fn a_visitor_who_leaves_does_not_free_the_turn_of_a_check_that_still_runs() {
        let turns = Turns::new(1, Duration::from_millis(20));
        let (finish, finished) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let turn = turns.next(origin(1), login(1)).await.unwrap();
        let visitor = tokio::spawn(turn.take(move || {
            let _ = begin.send(());
            finished.recv().is_ok()
        }));
        begun.await.unwrap();
        visitor.abort();
        assert!(visitor.await.unwrap_err().is_cancelled());
        assert!(turns.next(origin(1), login(1)).await.is_none(), "the thread still works");
        finish.send(()).unwrap();
        let patient = Turns { wait_max: Duration::from_secs(60), ..turns.clone() };
        assert!(patient.next(origin(1), login(1)).await.is_some());
    }

    #[tokio::test]
    async fn an_address_that_floods_waits_for_itself_and_others_pass_by() {
        let turns = Turns { wait_max: Duration::from_secs(60), ..Turns::default() };
        let (give, given) = tokio::sync::mpsc::unbounded_channel();
        let mut given = given;
        // Its checks never end while the others sign in.
        let flood: Vec<_> = (0..4 * ATTEMPTS_PER_PARTY_MAX)
            .map(|number| {
                let (turns, give) = (turns.clone(), give.clone());
                tokio::spawn(async move { give.send(turns.next(origin(1), login(number)).await).unwrap() })
            })
            .collect();
        let (mut held, mut refused) = (Vec::new(), 0);
        while held.len() < CHECKS_PER_ADDRESS_MAX || refused < 3 * ATTEMPTS_PER_PARTY_MAX {
            match given.recv().await.unwrap() {
                Some(turn) => held.push(turn),
                None => refused += 1,
            }
        }
        assert_eq!(refused, 3 * ATTEMPTS_PER_PARTY_MAX, "the others are told to come again at once");
        for number in 0..50 {
            let other = turns.next(origin(2), login(1_000 + number)).await;
            assert!(other.is_some(), "another address's customer gets a turn");
            assert!(turns.next(origin(3), login(2_000)).await.is_some());
        }
        assert!(given.try_recv().is_err(), "and the flood has no third place");
        flood.iter().for_each(tokio::task::JoinHandle::abort);
    }

    #[tokio::test]
    async fn a_login_name_that_many_addresses_try_has_one_place_among_those_of_all() {
        let turns = Turns { wait_max: Duration::from_millis(20), ..Turns::default() };
        let held = turns.next(origin(1), login(7)).await.unwrap();
        for last in 2..20 {
            assert!(turns.next(origin(last), login(7)).await.is_none(), "one at a time");
            assert!(turns.next(origin(last), login(8)).await.is_some(), "other names are free");
        }
        drop(held);
        assert!(turns.next(origin(2), login(7)).await.is_some());
        assert!(turns.addresses.gates.lock().unwrap().len() <= 1, "whoever is gone is forgotten");
    }

    #[test]
    fn a_subscriber_of_ipv6_counts_once() {
        let of = |text: &str| Origin::of(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("::ffff:192.0.2.1"), origin(1));
    }
}
