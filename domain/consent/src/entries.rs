//! What the journal says of the ends of consents. Entries name a customer by commitment alone.

use crate::{Consent, Scope};
use sumun_journal::{Actor, Entry, EntryKind};
use sumun_time::Timestamp;

/// The customer who is `actor` withdrew a consent at `now`.
pub fn consent_withdrawn(actor: Actor, consent: &Consent, now: Timestamp) -> Entry {
    about(actor, EntryKind::ConsentWithdrawn, consent, now)
}

/// A consent of the customer who is `actor` reached the end of its validity; noted at `now`.
pub fn consent_expired(actor: Actor, consent: &Consent, now: Timestamp) -> Entry {
    about(actor, EntryKind::ConsentExpired, consent, now).with("expires_at", consent.expires_at)
}

/// The customer who is `actor` gave `newer`, which counts in the place of `consent`.
pub fn consent_superseded(actor: Actor, consent: &Consent, newer: &Consent) -> Entry {
    about(actor, EntryKind::ConsentSuperseded, consent, newer.granted_at).with("by", newer.id)
}

/// An entry of `kind` about `consent`, with what each of them says.
pub fn about(actor: Actor, kind: EntryKind, consent: &Consent, at: Timestamp) -> Entry {
    Entry::new(at, kind, actor, consent.id)
        .with("institution", consent.institution)
        .with("app", consent.app)
        .with("scope", Scope::list(&consent.scopes))
}
