//! The gateway as a process of its own, so that its CPU time can be told.

use crate::stage::{ACCOUNT, AUDIENCE, ISSUER};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sumun_api_gateway::*;
use sumun_consent::Scope;
use sumun_events::Bus;
use sumun_ids::*;
use sumun_jose::JwkSet;
use sumun_journal::{Entry, JournalStore, StoreFailure};
use sumun_journal_files::{SegmentSettings, SegmentWriter};
use sumun_system::{Clock, SystemClock, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_traffic::filter::limit::LimitRule;
use sumun_traffic::{CertificateFacts, ConsentFacts, Contract, Standing};
use sumun_transport::*;

/// The argument that makes this binary the gateway.
pub const ROLE: &str = "--serve-gateway-in";

/// Serves until it is killed. Access records are written and fsynced as in
/// production; only the entries of their batches go to memory.
pub fn serve(folder: &str) {
    let folder = Path::new(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let journal = Arc::new(JournalInMemory::default());
        let writer = SegmentWriter::start(folder, journal, Arc::clone(&clock), SegmentSettings::default());
        let writer = writer.await.unwrap();
        let served: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.join("served.json")).unwrap()).unwrap();
        let address = |name: &str| served[name].as_str().unwrap().parse().unwrap();
        let remembered = if served["remembers"] == true { Settings::default().token_cache_entries } else { 1 };
        let read = |name: &str| fs::read_to_string(folder.parent().unwrap().join(name)).unwrap();
        let identity = Identity::from_pem(&read("server.pem"), &read("server.pem")).unwrap();
        let clients = ClientCertificates::required(certificates_from_pem(&read("authority.pem")).unwrap());
        let client = certificates_from_pem(&read("client.pem")).unwrap().remove(0);
        let known = Known {
            thumbprint: PeerCertificate::from_der(client).thumbprint,
            keys: JwkSet::parse(read("keys.json").as_bytes()).unwrap(),
            now: clock.now(),
        };
        let parts = Parts {
            source: Arc::new(known),
            records: Arc::new(writer.handle()),
            clock,
            random: Arc::new(SystemRandom),
            bus: Bus::new(),
            tls: ServerTls::new(identity, &clients, Protocols::Http2AndHttp1).unwrap(),
            upstream: Upstream::in_the_clear_for_measurement(address("backend")),
            contract: Arc::new(Contract::parse(OPEN_BANKING_CONTRACT).unwrap()),
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            health: None,
            settings: Settings {
                institution_limit: Some(LimitRule { tokens_per_second: 1_000_000, burst_tokens: 1_000_000 }),
                token_cache_entries: remembered,
                ..Settings::default()
            },
            shutdown: Shutdown::new(),
        };
        let running = Gateway::start(parts, bind(address("gateway"), 1).unwrap()).await.unwrap();
        running.ended().await;
    });
}

struct Known {
    thumbprint: [u8; 32],
    keys: JwkSet,
    now: Timestamp,
}

#[async_trait::async_trait]
impl Source for Known {
    async fn authority(&self) -> Result<Authority, StoreFailure> {
        let institution = InstitutionId::from_random([1; 16]);
        let facts = CertificateFacts {
            institution,
            not_before: self.now.minus(Span::from_days(1)),
            not_after: self.now.plus(Span::from_days(1)),
            certificate: Standing::Active,
            holder: Standing::Active,
        };
        Ok(Authority {
            certificates: HashMap::from([(self.thumbprint, facts)]),
            apps: HashMap::from([(AppId::from_random([3; 16]), institution)]),
            keys: self.keys.clone(),
        })
    }

    async fn consents(&self, now: Timestamp) -> Result<Vec<ConsentFacts>, StoreFailure> {
        Ok(vec![ConsentFacts {
            id: ConsentId::from_random([6; 16]),
            customer: CustomerId::from_random([5; 16]),
            institution: InstitutionId::from_random([1; 16]),
            app: AppId::from_random([3; 16]),
            scopes: vec![Scope::Balance, Scope::Transactions],
            accounts: vec![ACCOUNT],
            expires_at: now.plus(Span::from_days(1)),
            standing: Standing::Active,
        }])
    }

    async fn revoked_tokens(&self, _: Timestamp) -> Result<Vec<(TokenId, Timestamp)>, StoreFailure> {
        Ok(Vec::new())
    }
}

/// Counts the entries that seal batches of records.
#[derive(Default)]
struct JournalInMemory(AtomicU64);

#[async_trait::async_trait]
impl JournalStore for JournalInMemory {
    async fn append(&self, entries: &[Entry]) -> Result<u64, StoreFailure> {
        Ok(self.0.fetch_add(entries.len() as u64, Ordering::Relaxed))
    }

    async fn entries_from(&self, _: u64, _: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure> {
        Ok(Vec::new())
    }

    async fn size(&self) -> Result<u64, StoreFailure> {
        Ok(0)
    }
}
