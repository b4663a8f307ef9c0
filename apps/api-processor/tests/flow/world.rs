//! A bank with two customers, an institution with an app, and the processor on two listeners.

use crate::browser::Browser;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use sumun_api_processor::{Parts, routers};
use sumun_banking::*;
use sumun_identity::{CustomerEnrolment, Enrolment, IdentityStore, PasswordHash};
use sumun_ids::*;
use sumun_jose::JwkSet;
use sumun_journal::{Entry, EntryKind, JournalStore};
use sumun_keys::{AuthorityProfile, CertificateAuthority, ClientProfile, IssuedCertificate, ServerProfile};
use sumun_money::Won;
use sumun_participants::*;
use sumun_store::{FieldKey, Store};
use sumun_system::{Clock, ManualClock, SystemClock, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_transport::{
    Client, ClientCertificates, ClientError, ClientLimits, ClientTls, Identity, Limits, Protocols, ServerTls, Shutdown,
    listen, serve_router,
};
use sumun_web::{Bilingual, WorldLabel};

pub const PASSWORD: &str = "correct horse battery";
pub const START: &str = "2026-11-23T05:05:00Z";

pub struct World {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub authority: CertificateAuthority,
    pub internal: SocketAddr,
    pub customer: SocketAddr,
    pub minsu: CustomerId,
    pub demand: AccountId,
    pub savings: AccountId,
    pub hasu: CustomerId,
    pub hasu_demand: AccountId,
    pub institution: InstitutionId,
    pub app: AppId,
    pub consent: ConsentId,
    gateway: Client,
    keys: AtomicU32,
    shutdown: Shutdown,
    _folder: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// An answer with its JSON.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn of(response: http::Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self { status: head.status, headers: head.headers, body }
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(folder.path().join("sumun.db"), FieldKey::from_bytes([3; 32])).await.unwrap();
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        let authority = authority();
        let (gateway, server) = (client_certificate(&authority, "gateway"), server_certificate(&authority));
        let (minsu, hasu) = (CustomerId::from_random([1; 16]), CustomerId::from_random([2; 16]));
        let world = Parts {
            banking: Arc::new(store.clone()),
            identities: Arc::new(store.clone()),
            participants: Arc::new(store.clone()),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            limits: TransferLimits::default(),
            gateway_certificates: vec![gateway.thumbprint()],
            consents_address: "https://127.0.0.1:7401/consents".into(),
            operator: Bilingual::new("다온은행", "Daon Bank"),
            world: WorldLabel::Demonstration,
        };
        let routers = routers(world).unwrap();
        let shutdown = Shutdown::new();
        let roots = vec![authority.certificate_der().to_vec()];
        let required = ClientCertificates::required(roots.clone());
        let internal_tls = ServerTls::new(identity(&server), &required, Protocols::Http1).unwrap();
        let internal = serve(routers.internal, internal_tls, &shutdown);
        let customer_tls = ServerTls::new(identity(&server), &ClientCertificates::None, Protocols::default()).unwrap();
        let customer = serve(routers.customer, customer_tls, &shutdown);
        let tls = ClientTls::new(&roots, Some(identity(&gateway))).unwrap();
        let world = Self {
            store,
            clock,
            authority,
            internal,
            customer,
            minsu,
            demand: AccountId::from_random([11; 16]),
            savings: AccountId::from_random([12; 16]),
            hasu,
            hasu_demand: AccountId::from_random([13; 16]),
            institution: InstitutionId::from_random([21; 16]),
            app: AppId::from_random([22; 16]),
            consent: ConsentId::from_random([23; 16]),
            gateway: Client::new(&tls, ClientLimits::default()),
            keys: AtomicU32::new(0),
            shutdown,
            _folder: folder,
        };
        world.fill().await;
        world
    }

    async fn fill(&self) {
        let now = self.clock.now();
        for (id, login, name, phrase) in
            [(self.minsu, "minsu", "김민수", "봄비 내린 골목길"), (self.hasu, "hasu", "김하수", "가을 하늘 은행나무")]
        {
            let enrolment = CustomerEnrolment {
                id,
                login: login.parse().unwrap(),
                name: name.into(),
                name_en: String::new(),
                password: PasswordHash::of(PASSWORD, [7; 16]).unwrap(),
                security_phrase: phrase.parse().unwrap(),
                commitment_key: [login.len() as u8; 32],
            };
            let enrolled = self.store.enrol_customer(&enrolment, now, &[]).await.unwrap();
            assert!(matches!(enrolled, Enrolment::Enrolled));
        }
        self.fill_participants().await;
        for (code, ko, en, funding) in [("901", "다온은행", "Daon Bank", 51), ("902", "가나은행", "Gana Bank", 53)]
        {
            let bank = Bank { code: code.parse().unwrap(), name_ko: ko.into(), name_en: en.into() };
            let (funding, clearing) =
                (AccountId::from_random([funding; 16]), AccountId::from_random([funding + 1; 16]));
            self.store.open_bank(&NewBank { bank, funding, clearing, opened_at: now }, &[]).await.unwrap();
        }
        let (minsu, hasu) = (AccountOwner::Customer(self.minsu), AccountOwner::Customer(self.hasu));
        let institution = AccountOwner::Institution(self.institution);
        let settlement = AccountId::from_random([14; 16]);
        let accounts = [
            (self.demand, minsu, AccountKind::Demand, "901", "월급통장", "110-123-454821", "김민수", 2_000_000),
            (self.savings, minsu, AccountKind::Savings, "901", "여행 저축", "110-123-450317", "김민수", 500_000),
            (self.hasu_demand, hasu, AccountKind::Demand, "902", "생활비", "220-456-127702", "김하수", 0),
            (settlement, institution, AccountKind::Settlement, "901", "정산", "990-000-000001", "새움페이", 10_000_000),
        ];
        for (id, owner, kind, bank, alias, number, holder, balance) in accounts {
            let (bank, number) = (bank.parse().unwrap(), number.parse().unwrap());
            let (alias, holder) = (Alias::parse(alias).unwrap(), HolderName::parse(holder).unwrap());
            let account = Account { id, owner, bank, kind, alias, number, holder };
            let new = NewAccount { account, opening_balance: Won::new(balance), opened_at: now };
            self.store.open_account(&new, &[]).await.unwrap();
        }
    }

    async fn fill_participants(&self) {
        let institution = Institution {
            id: self.institution,
            name_ko: "주식회사 새움페이".into(),
            name_en: "Saeum Pay Inc.".into(),
            business_number: "124-81-00998".parse().unwrap(),
            contact: "1544-0000".into(),
            status: InstitutionStatus::Active,
        };
        let registered = self.store.register_institution(&institution, &[]).await.unwrap();
        assert_eq!(registered, Registration::Registered);
        let subject_dn = "CN=access.saeum.example,O=Saeum".parse().unwrap();
        let draft = AppDraft {
            id: self.app,
            institution: self.institution,
            name_ko: "새움가계부".into(),
            name_en: "Saeum Ledger".into(),
            redirect_uris: vec!["https://app.saeum.example/callback".parse().unwrap()],
            authentication: ClientAuthentication::TlsClientAuth { subject_dn },
            jwks: JwkSet::default(),
            scopes: vec!["balance".into(), "transfer".into()],
            consent_terms: ConsentTerms {
                purpose_ko: "여러 은행의 계좌를 한 화면에서 보는 데 씁니다.".into(),
                purpose_en: "To see accounts of several banks on one screen.".into(),
                outage_effect_ko: "잔액이 늦게 바뀔 수 있습니다.".into(),
                outage_effect_en: "Balances may be late.".into(),
                valid_days: 90,
            },
        };
        let registered = self.store.register_app(&App::new(draft).unwrap(), &[]).await.unwrap();
        assert_eq!(registered, Registration::Registered);
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    pub fn key(&self) -> String {
        format!("flow-test-key-{:04}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// A request as the gateway sends it for Minsu under the consent.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("https://{}{path}", self.internal))
            .header("sumun-request-id", RequestId::from_random([31; 16]).to_string())
            .header("sumun-institution-id", self.institution.to_string())
            .header("sumun-app-id", self.app.to_string())
            .header("sumun-customer-id", self.minsu.to_string())
            .header("sumun-consent-id", self.consent.to_string())
            .header("sumun-scope", "account-holder balance transactions transfer")
            .header("sumun-accounts", format!("{},{}", self.demand, self.savings))
    }

    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        Answer::of(self.gateway.request(request).await.unwrap())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Bytes::new()).unwrap()).await
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path);
        let request = request.header("content-type", "application/json").header("idempotency-key", key);
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    pub fn withdrawal(&self, amount: i64) -> Value {
        json!({
            "account_id": self.demand, "amount": amount, "summary": "11월 회비",
            "payee": {"bank_code": "902", "account_number": "220456127702", "holder_name": "김하수"},
        })
    }

    /// A transfer that awaits Minsu's decision; its id.
    pub async fn requested(&self, amount: i64) -> String {
        let answer = self.post("/v1/withdrawals", &self.key(), &self.withdrawal(amount)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        answer.body["transfer_id"].as_str().unwrap().to_owned()
    }

    pub async fn execute(&self, id: &str, body: &Value) -> Answer {
        self.post(&format!("/v1/transfers/{id}/execution"), &self.key(), body).await
    }

    pub async fn balance(&self) -> i64 {
        self.get(&format!("/v1/accounts/{}/balance", self.demand)).await.body["balance"].as_i64().unwrap()
    }

    pub fn browser(&self) -> Browser {
        let tls = ClientTls::new(&[self.authority.certificate_der().to_vec()], None).unwrap();
        Browser::new(Client::new(&tls, ClientLimits::default()), format!("https://{}", self.customer))
    }

    /// Minsu's browser, signed in.
    pub async fn minsus_browser(&self) -> Browser {
        self.browser_of("minsu").await
    }

    pub async fn browser_of(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(login, PASSWORD).await;
        browser
    }

    /// A client with this certificate at the internal listener.
    pub async fn call_as(&self, certificate: Option<&IssuedCertificate>, path: &str) -> Result<Answer, ClientError> {
        let identity = certificate.map(identity);
        let tls = ClientTls::new(&[self.authority.certificate_der().to_vec()], identity).unwrap();
        let client = Client::new(&tls, ClientLimits::default());
        let request = self.request(Method::GET, path).body(Bytes::new()).unwrap();
        client.request(request).await.map(Answer::of)
    }

    pub async fn entries(&self, kind: EntryKind) -> Vec<Entry> {
        let entries = self.store.entries_from(0, 1_000).await.unwrap();
        let entries = entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap());
        entries.filter(|entry| entry.kind == kind).collect()
    }

    pub async fn assert_conserved(&self) {
        let audit = self.store.audit().await.unwrap();
        assert!(audit.is_conserved(), "{audit:?}");
    }
}

pub fn authority() -> CertificateAuthority {
    let (not_before, not_after) = validity();
    let profile =
        AuthorityProfile { common_name: "Test CA".into(), organization: "Test".into(), not_before, not_after };
    CertificateAuthority::create(&profile).unwrap()
}

pub fn client_certificate(authority: &CertificateAuthority, name: &str) -> IssuedCertificate {
    let (not_before, not_after) = validity();
    let profile = ClientProfile {
        organization: "Sumun".into(),
        serial_number: "124-81-00998".into(),
        common_name: name.into(),
        not_before,
        not_after,
    };
    authority.issue_client(&profile).unwrap()
}

fn server_certificate(authority: &CertificateAuthority) -> IssuedCertificate {
    let (not_before, not_after) = validity();
    let profile = ServerProfile {
        common_name: "processor".into(),
        dns_names: vec!["localhost".into()],
        addresses: vec![Ipv4Addr::LOCALHOST.into()],
        not_before,
        not_after,
    };
    authority.issue_server(&profile).unwrap()
}

fn validity() -> (Timestamp, Timestamp) {
    let now = SystemClock.now();
    (now.minus(Span::from_hours(1)), now.plus(Span::from_days(30)))
}

fn identity(certificate: &IssuedCertificate) -> Identity {
    Identity::from_der(vec![certificate.certificate_der.clone()], certificate.key_pkcs8_der.clone())
}

fn serve(router: axum::Router, tls: ServerTls, shutdown: &Shutdown) -> SocketAddr {
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into(), false).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_router(listener, tls, router, shutdown.clone(), Limits::default()));
    address
}
