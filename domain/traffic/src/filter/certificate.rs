//! Whose certificate is this, and may it still be used?

use crate::{CertificateFacts, Refusal, Snapshot, Standing};
use sumun_ids::InstitutionId;
use sumun_time::Timestamp;

/// An institution that may call, known by the certificate of the live connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownPeer {
    institution: InstitutionId,
    thumbprint: [u8; 32],
}

impl KnownPeer {
    /// The institution.
    pub fn institution(&self) -> InstitutionId {
        self.institution
    }

    /// SHA-256 of the certificate's DER.
    pub fn thumbprint(&self) -> [u8; 32] {
        self.thumbprint
    }
}

/// Looks at the certificate again for every call: a connection can outlive
/// its certificate, and a handshake knows nothing of registrations.
pub fn check(snapshot: &Snapshot, thumbprint: [u8; 32], now: Timestamp) -> Result<KnownPeer, Refusal> {
    let facts = snapshot.certificates.get(&thumbprint).ok_or(Refusal::CertificateUnknown)?;
    let CertificateFacts { institution, not_before, not_after, certificate, holder } = *facts;
    if certificate == Standing::Stopped {
        return Err(Refusal::CertificateRevoked);
    }
    // RFC 5280 section 4.1.2.5: validity counts in seconds and includes the last.
    if now < not_before || now.seconds() > not_after.seconds() {
        return Err(Refusal::CertificateExpired);
    }
    if holder == Standing::Stopped {
        return Err(Refusal::InstitutionStopped);
    }
    Ok(KnownPeer { institution, thumbprint })
}
