//! What a registration may say, and how it is refused.

use super::*;
use crate::{AdmissionFault, ClientCertificate, Participants};
use proptest::prelude::*;
use sumun_jose::{Jwk, JwkSet};

const SCOPES: [&str; 3] = ["balance", "transactions", "transfer"];

const GOOD: &str = r#"# Hanbit's first app.
[institution]
name_ko = "주식회사 한빛핀"
name_en = "Hanbit Fin Co., Ltd."
business_number = "124-81-00998"
contact = "1544-0000"

[app]
name_ko = "한빛가계부"
name_en = "Hanbit Budget"
redirect_uris = ["https://app.hanbit.example/callback", "http://127.0.0.1/callback"]
scopes = ["transactions", "balance"]
authentication = "private_key_jwt"
jwks_file = "jwks.json"
certificate_request_file = "request.pem"

[consent]
purpose_ko = "지출을 보여 드립니다."
purpose_en = "To show what you spent."
outage_effect_ko = "지출이 늦게 보일 수 있습니다."
outage_effect_en = "What you spent may be shown late."
valid_days = 90
"#;

fn good() -> RegistrationForm {
    RegistrationForm::read(GOOD, &SCOPES).unwrap()
}

fn key_set() -> JwkSet {
    JwkSet::parse(br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)
        .unwrap()
}

fn app_of(form: &RegistrationForm, number: u8, institution: InstitutionId) -> App {
    let subject = "CN=access1,serialNumber=124-81-00998,O=Hanbit".parse().unwrap();
    form.app(AppId::from_random([number; 16]), institution, key_set(), subject).unwrap()
}

#[test]
fn a_whole_registration_is_read_and_makes_an_institution_and_an_app() {
    let form = good();
    let institution = form.institution(InstitutionId::from_random([1; 16]));
    assert_eq!(institution.business_number.to_string(), "124-81-00998");
    assert_eq!(institution.status, InstitutionStatus::Active);
    let app = app_of(&form, 2, institution.id);
    assert_eq!(
        (app.scopes.as_slice(), app.redirect_uris.len()),
        (["balance", "transactions"].map(str::to_owned).as_slice(), 2)
    );
    assert_eq!(app.authentication, ClientAuthentication::PrivateKeyJwt);
    let by_certificate = GOOD.replace("private_key_jwt", "tls_client_auth").replace("jwks_file = \"jwks.json\"\n", "");
    let form = RegistrationForm::read(&by_certificate, &SCOPES).unwrap();
    assert_eq!(form.key_set_file, None);
    assert!(matches!(app_of(&form, 3, institution.id).authentication, ClientAuthentication::TlsClientAuth { .. }));
}

#[test]
fn whatever_is_wrong_is_named_with_its_place_and_what_was_expected() {
    // (what stands there, what is put there, line, column, found, expected)
    let table = [
        ("[app]", "[app", 8, 5, "", "`]`"),
        ("contact = \"1544-0000\"\n", "", 2, 1, "no `contact`", "the key `contact`"),
        ("contact", "phone", 6, 1, "unknown field `phone`", "`contact`"),
        ("[consent]", "[consents]", 17, 2, "unknown field `consents`", "`consent`"),
        ("\"124-81-00998\"", "\"124-81-00999\"", 5, 19, "`124-81-00999`", "last digit"),
        ("\"124-81-00998\"", "1248100998", 5, 19, "integer", "a string"),
        ("\"한빛가계부\"", "\" \"", 9, 11, "` `", "1 to 64 visible letters"),
        ("\"한빛가계부\"", "\"한빛\u{202e}가계부\"", 9, 11, "`한빛가계부`", "1 to 64 visible letters"),
        ("\"Hanbit Budget\"", "\"\"\"Hanbit\nBudget\"\"\"", 10, 11, "`HanbitBudget`", "on one line"),
        ("https://app", "http://app", 11, 18, "`http://app.hanbit.example/callback`", "https://"),
        (
            "http://127.0.0.1/",
            "https://app.hanbit.example/",
            11,
            57,
            "`https://app.hanbit.example/callback`",
            "each address once",
        ),
        ("[\"transactions\", \"balance\"]", "[]", 12, 10, "no scope", "balance, transactions, transfer"),
        ("\"balance\"]", "\"everything\"]", 12, 27, "`everything`", "balance, transactions, transfer"),
        ("private_key_jwt", "client_secret_basic", 13, 18, "`client_secret_basic`", "`private_key_jwt`"),
        ("jwks_file = \"jwks.json\"\n", "", 13, 18, "without keys", "`jwks_file`"),
        ("valid_days = 90", "valid_days = 366", 22, 14, "`366`", "1 to 365 days"),
        ("valid_days = 90", "valid_days = -1", 22, 14, "`-1`", "1 to 365 days"),
    ];
    for (from, to, line, column, found, expected) in table {
        let text = GOOD.replacen(from, to, 1);
        let fault = RegistrationForm::read(&text, &SCOPES).unwrap_err();
        assert_eq!((fault.line, fault.column), (line, column), "{from}: {fault}");
        assert!(fault.found.contains(found) && fault.expected.contains(expected), "{from}: {fault}");
    }
    let no_address = GOOD.replacen("[\"https://app.hanbit.example/callback\", \"http://127.0.0.1/callback\"]", "[]", 1);
    let fault = RegistrationForm::read(&no_address, &SCOPES).unwrap_err();
    assert_eq!(fault.to_string(), "11:17: found 0 redirect addresses; expected one to 10");
}

#[test]
fn a_registration_without_a_usable_key_makes_no_app_that_signs() {
    let subject = || "CN=a".parse().unwrap();
    let made =
        good().app(AppId::from_random([1; 16]), InstitutionId::from_random([1; 16]), JwkSet::default(), subject());
    assert_eq!(made, Err(ParticipantError::NoKeys));
}

#[test]
fn a_registered_business_number_gets_a_second_app_and_no_slip_gives_it_to_another_company() {
    let form = good();
    let mut registered = Participants::default();
    assert_eq!(registered.admit(&form), Ok(None));
    let institution = form.institution(InstitutionId::from_random([1; 16]));
    registered.institutions.push(institution.clone());
    assert_eq!(registered.admit(&form), Ok(Some(&institution)));
    let first = app_of(&form, 2, institution.id);
    registered.apps.push(first.clone());
    assert_eq!(registered.admit(&form), Err(AdmissionFault::AppRegistered(first.id)));
    for (from, key) in [("주식회사 한빛핀", "name_ko"), ("Hanbit Fin Co., Ltd.", "name_en"), ("1544-0000", "contact")]
    {
        let other = RegistrationForm::read(&GOOD.replacen(from, "다른", 1), &SCOPES).unwrap();
        let fault = AdmissionFault::OtherInstitution { key, registered: from.to_owned() };
        assert_eq!(registered.admit(&other), Err(fault));
    }
    let second = GOOD.replace("한빛가계부", "한빛저축").replace("Hanbit Budget", "Hanbit Savings");
    let second = RegistrationForm::read(&second, &SCOPES).unwrap();
    assert_eq!(registered.admit(&second), Ok(Some(&institution)));
    registered.institutions[0].status = InstitutionStatus::Suspended;
    assert_eq!(registered.admit(&second), Err(AdmissionFault::Suspended));
}

#[test]
fn one_public_key_is_one_institutions() {
    let (ours, theirs) = (InstitutionId::from_random([1; 16]), InstitutionId::from_random([2; 16]));
    let certificate = |institution: InstitutionId, key: u8| ClientCertificate {
        thumbprint: [7; 32],
        key_sha256: Some([key; 32]),
        institution,
        subject_dn: "CN=a".parse().unwrap(),
        not_before: sumun_time::Timestamp::from_seconds(0),
        not_after: sumun_time::Timestamp::from_seconds(1),
    };
    let with_key = |number: u8, institution: InstitutionId, key: u8| {
        let jwk = Jwk::from_ed25519(&[key; 32]).unwrap();
        let jwks = JwkSet::new(vec![jwk]).unwrap();
        App { jwks, ..app_of(&good(), number, institution) }
    };
    let registered = Participants {
        apps: vec![with_key(2, theirs, 3)],
        certificates: vec![certificate(theirs, 5)],
        ..Participants::default()
    };
    let admit = |app: &App, certificate: &ClientCertificate| registered.admit_keys(app, certificate).is_ok();
    assert!(admit(&with_key(4, ours, 4), &certificate(ours, 6)), "keys of their own");
    assert!(admit(&with_key(4, theirs, 3), &certificate(theirs, 5)), "apps of one institution may share");
    assert!(!admit(&with_key(4, ours, 3), &certificate(ours, 6)), "a key of the set is another's");
    assert!(!admit(&with_key(4, ours, 4), &certificate(ours, 5)), "the certificate's key is another's");
    let unknown = ClientCertificate { key_sha256: None, ..certificate(theirs, 0) };
    let older = Participants { certificates: vec![unknown.clone()], ..Participants::default() };
    let none = ClientCertificate { institution: ours, ..unknown };
    assert!(older.admit_keys(&with_key(4, ours, 4), &none).is_ok(), "what is not known is not equal");
}

#[test]
fn no_redirect_address_leads_to_the_authorization_server_itself() {
    let form = |address: &str| {
        let text = GOOD.lines().map(|line| match line.starts_with("redirect_uris") {
            true => format!("redirect_uris = [\"{address}\"]\n"),
            false => format!("{line}\n"),
        });
        RegistrationForm::read(&text.collect::<String>(), &SCOPES).unwrap()
    };
    let issuer = "https://localhost:7401";
    assert_eq!(form("https://127.0.0.1:7404/callback").admit_redirects(issuer), Ok(()));
    let refused = form("https://127.0.0.1:7401/consents").admit_redirects(issuer);
    assert!(matches!(refused, Err(AdmissionFault::RedirectToOurselves(_))), "{refused:?}");
}

#[test]
fn a_method_has_one_name_everywhere() {
    for method in AuthenticationMethod::ALL {
        assert_eq!(serde_json::to_value(method).unwrap(), method.name());
        assert_eq!(method.with("CN=a".parse().unwrap()).method(), method);
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(at in 0usize..GOOD.len(), put in "\\PC{0,12}") {
        let at = (0..=at).rev().find(|&at| GOOD.is_char_boundary(at)).unwrap();
        let text = format!("{}{put}{}", &GOOD[..at], &GOOD[at..]);
        if let Err(fault) = RegistrationForm::read(&text, &SCOPES) {
            prop_assert!(fault.line >= 1 && fault.column >= 1 && !fault.to_string().contains('\n'));
        }
    }
}

#[test]
fn rfc8705_2_1_2_no_certificate_of_another_app_passes_for_an_app_that_is_known_by_its_subject() {
    let signing = good();
    let by_subject = GOOD.replace("private_key_jwt", "tls_client_auth").replace("jwks_file = \"jwks.json\"\n", "");
    let by_subject = RegistrationForm::read(&by_subject, &SCOPES).unwrap();
    let institution = InstitutionId::from_random([1; 16]);
    let certificate = |subject: &str| ClientCertificate {
        thumbprint: [7; 32],
        key_sha256: None,
        institution,
        subject_dn: subject.parse().unwrap(),
        not_before: sumun_time::Timestamp::from_seconds(0),
        not_after: sumun_time::Timestamp::from_seconds(1),
    };
    // The subject that `app_of` gives, and another one.
    let (same, other) =
        (certificate("CN=access1,serialNumber=124-81-00998,O=Hanbit"), certificate("CN=access2,O=Hanbit"));
    let in_use = Err(AdmissionFault::SubjectInUse(same.subject_dn.to_string()));
    let (signs, known) = (app_of(&signing, 2, institution), app_of(&by_subject, 3, institution));
    let table = [
        ("nobody is there", None, &known, &same, Ok(())),
        ("two that sign share an access server", Some(&signs), &signs, &same, Ok(())),
        ("a later one would be known by it", Some(&signs), &known, &same, in_use.clone()),
        ("an earlier one is known by it", Some(&known), &signs, &same, in_use),
        ("another subject", Some(&known), &signs, &other, Ok(())),
    ];
    for (name, registered, app, wanted, expected) in table {
        let mut participants = Participants::default();
        participants.apps.extend(registered.cloned());
        participants.certificates.extend(registered.map(|_| same.clone()));
        assert_eq!(participants.admit_certificate(app, wanted), expected, "{name}");
    }
}
