//! How fast one party may come: nobody fills the disk with requests, and
//! nobody keeps the others from the store (RFC 9126 section 2.3, PR-058).
//!
//! A certificate is charged on its own. Who shows none is a stranger until an
//! assertion is verified; what strangers cost before that is bounded for each
//! network and for all together, and whoever shows a certificate never waits
//! for them.

use super::Refusal;
use crate::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sumun_time::{Span, Timestamp};
use sumun_traffic::Refusal as Refused;
use sumun_traffic::filter::limit::{Bucket, LimitRule};
use sumun_transport::{PeerAddress, PeerCertificate};
use sumun_web::{Problem, Words};

/// No source sets a figure. A consent takes two requests, so this is 25
/// consents a second: those of ten million customers in five days.
const RULE: LimitRule = LimitRule { tokens_per_second: 50, burst_tokens: 200 };

/// All that come without a certificate together: each costs two look-ups and
/// one verified signature at most, so that this is a small part of one core.
const STRANGERS_RULE: LimitRule = LimitRule { tokens_per_second: 200, burst_tokens: 800 };

/// Requests of one network that may be under way without a certificate.
const UNDER_WAY_MAX: u32 = 32;

/// Those of all networks: with bodies of 64 KiB, 16 MiB.
const STRANGERS_UNDER_WAY_MAX: u32 = 256;

/// Certificates that are remembered. Each is one that the open authority
/// issued; beyond this all are forgotten, and have a full bucket again.
const CERTIFICATES_MAX: usize = 10_000;

/// Networks that are remembered. Beyond this those at rest are forgotten, and
/// if all are busy, a new one waits.
const NETWORKS_MAX: usize = 10_000;

/// How long a network waits when what is bounded is not time but places.
const PLACE_WAIT: Span = Span::from_seconds(1);

/// What each party has left.
#[derive(Default)]
pub(crate) struct Pace {
    /// By the SHA-256 of the certificate.
    certificates: Mutex<HashMap<[u8; 32], Bucket>>,
    strangers: Mutex<Strangers>,
}

#[derive(Default)]
struct Strangers {
    networks: HashMap<IpAddr, Network>,
    all: Option<Bucket>,
    under_way: u32,
}

/// One IPv4 address or one /64 of IPv6, which is what one subscriber has.
struct Network {
    bucket: Bucket,
    under_way: u32,
}

impl Pace {
    /// Charges one request of the certificate at `now`.
    ///
    /// # Errors
    /// How long to wait when it has none left.
    fn charge(&self, certificate: [u8; 32], now: Timestamp) -> Result<(), Span> {
        let mut buckets = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CERTIFICATES_MAX {
            buckets.clear();
        }
        take(buckets.entry(certificate).or_insert_with(|| Bucket::full(RULE, now)), RULE, now)
    }

    /// Charges one request without a certificate at `now`; it is under way until the answer is dropped.
    ///
    /// # Errors
    /// How long to wait when its network or all strangers together have none left.
    fn admit(&self, address: IpAddr, now: Timestamp) -> Result<UnderWay<'_>, Span> {
        let network = network(address);
        let mut strangers = self.strangers();
        strangers.make_room(network, now)?;
        let Strangers { networks, all, under_way } = &mut *strangers;
        let own = networks.entry(network).or_insert_with(|| Network { bucket: Bucket::full(RULE, now), under_way: 0 });
        // The network's own bounds come first: what it is refused costs the others nothing.
        take(&mut own.bucket, RULE, now)?;
        if own.under_way >= UNDER_WAY_MAX || *under_way >= STRANGERS_UNDER_WAY_MAX {
            return Err(PLACE_WAIT);
        }
        take(all.get_or_insert_with(|| Bucket::full(STRANGERS_RULE, now)), STRANGERS_RULE, now)?;
        own.under_way += 1;
        *under_way += 1;
        Ok(UnderWay { pace: self, network })
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Strangers {
    /// Makes room for `network`, if it is new and there is none.
    fn make_room(&mut self, network: IpAddr, now: Timestamp) -> Result<(), Span> {
        if self.networks.len() < NETWORKS_MAX || self.networks.contains_key(&network) {
            return Ok(());
        }
        // Whoever could take a whole burst is as good as new.
        let rested = |bucket: Bucket| bucket.take(RULE, now, RULE.burst_tokens).1.is_ok();
        self.networks.retain(|_, known| known.under_way > 0 || !rested(known.bucket));
        if self.networks.len() < NETWORKS_MAX { Ok(()) } else { Err(PLACE_WAIT) }
    }
}

/// A request of a stranger that is being answered.
struct UnderWay<'a> {
    pace: &'a Pace,
    network: IpAddr,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut strangers = self.pace.strangers();
        strangers.under_way -= 1;
        if let Some(network) = strangers.networks.get_mut(&self.network) {
            network.under_way -= 1;
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

fn take(bucket: &mut Bucket, rule: LimitRule, now: Timestamp) -> Result<(), Span> {
    let (left, charged) = bucket.take(rule, now, 1);
    *bucket = left;
    match charged {
        Err(Refused::LimitExceeded { retry_after }) => Err(retry_after),
        _ => Ok(()),
    }
}

/// Stands before everything that costs: the body, the store, the signature.
pub(super) async fn keep(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let now = server.parts.clock.now();
    let extensions = request.extensions();
    let charged = match (extensions.get::<PeerCertificate>(), extensions.get::<PeerAddress>()) {
        (Some(shown), _) => server.pace.charge(shown.thumbprint, now).map(|()| None),
        (None, address) => {
            let address = address.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |address| address.0.ip());
            server.pace.admit(address, now).map(Some)
        }
    };
    match charged {
        Ok(_under_way) => next.run(request).await,
        Err(wait) => {
            let seconds = wait.micros().div_euclid(1_000_000) + 1;
            let title = Words::new("한꺼번에 너무 많이 요청했습니다.", "Too many requests came at once.");
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", title);
            Refusal::Http(problem.header(header::RETRY_AFTER, seconds.to_string())).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn one_network_cannot_use_up_what_the_others_have() {
        let pace = Pace::default();
        let granted = (0..1_000).filter(|_| pace.admit(address(1), NOW).is_ok()).count();
        assert_eq!(granted, 200);
        assert!(pace.admit(address(2), NOW).is_ok());
        assert!(pace.charge([1; 32], NOW).is_ok());
        let later = NOW.plus(Span::from_seconds(1));
        assert_eq!((0..1_000).filter(|_| pace.admit(address(1), later).is_ok()).count(), 50);
    }

    #[test]
    fn all_strangers_together_are_bounded_and_a_certificate_never_waits_for_them() {
        let pace = Pace::default();
        let granted = (0..2_000).filter(|number| pace.admit(address(number / 10), NOW).is_ok()).count();
        assert_eq!(granted, 800);
        assert!(pace.charge([1; 32], NOW).is_ok());
    }

    #[test]
    fn requests_that_do_not_end_hold_a_bounded_number_of_places() {
        let pace = Pace::default();
        let mut held: Vec<_> = (0..100).filter_map(|_| pace.admit(address(1), NOW).ok()).collect();
        assert_eq!(held.len(), 32);
        assert!(pace.admit(address(2), NOW).is_ok());
        held.pop();
        assert!(pace.admit(address(1), NOW).is_ok(), "the place is given back");
        let many: Vec<_> = (3..100).flat_map(|number| [number; 10]).collect();
        let all: Vec<_> = many.iter().filter_map(|number| pace.admit(address(*number), NOW).ok()).collect();
        assert_eq!(all.len() + held.len(), 256);
    }

    #[test]
    fn what_is_remembered_of_networks_is_bounded_and_a_flood_of_them_makes_nobody_new() {
        let pace = Pace::default();
        pace.strangers().all = None;
        for number in 0..20_000 {
            // A second for every hundred, so that the strangers' own bucket does not end the flood.
            let now = NOW.plus(Span::from_seconds(number / 100));
            let _ = pace.admit(address(u32::try_from(number).unwrap()), now);
            assert!(pace.strangers().networks.len() <= NETWORKS_MAX);
        }
        let busy = Pace::default();
        for _ in 0..200 {
            let _ = busy.admit(address(1), NOW);
        }
        for number in 0..NETWORKS_MAX {
            let bucket = Bucket::full(RULE, NOW);
            let known = Network { bucket, under_way: 0 };
            busy.strangers().networks.entry(address(u32::try_from(number).unwrap())).or_insert(known);
        }
        assert!(busy.admit(address(1_000_000), NOW).is_ok(), "those at rest make room");
        assert!(busy.admit(address(1), NOW).is_err(), "who used up its own is still known");
    }

    #[test]
    fn a_network_is_one_address_of_ipv4_and_a_64_of_ipv6() {
        let parse = |text: &str| network(text.parse().unwrap());
        assert_eq!(parse("2001:db8::1"), parse("2001:db8::ffff:1"));
        assert_ne!(parse("2001:db8::1"), parse("2001:db8:0:1::1"));
        assert_eq!(parse("::ffff:192.0.2.1"), parse("192.0.2.1"));
        assert_ne!(parse("192.0.2.1"), parse("192.0.2.2"));
    }
}
