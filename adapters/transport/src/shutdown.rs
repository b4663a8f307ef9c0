//! One signal that asks every listener and connection to end in good order.

use std::sync::Arc;
use tokio::sync::watch;

/// A handle on one shutdown: clones see the same signal, which is given once.
#[derive(Debug, Clone)]
pub struct Shutdown {
    signal: Arc<watch::Sender<bool>>,
}

impl Shutdown {
    /// A shutdown that was not asked for yet.
    pub fn new() -> Self {
        Self { signal: Arc::new(watch::Sender::new(false)) }
    }

    /// Asks for the stop; asking again changes nothing.
    pub fn begin(&self) {
        self.signal.send_replace(true);
    }

    /// Whether the stop was asked for.
    pub fn has_begun(&self) -> bool {
        *self.signal.borrow()
    }

    /// Returns when the stop is asked for, at once if it was.
    pub async fn begun(&self) {
        let mut receiver = self.signal.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = receiver.wait_for(|begun| *begun).await;
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}
