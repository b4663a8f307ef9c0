//! What stands before any listener answers: keys, store, world, journal.

use super::clock;
use super::data_folder::DataFolder;
use super::reach::Reach;
use super::volume::VolumeKeeper;
use super::world::{Enrolment, World};
use crate::commands::CommandError;
use crate::speech::{Saying, say};
use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use sumun_events::Bus;
use sumun_journal::{JournalStore, KnownTime};
use sumun_journal_files::{SegmentSettings, SegmentWriter, Sequencer, SequencerTask};
use sumun_keys::{CertificateAuthority, CheckpointSigner, ClientProfile, IssuedCertificate, KeyFolder, ServerProfile};
use sumun_store::{FieldKey, Store};
use sumun_system::{Clock, Random, SystemClock, SystemRandom, in_one_line};
use sumun_time::{Span, Timestamp};
use sumun_transport::{ClientCertificates, ClientTls, Identity, Protocols, ServerTls};

/// How often the sequencer signs a new head over what the store took in.
const SEQUENCER_INTERVAL: Duration = Duration::from_millis(200);
/// Server certificates are made anew at each start, so they need not live long.
const SERVER_VALIDITY: Span = Span::from_days(90);
/// A clock that is a little behind must not make a fresh certificate invalid.
const BACKDATED: Span = Span::from_minutes(5);

/// What an operator may set of the ground: sizes, never protections.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// How many bytes the access records may have together.
    pub records_bytes_max: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { records_bytes_max: SegmentSettings::default().budget_bytes }
    }
}

/// The ground on which the components stand.
pub struct Foundation {
    pub folder: DataFolder,
    pub clock: Arc<dyn Clock>,
    /// What was known of time when the start looked at its clock.
    pub known_time: KnownTime,
    pub random: Arc<dyn Random>,
    pub keys: KeyFolder,
    pub store: Store,
    pub world: Arc<World>,
    pub bus: Bus,
    pub sequencer: Arc<Sequencer>,
    sequencing: SequencerTask,
    pub records: SegmentWriter,
    pub volume: VolumeKeeper,
    reach: Reach,
}

impl Foundation {
    /// Opens or makes everything in the data folder.
    pub async fn lay(folder: DataFolder, reach: Reach, sizes: Sizes) -> Result<Self, CommandError> {
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let path = folder.path().to_path_buf();
        // First of all: on a full volume the rest finds room because of it.
        let volume = VolumeKeeper::start(&path).map_err(|error| unusable(&path, say("part-volume"), &error))?;
        let (keys, store) = open_keys_and_store(&path, clock.now()).await?;
        let known_time = match clock::check(&path, &keys, &store, clock.now()).await {
            Ok(known) => known,
            Err(error) => {
                store.close().await;
                return Err(error);
            }
        };
        let upper = Upper { path: &path, keys: &keys, store: &store, clock: &clock, random: random.as_ref(), sizes };
        let (world, sequencer, records) = match upper.lay().await {
            Ok(laid) => laid,
            Err(error) => {
                // A refused start leaves the store's files as it found them.
                store.close().await;
                return Err(error);
            }
        };
        let sequencing = Arc::clone(&sequencer).start(SEQUENCER_INTERVAL);
        let (world, bus) = (Arc::new(world), Bus::default());
        Ok(Self {
            folder,
            clock,
            known_time,
            random,
            keys,
            store,
            world,
            bus,
            sequencer,
            sequencing,
            records,
            volume,
            reach,
        })
    }

    /// A folder below the data folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// TLS of a listener on the open side.
    pub fn open_tls(&self, name: &str, clients: &ClientCertificates) -> Result<ServerTls, CommandError> {
        self.server_tls(&self.keys.open_authority.key, name, clients)
    }

    /// TLS of a listener that only our own components call.
    pub fn internal_tls(&self, name: &str, clients: &ClientCertificates) -> Result<ServerTls, CommandError> {
        self.server_tls(&self.keys.internal_authority.key, name, clients)
    }

    /// A client certificate for one of our own components, and its TLS.
    pub fn internal_client(&self, name: &str) -> Result<(IssuedCertificate, ClientTls), CommandError> {
        let now = self.clock.now();
        let profile = ClientProfile {
            organization: "Sumun".to_owned(),
            serial_number: "000-00-00000".to_owned(),
            common_name: name.to_owned(),
            not_before: now.minus(BACKDATED),
            not_after: now.plus(SERVER_VALIDITY),
        };
        let issued = self.keys.internal_authority.key.issue_client(&profile).map_err(|error| unfit(name, &error))?;
        let identity = Identity::from_der(vec![issued.certificate_der.clone()], issued.key_pkcs8_der.clone());
        let root = self.keys.internal_authority.key.certificate_der().to_vec();
        let tls = ClientTls::new(&[root], Some(identity)).map_err(|error| unfit(name, &error))?;
        Ok((issued, tls))
    }

    fn server_tls(
        &self,
        authority: &CertificateAuthority,
        name: &str,
        clients: &ClientCertificates,
    ) -> Result<ServerTls, CommandError> {
        let now = self.clock.now();
        let profile = ServerProfile {
            common_name: name.to_owned(),
            dns_names: self.reach.host_names(),
            addresses: self.reach.addresses(),
            not_before: now.minus(BACKDATED),
            not_after: now.plus(SERVER_VALIDITY),
        };
        let issued = authority.issue_server(&profile).map_err(|error| unfit(name, &error))?;
        let identity = Identity::from_der(vec![issued.certificate_der], issued.key_pkcs8_der);
        ServerTls::new(identity, clients, Protocols::default()).map_err(|error| unfit(name, &error))
    }

    /// Seals and signs what is left, and closes the store. The components must have ended.
    pub async fn close(self) -> Result<(), CommandError> {
        let records = self.records.stop().await;
        let sequencing = self.sequencing.stop().await;
        self.store.close().await;
        let left = |what: Saying, error: &dyn Display| {
            CommandError::failure(say("fault-unfinished").with("what", what).with("cause", error))
        };
        records.map_err(|error| left(say("part-records"), &error))?;
        sequencing.map_or(Ok(()), |error| Err(left(say("part-journal"), &error)))
    }
}

/// What is laid upon keys and store.
struct Upper<'a> {
    path: &'a Path,
    keys: &'a KeyFolder,
    store: &'a Store,
    clock: &'a Arc<dyn Clock>,
    random: &'a dyn Random,
    sizes: Sizes,
}

impl Upper<'_> {
    /// The world, enrolled; the journal; the access records.
    async fn lay(&self) -> Result<(World, Arc<Sequencer>, SegmentWriter), CommandError> {
        let now = self.clock.now();
        let world = World::open_or_draw(self.path, &self.keys.open_authority.key, self.random, now)?;
        let journal: Arc<dyn JournalStore> = Arc::new(self.store.clone());
        // Opened before anything is enrolled: a journal that does not fit the store stops the start with nothing written.
        let sequencer = open_sequencer(self.path, self.keys, self.store).await?;
        let settings = SegmentSettings { budget_bytes: self.sizes.records_bytes_max, ..SegmentSettings::default() };
        let records = SegmentWriter::start(self.path, journal, Arc::clone(self.clock), settings);
        let records = records.await.map_err(|error| unusable(self.path, say("part-records"), &error))?;
        let enrolment = Enrolment { world: &world, store: self.store, random: self.random, now };
        enrolment.run().await.map_err(|error| {
            CommandError::failure(say("fault-world-enrolment").with("cause", in_one_line(error.as_ref())))
        })?;
        Ok((world, Arc::new(sequencer), records))
    }
}

/// The keys of a data folder and the store that they open.
pub(super) async fn open_keys_and_store(path: &Path, now: Timestamp) -> Result<(KeyFolder, Store), CommandError> {
    let keys =
        KeyFolder::open_or_create(&path.join("keys"), now).map_err(|error| unusable(path, say("part-keys"), &error))?;
    let field_key = FieldKey::from_bytes(*keys.field_encryption.key.bytes());
    let store = Store::open_sqlite(path.join("sumun.db"), field_key).await;
    Ok((keys, store.map_err(|error| unusable(path, say("part-store"), &error))?))
}

/// The journal of a data folder, which must fit its store and its key.
pub(super) async fn open_sequencer(path: &Path, keys: &KeyFolder, store: &Store) -> Result<Sequencer, CommandError> {
    let signer = CheckpointSigner::new(Arc::clone(&keys.checkpoint_signing.key));
    let signer = Arc::new(signer.map_err(|error| unusable(path, say("part-checkpoint-key"), &error))?);
    let opened = Sequencer::open(path, Arc::new(store.clone()), signer).await;
    opened.map_err(|error| unusable(path, say("part-journal"), &error))
}

fn unusable(folder: &Path, what: Saying, error: &(dyn Error + 'static)) -> CommandError {
    let unusable = say("fault-unusable").with("what", what).with("path", folder.display());
    CommandError::configuration(unusable.with("cause", in_one_line(error)))
}

fn unfit(name: &str, error: &(dyn Error + 'static)) -> CommandError {
    CommandError::failure(say("fault-no-certificate").with("name", name).with("cause", in_one_line(error)))
}
