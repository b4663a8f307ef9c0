//! A small world: two institutions, a customer, a consent, a processor, a gateway.

use crate::client::Caller;
use crate::rogue::Rogue;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sumun_api_gateway::*;
use sumun_consent::Scope;
use sumun_events::Bus;
use sumun_ids::*;
use sumun_jose::{Algorithm, JwkSet, base64url_encode, sign_compact};
use sumun_journal::StoreFailure;
use sumun_keys::{
    AuthorityProfile, CertificateAuthority, ClientProfile, IssuedCertificate, ServerProfile, SoftwareKey,
};
use sumun_records::{AccessRecord, OverLimitCount, Record};
use sumun_system::{Clock, ManualClock, SystemClock, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_traffic::filter::limit::LimitRule;
use sumun_traffic::{CertificateFacts, ConsentFacts, Contract, Standing};
use sumun_transport::*;

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
pub const ISSUER: &str = "https://as.example";
pub const AUDIENCE: &str = "https://gateway.example";
pub const INSTITUTION: InstitutionId = InstitutionId::from_random([1; 16]);
pub const OTHER_INSTITUTION: InstitutionId = InstitutionId::from_random([2; 16]);
pub const APP: AppId = AppId::from_random([3; 16]);
pub const OTHER_APP: AppId = AppId::from_random([4; 16]);
pub const CUSTOMER: CustomerId = CustomerId::from_random([5; 16]);
pub const CONSENT: ConsentId = ConsentId::from_random([6; 16]);
pub const ACCOUNT: AccountId = AccountId::from_random([9; 16]);
pub const OTHER_ACCOUNT: AccountId = AccountId::from_random([10; 16]);

/// What a test may change of the world before it starts.
pub struct Plan {
    pub settings: Settings,
    pub records_max: usize,
    pub processor_is_down: bool,
    /// The certificate that the gateway shows to the processor: its own, or none.
    pub gateway_shows_itself: bool,
    /// A token that was revoked before the gateway started.
    pub revoked: Option<TokenId>,
    /// A processor that misbehaves takes the place of the good one.
    pub rogue: Option<Rogue>,
}

impl Default for Plan {
    fn default() -> Self {
        let mut settings = Settings {
            institution_limit: Some(LimitRule { tokens_per_second: 100_000, burst_tokens: 100_000 }),
            ..Settings::default()
        };
        settings.limits.handshake_timeout = Duration::from_millis(800);
        settings.limits.header_timeout = Duration::from_millis(1_500);
        settings.limits.body_timeout = Duration::from_millis(400);
        settings.limits.grace = Duration::from_secs(3);
        settings.limits.close_timeout = Duration::from_millis(500);
        settings.upstream.answer_timeout = Duration::from_millis(700);
        settings.upstream.answer_bytes_max = 20_000;
        Self {
            settings,
            records_max: usize::MAX,
            processor_is_down: false,
            gateway_shows_itself: true,
            revoked: None,
            rogue: None,
        }
    }
}

pub struct World {
    pub address: SocketAddr,
    pub health: SocketAddr,
    pub open_authority: CertificateAuthority,
    pub certificate: IssuedCertificate,
    pub other_certificate: IssuedCertificate,
    pub key: SoftwareKey,
    pub known: Arc<Known>,
    pub records: Arc<Memory>,
    pub clock: Arc<ManualClock>,
    pub bus: Bus,
    pub shutdown: Shutdown,
    pub running: Option<Running>,
    /// Requests that the processor saw.
    pub seen: Arc<Mutex<Vec<Seen>>>,
    internal_authority: CertificateAuthority,
    processor_address: SocketAddr,
    processor: Shutdown,
}

/// One request as the processor saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub line: String,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

/// What the gateway can learn.
pub struct Known {
    pub authority: Mutex<Authority>,
    pub consents: Mutex<Vec<ConsentFacts>>,
    pub revoked: Mutex<Vec<(TokenId, Timestamp)>>,
    /// Whether consents cannot be read.
    pub consents_fail: AtomicBool,
    /// How often the gateway has begun to learn.
    pub rounds: AtomicUsize,
}

#[async_trait::async_trait]
impl Source for Known {
    async fn authority(&self) -> Result<Authority, StoreFailure> {
        self.rounds.fetch_add(1, Ordering::SeqCst);
        Ok(self.authority.lock().unwrap().clone())
    }
    async fn consents(&self, _: Timestamp) -> Result<Vec<ConsentFacts>, StoreFailure> {
        match self.consents_fail.load(Ordering::SeqCst) {
            true => Err(StoreFailure::passing("no store")),
            false => Ok(self.consents.lock().unwrap().clone()),
        }
    }
    async fn revoked_tokens(&self, _: Timestamp) -> Result<Vec<(TokenId, Timestamp)>, StoreFailure> {
        Ok(self.revoked.lock().unwrap().clone())
    }
}

/// Records in memory, with as many places as it is told.
#[derive(Default)]
pub struct Memory {
    pub taken: Mutex<Vec<AccessRecord>>,
    pub counts: Mutex<Vec<OverLimitCount>>,
    pub places_max: AtomicUsize,
    /// Whether three quarters of the room are used.
    pub runs_short: AtomicBool,
}

pub struct Sink(pub Arc<Memory>);

impl RecordSink for Sink {
    fn has_room_for_strangers(&self) -> bool {
        !self.0.runs_short.load(Ordering::SeqCst)
    }

    fn reserve(&self) -> Result<RecordPlace, RecordsFull> {
        if self.0.taken.lock().unwrap().len() >= self.0.places_max.load(Ordering::SeqCst) {
            return Err(RecordsFull);
        }
        let memory = Arc::clone(&self.0);
        Ok(Box::new(move |record| match record {
            Record::Access(record) => memory.taken.lock().unwrap().push(record),
            Record::OverLimit(count) => memory.counts.lock().unwrap().push(count),
        }))
    }
}

pub fn now() -> Timestamp {
    SystemClock.now()
}

pub fn authority(name: &str) -> CertificateAuthority {
    CertificateAuthority::create(&AuthorityProfile {
        common_name: name.to_owned(),
        organization: "Sumun test".to_owned(),
        not_before: now().minus(Span::from_days(400)),
        not_after: now().plus(Span::from_days(400)),
    })
    .unwrap()
}

pub fn client_certificate(authority: &CertificateAuthority, days: (i64, i64)) -> IssuedCertificate {
    let profile = ClientProfile {
        organization: "Fintech".to_owned(),
        serial_number: "123-45-67890".to_owned(),
        common_name: "access server".to_owned(),
        not_before: now().plus(Span::from_days(days.0)),
        not_after: now().plus(Span::from_days(days.1)),
    };
    authority.issue_client(&profile).unwrap()
}

pub fn server_identity(authority: &CertificateAuthority) -> Identity {
    let profile = ServerProfile {
        common_name: "server".to_owned(),
        dns_names: vec!["localhost".to_owned()],
        addresses: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        not_before: now().minus(Span::from_days(1)),
        not_after: now().plus(Span::from_days(90)),
    };
    identity(&authority.issue_server(&profile).unwrap())
}

pub fn identity(certificate: &IssuedCertificate) -> Identity {
    Identity::from_der(vec![certificate.certificate_der.clone()], certificate.key_pkcs8_der.clone())
}

pub fn facts(institution: InstitutionId) -> CertificateFacts {
    CertificateFacts {
        institution,
        not_before: now().minus(Span::from_days(1)),
        not_after: now().plus(Span::from_days(30)),
        certificate: Standing::Active,
        holder: Standing::Active,
    }
}

pub fn consent_facts() -> ConsentFacts {
    ConsentFacts {
        id: CONSENT,
        customer: CUSTOMER,
        institution: INSTITUTION,
        app: APP,
        scopes: vec![Scope::Balance, Scope::Transfer],
        accounts: vec![ACCOUNT],
        expires_at: now().plus(Span::from_days(10)),
        standing: Standing::Active,
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(Plan::default()).await
    }

    pub async fn with(plan: Plan) -> Self {
        let (open_authority, internal) = (authority("open"), authority("internal"));
        let certificate = client_certificate(&open_authority, (-1, 30));
        let other_certificate = client_certificate(&open_authority, (-1, 30));
        let key = SoftwareKey::generate(Algorithm::Es256).unwrap();
        let known = Arc::new(Known {
            authority: Mutex::new(Authority {
                certificates: HashMap::from([
                    (certificate.thumbprint(), facts(INSTITUTION)),
                    (other_certificate.thumbprint(), facts(OTHER_INSTITUTION)),
                ]),
                apps: HashMap::from([(APP, INSTITUTION), (OTHER_APP, OTHER_INSTITUTION)]),
                keys: JwkSet::new(vec![key.public().clone()]).unwrap(),
            }),
            consents: Mutex::new(vec![consent_facts()]),
            consents_fail: AtomicBool::new(false),
            rounds: AtomicUsize::new(0),
            revoked: Mutex::new(plan.revoked.map(|id| (id, now().plus(Span::from_minutes(5)))).into_iter().collect()),
        });
        let records = Arc::new(Memory { places_max: AtomicUsize::new(plan.records_max), ..Memory::default() });
        let (clock, bus, shutdown) = (Arc::new(ManualClock::new(now())), Bus::new(), Shutdown::new());
        let (seen, processor) = (Arc::default(), Shutdown::new());
        let processor_address = match plan.rogue {
            Some(rogue) => rogue.start(server_tls(&internal)).await,
            None => start_processor(&internal, ANY, Arc::clone(&seen), processor.clone()),
        };
        if plan.processor_is_down {
            processor.begin();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let shown = plan.gateway_shows_itself.then(|| identity(&client_certificate(&internal, (-1, 30))));
        let internal_tls = ClientTls::new(&[internal.certificate_der().to_vec()], shown).unwrap();
        let health = listen("127.0.0.1:0".parse().unwrap(), false).unwrap();
        let health_address = health.local_addr().unwrap();
        let clients = ClientCertificates::required(vec![open_authority.certificate_der().to_vec()]);
        let parts = Parts {
            source: Arc::clone(&known) as _,
            records: Arc::new(Sink(Arc::clone(&records))),
            clock: Arc::clone(&clock) as _,
            random: Arc::new(SystemRandom),
            bus: bus.clone(),
            tls: ServerTls::new(server_identity(&open_authority), &clients, Protocols::Http2AndHttp1).unwrap(),
            upstream: Upstream::mutual_tls(processor_address, "localhost", &internal_tls).unwrap(),
            contract: Arc::new(contract()),
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            health: Some(health),
            settings: plan.settings,
            shutdown: shutdown.clone(),
        };
        let running = Gateway::start(parts, bind("127.0.0.1:0".parse().unwrap(), 2).unwrap()).await.unwrap();
        Self {
            address: running.address(),
            health: health_address,
            open_authority,
            certificate,
            other_certificate,
            key,
            known,
            records,
            clock,
            bus,
            shutdown,
            running: Some(running),
            seen,
            internal_authority: internal,
            processor_address,
            processor,
        }
    }

    /// A caller with a connection of its own that shows the institution's certificate.
    pub async fn caller(&self) -> Caller {
        self.caller_with(&self.certificate).await
    }

    pub async fn caller_with(&self, certificate: &IssuedCertificate) -> Caller {
        Caller::connect(self.address, &self.client_tls(Some(certificate))).await.unwrap()
    }

    pub fn client_tls(&self, certificate: Option<&IssuedCertificate>) -> ClientTls {
        ClientTls::new(&[self.open_authority.certificate_der().to_vec()], certificate.map(identity)).unwrap()
    }

    pub fn claims(&self) -> Value {
        let seconds = self.clock.now().seconds();
        json!({
            "iss": ISSUER, "sub": CUSTOMER, "aud": AUDIENCE, "client_id": APP, "iat": seconds, "exp": seconds + 300,
            "jti": TokenId::from_random(sumun_system::Random::id_bytes(&SystemRandom)),
            "scope": "balance transfer", "consent_id": CONSENT, "institution_id": INSTITUTION,
            "cnf": {"x5t#S256": base64url_encode(&self.certificate.thumbprint())},
        })
    }

    pub fn sign(&self, claims: &Value) -> String {
        sign_compact(&self.key, "at+jwt", claims).unwrap()
    }

    /// A token that is as it should be.
    pub fn token(&self) -> String {
        self.sign(&self.claims())
    }

    /// A token with one claim changed.
    pub fn token_with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.sign(&claims)
    }

    /// Changes who may call, tells the gateway, and waits until it knows.
    pub async fn change(&self, change: impl FnOnce(&mut Authority)) {
        change(&mut self.known.authority.lock().unwrap());
        // It learns in rounds, one after the other: when the second begins, the first is done.
        let before = self.known.rounds.load(Ordering::SeqCst);
        for round in 1..=2 {
            self.bus.publish(&sumun_events::Event::ParticipantsChanged);
            let begun = async {
                while self.known.rounds.load(Ordering::SeqCst) < before + round {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), begun).await.expect("the gateway does not learn");
        }
    }

    /// Ends the processor with all its connections and starts it again at the same address.
    pub async fn restart_processor(&mut self) {
        self.processor.begin();
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.processor = Shutdown::new();
        let seen = Arc::clone(&self.seen);
        start_processor(&self.internal_authority, self.processor_address, seen, self.processor.clone());
    }

    /// Waits until no connection of a caller lives any more, `seconds` at most.
    pub async fn nobody_is_connected(&self, seconds: u64) {
        let counters = self.running.as_ref().unwrap().counters();
        let gone = async {
            while counters.connections_live.load(Ordering::Relaxed) > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(seconds), gone).await.expect("a connection lives on");
    }

    /// Waits until the processor has seen so many requests.
    pub async fn processor_saw(&self, count: usize) {
        for _ in 0..500 {
            if self.seen.lock().unwrap().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("only {:?}", self.seen.lock().unwrap());
    }

    /// The records so far, waiting until there are at least `count`.
    pub async fn records(&self, count: usize) -> Vec<AccessRecord> {
        for _ in 0..100 {
            let taken = self.records.taken.lock().unwrap().clone();
            if taken.len() >= count {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("only {:?}", self.records.taken.lock().unwrap());
    }
}

/// Waits until what is asked for is so, for 20 seconds at most.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let comes = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), comes).await.unwrap_or_else(|_| panic!("{what}"));
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.begin();
        self.processor.begin();
    }
}

pub fn balance() -> String {
    format!("/v1/accounts/{ACCOUNT}/balance")
}

/// The shipped contract, in which every operation takes the `mode` that tells the processor how to behave.
fn contract() -> Contract {
    let mut document: Value = serde_json::from_slice(OPEN_BANKING_CONTRACT).unwrap();
    for path in document["paths"].as_object_mut().unwrap().values_mut() {
        for operation in path.as_object_mut().unwrap().values_mut() {
            let mode = json!({"name": "mode", "in": "query", "schema": {"type": "string"}});
            let parameters = operation.as_object_mut().unwrap().entry("parameters").or_insert_with(|| json!([]));
            parameters.as_array_mut().unwrap().push(mode);
        }
    }
    Contract::parse(&serde_json::to_vec(&document).unwrap()).unwrap()
}

/// A processor that tells what it saw, and behaves as the query's `mode` says.
fn start_processor(
    internal: &CertificateAuthority,
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Shutdown,
) -> SocketAddr {
    let tls = server_tls(internal);
    let listener = listen(address, false).unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(move |request: Request| process(request, Arc::clone(&seen)));
    tokio::spawn(serve_router(listener, tls, router, stop, Limits { grace: Duration::ZERO, ..Limits::default() }));
    address
}

fn server_tls(internal: &CertificateAuthority) -> ServerTls {
    let clients = ClientCertificates::required(vec![internal.certificate_der().to_vec()]);
    ServerTls::new(server_identity(internal), &clients, Protocols::Http1).unwrap()
}

async fn process(request: Request, seen: Arc<Mutex<Vec<Seen>>>) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 100_000).await.unwrap();
    let line = format!("{} {}", head.method, head.uri);
    seen.lock().unwrap().push(Seen { line, headers: head.headers, body: body.to_vec() });
    match head.uri.query().and_then(|query| query.split("mode=").nth(1)) {
        Some("hang") => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            StatusCode::OK.into_response()
        }
        Some("break") => {
            let pieces = [Ok("{\"begun\":"), Err(std::io::Error::other("gone"))];
            Body::from_stream(futures_util::stream::iter(pieces)).into_response()
        }
        Some("huge") => vec![b'x'; 16_000_000].into_response(),
        Some("large") => vec![b'x'; 50_000].into_response(),
        Some("slow") => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "{}".into_response()
        }
        _ => {
            let headers = [
                ("server", "secret/1.0"),
                ("sumun-inside", "1"),
                ("content-type", "application/json"),
                ("x-trace", "1"),
            ];
            (headers, json!({"balance": 1_000}).to_string()).into_response()
        }
    }
}
