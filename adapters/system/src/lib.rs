//! The clock, the randomness and the room of the machine, and how it tells of an error.
//!
//! Rules never read a clock and never draw randomness: they take `now` and
//! bytes as arguments. Apps hold an `Arc<dyn Clock>` and an `Arc<dyn Random>`
//! and draw from them at the border, so that a test can decide both.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod reserve;
mod volume;

pub use reserve::{RELEASE_BYTES, RESERVE_BYTES, Reserve, Room};
pub use volume::{FLOOR_BYTES, VolumeSpace};

use std::error::Error;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use sumun_time::{Span, Timestamp};

/// Tells what time it is.
pub trait Clock: Send + Sync {
    /// The instant of the call.
    fn now(&self) -> Timestamp;
}

/// Gives bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// Sixteen random bytes, as the ids of `sumun-ids` take them.
    fn id_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// Thirty-two random bytes, as secrets and session tokens take them.
    fn secret_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// An error with its causes on one line, as a log or a terminal shows it.
pub fn in_one_line(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// The machine's real-time clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        let now = SystemTime::now();
        let micros = match now.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Timestamp::from_micros(micros)
    }
}

/// A clock that moves only when it is told to: for tests and simulations.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    /// Puts the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }

    /// Moves the clock by `span`.
    pub fn advance(&self, span: Span) {
        self.0.fetch_add(span.micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// The random generator of aws-lc, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness no secret can be made; going on would be worse")]
        aws_lc_rs::rand::fill(buffer).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Timestamp::from_seconds(100));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Span::from_seconds(5));
        assert_eq!(clock.now(), Timestamp::from_seconds(105));
        clock.set(Timestamp::from_seconds(1));
        assert_eq!(clock.now(), Timestamp::from_seconds(1));
    }

    #[test]
    fn the_system_clock_is_past_the_making_of_this_test() {
        assert!(SystemClock.now() > "2025-01-01T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn random_bytes_do_not_repeat() {
        assert_ne!(SystemRandom.id_bytes(), SystemRandom.id_bytes());
        assert_ne!(SystemRandom.secret_bytes(), SystemRandom.secret_bytes());
    }
}
