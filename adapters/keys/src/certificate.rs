//! What a certificate says.

use crate::KeyError;
use crate::pem::{self, CERTIFICATE};
use sumun_time::Timestamp;
use x509_parser::asn1_rs::ToDer as _;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer as _, X509Certificate, X509Name};

/// What a certificate says, for registration, watching of its end (PR-042) and client authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The subject's name in the text form of RFC 4514.
    pub subject_dn: String,
    /// The issuer's name in the text form of RFC 4514.
    pub issuer_dn: String,
    /// The subject's `organizationName`.
    pub organization: Option<String>,
    /// The subject's `serialNumber`: the business registration number.
    pub serial_number: Option<String>,
    /// The subject's `commonName`.
    pub common_name: Option<String>,
    /// When its validity begins.
    pub not_before: Timestamp,
    /// When its validity ends.
    pub not_after: Timestamp,
    /// Whether it may be shown by a client (`clientAuth`).
    pub for_clients: bool,
    /// Whether it may be shown by a server (`serverAuth`).
    pub for_servers: bool,
    /// The SHA-256 of the certificate, `x5t#S256` of RFC 8705.
    pub thumbprint: [u8; 32],
    /// The SHA-256 of its public key, of the DER of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    pub key_sha256: [u8; 32],
}

impl CertificateFacts {
    /// Reads a certificate in DER. Nothing is verified: neither issuer nor dates.
    ///
    /// # Errors
    /// [`KeyError::Certificate`] when the bytes are not exactly one certificate.
    pub fn parse(certificate_der: &[u8]) -> Result<Self, KeyError> {
        let certificate = parse(certificate_der)?;
        let subject = certificate.subject();
        let text = |oid: &str| attribute(subject, oid);
        let usage = certificate.extended_key_usage().ok().flatten().map(|extension| extension.value);
        let validity = certificate.validity();
        Ok(Self {
            subject_dn: rfc4514_text(subject),
            issuer_dn: rfc4514_text(certificate.issuer()),
            organization: text("2.5.4.10"),
            serial_number: text("2.5.4.5"),
            common_name: text("2.5.4.3"),
            not_before: Timestamp::from_seconds(validity.not_before.timestamp()),
            not_after: Timestamp::from_seconds(validity.not_after.timestamp()),
            for_clients: usage.is_some_and(|usage| usage.client_auth),
            for_servers: usage.is_some_and(|usage| usage.server_auth),
            thumbprint: sumun_jose::thumbprint_sha256(certificate_der),
            key_sha256: sumun_jose::sha256(certificate.public_key().raw),
        })
    }
}

/// The subject's name of a certificate in the text form of RFC 4514, for
/// example `CN=access1,serialNumber=123-45-67890,O=Fintech`. Registration and
/// client authentication (RFC 8705 section 2.1) both use this one function,
/// so equal names are equal texts.
///
/// # Errors
/// [`KeyError::Certificate`] when the bytes are not exactly one certificate.
pub fn subject_dn(certificate_der: &[u8]) -> Result<String, KeyError> {
    Ok(rfc4514_text(parse(certificate_der)?.subject()))
}

/// A certificate in PEM.
pub fn certificate_pem(certificate_der: &[u8]) -> String {
    pem::encode(CERTIFICATE, certificate_der)
}

fn parse(certificate_der: &[u8]) -> Result<X509Certificate<'_>, KeyError> {
    match X509Certificate::from_der(certificate_der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(KeyError::Certificate),
    }
}

pub(crate) fn attribute(name: &X509Name<'_>, oid: &str) -> Option<String> {
    let found = name.iter_attributes().find(|attribute| attribute.attr_type().to_id_string() == oid)?;
    found.as_str().ok().map(|text| sumun_text::composed(text).into_owned())
}

/// RFC 4514 section 2, in its one spelling ([`sumun_text::composed`]): relative names from last to first, joined by commas.
fn rfc4514_text(name: &X509Name<'_>) -> String {
    let relative_names: Vec<_> =
        name.iter_rdn().map(|relative| relative.iter().map(attribute_text).collect::<Vec<_>>().join("+")).collect();
    relative_names.into_iter().rev().collect::<Vec<_>>().join(",")
}

/// RFC 4514 sections 2.3 and 2.4: a short name and an escaped text, or else
/// the number of the type and the value's DER in hexadecimal.
fn attribute_text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    match (short_name(&oid), attribute.as_str()) {
        (Some(short_name), Ok(text)) => format!("{short_name}={}", escape(&sumun_text::composed(text))),
        _ => {
            let der = attribute.attr_value().to_der_vec().unwrap_or_default();
            let hex: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{oid}=#{hex}")
        }
    }
}

/// Short names of RFC 4514 section 3 and RFC 4519 that subjects have.
fn short_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        _ => return None,
    })
}

fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (place, letter) in text.chars().enumerate() {
        match letter {
            '\0' => escaped.push_str("\\00"),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', letter]),
            '#' if place == 0 => escaped.push_str("\\#"),
            ' ' if place == 0 || place == last => escaped.push_str("\\ "),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc4514_2_4_special_letters_are_escaped() {
        let cases = [
            ("James \"Jim\" Smith, III", "James \\\"Jim\\\" Smith\\, III"),
            ("#7 a", "\\#7 a"),
            (" a b ", "\\ a b\\ "),
            (" ", "\\ "),
            ("a+b;c<d>e\\f", "a\\+b\\;c\\<d\\>e\\\\f"),
            ("before\0after", "before\\00after"),
            ("새벽핀테크", "새벽핀테크"),
        ];
        for (text, escaped) in cases {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn rfc4514_2_3_a_type_without_a_short_name_is_written_in_hexadecimal() {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 97]), "PSD");
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        assert_eq!(subject_dn(certificate.der()).unwrap(), "2.5.4.97=#0c03505344");
    }

    /// Of one subject there is one text, however the request spelled it.
    #[test]
    fn rfc4518_2_3_a_decomposed_subject_is_composed() {
        let facts = |organization: &str| {
            let mut params = rcgen::CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(rcgen::DnType::OrganizationName, organization);
            let key = rcgen::KeyPair::generate().unwrap();
            CertificateFacts::parse(params.self_signed(&key).unwrap().der()).unwrap()
        };
        let (decomposed, composed) = (facts("\u{1103}\u{1161}\u{110b}\u{1169}\u{11ab}"), facts("다온"));
        assert_eq!((decomposed.organization.as_deref(), decomposed.subject_dn.as_str()), (Some("다온"), "O=다온"));
        assert_eq!(decomposed.subject_dn, composed.subject_dn);
    }

    #[test]
    fn bytes_that_are_no_certificate_are_refused() {
        for bytes in [&b""[..], b"0", &[0x30, 0x82, 0xff, 0xff], &[0; 400]] {
            assert!(matches!(CertificateFacts::parse(bytes), Err(KeyError::Certificate)));
        }
    }
}
