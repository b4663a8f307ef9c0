//! What the journal says.

use super::code::{approval, token};
use super::*;
use crate::{
    RevocationReason, RevokedToken, consent_expired, consent_granted, consent_withdrawn, token_issued, token_revoked,
};
use sumun_journal::{Actor, CommitmentKey, EntryKind};

#[test]
fn entries_name_the_customer_by_commitment_alone() {
    let approval = approval();
    let customer = approval.consent.customer;
    let commitment = CommitmentKey::from_bytes([1; 32]).commit("customer", customer.to_string().as_bytes());
    let actor = Actor::Customer(commitment);
    let revoked = RevokedToken { id: token().id, expires_at: token().expires_at };
    let entries = [
        consent_granted(actor, &approval),
        consent_withdrawn(actor, &approval.consent, NOW),
        consent_expired(actor, &approval.consent, NOW),
        token_issued(&token()),
        token_revoked(institution().id, revoked, RevocationReason::CodeReplayed, NOW),
    ];
    for entry in &entries {
        let text = String::from_utf8(entry.canonical_bytes()).unwrap();
        assert!(!text.contains(&customer.to_string()), "{text}");
    }
    assert_eq!([0, 1, 2].map(|place| entries[place].actor), [actor; 3]);
    assert_eq!(entries[0].subject, approval.consent.id.to_string());
    assert_eq!(entries[3].actor, Actor::Institution(institution().id));
    assert_eq!(entries[4].kind, EntryKind::TokenRevoked);
    assert_eq!(entries[4].facts["reason"], "code_replayed");
}
