//! Whether a machine's clock can be right, held against what is already known.
//!
//! A journal that goes on under a clock set back would tell events in an order
//! in which they did not happen, and deadlines, tokens and certificates that
//! are over would be valid again. What no source says is our choice here: the
//! refusal itself, and after how long a silence a clock is worth a look.

use sumun_time::{Span, Timestamp};

/// What a start knows of time besides the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownTime {
    /// When the newest entry of the journal was made; nothing while there is none.
    pub newest_entry: Option<Timestamp>,
    /// When the newest of the keys was made.
    pub newest_key: Timestamp,
}

/// What the clock looks like beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ClockVerdict {
    /// Nothing that is known speaks against it.
    Plausible,
    /// It stands before the newest entry: it was set back, or the entry was
    /// made under one that was ahead.
    BeforeJournal(Timestamp),
    /// It stands before a key was made.
    BeforeKey(Timestamp),
    /// So long after the newest entry that it is worth a look.
    LongAfter(Span),
}

impl KnownTime {
    /// A silence of the journal that a start speaks of. Our choice.
    pub const LONG: Span = Span::from_days(90);

    /// Holds `now` against it.
    pub fn judge(&self, now: Timestamp) -> ClockVerdict {
        if let Some(newest) = self.newest_entry.filter(|newest| now < *newest) {
            return ClockVerdict::BeforeJournal(newest);
        }
        if now < self.newest_key {
            return ClockVerdict::BeforeKey(self.newest_key);
        }
        match self.newest_entry.map(|newest| now.since(newest)) {
            Some(silence) if silence > Self::LONG => ClockVerdict::LongAfter(silence),
            _ => ClockVerdict::Plausible,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_what_is_known_is_told_apart_from_one_long_after() {
        let at = Timestamp::from_seconds;
        let (key, entry) = (at(1_000), at(2_000));
        let known = KnownTime { newest_entry: Some(entry), newest_key: key };
        let fresh = KnownTime { newest_entry: None, newest_key: key };
        let long = entry.plus(KnownTime::LONG);
        for (known, now, verdict) in [
            (known, entry, ClockVerdict::Plausible),
            (known, long, ClockVerdict::Plausible),
            (
                known,
                long.plus(Span::from_seconds(1)),
                ClockVerdict::LongAfter(long.plus(Span::from_seconds(1)).since(entry)),
            ),
            (known, at(1_999), ClockVerdict::BeforeJournal(entry)),
            (known, at(0), ClockVerdict::BeforeJournal(entry)),
            (fresh, key, ClockVerdict::Plausible),
            (fresh, at(999), ClockVerdict::BeforeKey(key)),
        ] {
            assert_eq!(known.judge(now), verdict, "{now}");
        }
    }
}
