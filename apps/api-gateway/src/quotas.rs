//! How many calls each institution has left.

use papaya::HashMap;
use std::sync::{Mutex, PoisonError};
use sumun_ids::InstitutionId;
use sumun_time::Timestamp;
use sumun_traffic::Refusal;
use sumun_traffic::filter::limit::{Bucket, Charged, LimitRule};

/// One bucket per institution, shared by all cores, so that a limit counts
/// for the institution and not for its connections.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    buckets: HashMap<InstitutionId, Mutex<Bucket>>,
}

impl Quotas {
    pub(crate) fn charge(
        &self,
        institution: InstitutionId,
        rule: LimitRule,
        tokens: u32,
        now: Timestamp,
    ) -> Result<Charged, Refusal> {
        let buckets = self.buckets.pin();
        let bucket = buckets.get_or_insert_with(institution, || Mutex::new(Bucket::full(rule, now)));
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, charged) = bucket.take(rule, now, tokens);
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
