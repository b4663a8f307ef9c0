//! A private certificate authority.

use crate::pem::{self, CERTIFICATE, PRIVATE_KEY};
use crate::{CertificateRequest, KeyError, KeyRecord, private_file};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType, SerialNumber,
};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;
use sumun_time::{Span, Timestamp};

/// X.520 `serialNumber`, an attribute of the subject's name; not the certificate's number.
const SERIAL_NUMBER_OID: [u64; 4] = [2, 5, 4, 5];
/// The longest validity of a server's certificate: 397 days.
const SERVER_VALIDITY_MAX: Span = Span::from_days(397);
/// The longest `organizationName`, `serialNumber` and `commonName` (RFC 5280 appendix A.1, upper bounds).
const NAME_LETTERS_MAX: usize = 64;
/// 9999-12-31T23:59:59Z, beyond which X.509 has no dates (RFC 5280 section 4.1.2.5).
const LAST_SECOND: i64 = 253_402_300_799;

/// Who a new authority is.
#[derive(Debug, Clone)]
pub struct AuthorityProfile {
    /// Its name, under which its certificates are shown.
    pub common_name: String,
    /// Whose it is.
    pub organization: String,
    /// When its validity begins.
    pub not_before: Timestamp,
    /// When its validity ends.
    pub not_after: Timestamp,
}

/// Which server a certificate is for.
#[derive(Debug, Clone)]
pub struct ServerProfile {
    /// Its name, for people; clients look at `dns_names` and `addresses` alone.
    pub common_name: String,
    /// The host names that it answers for.
    pub dns_names: Vec<String>,
    /// The addresses that it answers for.
    pub addresses: Vec<IpAddr>,
    /// When its validity begins.
    pub not_before: Timestamp,
    /// When its validity ends, at most 397 days later.
    pub not_after: Timestamp,
}

/// Which institution a client certificate is for.
#[derive(Debug, Clone)]
pub struct ClientProfile {
    /// The institution's name (`organizationName`).
    pub organization: String,
    /// The institution's business registration number (`serialNumber`): digits and hyphens.
    pub serial_number: String,
    /// The name of its access server (`commonName`).
    pub common_name: String,
    /// When its validity begins.
    pub not_before: Timestamp,
    /// When its validity ends.
    pub not_after: Timestamp,
}

/// A new certificate with its private key, which the authority does not keep.
#[derive(Clone)]
pub struct IssuedCertificate {
    /// The certificate.
    pub certificate_der: Vec<u8>,
    /// The private key in PKCS#8.
    pub key_pkcs8_der: Vec<u8>,
}

impl IssuedCertificate {
    /// The certificate in PEM.
    pub fn certificate_pem(&self) -> String {
        pem::encode(CERTIFICATE, &self.certificate_der)
    }

    /// The private key in PEM.
    pub fn key_pem(&self) -> String {
        pem::encode(PRIVATE_KEY, &self.key_pkcs8_der)
    }

    /// The certificate and then the private key in PEM, as `curl --cert` takes them.
    pub fn pem(&self) -> String {
        self.certificate_pem() + &self.key_pem()
    }

    /// The SHA-256 of the certificate, `x5t#S256` of RFC 8705.
    pub fn thumbprint(&self) -> [u8; 32] {
        sumun_jose::thumbprint_sha256(&self.certificate_der)
    }
}

impl fmt::Debug for IssuedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedCertificate(hidden)")
    }
}

/// A certificate authority on P-256. It issues end certificates only, never another authority.
pub struct CertificateAuthority {
    certificate_der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl CertificateAuthority {
    /// Makes a new authority.
    pub fn create(profile: &AuthorityProfile) -> Result<Self, KeyError> {
        let mut params = validity(profile.not_before, profile.not_after)?;
        params.distinguished_name.push(DnType::OrganizationName, profile.organization.as_str());
        params.distinguished_name.push(DnType::CommonName, profile.common_name.as_str());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = new_key()?;
        let certificate = params.self_signed(&key).map_err(KeyError::generation)?;
        Ok(Self { certificate_der: certificate.der().to_vec(), issuer: Issuer::new(params, key) })
    }

    /// The authority's own certificate in DER, the root that peers trust.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// The authority's own certificate in PEM.
    pub fn certificate_pem(&self) -> String {
        pem::encode(CERTIFICATE, &self.certificate_der)
    }

    /// Issues a certificate of a server: `serverAuth` alone, at most 397 days.
    pub fn issue_server(&self, profile: &ServerProfile) -> Result<IssuedCertificate, KeyError> {
        if profile.not_after.since(profile.not_before) > SERVER_VALIDITY_MAX {
            return Err(KeyError::Profile("a server's certificate must not be valid for more than 397 days"));
        }
        if profile.dns_names.is_empty() && profile.addresses.is_empty() {
            return Err(KeyError::Profile("a server's certificate needs a host name or an address"));
        }
        let mut params = validity(profile.not_before, profile.not_after)?;
        params.distinguished_name.push(DnType::CommonName, profile.common_name.as_str());
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        for name in &profile.dns_names {
            let name =
                name.as_str().try_into().map_err(|_| KeyError::Profile("a host name has letters beyond ASCII"))?;
            params.subject_alt_names.push(SanType::DnsName(name));
        }
        params.subject_alt_names.extend(profile.addresses.iter().copied().map(SanType::IpAddress));
        self.issue(params)
    }

    /// Issues a client certificate of an institution: `clientAuth` alone.
    pub fn issue_client(&self, profile: &ClientProfile) -> Result<IssuedCertificate, KeyError> {
        self.issue(client_params(profile)?)
    }

    /// Issues a client certificate for the key of a request (RFC 2986), whose
    /// owner keeps the private half. Names and purposes are the profile's,
    /// whatever else the request asks for. Answers the certificate in DER.
    ///
    /// # Errors
    /// [`KeyError::Profile`] as for [`Self::issue_client`].
    pub fn issue_client_for(&self, request: &CertificateRequest, profile: &ClientProfile) -> Result<Vec<u8>, KeyError> {
        self.sign(client_params(profile)?, request.key())
    }

    fn issue(&self, params: CertificateParams) -> Result<IssuedCertificate, KeyError> {
        let key = new_key()?;
        Ok(IssuedCertificate { certificate_der: self.sign(params, &key)?, key_pkcs8_der: key.serialize_der() })
    }

    fn sign(&self, mut params: CertificateParams, key: &impl PublicKeyData) -> Result<Vec<u8>, KeyError> {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(key, &self.issuer).map_err(KeyError::generation)?;
        Ok(certificate.der().to_vec())
    }

    /// Reads the authority in the file at `path`, `None` where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<(Self, String)>, KeyError> {
        let Some(text) = private_file::read(path)? else { return Ok(None) };
        let broken = || KeyError::broken(path, "a certificate authority");
        let certificate_der = pem::decode(CERTIFICATE, &text).ok_or_else(broken)?;
        let key_der = PrivatePkcs8KeyDer::from(pem::decode(PRIVATE_KEY, &text).ok_or_else(broken)?);
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key_der, &PKCS_ECDSA_P256_SHA256).map_err(|_| broken())?;
        let certificate = CertificateDer::from(certificate_der.as_slice());
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|_| broken())?;
        Ok(Some((Self { certificate_der, issuer }, text)))
    }

    /// Writes certificate and private key with the key's record to `path`, unless one is there.
    pub(crate) fn write_new(&self, path: &Path, record: &KeyRecord) -> Result<bool, KeyError> {
        let key = pem::encode(PRIVATE_KEY, self.issuer.key().serialized_der());
        private_file::create(path, &(record.header() + &self.certificate_pem() + &key))
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateAuthority(hidden)")
    }
}

fn new_key() -> Result<KeyPair, KeyError> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(KeyError::generation)
}

fn client_params(profile: &ClientProfile) -> Result<CertificateParams, KeyError> {
    let texts = [&profile.organization, &profile.serial_number, &profile.common_name];
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Err(KeyError::Profile("a client certificate needs organization, serial number and common name"));
    }
    if texts.iter().any(|text| text.chars().count() > NAME_LETTERS_MAX) {
        return Err(KeyError::Profile("organization, serial number and common name have at most 64 letters each"));
    }
    let printable = profile.serial_number.as_str().try_into();
    let serial_number = printable.map_err(|_| KeyError::Profile("a business number has digits and hyphens only"))?;
    let mut params = validity(profile.not_before, profile.not_after)?;
    params.distinguished_name.push(DnType::OrganizationName, profile.organization.as_str());
    let serial_type = DnType::CustomDnType(SERIAL_NUMBER_OID.to_vec());
    params.distinguished_name.push(serial_type, DnValue::PrintableString(serial_number));
    params.distinguished_name.push(DnType::CommonName, profile.common_name.as_str());
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

/// Parameters with a validity, an empty name and a random certificate number of 127 bits.
fn validity(not_before: Timestamp, not_after: Timestamp) -> Result<CertificateParams, KeyError> {
    let in_range = |instant: Timestamp| (0..=LAST_SECOND).contains(&instant.seconds());
    if not_before >= not_after || !in_range(not_before) || !in_range(not_after) {
        return Err(KeyError::Profile("a certificate's validity must begin before it ends, between 1970 and 9999"));
    }
    let instant = |at: Timestamp| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(at.seconds().unsigned_abs());
    let mut number = [0; 16];
    aws_lc_rs::rand::fill(&mut number).map_err(KeyError::generation)?;
    // RFC 5280 section 4.1.2.2: a positive number.
    number[0] = (number[0] & 0x7f) | 0x40;
    let mut params = CertificateParams::default();
    params.not_before = instant(not_before);
    params.not_after = instant(not_after);
    params.serial_number = Some(SerialNumber::from_slice(&number));
    params.distinguished_name = DistinguishedName::new();
    Ok(params)
}

#[cfg(test)]
mod tests;
