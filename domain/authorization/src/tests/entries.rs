//! What the journal says.

use super::code::{approval, token};
use super::*;
use crate::{Approval, RevocationReason, RevokedToken, consent_granted, token_issued, token_revoked};
use sumun_consent::{consent_expired, consent_superseded, consent_withdrawn};
use sumun_journal::{Actor, CommitmentKey, EntryKind};

#[test]
fn entries_name_the_customer_by_commitment_alone() {
    let approval = approval();
    let customer = approval.consent.customer;
    let commitment = CommitmentKey::from_bytes([1; 32]).commit("customer", customer.to_string().as_bytes());
    let actor = Actor::Customer(commitment);
    let approval = Approval { actor, ..approval };
    let revoked = RevokedToken { id: token().id, expires_at: token().expires_at };
    let entries = [
        consent_granted(&approval),
        consent_withdrawn(actor, &approval.consent, NOW),
        consent_expired(actor, &approval.consent, NOW),
        consent_superseded(actor, &approval.consent, &approval.consent),
        token_issued(&token()),
        token_revoked(institution().id, revoked, RevocationReason::CodeReplayed, NOW),
    ];
    for entry in &entries {
        let text = String::from_utf8(entry.canonical_bytes()).unwrap();
        assert!(!text.contains(&customer.to_string()), "{text}");
    }
    assert_eq!([0, 1, 2, 3].map(|place| entries[place].actor), [actor; 4]);
    assert_eq!(entries[0].subject, approval.consent.id.to_string());
    assert_eq!(entries[4].actor, Actor::Institution(institution().id));
    assert_eq!(entries[5].kind, EntryKind::TokenRevoked);
    assert_eq!(entries[5].facts["reason"], "code_replayed");
}
