//! Exactly one access record for each call, whatever becomes of it; calls over the limit are counted together.

use crate::quotas::Payer;
use crate::state::State;
use std::borrow::Cow;
use std::fmt;
use sumun_journal_files::SegmentHandle;
use sumun_records::{AccessRecord, Record, Refused, Usage};
use sumun_traffic::{Blame, Outside};
use tokio::time::Instant;

/// A place in the queue of records that is kept free for one record.
pub type RecordPlace = Box<dyn FnOnce(Record) + Send>;

/// No record is taken: too many wait, their room is used up, or whoever writes them has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordsFull;

impl fmt::Display for RecordsFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more access records can be taken now")
    }
}

impl std::error::Error for RecordsFull {}

/// Where access records go.
pub trait RecordSink: Send + Sync {
    /// Keeps a place for one record. A call without a place is not carried
    /// out: what cannot be recorded must not happen (PR-018).
    ///
    /// # Errors
    /// [`RecordsFull`] when there is none.
    fn reserve(&self) -> Result<RecordPlace, RecordsFull>;

    /// Whether whoever has no certificate of ours may leave records too. They
    /// pay nothing for them, so they may not use up what calls need.
    fn has_room_for_strangers(&self) -> bool;
}

impl RecordSink for SegmentHandle {
    fn reserve(&self) -> Result<RecordPlace, RecordsFull> {
        let place = SegmentHandle::reserve(self).map_err(|_| RecordsFull)?;
        Ok(Box::new(move |record| place.record(record.canonical_bytes())))
    }

    fn has_room_for_strangers(&self) -> bool {
        self.usage() == Usage::Ample
    }
}

/// The record of a running call. It is handed over when the call ends, also
/// when the caller went away in between.
pub(crate) struct Recording<'a> {
    pub(crate) record: AccessRecord,
    place: Option<RecordPlace>,
    started: Instant,
    state: &'a State,
}

impl<'a> Recording<'a> {
    pub(crate) fn begin(place: RecordPlace, record: AccessRecord, state: &'a State) -> Self {
        Self { record, place: Some(place), started: Instant::now(), state }
    }

    /// The call was refused, for a reason that the caller was told.
    pub(crate) fn refused(&mut self, outside: &Outside) {
        self.failed(outside.code.into(), outside.blame);
        self.record.status = Some(outside.status);
    }

    /// The call is over its payer's limit. It leaves this record only if it is
    /// the first for a while; otherwise it is counted with others.
    pub(crate) fn over_limit(&mut self, payer: Payer) {
        let Some(place) = self.place.take() else { return };
        self.place = self.state.overflows.note(payer, self.record.peer, self.record.at, place);
    }

    /// Something failed, by its name.
    pub(crate) fn failed(&mut self, code: Cow<'static, str>, blame: Blame) {
        let (authentication_failures, bad_requests) = self.state.history.failed(self.record.peer.ip(), blame);
        self.record.refused = Some(Refused { code, authentication_failures, bad_requests });
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        if self.record.status.is_none() && self.record.refused.is_none() {
            // Dropped in the middle: by whoever left, or by us at the end of the grace after a stop.
            match self.state.shutdown.has_begun() {
                true => self.failed("gateway_stopped".into(), Blame::Platform),
                false => self.failed("caller_left".into(), Blame::Volume),
            }
        }
        let record = &mut self.record;
        record.duration_micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        place(Record::Access(record.clone()));
    }
}
