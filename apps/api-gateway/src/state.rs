//! What all cores share.

use crate::consents::Consents;
use crate::gateway::Counters;
use crate::history::History;
use crate::overflow::Overflows;
use crate::quotas::{HandshakeRecords, Payer, Quotas};
use crate::recording::RecordSink;
use crate::revocations::Revocations;
use crate::source::Authority;
use crate::tokens::Tokens;
use crate::{Settings, Upstream};
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sumun_ids::RequestId;
use sumun_system::{Clock, Random};
use sumun_time::Timestamp;
use sumun_traffic::filter::limit::LimitRule;
use sumun_traffic::{Contract, Snapshot, TokenAuthority};
use sumun_transport::{Places, ServerTls, Shutdown};

pub(crate) struct State {
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) consents: Consents,
    pub(crate) revocations: Revocations,
    pub(crate) quotas: Quotas,
    pub(crate) overflows: Overflows,
    pub(crate) tokens: Tokens,
    pub(crate) history: History,
    pub(crate) counters: Counters,
    pub(crate) records: Arc<dyn RecordSink>,
    pub(crate) handshake_records: HandshakeRecords,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) tls: ServerTls,
    // Of all cores together.
    pub(crate) places: Arc<Places>,
    pub(crate) upstream: Upstream,
    pub(crate) settings: Settings,
    pub(crate) shutdown: Shutdown,
    epoch: AtomicU64,
}

/// What a state is made of besides empty tables.
pub(crate) struct Outfit {
    pub(crate) records: Arc<dyn RecordSink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) tls: ServerTls,
    pub(crate) upstream: Upstream,
    pub(crate) settings: Settings,
    pub(crate) shutdown: Shutdown,
}

impl State {
    pub(crate) fn new(outfit: Outfit, contract: Arc<Contract>, issuer: String, audience: String) -> Self {
        let Outfit { records, clock, random, tls, upstream, settings, shutdown } = outfit;
        let authority = TokenAuthority { issuer, audience, keys: sumun_jose::JwkSet::default() };
        let nobody =
            Snapshot { contract, certificates: Default::default(), apps: Default::default(), authority, epoch: 0 };
        Self {
            snapshot: ArcSwap::from_pointee(nobody),
            consents: Consents::default(),
            revocations: Revocations::default(),
            quotas: Quotas::default(),
            overflows: Overflows::default(),
            tokens: Tokens::new(settings.token_cache_entries),
            history: History::new(),
            counters: Counters::default(),
            records,
            handshake_records: HandshakeRecords::new(clock.now()),
            clock,
            random,
            tls,
            places: Places::new(&settings.limits),
            upstream,
            settings,
            shutdown,
            epoch: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_request_id(&self) -> RequestId {
        RequestId::from_random(self.random.id_bytes())
    }

    /// Who pays for what comes on a connection that showed this certificate.
    pub(crate) fn payer(&self, snapshot: &Snapshot, thumbprint: &[u8; 32]) -> Payer {
        let facts = snapshot.certificates.get(thumbprint);
        facts.map_or(Payer::Unregistered, |facts| Payer::Institution(facts.institution))
    }

    pub(crate) fn limit_rule(&self, contract: &Contract) -> LimitRule {
        self.settings.institution_limit.unwrap_or(contract.institution_limit)
    }

    /// Puts a new snapshot in place, if who may call or whose tokens are
    /// believed has changed; the next call of every connection sees it.
    pub(crate) fn learn(&self, authority: Authority) {
        let Authority { certificates, apps, keys } = authority;
        let known = self.snapshot.load();
        if known.epoch > 0 && known.certificates == certificates && known.apps == apps && known.authority.keys == keys {
            return;
        }
        let epoch = self.epoch.fetch_add(1, Ordering::Relaxed) + 1;
        self.snapshot.store(Arc::new(Snapshot {
            contract: Arc::clone(&known.contract),
            certificates,
            apps,
            authority: TokenAuthority { keys, ..known.authority.clone() },
            epoch,
        }));
    }
}
