//! The wiring: each component gets its parts, its TLS and its listener. This
//! is the only file that sees all apps.

use super::addresses::{Addresses, Component, Listeners};
use super::foundation::Foundation;
use super::own_runtime::OwnRuntime;
use super::ports::{BankAccounts, WorkbenchRegister};
use super::probing::SelfInspection;
use super::proofs::WorkbenchJournal;
use super::world::cast;
use crate::commands::CommandError;
use crate::pages::{contract, home};
use crate::speech::{Saying, say};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use sumun_api_gateway::{Gateway, OPEN_BANKING_CONTRACT, PlatformSource, Upstream};
use sumun_authorization::TokenPolicy;
use sumun_authorization_server::Upkeep;
use sumun_banking::TransferLimits;
use sumun_evidence::FILE_BYTES_MAX;
use sumun_store::BlobFolder;
use sumun_system::in_one_line;
use sumun_traffic::Contract;
use sumun_transport::{ClientCertificates, Limits, ServerTls, Shutdown, serve_router};
use sumun_web::{Bilingual, Messages, Site, WorldLabel};
use sumun_workbench::{Apart, EvidenceBounds};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// The name in the API processor's certificate.
const PROCESSOR: &str = "localhost";
/// What a form of evidence has beside its file.
const FORM_BYTES_MAX: u64 = 1_000_000;
/// How much of the workbench's work that grows with data is done at once: each takes a core for a while.
const HEAVY_WORK_MAX: usize = 1;
/// How long the workbench may take for an answer: a document waits for its turn and takes seconds itself.
const DOCUMENT_TIMEOUT: Duration = Duration::from_secs(300);

/// Components that run until their shutdown begins.
pub struct Serving {
    shutdown: Shutdown,
    servers: JoinSet<(Component, std::io::Result<()>)>,
    gateway: sumun_api_gateway::Running,
    workbench: OwnRuntime,
    #[cfg(test)]
    pub(super) heavy_work: Apart,
}

/// Everything that the wiring needs at hand.
struct Wiring<'a> {
    ground: &'a Foundation,
    addresses: &'a Addresses,
    listeners: &'a mut Listeners,
    shutdown: Shutdown,
    servers: JoinSet<(Component, std::io::Result<()>)>,
}

impl Serving {
    /// Starts every component on its listener.
    pub async fn start(ground: &Foundation, listeners: &mut Listeners) -> Result<Self, CommandError> {
        let addresses = listeners.addresses()?;
        let mut wiring =
            Wiring { ground, addresses: &addresses, listeners, shutdown: Shutdown::new(), servers: JoinSet::new() };
        let gateway_client = wiring.processor()?;
        wiring.authorization_server()?;
        let gateway = wiring.gateway(gateway_client).await?;
        let apart = Apart::new(HEAVY_WORK_MAX);
        let workbench = wiring.workbench(apart.clone()).await?;
        wiring.start_page()?;
        Ok(Self {
            shutdown: wiring.shutdown,
            servers: wiring.servers,
            gateway,
            workbench,
            #[cfg(test)]
            heavy_work: apart,
        })
    }

    /// Ends every component: no new connections, live ones are drained.
    pub async fn stop(mut self) {
        self.shutdown.begin();
        while let Some(ended) = self.servers.join_next().await {
            if let Ok((component, Err(error))) = ended {
                tracing::error!(component = component.name(), %error, "a listener failed");
            }
        }
        self.gateway.ended().await;
        self.workbench.stop().await;
    }
}

impl Wiring<'_> {
    fn serve(
        &mut self,
        component: Component,
        tls: ServerTls,
        router: axum::Router,
        limits: Limits,
    ) -> Result<(), CommandError> {
        self.serve_on(&Handle::current(), component, tls, router, limits)
    }

    /// Serves a component on the threads of `runtime`.
    fn serve_on(
        &mut self,
        runtime: &Handle,
        component: Component,
        tls: ServerTls,
        router: axum::Router,
        limits: Limits,
    ) -> Result<(), CommandError> {
        let listener = self.listeners.take(component)?;
        let shutdown = self.shutdown.clone();
        let serve = async move { (component, serve_router(listener, tls, router, shutdown, limits).await) };
        self.servers.spawn_on(serve, runtime);
        Ok(())
    }

    /// The API processor and the bank's pages. Answers the gateway's TLS towards it.
    fn processor(&mut self) -> Result<Upstream, CommandError> {
        let ground = self.ground;
        let (certificate, client) = ground.internal_client("api-gateway")?;
        let routers = sumun_api_processor::routers(sumun_api_processor::Parts {
            banking: Arc::new(ground.store.clone()),
            identities: Arc::new(ground.store.clone()),
            participants: Arc::new(ground.store.clone()),
            clock: Arc::clone(&ground.clock),
            random: Arc::clone(&ground.random),
            limits: TransferLimits::default(),
            gateway_certificates: vec![certificate.thumbprint()],
            consents_address: self.addresses.url(Component::Authorization),
            operator: operator(),
            world: WorldLabel::Demonstration,
        });
        let routers = routers.map_err(|error| broken(say("part-processor"), &error))?;
        let internal_root = ground.keys.internal_authority.key.certificate_der().to_vec();
        let internal = ground.internal_tls("api-processor", &ClientCertificates::required(vec![internal_root]))?;
        self.serve(Component::Processor, internal, routers.internal, self.listeners.division().processor())?;
        let open = ground.open_tls("bank", &ClientCertificates::None)?;
        self.serve(Component::Bank, open, routers.customer, Limits::with_connections(self.listeners.division().pages))?;
        let address = self.addresses.of(Component::Processor);
        Upstream::mutual_tls(address, PROCESSOR, &client).map_err(|error| broken(say("part-upstream"), &error))
    }

    fn authorization_server(&mut self) -> Result<(), CommandError> {
        let ground = self.ground;
        let parts = sumun_authorization_server::Parts {
            addresses: sumun_authorization::Addresses {
                issuer: self.addresses.url(Component::Authorization),
                mutual_tls: self.addresses.url(Component::AuthorizationMutual),
                gateway: self.addresses.url(Component::Gateway),
            },
            participants: Arc::new(ground.store.clone()),
            consents: Arc::new(ground.store.clone()),
            identities: Arc::new(ground.store.clone()),
            authorizations: Arc::new(ground.store.clone()),
            accounts: Arc::new(BankAccounts(Arc::new(ground.store.clone()))),
            signer: Arc::clone(&ground.keys.token_signing.key) as Arc<dyn sumun_jose::Signer>,
            key_set: ground.keys.token_key_set(),
            bus: ground.bus.clone(),
            clock: Arc::clone(&ground.clock),
            random: Arc::clone(&ground.random),
            token_policy: TokenPolicy::default(),
            operator: operator(),
            world: WorldLabel::Demonstration,
        };
        let upkeep = Upkeep::new(parts.clone());
        let routers =
            sumun_authorization_server::routers(parts).map_err(|error| broken(say("part-authorization"), &error))?;
        let browser = ground.open_tls("authorization-server", &ClientCertificates::None)?;
        let limits = Limits::with_connections(self.listeners.division().authorization);
        self.serve(Component::Authorization, browser, routers.browser, limits)?;
        // `/token` answers nobody without one; `/par` takes an app's signature instead (RFC 9126 section 2).
        let institutions = ClientCertificates::requested(self.institutions());
        let mutual = ground.open_tls("authorization-server", &institutions)?;
        self.serve(Component::AuthorizationMutual, mutual, routers.mutual_tls, limits)?;
        let shutdown = self.shutdown.clone();
        self.servers.spawn(async move {
            upkeep.run(shutdown).await;
            (Component::Authorization, Ok(()))
        });
        Ok(())
    }

    async fn gateway(&mut self, upstream: Upstream) -> Result<sumun_api_gateway::Running, CommandError> {
        let ground = self.ground;
        let contract = Contract::parse(OPEN_BANKING_CONTRACT).map_err(|error| broken(say("part-contract"), &error))?;
        let parts = sumun_api_gateway::Parts {
            source: Arc::new(PlatformSource {
                participants: Arc::new(ground.store.clone()),
                consents: Arc::new(ground.store.clone()),
                authorization: Arc::new(ground.store.clone()),
                keys: ground.keys.token_key_set(),
            }),
            records: Arc::new(ground.records.handle()),
            clock: Arc::clone(&ground.clock),
            random: Arc::clone(&ground.random),
            bus: ground.bus.clone(),
            tls: ground.open_tls("api-gateway", &ClientCertificates::required(self.institutions()))?,
            upstream,
            contract: Arc::new(contract),
            issuer: self.addresses.url(Component::Authorization),
            audience: self.addresses.url(Component::Gateway),
            health: self.listeners.take_gateway_health(),
            settings: self.gateway_settings(),
            shutdown: self.shutdown.clone(),
        };
        let running = Gateway::start(parts, self.listeners.take_gateway()).await;
        running.map_err(|error| broken(say("part-gateway"), &error))
    }

    /// The workbench, on threads of its own: what it does grows with what people hand in.
    async fn workbench(&mut self, apart: Apart) -> Result<OwnRuntime, CommandError> {
        let ground = self.ground;
        let catalog = crate::catalogs::embedded().map_err(|error| broken(say("part-catalogs"), &error))?;
        let calendar = catalog.calendar("kr").map(sumun_controls::Calendar::business_calendar);
        let calendar = calendar.ok_or_else(|| CommandError::failure(say("fault-no-holidays")))?;
        let parts = sumun_workbench::Parts {
            identities: Arc::new(ground.store.clone()),
            engagements: Arc::new(ground.store.clone()),
            judgements: Arc::new(ground.store.clone()),
            evidence: Arc::new(ground.store.clone()),
            evidence_files: blobs(ground, "evidence").await?,
            bounds: EvidenceBounds::STANDARD,
            report_files: blobs(ground, "reports").await?,
            institutions: Arc::new(WorkbenchRegister(Arc::new(ground.store.clone()))),
            probes: Arc::new(SelfInspection {
                addresses: self.addresses.clone(),
                world: Arc::clone(&ground.world),
                root: ground.keys.open_authority.key.certificate_der().to_vec(),
                clock: Arc::clone(&ground.clock),
                random: Arc::clone(&ground.random),
            }),
            journal: Arc::new(WorkbenchJournal {
                sequencer: Arc::clone(&ground.sequencer),
                folder: ground.folder.path().to_path_buf(),
            }),
            apart,
            catalog: Arc::new(catalog),
            calendar,
            commitments: ground.keys.commitment.key.clone(),
            clock: Arc::clone(&ground.clock),
            random: Arc::clone(&ground.random),
            operator: operator(),
            inspector: Bilingual::new(cast::INSPECTOR.0, cast::INSPECTOR.1),
            world: WorldLabel::Demonstration,
        };
        let swept = sumun_workbench::remove_leftovers(&parts).await;
        swept.map_err(|error| broken(say("part-workbench"), &error))?;
        let router = sumun_workbench::router(parts).map_err(|error| broken(say("part-workbench"), &error))?;
        let tls = ground.open_tls("workbench", &ClientCertificates::None)?;
        // Files of evidence come in whole: a file's worth of bytes and some for the rest of the form. Whoever keeps
        // the least rate of the listener has the time that this takes.
        let limits = Limits {
            body_bytes_max: FILE_BYTES_MAX + FORM_BYTES_MAX,
            request_timeout: DOCUMENT_TIMEOUT,
            ..Limits::with_connections(self.listeners.division().workbench)
        };
        let started = OwnRuntime::start(Component::Workbench.name());
        let (runtime, handle) = started.map_err(|error| broken(say("part-workbench"), &error))?;
        self.serve_on(&handle, Component::Workbench, tls, router, limits)?;
        Ok(runtime)
    }

    fn start_page(&mut self) -> Result<(), CommandError> {
        let ground = self.ground;
        let messages = Messages::load(&[home::TEXTS]).map_err(|error| broken(say("part-start-page"), &error))?;
        let site = Site {
            messages,
            operator: operator(),
            world: WorldLabel::Demonstration,
            home: "/".to_owned(),
            version: env!("CARGO_PKG_VERSION"),
        };
        let gateway = self.addresses.url(Component::Gateway);
        let contract = contract::router(OPEN_BANKING_CONTRACT, &gateway);
        let contract = contract.map_err(|error| broken(say("part-contract"), &error))?;
        let parts = home::Parts {
            site: Arc::new(site),
            clock: Arc::clone(&ground.clock),
            store: ground.store.clone(),
            sequencer: Arc::clone(&ground.sequencer),
            records: ground.records.handle(),
            reserve: ground.volume.reserve(),
            addresses: self.addresses.clone(),
            world: Arc::clone(&ground.world),
        };
        let tls = ground.open_tls("start", &ClientCertificates::None)?;
        let limits = Limits::with_connections(self.listeners.division().pages);
        self.serve(Component::Start, tls, home::router(parts, contract), limits)
    }

    /// The gateway's settings within its part of the descriptors.
    fn gateway_settings(&self) -> sumun_api_gateway::Settings {
        let (division, usual) = (self.listeners.division(), sumun_api_gateway::Settings::default());
        let Limits { connections_max, peer_connections_max, peer_silent_max, party_connections_max, .. } =
            Limits::with_connections(division.gateway);
        sumun_api_gateway::Settings {
            limits: Limits {
                connections_max,
                peer_connections_max,
                peer_silent_max,
                party_connections_max,
                ..usual.limits
            },
            upstream: sumun_api_gateway::UpstreamLimits {
                connections_max: division.upstream_of_a_core(self.listeners.gateway_cores()),
                ..usual.upstream
            },
            ..usual
        }
    }

    /// Whose certificates institutions show: the open authority's.
    fn institutions(&self) -> Vec<Vec<u8>> {
        vec![self.ground.keys.open_authority.key.certificate_der().to_vec()]
    }
}

async fn blobs(ground: &Foundation, name: &str) -> Result<BlobFolder, CommandError> {
    let path = ground.path(name);
    let shown = path.display().to_string();
    BlobFolder::open(path).await.map_err(|error| {
        CommandError::configuration(say("fault-unreadable").with("path", shown).with("cause", in_one_line(&error)))
    })
}

fn operator() -> Bilingual {
    let (_, name_ko, name_en) = cast::BANKS[0];
    Bilingual::new(name_ko, name_en)
}

fn broken(what: Saying, error: &(dyn Error + 'static)) -> CommandError {
    CommandError::configuration(say("fault-cannot-start").with("what", what).with("cause", in_one_line(error)))
}
