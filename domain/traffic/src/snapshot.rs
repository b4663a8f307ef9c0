//! What the gateway knows at one moment.

use crate::Contract;
use std::collections::HashMap;
use std::sync::Arc;
use sumun_consent::{Consent, ConsentState, Scope};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId};
use sumun_jose::JwkSet;
use sumun_time::Timestamp;

/// Whether a participant or its certificate may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Active,
    /// It was revoked or stopped.
    Stopped,
}

/// A registered client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whose it is.
    pub institution: InstitutionId,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Whether it was revoked.
    pub certificate: Standing,
    /// Whether its institution may call.
    pub holder: Standing,
}

/// Whose access tokens are believed.
#[derive(Debug, Clone)]
pub struct TokenAuthority {
    /// `iss` that a token must have.
    pub issuer: String,
    /// `aud` that a token must name: this gateway.
    pub audience: String,
    /// The issuer's public keys.
    pub keys: JwkSet,
}

/// Everything that filters look at, except consents, which change too often
/// to be copied. It is never changed, only replaced.
#[derive(Debug)]
pub struct Snapshot {
    /// Which calls there are.
    pub contract: Arc<Contract>,
    /// Registered certificates by the SHA-256 of their DER.
    pub certificates: HashMap<[u8; 32], CertificateFacts>,
    /// Apps that may call, with the institution that answers for them.
    pub apps: HashMap<AppId, InstitutionId>,
    /// Whose tokens are believed.
    pub authority: TokenAuthority,
    /// Grows with every replacement; a token that was verified under an older
    /// one is verified again.
    pub epoch: u64,
}

/// What the gateway keeps of a consent: who, what, until when, and nothing
/// that a customer wrote or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentFacts {
    /// The consent.
    pub id: ConsentId,
    /// Whose it is.
    pub customer: CustomerId,
    /// The institution that may use it.
    pub institution: InstitutionId,
    /// The app that may use it.
    pub app: AppId,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// With which accounts.
    pub accounts: Vec<AccountId>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it was ended before that.
    pub standing: Standing,
}

impl From<&Consent> for ConsentFacts {
    fn from(consent: &Consent) -> Self {
        Self {
            id: consent.id,
            customer: consent.customer,
            institution: consent.institution,
            app: consent.app,
            scopes: consent.scopes.clone(),
            accounts: consent.accounts.clone(),
            expires_at: consent.expires_at,
            standing: match consent.state {
                ConsentState::Active => Standing::Active,
                ConsentState::Withdrawn { .. } | ConsentState::Expired { .. } | ConsentState::Superseded { .. } => {
                    Standing::Stopped
                }
            },
        }
    }
}
