//! Exactly one access record for each call, whatever becomes of it.

use crate::state::State;
use std::borrow::Cow;
use std::fmt;
use sumun_journal_files::SegmentHandle;
use sumun_records::{AccessRecord, Refused};
use sumun_traffic::{Blame, Outside};
use tokio::time::Instant;

/// A place in the queue of records that is kept free for one record.
pub type RecordPlace = Box<dyn FnOnce(AccessRecord) + Send>;

/// The queue of records is full: whoever writes them is too slow or has stopped.
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
}

impl RecordSink for SegmentHandle {
    fn reserve(&self) -> Result<RecordPlace, RecordsFull> {
        let place = SegmentHandle::reserve(self).map_err(|_| RecordsFull)?;
        Ok(Box::new(move |record| place.record(record.canonical_bytes())))
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
        place(record.clone());
    }
}
