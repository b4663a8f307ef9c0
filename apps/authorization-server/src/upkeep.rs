//! What has to be done from time to time.

use crate::Parts;
use crate::answer::log;
use std::time::Duration;
use sumun_authorization::AuthorizationError;
use sumun_consent::{Ending, consent_expired};
use sumun_events::Event;
use sumun_time::Timestamp;
use sumun_transport::Shutdown;

/// How long between two rounds.
const PAUSE: Duration = Duration::from_secs(30);

/// Rows of each kind in one step, so that no step holds up other writers.
const ROWS_MAX: u32 = 500;

/// Forgets what has expired and records consents that came to their end.
pub struct Upkeep {
    parts: Parts,
}

impl Upkeep {
    /// The upkeep of a server of these parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Works every half minute until `shutdown` begins. A failure is logged and tried again.
    pub async fn run(&self, shutdown: Shutdown) {
        loop {
            if let Err(error) = self.round().await {
                log("upkeep", &error);
            }
            tokio::select! {
                () = shutdown.begun() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// One round, until nothing is left to do.
    ///
    /// # Errors
    /// [`AuthorizationError::Platform`] when a store failed; the rest waits for the next round.
    pub async fn round(&self) -> Result<(), AuthorizationError> {
        let now = self.parts.clock.now();
        // Another round only after a full one that ended something, so that a broken row cannot keep it going.
        while self.expire_some(now).await? >= u64::from(ROWS_MAX) {}
        while self.parts.authorizations.prune(now, ROWS_MAX).await? >= u64::from(ROWS_MAX) {}
        // Sessions and forms of every app: they are kept in one place.
        while self.parts.identities.prune_forms(now, ROWS_MAX).await? >= u64::from(ROWS_MAX) {}
        while self.parts.identities.prune_sessions(now, ROWS_MAX).await? >= u64::from(ROWS_MAX) {}
        Ok(())
    }

    /// Ends the longest overdue consents and answers how many were ended.
    async fn expire_some(&self, now: Timestamp) -> Result<u64, AuthorizationError> {
        let mut ended = 0;
        for consent in self.parts.consents.overdue(now, ROWS_MAX).await? {
            let customer = self.parts.identities.customer(consent.customer).await?;
            let entry = customer.map(|customer| consent_expired(customer.actor(), &consent, now));
            let entries: Vec<_> = entry.into_iter().collect();
            let ending = self.parts.consents.expire(consent.customer, consent.id, now, &entries).await?;
            if matches!(ending, Ending::Ended(_)) {
                self.parts.bus.publish(&Event::ConsentEnded(consent.id));
                ended += 1;
            }
        }
        Ok(ended)
    }
}
