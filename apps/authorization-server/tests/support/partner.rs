//! An institution's access server, as the platform sees it.

use super::{World, identity};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::{Algorithm, JwkSet, base64url_encode, sha256, sign_compact};
use sumun_keys::{CertificateAuthority, CertificateFacts, ClientProfile, IssuedCertificate, SoftwareKey};
use sumun_participants::{
    App, AppDraft, ClientAuthentication, ClientCertificate, ConsentTerms, Institution, InstitutionStatus,
    ParticipantStore as _, Registration,
};
use sumun_store::Store;
use sumun_system::{Random as _, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_transport::{Client, ClientLimits, ClientTls};

pub const REDIRECT: &str = "https://app.saeum.example/callback?bank=daon";
pub const STATE: &str = "state of app & page";
pub const FORM: &str = "application/x-www-form-urlencoded";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An institution with one app, one certificate and one signing key.
pub struct Partner {
    pub institution: Institution,
    pub app: App,
    pub certificate: IssuedCertificate,
    pub key: SoftwareKey,
    pub http: Client,
}

/// Who a partner is.
pub struct Profile {
    number: u8,
    name: [&'static str; 2],
    business_number: &'static str,
    signs: bool,
    now: Timestamp,
}

pub fn saeum(now: Timestamp) -> Profile {
    Profile { number: 1, name: ["새움페이", "Saeum Pay"], business_number: "1248100998", signs: true, now }
}

pub fn ondam(now: Timestamp) -> Profile {
    Profile { number: 2, name: ["온담자산관리", "Ondam"], business_number: "2208162517", signs: false, now }
}

impl Partner {
    pub async fn register(store: &Store, authority: &CertificateAuthority, profile: Profile) -> Self {
        let Profile { number, name: [name_ko, name_en], business_number, signs, now } = profile;
        let institution = Institution {
            id: InstitutionId::from_random([number; 16]),
            name_ko: name_ko.into(),
            name_en: name_en.into(),
            business_number: business_number.parse().unwrap(),
            contact: "1544-0000".into(),
            status: InstitutionStatus::Active,
        };
        assert_eq!(store.register_institution(&institution, &[]).await.unwrap(), Registration::Registered);
        let certificate = issue(authority, name_en, business_number, now);
        let facts = CertificateFacts::parse(&certificate.certificate_der).unwrap();
        let registered = ClientCertificate {
            thumbprint: facts.thumbprint,
            key_sha256: Some(facts.key_sha256),
            institution: institution.id,
            subject_dn: facts.subject_dn.parse().unwrap(),
            not_before: facts.not_before,
            not_after: facts.not_after,
        };
        assert_eq!(store.register_certificate(&registered, &[]).await.unwrap(), Registration::Registered);
        let key = SoftwareKey::generate(Algorithm::Es256).unwrap();
        let authentication = if signs {
            ClientAuthentication::PrivateKeyJwt
        } else {
            ClientAuthentication::TlsClientAuth { subject_dn: registered.subject_dn }
        };
        let app = app(&institution, number, authentication, &key);
        assert_eq!(store.register_app(&app, &[]).await.unwrap(), Registration::Registered);
        let http = client(authority, &certificate);
        Self { institution, app, certificate, key, http }
    }

    /// A client assertion with these claims changed; null leaves one out.
    pub fn assertion(&self, world: &World, changed: Value) -> String {
        let id = self.app.id.to_string();
        let now = world.now().seconds();
        let jti = base64url_encode(&SystemRandom.id_bytes());
        let mut claims = json!({"iss": id, "sub": id, "aud": world.issuer, "jti": jti, "iat": now, "exp": now + 60});
        for (name, value) in changed.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        sign_compact(&self.key, "JWT", &claims).unwrap()
    }

    /// What authenticates the app, in its registered way.
    pub fn credential(&self, world: &World) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        match self.app.authentication {
            ClientAuthentication::PrivateKeyJwt => vec![
                pair("client_assertion", self.assertion(world, json!({}))),
                pair("client_assertion_type", ASSERTION_TYPE.into()),
            ],
            ClientAuthentication::TlsClientAuth { .. } => vec![pair("client_id", self.app.id.to_string())],
        }
    }

    /// Pushes a request with these parameters changed; `-` leaves one out.
    pub async fn push(&self, world: &World, verifier: &str, changed: &[(&str, &str)]) -> Answer {
        let challenge = base64url_encode(&sha256(verifier.as_bytes()));
        let mut pairs = self.credential(world);
        let usual = [
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "balance transfer"),
            ("state", STATE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(usual.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.post(&format!("{}/par", world.mutual_tls), change(pairs, changed)).await
    }

    /// The address to which the app sends the browser, of a request that was pushed.
    pub async fn start(&self, world: &World, verifier: &str) -> String {
        let answer = self.push(world, verifier, &[]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json);
        self.authorize_address(world, answer.json["request_uri"].as_str().unwrap())
    }

    pub fn authorize_address(&self, world: &World, request_uri: &str) -> String {
        format!("{}/authorize?client_id={}&request_uri={request_uri}", world.issuer, self.app.id)
    }

    /// Exchanges a code, with these parameters changed; `-` leaves one out.
    pub async fn exchange(&self, world: &World, code: &str, verifier: &str, changed: &[(&str, &str)]) -> Answer {
        let mut pairs = self.credential(world);
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", REDIRECT),
        ];
        pairs.extend(usual.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.post(&format!("{}/token", world.mutual_tls), change(pairs, changed)).await
    }

    /// Posts a form.
    pub async fn post(&self, address: &str, pairs: Vec<(String, String)>) -> Answer {
        let body = encode(&pairs);
        let request = Request::post(address).header("content-type", FORM).body(Bytes::from(body)).unwrap();
        Answer::of(self.http.request(request).await.unwrap())
    }
}

/// An answer of the mutual-TLS side.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub json: Value,
}

impl Answer {
    pub fn of(response: Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self { status: head.status, headers: head.headers, json }
    }

    /// Status and OAuth error.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json["error"].as_str().unwrap_or("no error"))
    }
}

pub fn client(authority: &CertificateAuthority, certificate: &IssuedCertificate) -> Client {
    let roots = [authority.certificate_der().to_vec()];
    Client::new(&ClientTls::new(&roots, Some(identity(certificate))).unwrap(), ClientLimits::default())
}

pub fn issue(authority: &CertificateAuthority, name: &str, business_number: &str, now: Timestamp) -> IssuedCertificate {
    authority
        .issue_client(&ClientProfile {
            organization: name.into(),
            serial_number: business_number.into(),
            common_name: format!("api.{}.example", name.to_lowercase().replace(' ', "-")),
            not_before: now.minus(Span::from_hours(1)),
            not_after: now.plus(Span::from_days(10)),
        })
        .unwrap()
}

pub fn encode(pairs: &[(String, String)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(byte as char);
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        })
    };
    pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn change(mut pairs: Vec<(String, String)>, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    let added = changed.iter().filter(|(_, value)| *value != "-");
    pairs.extend(added.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs
}

fn app(institution: &Institution, number: u8, authentication: ClientAuthentication, key: &SoftwareKey) -> App {
    App::new(AppDraft {
        id: AppId::from_random([number + 10; 16]),
        institution: institution.id,
        name_ko: "새움가계부".into(),
        name_en: "Saeum Book".into(),
        redirect_uris: vec![REDIRECT.parse().unwrap()],
        authentication,
        jwks: JwkSet::new(vec![key.public().clone()]).unwrap(),
        scopes: ["balance", "transactions", "transfer"].map(str::to_owned).to_vec(),
        consent_terms: ConsentTerms {
            purpose_ko: "여러 은행의 계좌를 한 화면에서 보고, 정기 저축을 대신 이체하는 데 씁니다.".into(),
            purpose_en: "To show accounts of several banks on one page and to save for you.".into(),
            outage_effect_ko: "잔액이 늦게 바뀌고 자동 저축이 미뤄질 수 있습니다.".into(),
            outage_effect_en: "Balances may be late and savings may be put off.".into(),
            valid_days: 365,
        },
    })
    .unwrap()
}
