//! How slow a peer may be: a rule about bytes and time, without a clock.

use std::time::Duration;

/// The least that a peer must take or give: nothing for a while, then so many
/// bytes a second. A slow line goes through, however long it takes; one who
/// does not move loses its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// For how long nothing need come.
    pub grace: Duration,
    /// From then on, on the average since the beginning.
    pub bytes_per_second: u64,
}

impl Pace {
    /// Until when, from the beginning on, the byte after `moved` bytes must have moved.
    pub fn time_for(&self, moved: u64) -> Duration {
        let rate = self.bytes_per_second.max(1);
        let whole = Duration::from_secs(moved / rate);
        let part = Duration::from_nanos((moved % rate).saturating_mul(1_000_000_000) / rate);
        self.grace.saturating_add(whole).saturating_add(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_what_has_moved() {
        let pace = Pace { grace: Duration::from_secs(30), bytes_per_second: 32_768 };
        assert_eq!(pace.time_for(0), Duration::from_secs(30));
        assert_eq!(pace.time_for(32_768), Duration::from_secs(31));
        assert_eq!(pace.time_for(16_384), Duration::from_millis(30_500));
        // 50 MB on the slowest line: 26 minutes.
        assert_eq!(pace.time_for(50_000_000).as_secs(), 30 + 1_525);
        // No numbers break it.
        let odd = Pace { grace: Duration::MAX, bytes_per_second: 0 };
        assert_eq!(odd.time_for(u64::MAX), Duration::MAX);
    }
}
