//! Lock after too many failures (M-5.4-가-8, and the locking half of PR-073).

use sumun_time::{Span, Timestamp};

/// How many failures lock a login name, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPolicy {
    /// The failure that locks.
    pub failures_max: u32,
    /// How long the lock lasts.
    pub locked_for: Span,
    /// When failures that did not lock are forgotten.
    pub forgotten_after: Span,
}

/// What is known of the failures of one login name. It is counted by name, not
/// by person, so that a name that nobody has answers like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many there were since the last success, lock or pause.
    pub count: u32,
    /// When the last one was.
    pub last_at: Timestamp,
    /// Until when the name is locked.
    pub locked_until: Option<Timestamp>,
}

impl SignInPolicy {
    /// Five failures, ten minutes, one hour.
    pub const STANDARD: Self =
        Self { failures_max: 5, locked_for: Span::from_minutes(10), forgotten_after: Span::from_hours(1) };

    /// Until when the name is locked at `now`, if it is.
    pub fn lock(&self, failures: &Failures, now: Timestamp) -> Option<Timestamp> {
        failures.locked_until.filter(|until| now < *until)
    }

    /// The failures after another one at `now`. One that comes during a lock
    /// is not counted, so that nobody can keep a name locked by trying on.
    pub fn after_failure(&self, failures: &Failures, now: Timestamp) -> Failures {
        if self.lock(failures, now).is_some() {
            return *failures;
        }
        let is_over = failures.locked_until.is_some() || now.since(failures.last_at) >= self.forgotten_after;
        let count = if is_over { 1 } else { failures.count.saturating_add(1) };
        let locked_until = (count >= self.failures_max).then(|| now.plus(self.locked_for));
        Failures { count, last_at: now, locked_until }
    }

    /// How many more failures there may be before the name is locked.
    pub fn failures_left(&self, failures: &Failures) -> u32 {
        self.failures_max.saturating_sub(failures.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POLICY: SignInPolicy = SignInPolicy::STANDARD;
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn fail(failures: Failures, times: u32, now: Timestamp) -> Failures {
        (0..times).fold(failures, |failures, _| POLICY.after_failure(&failures, now))
    }

    #[test]
    fn m_5_4_ga_8_the_fifth_failure_locks_for_ten_minutes() {
        let four = fail(Failures::default(), 4, NOW);
        assert_eq!((POLICY.lock(&four, NOW), POLICY.failures_left(&four)), (None, 1));
        let five = POLICY.after_failure(&four, NOW);
        let until = NOW.plus(Span::from_minutes(10));
        assert_eq!(POLICY.lock(&five, NOW), Some(until));
        assert_eq!(POLICY.lock(&five, until.minus(Span::from_micros(1))), Some(until));
        assert_eq!(POLICY.lock(&five, until), None);
        assert_eq!(POLICY.after_failure(&five, until).count, 1);
    }

    #[test]
    fn failures_are_forgotten_after_an_hour_and_not_counted_during_a_lock() {
        let four = fail(Failures::default(), 4, NOW);
        assert_eq!(POLICY.after_failure(&four, NOW.plus(Span::from_hours(1))).count, 1);
        let locked = fail(four, 1, NOW);
        assert_eq!(fail(locked, 100, NOW.plus(Span::from_minutes(9))), locked);
    }

    proptest! {
        #[test]
        fn no_rhythm_of_guessing_gets_more_than_five_tries_per_lock(pauses in prop::collection::vec(0..600i64, 1..60)) {
            let (mut failures, mut now, mut tries, start) = (Failures::default(), NOW, 0u32, NOW);
            for pause in pauses {
                now = now.plus(Span::from_seconds(pause));
                tries += u32::from(POLICY.lock(&failures, now).is_none());
                failures = POLICY.after_failure(&failures, now);
            }
            // Each pause is shorter than what is forgotten, so every five tries cost ten minutes.
            let locks = now.since(start).seconds() / 600;
            prop_assert!(i64::from(tries) <= 5 * (locks + 1), "{tries} tries in {locks} locks");
        }
    }
}
