//! Faults of peers, told at a bounded rate.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// For how long lines are counted together.
const WINDOW: Duration = Duration::from_secs(1);
/// Lines of one window.
const LINES_MAX: u32 = 10;

/// Tells of refused handshakes and broken protocols of one listener. Strangers
/// cause them, so they must not be able to fill a disk: beyond the bound a
/// line is only counted, and the count is told with the next one.
#[derive(Debug, Default)]
pub(crate) struct FaultLog {
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    begun: Option<Instant>,
    lines: u32,
    untold: u64,
}

impl FaultLog {
    /// Notes one fault by its stable name.
    pub(crate) fn note(&self, address: SocketAddr, fault: &'static str) {
        if let Some(untold) = self.take(Instant::now()) {
            tracing::info!(%address, fault, untold, "a connection was refused or cut");
        }
    }

    /// The count of faults that were not told since the last line, if there may be a line now.
    fn take(&self, now: Instant) -> Option<u64> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.begun.is_none_or(|begun| now.duration_since(begun) >= WINDOW) {
            (window.begun, window.lines) = (Some(now), 0);
        }
        if window.lines >= LINES_MAX {
            window.untold = window.untold.saturating_add(1);
            return None;
        }
        window.lines += 1;
        Some(std::mem::take(&mut window.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_faults_is_counted_and_told_with_the_next_line() {
        let (log, begun) = (FaultLog::default(), Instant::now());
        let told = (0..1_000).filter(|_| log.take(begun).is_some()).count();
        assert_eq!(told, 10);
        assert_eq!(log.take(begun + Duration::from_millis(999)), None);
        assert_eq!(log.take(begun + WINDOW), Some(991));
        assert_eq!(log.take(begun + WINDOW), Some(0));
    }
}
