//! Certificates as their profiles ask for them.

use super::*;
use crate::{CertificateFacts, subject_dn};
use rustls_pki_types::{ServerName, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

fn day(number: i64) -> Timestamp {
    Timestamp::from_seconds(1_795_219_200).plus(Span::from_days(number))
}

fn authority() -> CertificateAuthority {
    let profile = AuthorityProfile {
        common_name: "Test CA".to_owned(),
        organization: "Sumun".to_owned(),
        not_before: day(0),
        not_after: day(1000),
    };
    CertificateAuthority::create(&profile).unwrap()
}

fn client() -> ClientProfile {
    ClientProfile {
        organization: "새벽핀테크, 주식회사".to_owned(),
        serial_number: "123-45-67890".to_owned(),
        common_name: "access1".to_owned(),
        not_before: day(0),
        not_after: day(365),
    }
}

fn server() -> ServerProfile {
    ServerProfile {
        common_name: "gateway".to_owned(),
        dns_names: vec!["localhost".to_owned()],
        addresses: vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()],
        not_before: day(0),
        not_after: day(397),
    }
}

#[test]
fn a_client_certificate_names_its_institution_and_is_for_clients_alone() {
    let authority = authority();
    let issued = authority.issue_client(&client()).unwrap();
    let facts = CertificateFacts::parse(&issued.certificate_der).unwrap();
    assert_eq!(facts.subject_dn, "CN=access1,serialNumber=123-45-67890,O=새벽핀테크\\, 주식회사");
    assert_eq!(subject_dn(&issued.certificate_der).unwrap(), facts.subject_dn);
    assert_eq!(facts.issuer_dn, "CN=Test CA,O=Sumun");
    assert_eq!(facts.organization.as_deref(), Some("새벽핀테크, 주식회사"));
    assert_eq!(facts.serial_number.as_deref(), Some("123-45-67890"));
    assert_eq!((facts.not_before, facts.not_after), (day(0), day(365)));
    assert!(facts.for_clients && !facts.for_servers);
    assert_eq!(facts.thumbprint, issued.thumbprint());
}

#[test]
fn a_server_certificate_answers_for_names_and_addresses() {
    let issued = authority().issue_server(&server()).unwrap();
    let (_, certificate) = X509Certificate::from_der(&issued.certificate_der).unwrap();
    let names = certificate.subject_alternative_name().unwrap().unwrap().value;
    let expected = [
        GeneralName::DNSName("localhost"),
        GeneralName::IPAddress(&[127, 0, 0, 1]),
        GeneralName::IPAddress(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    ];
    assert_eq!(names.general_names, expected);
    let facts = CertificateFacts::parse(&issued.certificate_der).unwrap();
    assert!(facts.for_servers && !facts.for_clients);
    assert!(!certificate.is_ca());
}

#[test]
fn certificates_verify_under_their_authority_alone() {
    let (authority, stranger) = (authority(), authority());
    let issued = authority.issue_client(&client()).unwrap();
    let (_, certificate) = X509Certificate::from_der(&issued.certificate_der).unwrap();
    let (_, root) = X509Certificate::from_der(authority.certificate_der()).unwrap();
    let (_, other) = X509Certificate::from_der(stranger.certificate_der()).unwrap();
    assert!(root.is_ca());
    assert!(certificate.verify_signature(Some(root.public_key())).is_ok());
    assert!(certificate.verify_signature(Some(other.public_key())).is_err());
}

/// The verifier of the TLS library agrees with what the profiles promise.
#[test]
fn a_tls_verifier_accepts_right_certificates_for_their_use_alone() {
    let (authority, stranger) = (authority(), authority());
    let (client, server) = (authority.issue_client(&client()).unwrap(), authority.issue_server(&server()).unwrap());
    let verify = |issued: &IssuedCertificate, root: &CertificateAuthority, at: Timestamp, usage: KeyUsage| {
        let (der, root) = (CertificateDer::from(issued.certificate_der.as_slice()), root.certificate_der().into());
        let anchor = anchor_from_trusted_cert(&root).unwrap();
        let time = UnixTime::since_unix_epoch(Duration::from_secs(at.seconds().unsigned_abs()));
        let end = EndEntityCert::try_from(&der).unwrap();
        let algorithms = webpki::ALL_VERIFICATION_ALGS;
        end.verify_for_usage(algorithms, &[anchor], &[], time, usage, None, None).map(drop)
    };
    let today = day(5);
    assert_eq!(verify(&client, &authority, today, KeyUsage::client_auth()), Ok(()));
    assert_eq!(verify(&server, &authority, today, KeyUsage::server_auth()), Ok(()));
    assert!(verify(&client, &authority, today, KeyUsage::server_auth()).is_err());
    assert!(verify(&server, &authority, today, KeyUsage::client_auth()).is_err());
    assert!(verify(&client, &stranger, today, KeyUsage::client_auth()).is_err());
    assert!(verify(&client, &authority, day(366), KeyUsage::client_auth()).is_err());
    let der = CertificateDer::from(server.certificate_der.as_slice());
    let end = EndEntityCert::try_from(&der).unwrap();
    for (name, valid) in
        [("localhost", true), ("127.0.0.1", true), ("::1", true), ("other", false), ("127.0.0.2", false)]
    {
        let name = ServerName::try_from(name).unwrap();
        assert_eq!(end.verify_is_valid_for_subject_name(&name).is_ok(), valid, "{name:?}");
    }
}

#[test]
fn two_certificates_of_one_profile_differ_in_key_and_number() {
    let authority = authority();
    let (one, two) = (authority.issue_client(&client()).unwrap(), authority.issue_client(&client()).unwrap());
    assert_ne!(one.key_pkcs8_der, two.key_pkcs8_der);
    let number = |issued: &IssuedCertificate| {
        X509Certificate::from_der(&issued.certificate_der).unwrap().1.tbs_certificate.serial.clone()
    };
    assert_ne!(number(&one), number(&two));
}

#[test]
fn a_server_certificate_of_more_than_397_days_is_refused() {
    let profile = ServerProfile { not_after: day(398), ..server() };
    assert!(matches!(authority().issue_server(&profile), Err(KeyError::Profile(_))));
}

#[test]
fn profiles_that_say_too_little_or_nonsense_are_refused() {
    let authority = authority();
    let clients = [
        ClientProfile { organization: " ".to_owned(), ..client() },
        ClientProfile { serial_number: "일이삼".to_owned(), ..client() },
        ClientProfile { not_after: day(0), ..client() },
        ClientProfile { not_after: Timestamp::from_seconds(LAST_SECOND + 1), ..client() },
        ClientProfile { not_before: Timestamp::from_seconds(-1), ..client() },
    ];
    for profile in clients {
        assert!(matches!(authority.issue_client(&profile), Err(KeyError::Profile(_))), "{profile:?}");
    }
    let nameless = ServerProfile { dns_names: vec![], addresses: vec![], ..server() };
    assert!(matches!(authority.issue_server(&nameless), Err(KeyError::Profile(_))));
    let foreign = ServerProfile { dns_names: vec!["수문.kr".to_owned()], ..server() };
    assert!(matches!(authority.issue_server(&foreign), Err(KeyError::Profile(_))));
}
