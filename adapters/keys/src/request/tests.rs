//! Requests as other tools make them, and what must not be answered.

use super::*;
use crate::{AuthorityProfile, CertificateAuthority, CertificateFacts, ClientProfile};
use rcgen::{
    CertificateParams, DnType, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512,
    PKCS_ED25519, SignatureAlgorithm,
};
use sumun_time::{Span, Timestamp};
use x509_parser::prelude::X509Certificate;

const NOW: Timestamp = Timestamp::from_seconds(1_795_219_200);

fn key(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).unwrap()
}

fn request_of(key: &KeyPair) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "access1.hanbit.example");
    params.distinguished_name.push(DnType::OrganizationName, "Somebody Else");
    // A wish that the authority does not grant.
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.serialize_request(key).unwrap().der().to_vec()
}

fn pem_of(der: &[u8]) -> String {
    pem::encode(LABELS[0], der)
}

fn profile() -> ClientProfile {
    ClientProfile {
        organization: "Hanbit Fin".to_owned(),
        serial_number: "124-81-00998".to_owned(),
        common_name: "access1.hanbit.example".to_owned(),
        not_before: NOW,
        not_after: NOW.plus(Span::from_days(365)),
    }
}

fn authority() -> CertificateAuthority {
    let profile = AuthorityProfile {
        common_name: "Test CA".to_owned(),
        organization: "Sumun".to_owned(),
        not_before: NOW,
        not_after: NOW.plus(Span::from_days(1_000)),
    };
    CertificateAuthority::create(&profile).unwrap()
}

#[test]
fn a_certificate_for_a_request_has_its_key_and_the_names_of_the_profile() {
    let authority = authority();
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384] {
        let key = key(algorithm);
        let der = request_of(&key);
        let request = CertificateRequest::parse(&format!("text before\n{}", pem_of(&der))).unwrap();
        assert_eq!((request.common_name(), request.serial_number()), (Some("access1.hanbit.example"), None));
        let issued = authority.issue_client_for(&request, &profile()).unwrap();
        let facts = CertificateFacts::parse(&issued).unwrap();
        assert_eq!(facts.subject_dn, "CN=access1.hanbit.example,serialNumber=124-81-00998,O=Hanbit Fin");
        assert!(facts.for_clients && !facts.for_servers);
        let (_, certificate) = X509Certificate::from_der(&issued).unwrap();
        let (_, asked) = X509CertificationRequest::from_der(&der).unwrap();
        assert!(!certificate.is_ca(), "another authority is never made");
        assert_eq!(certificate.public_key().raw, asked.certification_request_info.subject_pki.raw);
        let (_, root) = X509Certificate::from_der(authority.certificate_der()).unwrap();
        assert!(certificate.verify_signature(Some(root.public_key())).is_ok());
    }
}

#[test]
fn rfc2986_4_2_a_request_that_its_key_did_not_sign_is_refused() {
    let good = request_of(&key(&PKCS_ECDSA_P256_SHA256));
    let name = good.windows(7).position(|part| part == b"access1").unwrap();
    let mut changed = good.clone();
    changed[name] = b'A';
    assert_eq!(CertificateRequest::parse(&pem_of(&changed)).unwrap_err(), CertificateRequestError::Signature);
    // The public key of somebody else under the same signature.
    let other = request_of(&key(&PKCS_ECDSA_P256_SHA256));
    let point = |der: &[u8]| der.windows(2).position(|part| part == [0x00, 0x04]).unwrap() + 2;
    let mut stolen = good.clone();
    let (to, from) = (point(&good), point(&other));
    stolen[to..to + 64].copy_from_slice(&other[from..from + 64]);
    assert_eq!(CertificateRequest::parse(&pem_of(&stolen)).unwrap_err(), CertificateRequestError::Signature);
}

#[test]
fn keys_of_other_kinds_are_refused() {
    for algorithm in [&PKCS_ED25519, &PKCS_ECDSA_P521_SHA512] {
        let der = request_of(&key(algorithm));
        assert_eq!(CertificateRequest::parse(&pem_of(&der)).unwrap_err(), CertificateRequestError::Key);
    }
}

#[test]
fn texts_that_are_no_request_are_refused() {
    let key = key(&PKCS_ECDSA_P256_SHA256);
    let der = request_of(&key);
    let long = [der.as_slice(), b"x"].concat();
    let with_key = pem_of(&der) + &key.serialize_pem();
    let table = [
        (String::new(), CertificateRequestError::NoRequest),
        (pem::encode(pem::CERTIFICATE, &der), CertificateRequestError::NoRequest),
        (with_key, CertificateRequestError::PrivateKey),
        (pem_of(b"0"), CertificateRequestError::Malformed),
        (pem_of(&long), CertificateRequestError::Malformed),
        (pem_of(&der).replace("-----END", "***-----END"), CertificateRequestError::Malformed),
    ];
    for (text, error) in table {
        assert_eq!(CertificateRequest::parse(&text).unwrap_err(), error, "{text}");
    }
    assert!(CertificateRequest::parse(&pem::encode(LABELS[1], &der)).is_ok());
}
