//! What the journal says of transfers: commitments only, no number, no name,
//! no sum.

use crate::{
    BankingError, Caller, Confirmed, Denied, Executed, RefusalReason, TermsDigest, TransferOrder, TransferTerms,
};
use sumun_identity::customer_actor;
use sumun_ids::TransferId;
use sumun_journal::{Actor, Commitment, CommitmentKey, Entry, EntryKind};
use sumun_time::Timestamp;

/// Writes the journal entries about the transfers of one customer, and commits
/// to their terms under the commitment key of that customer.
///
/// Each commitment is bound to the id of its transfer: whoever holds the key
/// can open one, and two transfers with equal terms show nothing in common.
#[derive(Debug, Clone)]
pub struct TransferJournal {
    key: CommitmentKey,
}

impl TransferJournal {
    /// Commits under `key`, which is the customer's.
    pub const fn new(key: CommitmentKey) -> Self {
        Self { key }
    }

    /// The commitment to the terms of `transfer`.
    pub fn digest(&self, transfer: TransferId, terms: &TransferTerms) -> TermsDigest {
        TermsDigest(self.bound("transfer-terms", transfer, &terms.canonical_bytes()))
    }

    /// The commitment by which a repeated request is known to be the same: a
    /// request to put `terms` before the customer, or to execute `transfer` with them.
    pub fn request_digest(&self, caller: &Caller, transfer: Option<TransferId>, terms: &TransferTerms) -> Commitment {
        let parts = [
            caller.app.to_string().into_bytes(),
            caller.customer.to_string().into_bytes(),
            caller.consent.to_string().into_bytes(),
            transfer.map(|id| id.to_string()).unwrap_or_default().into_bytes(),
            terms.canonical_bytes(),
        ];
        self.key.commit("transfer-request", &crate::text::length_prefixed(&parts))
    }

    /// The app asked, and the transfer awaits its customer.
    pub fn requested(&self, order: &TransferOrder) -> Entry {
        self.of_order(order, order.requested_at, EntryKind::TransferRequested, Actor::Institution(order.institution))
            .with("kind", order.terms.kind().name())
            .with("app", order.app)
            .with("consent", order.consent)
            .with("customer", customer_actor(&self.key, order.customer))
    }

    /// The app asked, and was refused before there was a transfer.
    pub fn request_refused(&self, caller: &Caller, refusal: &BankingError, now: Timestamp) -> Entry {
        Entry::new(now, EntryKind::TransferRefused, Actor::Institution(caller.institution), caller.consent)
            .with("app", caller.app)
            .with("customer", customer_actor(&self.key, caller.customer))
            .with("reason", refusal.code())
    }

    /// The customer confirmed these terms.
    pub fn confirmed(&self, confirmed: &Confirmed) -> Entry {
        let order = confirmed.order();
        let actor = customer_actor(&self.key, order.customer);
        self.of_order(order, confirmed.confirmed_at(), EntryKind::TransferConfirmed, actor)
    }

    /// The customer denied the transfer.
    pub fn denied(&self, denied: &Denied) -> Entry {
        let order = denied.order();
        let actor = customer_actor(&self.key, order.customer);
        self.of_order(order, denied.denied_at(), EntryKind::TransferDenied, actor)
            .with("reason", denied.denial().name())
    }

    /// An attempt to execute the transfer with the terms `repeated` was refused.
    pub fn refused(
        &self,
        order: &TransferOrder,
        reason: RefusalReason,
        repeated: &TransferTerms,
        now: Timestamp,
    ) -> Entry {
        self.of_order(order, now, EntryKind::TransferRefused, Actor::Institution(order.institution))
            .with("reason", reason.name())
            .with("repeated_terms", self.digest(order.id, repeated))
    }

    /// The money moved.
    pub fn executed(&self, executed: &Executed) -> Entry {
        let order = executed.order();
        let amount = order.terms.amount.won().to_string();
        self.of_order(order, executed.executed_at(), EntryKind::TransferExecuted, Actor::Institution(order.institution))
            .with("amount", self.bound("transfer-amount", order.id, amount.as_bytes()))
    }

    fn of_order(&self, order: &TransferOrder, at: Timestamp, kind: EntryKind, actor: Actor) -> Entry {
        Entry::new(at, kind, actor, order.id).with("terms", order.digest)
    }

    fn bound(&self, label: &str, transfer: TransferId, bytes: &[u8]) -> Commitment {
        self.key.commit(label, &crate::text::length_prefixed(&[transfer.to_string().into_bytes(), bytes.to_vec()]))
    }
}
