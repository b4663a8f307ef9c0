//! What one component tells another, in process.
//!
//! The store is the truth; an event only tells that it changed, so that a
//! component with a copy in memory need not ask for every call. Publishing
//! runs every subscriber before it returns: whoever withdraws a consent and
//! has an answer knows that the gateway already refuses (PR-021).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use sumun_consent::Consent;
use sumun_ids::{ConsentId, TokenId};
use sumun_time::Timestamp;

/// What happened. It is published after the change was made durable.
#[derive(Debug, Clone)]
pub enum Event {
    /// A customer granted a consent.
    ConsentGranted(Arc<Consent>),
    /// A consent was withdrawn or has run out.
    ConsentEnded(ConsentId),
    /// An institution, an app, a certificate or a key set was added, changed or removed.
    ParticipantsChanged,
    /// An access token is dead before its time.
    TokenRevoked {
        /// The token (RFC 9068 `jti`).
        id: TokenId,
        /// When it would have died anyway; after that nobody needs to remember it.
        expires_at: Timestamp,
    },
}

/// One that wants to know. It runs on the publisher's thread, so it only
/// notes what changed: it must not wait, and must not publish.
pub type Subscriber = Arc<dyn Fn(&Event) + Send + Sync>;

/// Carries events from those who publish to those who subscribed; clones are
/// one bus.
#[derive(Clone, Default)]
pub struct Bus {
    subscribers: Arc<RwLock<Vec<Subscriber>>>,
}

impl Bus {
    /// A bus without subscribers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands every later event to `subscriber`, for as long as the bus lives.
    pub fn subscribe(&self, subscriber: Subscriber) {
        self.subscribers.write().unwrap_or_else(PoisonError::into_inner).push(subscriber);
    }

    /// Hands `event` to all subscribers, in the order in which they came, and
    /// returns when all of them have taken it.
    pub fn publish(&self, event: &Event) {
        // The list is copied, so that a slow subscriber never holds up a new one.
        let subscribers = self.subscribers.read().unwrap_or_else(PoisonError::into_inner).clone();
        for subscriber in subscribers {
            subscriber(event);
        }
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subscribers = self.subscribers.read().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Bus").field("subscribers", &subscribers).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn publishing_returns_after_every_subscriber_of_every_clone_has_run() {
        let bus = Bus::new();
        let seen = Arc::new(Mutex::new(Vec::new()));
        for name in ["first", "second"] {
            let seen = Arc::clone(&seen);
            bus.clone().subscribe(Arc::new(move |event| {
                if let Event::ConsentEnded(id) = event {
                    seen.lock().unwrap().push((name, *id));
                }
            }));
        }
        let id = ConsentId::from_random([3; 16]);
        bus.publish(&Event::ParticipantsChanged);
        bus.publish(&Event::ConsentEnded(id));
        assert_eq!(*seen.lock().unwrap(), [("first", id), ("second", id)]);
    }
}
