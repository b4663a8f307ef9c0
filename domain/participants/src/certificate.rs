//! The certificate that an institution's access server shows.

use crate::DistinguishedName;
use sumun_ids::InstitutionId;
use sumun_time::Timestamp;

/// A registered client certificate of an institution (PR-030, PR-040).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// SHA-256 of its DER form; the value of `x5t#S256` (RFC 8705 section 3.1).
    pub thumbprint: [u8; 32],
    /// The SHA-256 of its public key; none of a certificate that was
    /// registered before this was kept.
    pub key_sha256: Option<[u8; 32]>,
    /// Whose it is.
    pub institution: InstitutionId,
    /// Its subject.
    pub subject_dn: DistinguishedName,
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid, that second included (RFC 5280 section 4.1.2.5).
    pub not_after: Timestamp,
}

impl ClientCertificate {
    /// Whether it may be used at `now`.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        // Certificates count in whole seconds, so the last one lasts to its end.
        self.not_before <= now && now.seconds() <= self.not_after.seconds()
    }

    /// Whole days until it expires; negative when it did (PR-042 watches this).
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.since(now).seconds().div_euclid(86_400)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc5280_4_1_2_5_validity_includes_both_ends() {
        let at = Timestamp::from_seconds;
        let certificate = ClientCertificate {
            thumbprint: [0; 32],
            key_sha256: None,
            institution: InstitutionId::from_random([0; 16]),
            subject_dn: "CN=a".parse().unwrap(),
            not_before: at(100),
            not_after: at(86_500),
        };
        for (now, valid) in
            [(at(99), false), (at(100), true), (Timestamp::from_micros(86_500_999_999), true), (at(86_501), false)]
        {
            assert_eq!(certificate.is_valid_at(now), valid, "{now}");
        }
        assert_eq!(certificate.days_left(at(100)), 1);
        assert_eq!(certificate.days_left(at(86_501)), -1);
    }
}
