//! A whole authorization server over real sockets with TLS, two institutions
//! and two customers, for the tests of this crate.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod browser;
pub mod partner;

use partner::Partner;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use sumun_authorization::{AccountKind, AccountSummary, Addresses, CustomerAccounts, TokenPolicy};
use sumun_authorization_server::{Parts, Routers, routers};
use sumun_events::{Bus, Event};
use sumun_identity::{CustomerEnrolment, Enrolment, IdentityStore as _, PasswordHash};
use sumun_ids::{AccountId, CustomerId};
use sumun_jose::{Algorithm, JwkSet};
use sumun_keys::{AuthorityProfile, CertificateAuthority, IssuedCertificate, ServerProfile, SoftwareKey};
use sumun_store::{FieldKey, Store};
use sumun_system::{Clock as _, ManualClock, SystemClock, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_transport::{ClientCertificates, Identity, Limits, Protocols, ServerTls, Shutdown, listen, serve_router};
use sumun_web::{Bilingual, WorldLabel};
use tempfile::TempDir;

pub const GATEWAY: &str = "https://api.daon.example";
pub const PASSWORD: &str = "봄비-내린-골목길-7";
pub const PHRASE: &str = "봄비 내린 골목길";

/// The running server and everybody around it.
pub struct World {
    pub issuer: String,
    pub mutual_tls: String,
    pub clock: Arc<ManualClock>,
    pub store: Store,
    pub parts: Parts,
    /// The authority of servers and clients.
    pub authority: CertificateAuthority,
    /// Everything that was told on the bus.
    pub events: Arc<Mutex<Vec<Event>>>,
    /// An institution whose app signs assertions.
    pub saeum: Partner,
    /// Another institution, whose app shows its certificate alone.
    pub ondam: Partner,
    pub minsu: Person,
    pub jiyeon: Person,
    shutdown: Shutdown,
    _folder: TempDir,
}

/// A customer.
#[derive(Clone, Copy)]
pub struct Person {
    pub id: CustomerId,
    pub login: &'static str,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|parts| parts).await
    }

    /// A world whose server is assembled of changed parts.
    pub async fn start_with(change: impl FnOnce(Parts) -> Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(folder.path().join("sumun.db"), FieldKey::from_bytes([7; 32])).await.unwrap();
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let now = clock.now();
        let authority = authority(now);
        let listeners = [(); 2].map(|()| listen("127.0.0.1:0".parse().unwrap(), false).unwrap());
        let [issuer, mutual_tls] = [0, 1].map(|place: usize| base(listeners[place].local_addr().unwrap()));
        let saeum = Partner::register(&store, &authority, partner::saeum(now)).await;
        let ondam = Partner::register(&store, &authority, partner::ondam(now)).await;
        let minsu = Person { id: CustomerId::from_random([21; 16]), login: "minsu.kim" };
        let jiyeon = Person { id: CustomerId::from_random([22; 16]), login: "jiyeon.lee" };
        for person in [minsu, jiyeon] {
            enrol(&store, person, now).await;
        }
        let bus = Bus::new();
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        bus.subscribe(Arc::new(move |event| heard.lock().unwrap().push(event.clone())));
        let addresses = Addresses { issuer: issuer.clone(), mutual_tls: mutual_tls.clone(), gateway: GATEWAY.into() };
        let parts = change(parts(&store, addresses, bus, Arc::clone(&clock)));
        let shutdown = Shutdown::new();
        let Routers { browser, mutual_tls: partners } = routers(parts.clone()).unwrap();
        let roots = vec![authority.certificate_der().to_vec()];
        let [browser_listener, partner_listener] = listeners;
        let sides = [
            (browser_listener, browser, ClientCertificates::None),
            (partner_listener, partners, ClientCertificates::requested(roots)),
        ];
        for (listener, router, clients) in sides {
            let tls = ServerTls::new(server_identity(&authority, now), &clients, Protocols::default()).unwrap();
            tokio::spawn(serve_router(listener, tls, router, shutdown.clone(), Limits::default()));
        }
        Self {
            issuer,
            mutual_tls,
            clock,
            store,
            parts,
            authority,
            events,
            saeum,
            ondam,
            minsu,
            jiyeon,
            shutdown,
            _folder: folder,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn roots(&self) -> Vec<Vec<u8>> {
        vec![self.authority.certificate_der().to_vec()]
    }

    /// What was told on the bus since the last call.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// Each customer holds two accounts.
pub struct Bank;

pub fn account_of(person: CustomerId, number: u8) -> AccountId {
    let first = person.to_string().bytes().last().unwrap();
    AccountId::from_random([first ^ number; 16])
}

#[async_trait::async_trait]
impl CustomerAccounts for Bank {
    async fn accounts_of(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<AccountSummary>, Box<dyn std::error::Error + Send + Sync>> {
        let account = |number: u8, alias: &str, kind| AccountSummary {
            id: account_of(customer, number),
            alias: alias.into(),
            masked_number: format!("***-***-**{number:04}"),
            kind,
        };
        Ok(vec![account(1, "월급통장", AccountKind::Demand), account(2, "여행 저축", AccountKind::Savings)])
    }
}

fn parts(store: &Store, addresses: Addresses, bus: Bus, clock: Arc<ManualClock>) -> Parts {
    let key = SoftwareKey::generate(Algorithm::Es256).unwrap();
    let key_set = JwkSet::new(vec![key.public().clone()]).unwrap();
    Parts {
        addresses,
        participants: Arc::new(store.clone()),
        consents: Arc::new(store.clone()),
        identities: Arc::new(store.clone()),
        authorizations: Arc::new(store.clone()),
        accounts: Arc::new(Bank),
        signer: Arc::new(key),
        key_set,
        bus,
        clock,
        random: Arc::new(SystemRandom),
        token_policy: TokenPolicy::default(),
        operator: Bilingual::new("다온은행", "Daon Bank"),
        world: WorldLabel::Testbed,
    }
}

fn authority(now: Timestamp) -> CertificateAuthority {
    CertificateAuthority::create(&AuthorityProfile {
        common_name: "Test authority".into(),
        organization: "Test".into(),
        not_before: now.minus(Span::from_days(1)),
        not_after: now.plus(Span::from_days(30)),
    })
    .unwrap()
}

fn server_identity(authority: &CertificateAuthority, now: Timestamp) -> Identity {
    let certificate = authority.issue_server(&ServerProfile {
        common_name: "authorization".into(),
        dns_names: Vec::new(),
        addresses: vec!["127.0.0.1".parse().unwrap()],
        not_before: now.minus(Span::from_hours(1)),
        not_after: now.plus(Span::from_days(10)),
    });
    identity(&certificate.unwrap())
}

pub fn identity(certificate: &IssuedCertificate) -> Identity {
    Identity::from_der(vec![certificate.certificate_der.clone()], certificate.key_pkcs8_der.clone())
}

async fn enrol(store: &Store, person: Person, now: Timestamp) {
    let enrolment = CustomerEnrolment {
        id: person.id,
        login: person.login.parse().unwrap(),
        name: "김민수".into(),
        name_en: "Kim Minsu".into(),
        password: PasswordHash::of(PASSWORD, [9; 16]).unwrap(),
        security_phrase: PHRASE.parse().unwrap(),
        commitment_key: [3; 32],
    };
    assert_eq!(store.enrol_customer(&enrolment, now, &[]).await.unwrap(), Enrolment::Enrolled);
}

fn base(address: SocketAddr) -> String {
    format!("https://{address}")
}
