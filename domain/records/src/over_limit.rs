//! Calls over the limit: the first leaves a record, those behind it a count.
//!
//! A refusal must not cost its caller less than it costs us. Whoever calls
//! without end over the limit would otherwise fill the disk (PR-018, PR-058):
//! one record of some 250 bytes for each call that cost nothing. That one
//! record whole, then one count a second is our choice; the sources say only
//! that calls are recorded.

use crate::ParseRecordError;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use sumun_ids::InstitutionId;
use sumun_time::Timestamp;

/// The occasion of a count, so that a reader of lines tells it from a call's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedOccasion {
    /// Calls that were refused because the limit was used up (429).
    OverLimit,
}

/// How many calls of one institution were refused within one second because
/// its limit was used up. Like a call's record its byte form is one line of
/// JSON with the fields in this order; what is unknown is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverLimitCount {
    /// The whole second, UTC, by its beginning.
    pub second: Timestamp,
    /// What was counted.
    pub occasion: CountedOccasion,
    /// Whose certificate the connections showed; absent for those that are of
    /// our authority but registered for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution: Option<InstitutionId>,
    /// The address that the first of the counted calls came from.
    pub peer: SocketAddr,
    /// How many, at least one. Calls with a record of their own are not among them.
    pub count: u64,
}

impl OverLimitCount {
    /// The one byte form: a line of JSON without its line feed.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        // Writing these plain fields to memory cannot fail; an empty line would not parse again.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a line in its one byte form.
    ///
    /// # Errors
    /// [`ParseRecordError`] also for another form of the same count.
    pub fn parse(line: &[u8]) -> Result<Self, ParseRecordError> {
        let count: Self = serde_json::from_slice(line).map_err(ParseRecordError::Json)?;
        if count.canonical_bytes() == line { Ok(count) } else { Err(ParseRecordError::NotCanonical) }
    }
}

/// What becomes of one call over the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is the first for a while: it leaves a record of its own.
    Whole,
    /// It is the first that is counted in its second: the count needs a place among the records.
    CountBegun,
    /// It is counted with others.
    Counted,
}

/// The calls over the limit of one institution, as they come. They belong
/// together as long as no whole second passes without one.
#[derive(Debug, Clone, Default)]
pub struct Overflow {
    /// The second of the last one, from the epoch.
    last: Option<i64>,
    counted: Option<(SocketAddr, u64)>,
}

impl Overflow {
    /// Takes one more call at `now`. A count of an earlier second is finished
    /// by then and must be [taken](Self::finish) before. A clock that steps
    /// back counts on in the second that it had reached.
    pub fn note(&mut self, peer: SocketAddr, now: Timestamp) -> Noted {
        let second = self.last.map_or(now.seconds(), |last| last.max(now.seconds()));
        let goes_on = self.last.is_some_and(|last| second <= last.saturating_add(1));
        self.last = Some(second);
        match (&mut self.counted, goes_on) {
            (_, false) => Noted::Whole,
            (Some((_, count)), true) => {
                *count = count.saturating_add(1);
                Noted::Counted
            }
            (counted @ None, true) => {
                *counted = Some((peer, 1));
                Noted::CountBegun
            }
        }
    }

    /// The count of a second that has passed at `now`, if there is one.
    pub fn finish(&mut self, institution: Option<InstitutionId>, now: Timestamp) -> Option<OverLimitCount> {
        let second = self.last.filter(|last| *last < now.seconds())?;
        self.end(institution, second)
    }

    /// The count that runs, although its second has not passed: for the end of the process.
    pub fn close(&mut self, institution: Option<InstitutionId>) -> Option<OverLimitCount> {
        self.end(institution, self.last?)
    }

    fn end(&mut self, institution: Option<InstitutionId>, second: i64) -> Option<OverLimitCount> {
        let (peer, count) = self.counted.take()?;
        let second = Timestamp::from_seconds(second);
        Some(OverLimitCount { second, occasion: CountedOccasion::OverLimit, institution, peer, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sumun_time::Span;

    const WHO: Option<InstitutionId> = Some(InstitutionId::from_random([2; 16]));

    fn peer() -> SocketAddr {
        "127.0.0.1:50000".parse().unwrap()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_seconds(1_000).plus(Span::from_millis(millis))
    }

    #[test]
    fn the_first_is_whole_and_those_behind_it_are_counted_by_the_second() {
        let mut overflow = Overflow::default();
        let noted: Vec<_> = [0, 1, 2, 999].map(|millis| overflow.note(peer(), at(millis))).to_vec();
        assert_eq!(noted, [Noted::Whole, Noted::CountBegun, Noted::Counted, Noted::Counted]);
        assert_eq!(overflow.finish(WHO, at(999)), None, "the second is not over");
        let count = overflow.finish(WHO, at(1_000)).unwrap();
        assert_eq!((count.second, count.institution, count.peer, count.count), (at(0), WHO, peer(), 3));
        assert_eq!(overflow.finish(WHO, at(1_000)), None, "told once");
        assert_eq!(overflow.note(peer(), at(1_500)), Noted::CountBegun, "it has not stopped for a whole second");
        assert_eq!(overflow.close(WHO).map(|count| (count.second, count.count)), Some((at(1_000), 1)));
        assert_eq!(overflow.note(peer(), at(3_000)), Noted::Whole, "a second went by without one");
    }

    #[test]
    fn a_clock_that_steps_back_counts_on() {
        let mut overflow = Overflow::default();
        overflow.note(peer(), at(5_000));
        assert_eq!(overflow.note(peer(), at(0)), Noted::CountBegun);
        assert_eq!(overflow.finish(WHO, at(6_000)).unwrap().second, at(5_000));
    }

    #[test]
    fn a_count_has_one_byte_form() {
        let mut overflow = Overflow::default();
        overflow.note(peer(), at(0));
        overflow.note(peer(), at(0));
        let count = overflow.close(None).unwrap();
        let line = String::from_utf8(count.canonical_bytes()).unwrap();
        assert_eq!(
            line,
            r#"{"second":"1970-01-01T00:16:40Z","occasion":"over_limit","peer":"127.0.0.1:50000","count":1}"#
        );
        assert_eq!(OverLimitCount::parse(line.as_bytes()).unwrap(), count);
        for other in [line.replace(':', ": "), line.replace("over_limit", "call"), format!("{line}\n")] {
            assert!(OverLimitCount::parse(other.as_bytes()).is_err(), "{other}");
        }
    }

    proptest! {
        /// Whatever comes when: every call is either whole or in exactly one count, and in
        /// any second there is at most one of each.
        #[test]
        fn every_call_is_told_once_and_a_second_costs_two_lines_at_most(
            waits in prop::collection::vec(prop_oneof![4 => 0i64..3, 1 => 0i64..3_000], 1..200)
        ) {
            let (mut overflow, mut millis) = (Overflow::default(), 0);
            let (mut whole, mut counts) = (Vec::new(), Vec::new());
            for wait in &waits {
                millis += wait;
                counts.extend(overflow.finish(WHO, at(millis)));
                if overflow.note(peer(), at(millis)) == Noted::Whole {
                    whole.push(millis / 1_000);
                }
            }
            counts.extend(overflow.close(WHO));
            let counted: u64 = counts.iter().map(|count| count.count).sum();
            prop_assert_eq!(whole.len() as u64 + counted, waits.len() as u64);
            prop_assert!(whole.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(counts.windows(2).all(|pair| pair[0].second < pair[1].second));
        }
    }
}
