//! How much room records may take, and which of them may go.
//!
//! Sources: access logs at least one year (PR-076), records of the processing
//! and provision of credit information three years (PR-075). A segment holds
//! both, so the longer of the two counts for all. That nothing goes as long as
//! there is room, and how much room there is, is our choice: the sources know
//! no longest time for these records.

use sumun_time::{Span, Timestamp};

/// How long a record is kept at least: three years of 366 days. It is no
/// setting, since a shorter time would weaken what the sources demand.
pub const KEPT_AT_LEAST: Span = Span::from_days(3 * 366);

/// How many bytes all segments of records may have together, unless the
/// operator says otherwise: 64 GiB, of our choice. One institution that calls
/// at its limit without a pause writes some 5 GB a day.
pub const BUDGET_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// How much of the budget is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Usage {
    /// Less than three quarters.
    Ample,
    /// Three quarters or more: the operator is told, whoever needs no
    /// certificate leaves no more records, and what is old enough may go.
    Alarm,
    /// All of it: no call is taken, since it could not be recorded (PR-018).
    Spent,
}

/// How much of `budget_bytes` is used with `bytes`.
pub const fn usage(bytes: u64, budget_bytes: u64) -> Usage {
    if bytes >= budget_bytes {
        Usage::Spent
    } else if bytes >= budget_bytes - budget_bytes / 4 {
        Usage::Alarm
    } else {
        Usage::Ample
    }
}

/// A segment that takes no more records and whose every batch is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedSegment {
    /// The number of its first record.
    pub first: u64,
    /// How many bytes it has on the disk.
    pub bytes: u64,
    /// When its last batch was sealed: none of its records is younger.
    pub sealed_at: Timestamp,
}

/// Which segments may go now, oldest first: as few as bring `bytes`, the size
/// of all, below the alarm, and none that must be kept. `segments` are in the
/// order of their records.
pub fn to_retire(
    segments: &[SealedSegment],
    bytes: u64,
    budget_bytes: u64,
    now: Timestamp,
) -> impl Iterator<Item = &SealedSegment> {
    let mut left = bytes;
    segments.iter().take_while(move |segment| {
        let may_go = usage(left, budget_bytes) > Usage::Ample && now.since(segment.sealed_at) > KEPT_AT_LEAST;
        left = left.saturating_sub(segment.bytes);
        may_go
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(2_000_000_000);

    fn segments(ages_in_days: &[i64]) -> Vec<SealedSegment> {
        let segment = |(place, age): (usize, &i64)| SealedSegment {
            first: place as u64 * 10,
            bytes: 100,
            sealed_at: NOW.minus(Span::from_days(*age)),
        };
        ages_in_days.iter().enumerate().map(segment).collect()
    }

    fn retired(ages_in_days: &[i64], bytes: u64, budget: u64) -> Vec<u64> {
        to_retire(&segments(ages_in_days), bytes, budget, NOW).map(|segment| segment.first).collect()
    }

    #[test]
    fn the_alarm_comes_at_three_quarters_and_the_end_at_all() {
        let levels: Vec<_> = [0, 74, 75, 99, 100, 101].map(|bytes| usage(bytes, 100)).to_vec();
        use Usage::{Alarm, Ample, Spent};
        assert_eq!(levels, [Ample, Ample, Alarm, Alarm, Spent, Spent]);
        assert_eq!(usage(0, 0), Spent);
        assert_eq!(usage(u64::MAX - 1, u64::MAX), Alarm);
    }

    #[test]
    fn pr_075_nothing_goes_before_three_years_however_full_it_is() {
        assert_eq!(retired(&[1_098, 1_000, 5], 1_000, 10), [0_u64; 0]);
        assert_eq!(retired(&[1_099, 1_098, 1_099], 1_000, 10), [0], "no later one before an earlier one");
    }

    #[test]
    fn nothing_goes_while_there_is_room_and_then_no_more_than_is_needed() {
        assert_eq!(retired(&[2_000, 2_000], 200, 1_000), [0_u64; 0]);
        assert_eq!(retired(&[2_000, 2_000, 2_000, 1], 400, 400), [0, 10], "two of four bring it below 300");
    }
}
