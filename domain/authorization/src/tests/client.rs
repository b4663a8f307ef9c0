//! Client authentication.

use super::*;
use crate::{Authentication, AuthorizationError, ClientFault, Outcome};
use sumun_jose::base64url_encode;

fn authenticate(parameters: &Parameters, app: &App) -> Result<Authentication, AuthorizationError> {
    Credential::find(parameters, false)?.authenticate(app, &institution(), Some(&certificate()), ISSUER, NOW)
}

fn fault(outcome: Result<Authentication, AuthorizationError>) -> ClientFault {
    match outcome {
        Err(AuthorizationError::Client(fault)) => fault,
        Err(other) => panic!("not the client's fault: {other}"),
        Ok(_) => panic!("authenticated"),
    }
}

fn fault_with(change: impl FnOnce(&mut Map<String, Value>)) -> ClientFault {
    let mut claims = claims();
    change(&mut claims);
    fault(authenticate(&assertion_parameters(&assertion(&claims)), &jwt_app()))
}

fn accepted_with(change: impl FnOnce(&mut Map<String, Value>)) -> bool {
    let mut claims = claims();
    change(&mut claims);
    authenticate(&assertion_parameters(&assertion(&claims)), &jwt_app()).is_ok()
}

#[test]
fn rfc7523_3_a_good_assertion_authenticates_once() {
    let parameters = assertion_parameters(&assertion(&claims()));
    let Authentication::AwaitsFirstUse(waiting) = authenticate(&parameters, &jwt_app()).unwrap() else {
        panic!("an assertion must be found unused first");
    };
    assert_eq!(waiting.assertion().expires_at, NOW.plus(sumun_time::Span::from_seconds(60)));
    let client = waiting.settle(Outcome::First).unwrap();
    assert_eq!((client.app(), client.institution()), (jwt_app().id, institution().id));
    assert_eq!(client.bound().unwrap().certificate_thumbprint(), &[7; 32]);

    let Authentication::AwaitsFirstUse(again) = authenticate(&parameters, &jwt_app()).unwrap() else {
        panic!("the same assertion");
    };
    assert_eq!(again.settle(Outcome::TooLate), Err(ClientFault::AssertionReplayed));
}

#[test]
fn fapi2_5_3_2_1_8_the_audience_is_the_issuer_as_one_string() {
    let wrong = [
        json!([ISSUER]),
        json!([ISSUER, "https://other.example"]),
        json!(format!("{ISSUER}/token")),
        json!(format!("{ISSUER}/par")),
        json!(format!("{ISSUER}/")),
        json!("https://other.example"),
        Value::Null,
    ];
    for audience in wrong {
        let fault = fault_with(|claims| {
            claims.insert("aud".into(), audience.clone());
        });
        assert_eq!(fault, ClientFault::AssertionAudience, "{audience}");
    }
}

#[test]
fn fapi2_5_3_2_1_13_clocks_may_differ_by_ten_seconds_and_not_by_more_than_sixty() {
    let shifted = |name: &'static str, seconds: i64| {
        move |claims: &mut Map<String, Value>| {
            claims.insert(name.into(), json!(NOW.seconds() + seconds));
        }
    };
    for name in ["iat", "nbf"] {
        assert!(accepted_with(shifted(name, 0)) && accepted_with(shifted(name, 8)) && accepted_with(shifted(name, 10)));
        assert_eq!(fault_with(shifted(name, 61)), ClientFault::AssertionFromTheFuture);
    }
}

#[test]
fn rfc7523_3_expiry_is_there_not_past_and_not_far() {
    let expiring = |exp: Value| {
        move |claims: &mut Map<String, Value>| {
            claims.insert("exp".into(), exp);
        }
    };
    assert_eq!(fault_with(expiring(json!(NOW.seconds() - 300))), ClientFault::AssertionExpired);
    assert_eq!(fault_with(expiring(json!(NOW.seconds()))), ClientFault::AssertionExpired);
    assert_eq!(fault_with(expiring(json!(NOW.seconds() + 601))), ClientFault::AssertionLifetime);
    assert_eq!(fault_with(expiring(json!("soon"))), ClientFault::AssertionMalformed);
    assert_eq!(fault_with(expiring(json!(-1))), ClientFault::AssertionMalformed);
    assert!(accepted_with(expiring(json!(NOW.seconds() as f64 + 1.5))));
    let without = fault_with(|claims| {
        claims.remove("exp");
    });
    assert_eq!(without, ClientFault::AssertionExpired);
}

#[test]
fn rfc7523_3_issuer_and_subject_are_the_app() {
    for name in ["iss", "sub"] {
        let without = fault_with(|claims| {
            claims.remove(name);
        });
        assert_eq!(without, ClientFault::AssertionIssuer, "{name}");
    }
    let other = AppId::from_random([9; 16]).to_string();
    let issuer = fault_with(|claims| {
        claims.insert("iss".into(), json!(other));
    });
    assert_eq!(issuer, ClientFault::AssertionIssuer);
    let subject = fault_with(|claims| {
        claims.insert("sub".into(), json!(other));
    });
    assert_eq!(subject, ClientFault::AppUnknown);
}

#[test]
fn rfc7523_3_the_identifier_is_there() {
    for jti in [Value::Null, json!(""), json!(7), json!("x".repeat(257))] {
        let fault = fault_with(|claims| {
            claims.insert("jti".into(), jti);
        });
        assert_eq!(fault, ClientFault::AssertionIdentifier);
    }
}

#[test]
fn fapi2_5_4_another_algorithm_key_or_type_is_refused() {
    let good = assertion(&claims());
    let (_, rest) = good.split_once('.').unwrap();
    for algorithm in ["RS256", "none", "HS256", "ES384"] {
        let header = base64url_encode(json!({"alg": algorithm}).to_string().as_bytes());
        let fault = fault(authenticate(&assertion_parameters(&format!("{header}.{rest}")), &jwt_app()));
        assert_eq!(fault, ClientFault::AssertionAlgorithm, "{algorithm}");
    }
    let stranger = sign_compact(&new_key(), "JWT", &claims()).unwrap();
    assert_eq!(fault(authenticate(&assertion_parameters(&stranger), &jwt_app())), ClientFault::AssertionSignature);
    let token = sign_compact(&*KEY, "at+jwt", &claims()).unwrap();
    assert_eq!(fault(authenticate(&assertion_parameters(&token), &jwt_app())), ClientFault::AssertionMalformed);
    let mut altered = good.clone().into_bytes();
    let place = good.rfind('.').unwrap() + 5;
    altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    assert_eq!(fault(authenticate(&assertion_parameters(&altered), &jwt_app())), ClientFault::AssertionSignature);
    assert_eq!(fault(authenticate(&assertion_parameters("a.b"), &jwt_app())), ClientFault::AssertionMalformed);
}

#[test]
fn rfc8705_2_1_2_the_subject_of_the_certificate_is_the_registered_one() {
    let app = tls_app();
    let parameters = parameters(&[("client_id", &app.id.to_string())]);
    assert!(matches!(authenticate(&parameters, &app), Ok(Authentication::Complete(_))));
    let credential = Credential::find(&parameters, false).unwrap();
    let other = ClientCertificate { subject_dn: "CN=other,O=Saeum,C=KR".parse().unwrap(), ..certificate() };
    let outcome = credential.authenticate(&app, &institution(), Some(&other), ISSUER, NOW);
    assert_eq!(fault(outcome), ClientFault::CertificateSubject);
}

#[test]
fn rfc8705_3_a_certificate_of_another_institution_or_out_of_time_is_refused() {
    let stranger = ClientCertificate { institution: InstitutionId::from_random([8; 16]), ..certificate() };
    let expired = ClientCertificate { not_after: Timestamp::from_seconds(1_700_000_000), ..certificate() };
    let early = ClientCertificate { not_before: Timestamp::from_seconds(1_850_000_000), ..certificate() };
    for app in [tls_app(), jwt_app()] {
        let assertion = assertion(&claims());
        let id = app.id.to_string();
        let parameters = match app.authentication {
            ClientAuthentication::PrivateKeyJwt => assertion_parameters(&assertion),
            ClientAuthentication::TlsClientAuth { .. } => parameters(&[("client_id", &id)]),
        };
        let credential = Credential::find(&parameters, false).unwrap();
        for (certificate, expected) in [
            (&stranger, ClientFault::CertificateOfAnotherInstitution),
            (&expired, ClientFault::CertificateExpired),
            (&early, ClientFault::CertificateExpired),
        ] {
            assert_eq!(fault(credential.authenticate(&app, &institution(), Some(certificate), ISSUER, NOW)), expected);
        }
    }
}

#[test]
fn a_suspended_institution_is_refused() {
    let app = tls_app();
    let parameters = parameters(&[("client_id", &app.id.to_string())]);
    let suspended = Institution { status: InstitutionStatus::Suspended, ..institution() };
    let outcome =
        Credential::find(&parameters, false).unwrap().authenticate(&app, &suspended, Some(&certificate()), ISSUER, NOW);
    assert_eq!(fault(outcome), ClientFault::InstitutionNotActive);
}

#[test]
fn rfc6749_2_3_one_method_the_registered_one() {
    let id = jwt_app().id.to_string();
    let good = assertion(&claims());
    let find = |pairs: &[(&str, &str)], header| Credential::find(&parameters(pairs), header).err();
    let assertion_pair = ("client_assertion", good.as_str());
    let kind = ("client_assertion_type", ASSERTION_TYPE);
    assert_eq!(find(&[], false), Some(ClientFault::NoCredential));
    assert_eq!(find(&[("client_id", "someone")], false), Some(ClientFault::AppUnknown));
    assert_eq!(find(&[("client_id", &id)], true), Some(ClientFault::MethodNotSupported));
    assert_eq!(find(&[("client_id", &id), ("client_secret", "x")], false), Some(ClientFault::MethodNotSupported));
    assert_eq!(find(&[assertion_pair, kind], true), Some(ClientFault::SeveralMethods));
    assert_eq!(find(&[assertion_pair, kind, ("client_secret", "x")], false), Some(ClientFault::SeveralMethods));
    assert_eq!(find(&[assertion_pair], false), Some(ClientFault::MethodNotSupported));
    assert_eq!(
        find(&[assertion_pair, ("client_assertion_type", "saml")], false),
        Some(ClientFault::MethodNotSupported)
    );
    let other = AppId::from_random([9; 16]).to_string();
    assert_eq!(find(&[assertion_pair, kind, ("client_id", &other)], false), Some(ClientFault::IdentifierMismatch));
    assert_eq!(find(&[assertion_pair, kind, ("client_id", &id)], false), None);

    let by_certificate = parameters(&[("client_id", &id)]);
    assert_eq!(fault(authenticate(&by_certificate, &jwt_app())), ClientFault::MethodNotRegistered);
    assert_eq!(fault(authenticate(&assertion_parameters(&good), &tls_app())), ClientFault::MethodNotRegistered);
}

#[test]
fn rfc9126_2_the_registered_method_decides_whether_a_certificate_is_needed() {
    let without = |parameters: &Parameters, app: &App| {
        Credential::find(parameters, false)?.authenticate(app, &institution(), None, ISSUER, NOW)
    };
    let signed = assertion_parameters(&assertion(&claims()));
    let Authentication::AwaitsFirstUse(waiting) = without(&signed, &jwt_app()).unwrap() else {
        panic!("an assertion must be found unused first");
    };
    let client = waiting.settle(Outcome::First).unwrap();
    assert_eq!(client.bound(), Err(ClientFault::CertificateMissing), "PR-040: no token without a certificate");
    let named = parameters(&[("client_id", &tls_app().id.to_string())]);
    for app in [tls_app(), jwt_app()] {
        let fault = fault(without(&named, &app));
        assert_eq!(fault, ClientFault::CertificateMissing, "the same, whatever is registered");
    }
    assert_eq!(fault(without(&signed, &tls_app())), ClientFault::MethodNotRegistered);
}
