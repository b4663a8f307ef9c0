//! Where the gateway learns what it must know.

use std::collections::HashMap;
use std::sync::Arc;
use sumun_authorization::AuthorizationStore;
use sumun_consent::ConsentStore;
use sumun_ids::{AppId, InstitutionId, TokenId};
use sumun_jose::JwkSet;
use sumun_journal::StoreFailure;
use sumun_participants::{InstitutionStatus, ParticipantStore, Participants};
use sumun_time::Timestamp;
use sumun_traffic::{CertificateFacts, ConsentFacts, Standing};

/// Who may call and whose tokens are believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authority {
    /// Registered certificates by the SHA-256 of their DER.
    pub certificates: HashMap<[u8; 32], CertificateFacts>,
    /// Apps with the institution that answers for them.
    pub apps: HashMap<AppId, InstitutionId>,
    /// Public keys of the authorization server.
    pub keys: JwkSet,
}

/// Where the gateway learns what it must know: whole at the start, and
/// participants again when they change.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// Who may call and whose tokens are believed.
    async fn authority(&self) -> Result<Authority, StoreFailure>;

    /// Every consent that may be used at `now`.
    async fn consents(&self, now: Timestamp) -> Result<Vec<ConsentFacts>, StoreFailure>;

    /// Every token that was revoked and would still live at `now`, with its end.
    async fn revoked_tokens(&self, now: Timestamp) -> Result<Vec<(TokenId, Timestamp)>, StoreFailure>;
}

/// The source of the whole platform: its stores, and the authorization
/// server's public keys.
pub struct PlatformSource {
    /// Institutions, apps and certificates.
    pub participants: Arc<dyn ParticipantStore>,
    /// Consents.
    pub consents: Arc<dyn ConsentStore>,
    /// Revoked tokens.
    pub authorization: Arc<dyn AuthorizationStore>,
    /// Public keys of the authorization server.
    pub keys: JwkSet,
}

#[async_trait::async_trait]
impl Source for PlatformSource {
    async fn authority(&self) -> Result<Authority, StoreFailure> {
        Ok(authority(&self.participants.all().await?, self.keys.clone()))
    }

    async fn consents(&self, now: Timestamp) -> Result<Vec<ConsentFacts>, StoreFailure> {
        Ok(self.consents.active(now).await?.iter().map(ConsentFacts::from).collect())
    }

    async fn revoked_tokens(&self, now: Timestamp) -> Result<Vec<(TokenId, Timestamp)>, StoreFailure> {
        let revoked = self.authorization.revoked_tokens(now).await?;
        Ok(revoked.into_iter().map(|token| (token.id, token.expires_at)).collect())
    }
}

fn authority(participants: &Participants, keys: JwkSet) -> Authority {
    let active: HashMap<InstitutionId, Standing> = participants
        .institutions
        .iter()
        .map(|institution| match institution.status {
            InstitutionStatus::Active => (institution.id, Standing::Active),
            InstitutionStatus::Suspended => (institution.id, Standing::Stopped),
        })
        .collect();
    let certificates = participants.certificates.iter().map(|certificate| {
        let facts = CertificateFacts {
            institution: certificate.institution,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            certificate: Standing::Active,
            // A certificate without its institution is of nobody who may call.
            holder: active.get(&certificate.institution).copied().unwrap_or(Standing::Stopped),
        };
        (certificate.thumbprint, facts)
    });
    Authority {
        certificates: certificates.collect(),
        apps: participants.apps.iter().map(|app| (app.id, app.institution)).collect(),
        keys,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_participants::{ClientCertificate, Institution};

    fn institution(byte: u8, status: InstitutionStatus) -> Institution {
        Institution {
            id: InstitutionId::from_random([byte; 16]),
            name_ko: "핀테크".to_owned(),
            name_en: "Fintech".to_owned(),
            business_number: "123-45-67891".parse().unwrap(),
            contact: "02-000-0000".to_owned(),
            status,
        }
    }

    fn certificate(byte: u8) -> ClientCertificate {
        ClientCertificate {
            thumbprint: [byte; 32],
            key_sha256: None,
            institution: InstitutionId::from_random([byte; 16]),
            subject_dn: "CN=a".parse().unwrap(),
            not_before: Timestamp::from_seconds(1),
            not_after: Timestamp::from_seconds(2),
        }
    }

    #[test]
    fn only_certificates_of_active_institutions_may_call() {
        let participants = Participants {
            institutions: vec![institution(1, InstitutionStatus::Active), institution(2, InstitutionStatus::Suspended)],
            apps: Vec::new(),
            certificates: vec![certificate(1), certificate(2), certificate(3)],
        };
        let known = authority(&participants, JwkSet::default()).certificates;
        assert_eq!(known[&[1; 32]].holder, Standing::Active);
        assert_eq!(known[&[2; 32]].holder, Standing::Stopped);
        assert_eq!(known[&[3; 32]].holder, Standing::Stopped, "a certificate of nobody");
    }
}
