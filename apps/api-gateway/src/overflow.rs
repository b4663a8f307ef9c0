//! What is recorded of calls over the limit: the first of them, then a count a second.

use crate::quotas::Payer;
use crate::recording::RecordPlace;
use papaya::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use sumun_records::{Noted, OverLimitCount, Overflow, Record};
use sumun_time::Timestamp;

/// One running count per payer, shared by all cores.
#[derive(Default)]
pub(crate) struct Overflows {
    running: HashMap<Payer, Mutex<Running>>,
}

#[derive(Default)]
struct Running {
    overflow: Overflow,
    /// Where the count that runs will go: it was reserved by the first call that is counted.
    place: Option<RecordPlace>,
}

impl Overflows {
    /// Takes a call over the limit with the place that was kept for its record.
    /// The place comes back when the call is to be recorded whole; otherwise it
    /// is counted, and its place is the count's or free again.
    pub(crate) fn note(
        &self,
        payer: Payer,
        peer: SocketAddr,
        now: Timestamp,
        place: RecordPlace,
    ) -> Option<RecordPlace> {
        let running = self.running.pin();
        let mut running =
            running.get_or_insert_with(payer, Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        let passed = running.overflow.finish(payer.institution(), now);
        running.hand_over(passed);
        match running.overflow.note(peer, now) {
            Noted::Whole => return Some(place),
            Noted::CountBegun => running.place = Some(place),
            Noted::Counted => {}
        }
        None
    }

    /// Records the counts of seconds that have passed.
    pub(crate) fn finish(&self, now: Timestamp) {
        self.each(|payer, overflow| overflow.finish(payer.institution(), now));
    }

    /// Records every count that runs, for the end.
    pub(crate) fn close(&self) {
        self.each(|payer, overflow| overflow.close(payer.institution()));
    }

    fn each(&self, mut end: impl FnMut(Payer, &mut Overflow) -> Option<OverLimitCount>) {
        for (payer, running) in self.running.pin().iter() {
            let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = end(*payer, &mut running.overflow);
            running.hand_over(ended);
        }
    }
}

impl Running {
    fn hand_over(&mut self, count: Option<OverLimitCount>) {
        // The place is taken only with its count: while a count runs it stays.
        let Some(count) = count else { return };
        if let Some(place) = self.place.take() {
            place(Record::OverLimit(count));
        }
    }
}
