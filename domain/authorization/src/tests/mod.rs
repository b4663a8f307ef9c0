//! The rules, clause by clause. Each file has one happy way and a table of what breaks it.

mod client;
mod code;
mod entries;
mod request;

use crate::{AuthorizationRequest, Credential, Parameters};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::{Algorithm, JwkSet, SigningKey, sign_compact};
use sumun_participants::{
    App, AppDraft, ClientAuthentication, ClientCertificate, ConsentTerms, Institution, InstitutionStatus,
};
use sumun_time::Timestamp;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ISSUER: &str = "https://auth.daon.example";
const GATEWAY: &str = "https://api.daon.example";
const REDIRECT: &str = "https://app.saeum.example/callback";
/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

static KEY: LazyLock<SigningKey> = LazyLock::new(new_key);

fn new_key() -> SigningKey {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    SigningKey::from_pkcs8(Algorithm::Es256, pkcs8.as_ref()).unwrap()
}

fn institution() -> Institution {
    Institution {
        id: InstitutionId::from_random([1; 16]),
        name_ko: "새움페이".into(),
        name_en: "Saeum Pay".into(),
        business_number: "124-81-00998".parse().unwrap(),
        contact: "1544-0000".into(),
        status: InstitutionStatus::Active,
    }
}

fn app(authentication: ClientAuthentication) -> App {
    let text = String::from("text");
    App::new(AppDraft {
        id: AppId::from_random([2; 16]),
        institution: institution().id,
        name_ko: "새움가계부".into(),
        name_en: "Saeum Book".into(),
        redirect_uris: vec![REDIRECT.parse().unwrap()],
        authentication,
        jwks: JwkSet::new(vec![KEY.public().clone()]).unwrap(),
        scopes: vec!["balance".into(), "transfer".into()],
        consent_terms: ConsentTerms {
            purpose_ko: text.clone(),
            purpose_en: text.clone(),
            outage_effect_ko: text.clone(),
            outage_effect_en: text,
            valid_days: 365,
        },
    })
    .unwrap()
}

fn jwt_app() -> App {
    app(ClientAuthentication::PrivateKeyJwt)
}

fn tls_app() -> App {
    app(ClientAuthentication::TlsClientAuth { subject_dn: "CN=api.saeum.example,O=Saeum,C=KR".parse().unwrap() })
}

fn certificate() -> ClientCertificate {
    ClientCertificate {
        thumbprint: [7; 32],
        key_sha256: None,
        institution: institution().id,
        subject_dn: "CN=api.saeum.example,O=Saeum,C=KR".parse().unwrap(),
        not_before: Timestamp::from_seconds(0),
        not_after: Timestamp::from_seconds(1_900_000_000),
    }
}

fn claims() -> Map<String, Value> {
    let id = AppId::from_random([2; 16]).to_string();
    let now = NOW.seconds();
    let claims = json!({"iss": id, "sub": id, "aud": ISSUER, "jti": "one", "iat": now, "exp": now + 60});
    claims.as_object().unwrap().clone()
}

fn assertion(claims: &Map<String, Value>) -> String {
    sign_compact(&*KEY, "JWT", claims).unwrap()
}

fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    let mut form = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| *value != "-") {
        form.push_str(&format!("&{name}="));
        crate::parameters::percent_encode(value, &mut form);
    }
    Parameters::parse(form.as_bytes()).unwrap()
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn assertion_parameters(assertion: &str) -> Parameters {
    parameters(&[("client_assertion", assertion), ("client_assertion_type", ASSERTION_TYPE)])
}

/// The parameters of a good pushed request; `changed` replaces one of them, `-` leaves it out.
fn request_parameters(changed: &[(&str, &str)]) -> Parameters {
    let mut pairs = vec![
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "transfer balance"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    pairs.extend(changed);
    parameters(&pairs)
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest::read(&request_parameters(&[]), &jwt_app(), GATEWAY).unwrap()
}

fn authenticated(app: &App) -> crate::BoundClient {
    let parameters = parameters(&[("client_id", &app.id.to_string())]);
    let credential = Credential::find(&parameters, false).unwrap();
    match credential.authenticate(app, &institution(), Some(&certificate()), ISSUER, NOW).unwrap() {
        crate::Authentication::Complete(client) => client.bound().unwrap(),
        crate::Authentication::AwaitsFirstUse(_) => panic!("a certificate needs no first use"),
    }
}
