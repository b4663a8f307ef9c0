//! How many calls each institution has left, and what is recorded of those it has not.

use papaya::HashMap;
use std::sync::{Mutex, PoisonError};
use sumun_ids::InstitutionId;
use sumun_time::Timestamp;
use sumun_traffic::Refusal;
use sumun_traffic::filter::limit::{Bucket, Charged, LimitRule};

/// Who pays for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// The institution for which the connection's certificate is registered, also one that may not call.
    Institution(InstitutionId),
    /// All certificates of our authority together that are registered for nobody.
    Unregistered,
}

impl Payer {
    /// Whose certificate it is, if it is registered.
    pub(crate) fn institution(self) -> Option<InstitutionId> {
        match self {
            Self::Institution(id) => Some(id),
            Self::Unregistered => None,
        }
    }
}

/// How fast all unregistered certificates together are answered, whatever a
/// registered institution may: each such call is refused and recorded.
const UNREGISTERED_RULE: LimitRule = LimitRule { tokens_per_second: 20, burst_tokens: 100 };

/// One bucket per payer, shared by all cores, so that a limit counts
/// for the institution and not for its connections.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    buckets: HashMap<Payer, Mutex<Bucket>>,
}

impl Quotas {
    /// Charges the first token of a call, at its beginning. `rule` is the institutions'.
    pub(crate) fn enter(&self, payer: Payer, rule: LimitRule, now: Timestamp) -> Result<Charged, Refusal> {
        self.charge(payer, rule, now, |bucket, rule| bucket.take(rule, now, 1))
    }

    /// Charges what more a call costs whose whole price is `price`.
    pub(crate) fn go_on(&self, payer: Payer, rule: LimitRule, price: u32, now: Timestamp) -> Result<Charged, Refusal> {
        self.charge(payer, rule, now, |bucket, rule| bucket.take_rest(rule, now, price))
    }

    fn charge(
        &self,
        payer: Payer,
        rule: LimitRule,
        now: Timestamp,
        take: impl FnOnce(Bucket, LimitRule) -> (Bucket, Result<Charged, Refusal>),
    ) -> Result<Charged, Refusal> {
        let rule = match payer {
            Payer::Institution(_) => rule,
            Payer::Unregistered => UNREGISTERED_RULE,
        };
        let buckets = self.buckets.pin();
        let bucket = buckets.get_or_insert_with(payer, || Mutex::new(Bucket::full(rule, now)));
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, charged) = take(*bucket, rule);
        *bucket = next;
        charged
    }
}

/// How many refused handshakes are recorded.
const HANDSHAKE_RULE: LimitRule = LimitRule { tokens_per_second: 20, burst_tokens: 100 };

/// Bounds the records of refused handshakes: strangers cause them, and must
/// not use up the places of callers.
#[derive(Debug)]
pub(crate) struct HandshakeRecords {
    // What is left, and how many were left out since the last that was not.
    room: Mutex<(Bucket, u64)>,
}

impl HandshakeRecords {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { room: Mutex::new((Bucket::full(HANDSHAKE_RULE, now), 0)) }
    }

    /// Room for one more record, with the number of those that found none since the last.
    pub(crate) fn take(&self, now: Timestamp) -> Option<u64> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let (bucket, left_out) = &mut *room;
        let (next, charged) = bucket.take(HANDSHAKE_RULE, now, 1);
        *bucket = next;
        if charged.is_ok() {
            return Some(std::mem::take(left_out));
        }
        *left_out = left_out.saturating_add(1);
        None
    }
}
