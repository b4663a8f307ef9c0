//! The port of the consents' store.

use crate::{Consent, Withdrawal, Withdrawn};
use sumun_ids::{ConsentId, CustomerId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

/// What came of an attempt to record the end of a consent's validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was active and is ended now; the journal entries were written with it.
    Ended(Consent),
    /// It had ended before; nothing was written.
    AlreadyEnded(Consent),
    /// The customer has no such consent; nothing was written.
    NotFound,
}

/// Where consents are kept. Every write is durable when it returns, together
/// with its journal entries; either all of it is written or nothing.
///
/// A consent comes into being with the approval of a request and in no other
/// way: the port of the authorization server writes both.
#[async_trait::async_trait]
pub trait ConsentStore: Send + Sync {
    /// Carries out a withdrawal on what is active in that moment, with an entry for each consent that it ends. It
    /// answers nothing at all when the customer has no consent within its reach.
    async fn withdraw(&self, withdrawal: &Withdrawal) -> Result<Withdrawn, StoreFailure>;

    /// Records that the consent `id` of `customer` reached the end of its
    /// validity, if its recorded state is active and `now` is not before that end.
    async fn expire(
        &self,
        customer: CustomerId,
        id: ConsentId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Ending, StoreFailure>;

    /// The consent `id`, whatever its state.
    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreFailure>;

    /// Every consent of `customer`, whatever its state, the latest first.
    async fn of_customer(&self, customer: CustomerId) -> Result<Vec<Consent>, StoreFailure>;

    /// Every consent that may be used at `now`, for the snapshot of the gateway.
    async fn active(&self, now: Timestamp) -> Result<Vec<Consent>, StoreFailure>;

    /// At most `limit` consents whose end of validity came by `now` but is not
    /// recorded yet, the longest overdue first.
    async fn overdue(&self, now: Timestamp, limit: u32) -> Result<Vec<Consent>, StoreFailure>;
}
