//! What the journal says of authorization. Entries name a customer by
//! commitment alone and hold neither codes nor tokens.

use crate::{Approval, IssuedToken, RevokedToken};
use sumun_consent::{Scope, about};
use sumun_ids::InstitutionId;
use sumun_journal::{Actor, Entry, EntryKind};
use sumun_time::Timestamp;

/// Why a token was revoked, as the journal names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationReason {
    /// Its code came a second time (RFC 6749 section 4.1.2).
    CodeReplayed,
}

impl RevocationReason {
    const fn name(self) -> &'static str {
        match self {
            Self::CodeReplayed => "code_replayed",
        }
    }
}

/// The customer approved a request.
pub fn consent_granted(approval: &Approval) -> Entry {
    let consent = &approval.consent;
    about(approval.actor, EntryKind::ConsentGranted, consent, consent.granted_at)
        .with("request", approval.request)
        .with("accounts", consent.accounts.len())
        .with("expires_at", consent.expires_at)
}

/// An app exchanged its code for `token`.
pub fn token_issued(token: &IssuedToken) -> Entry {
    Entry::new(token.issued_at, EntryKind::TokenIssued, Actor::Institution(token.institution), token.id)
        .with("app", token.app)
        .with("consent", token.consent)
        .with("scope", Scope::list(&token.scopes))
        .with("expires_at", token.expires_at)
        .with("certificate_sha256", hex(&token.certificate_thumbprint))
}

/// The platform revoked a token of `institution`.
pub fn token_revoked(
    institution: InstitutionId,
    token: RevokedToken,
    reason: RevocationReason,
    now: Timestamp,
) -> Entry {
    Entry::new(now, EntryKind::TokenRevoked, Actor::Platform, token.id)
        .with("institution", institution)
        .with("reason", reason.name())
        .with("expires_at", token.expires_at)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
