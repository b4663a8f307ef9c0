//! A data folder with a store of entries in one plain file.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use sumun_jose::Algorithm;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore, StoreFailure};
use sumun_journal_files::{Report, SegmentSettings, SegmentWriter, Sequencer, verify_folder};
use sumun_keys::{CheckpointSigner, SoftwareKey};
use sumun_merkle::NoteSigner;
use sumun_system::{Clock as _, SystemClock};
use tempfile::TempDir;

/// Entries in one file, each synced before it counts; it survives `kill -9` as a database does.
pub struct FileStore {
    file: Mutex<File>,
    entries: Mutex<Vec<Vec<u8>>>,
    /// How many appends fail from now on, and whether they append all the same.
    pub failures: AtomicU32,
    pub answers_are_lost: bool,
}

impl FileStore {
    pub fn open(path: &Path) -> Self {
        let mut entries = Vec::new();
        let bytes = std::fs::read(path).unwrap_or_default();
        let mut good = 0;
        while let Some(length) = bytes.get(good..good + 4) {
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
            let Some(entry) = bytes.get(good + 4..good + 4 + length) else { break };
            entries.push(entry.to_vec());
            good += 4 + length;
        }
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(path).unwrap();
        file.set_len(good as u64).unwrap();
        drop(file);
        let file = Mutex::new(OpenOptions::new().append(true).open(path).unwrap());
        Self { file, entries: Mutex::new(entries), failures: AtomicU32::new(0), answers_are_lost: false }
    }

    pub fn entries(&self) -> Vec<Vec<u8>> {
        self.entries.lock().unwrap().clone()
    }

    /// Replaces an entry behind the sequencer's back.
    pub fn tamper(&self, seq: usize, bytes: &[u8]) {
        self.entries.lock().unwrap()[seq] = bytes.to_vec();
    }

    /// Sets the store back to an earlier state.
    pub fn set_back(&self, size: usize) {
        self.entries.lock().unwrap().truncate(size);
    }

    fn write(&self, entries: &[Entry]) -> std::io::Result<u64> {
        let mut kept = self.entries.lock().unwrap();
        let mut frames = Vec::new();
        let bytes: Vec<_> = entries.iter().map(Entry::canonical_bytes).collect();
        for entry in &bytes {
            frames.extend((entry.len() as u32).to_be_bytes());
            frames.extend(entry);
        }
        let mut file = self.file.lock().unwrap();
        file.write_all(&frames)?;
        file.sync_data()?;
        let first = kept.len() as u64;
        kept.extend(bytes);
        Ok(first)
    }
}

#[async_trait::async_trait]
impl JournalStore for FileStore {
    async fn append(&self, entries: &[Entry]) -> Result<u64, StoreFailure> {
        let fails = |left: u32| left.checked_sub(1);
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            if self.answers_are_lost {
                self.write(entries).map_err(StoreFailure::lasting)?;
            }
            return Err(StoreFailure::passing("the connection was lost"));
        }
        self.write(entries).map_err(StoreFailure::lasting)
    }

    async fn entries_from(&self, seq: u64, limit: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure> {
        let kept = self.entries.lock().unwrap();
        let numbered = kept.iter().enumerate().skip(seq as usize).take(limit as usize);
        Ok(numbered.map(|(number, entry)| (number as u64, entry.clone())).collect())
    }

    async fn size(&self) -> Result<u64, StoreFailure> {
        Ok(self.entries.lock().unwrap().len() as u64)
    }
}

/// A data folder with its store and the key of its journal.
pub struct World {
    pub data: TempDir,
    pub store: Arc<FileStore>,
    pub signer: Arc<dyn NoteSigner>,
}

impl World {
    pub fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Arc::new(FileStore::open(&store_path(data.path())));
        Self { data, store, signer: signer() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    pub async fn sequencer(&self) -> Sequencer {
        self.try_sequencer().await.unwrap()
    }

    pub async fn try_sequencer(&self) -> Result<Sequencer, sumun_journal_files::JournalFileError> {
        Sequencer::open(self.data.path(), self.store.clone(), self.signer.clone()).await
    }

    pub async fn writer(&self, settings: SegmentSettings) -> SegmentWriter {
        SegmentWriter::start(self.data.path(), self.store.clone(), Arc::new(SystemClock), settings).await.unwrap()
    }

    /// Appends `count` entries, numbered on from those that are there.
    pub async fn append(&self, count: u64) {
        let first = self.store.size().await.unwrap();
        let entries: Vec<_> = (first..first + count).map(entry).collect();
        self.store.append(&entries).await.unwrap();
    }

    /// Lets the tree take in what the store has, and closes it again.
    pub async fn sequence(&self) {
        self.sequencer().await.catch_up().await.unwrap();
    }

    pub fn verify(&self) -> Report {
        verify_folder(self.data.path(), Some(self.signer.verifier_key())).unwrap()
    }

    /// What the report says is wrong, as a person reads it.
    pub fn findings(&self) -> Vec<String> {
        self.verify().findings.iter().map(ToString::to_string).collect()
    }
}

pub fn store_path(data: &Path) -> PathBuf {
    data.join("entries")
}

pub fn signer() -> Arc<dyn NoteSigner> {
    let key = SoftwareKey::generate(Algorithm::EdDsa).unwrap();
    Arc::new(CheckpointSigner::new(Arc::new(key)).unwrap())
}

pub fn entry(number: u64) -> Entry {
    Entry::new(SystemClock.now(), EntryKind::ProbeRun, Actor::Platform, format!("number {number}"))
}

pub fn record(number: u64) -> Vec<u8> {
    format!(r#"{{"request":"req_{number}","status":200}}"#).into_bytes()
}
