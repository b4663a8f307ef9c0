//! From the store's entries to the signed tree.

use crate::JournalFileError;
use crate::durable::{FolderLock, NewFile, write_files};
use crate::journal_folder::JournalFolder;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sumun_journal::{JournalSource as _, JournalStore};
use sumun_keys::Ed25519Verifier;
use sumun_merkle::{Checkpoint, EMPTY_ROOT, Edge, NoteSigner, TILE_WIDTH, Tile, leaf_hash};
use tokio::sync::{Notify, OwnedMutexGuard, watch};
use tokio::task::JoinHandle;

/// How many entries one checkpoint takes in at most; what is left waits for the next.
const ENTRIES_PER_ROUND: u32 = 2048;

/// Extends the tree with the entries of the store and signs its heads.
///
/// It alone writes the journal's folder. The order of its writes is: bundles
/// and tiles, durably; then the checkpoint. A process that ends in between
/// leaves files that the next one writes again with the same bytes.
pub struct Sequencer {
    folder: JournalFolder,
    store: Arc<dyn JournalStore>,
    signer: Arc<dyn NoteSigner>,
    state: Arc<tokio::sync::Mutex<State>>,
    published: Arc<Mutex<Checkpoint>>,
    lock: Arc<FolderLock>,
}

/// The tree at the last checkpoint.
#[derive(Clone)]
struct State {
    edge: Edge,
    /// The entries of the last, partial bundle.
    bundle: Vec<Vec<u8>>,
}

impl Sequencer {
    /// Opens `journal/` in the data folder, or makes it, and checks that it
    /// fits the signer and the store.
    ///
    /// # Errors
    /// [`JournalFileError::InUse`] when another process has it,
    /// [`JournalFileError::OtherKey`] when another key signed it, and one of
    /// `Checkpoint`, `Damaged`, `StoreBehind`, `StoreChanged` when going on
    /// would sign something else than before.
    pub async fn open(
        data: &Path,
        store: Arc<dyn JournalStore>,
        signer: Arc<dyn NoteSigner>,
    ) -> Result<Self, JournalFileError> {
        let folder = JournalFolder::of(data);
        let lock = FolderLock::take(folder.path())?;
        let checkpoint = open_checkpoint(&folder, signer.as_ref())?;
        let state = load(&folder, &checkpoint)?;
        check_store(store.as_ref(), &folder, &state).await?;
        let state = Arc::new(tokio::sync::Mutex::new(state));
        Ok(Self { folder, store, signer, state, published: Arc::new(Mutex::new(checkpoint)), lock: Arc::new(lock) })
    }

    /// The last checkpoint that is on disk.
    pub fn checkpoint(&self) -> Checkpoint {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in every entry that the store has by now. Answers the checkpoint
    /// over them, which is on disk. A caller may leave at any time: what is
    /// being written is then written to its end before anything else is.
    ///
    /// # Errors
    /// What could not be read, written or signed; the next call tries again.
    pub async fn catch_up(&self) -> Result<Checkpoint, JournalFileError> {
        // Where others write without a pause there is always one more entry, and no end to wait for.
        let wanted = self.store.size().await.map_err(JournalFileError::Store)?;
        loop {
            let state = Arc::clone(&self.state).lock_owned().await;
            let from = state.edge.size();
            if from >= wanted {
                return Ok(self.checkpoint());
            }
            let entries = self.store.entries_from(from, ENTRIES_PER_ROUND).await.map_err(JournalFileError::Store)?;
            if entries.is_empty() {
                return Ok(self.checkpoint());
            }
            let (extended, files) = self.extend(&state, entries)?;
            self.write(state, extended, files).await?;
        }
    }

    /// Writes the files that `extended` needs, then its signed head. The turn
    /// and the folder are held by the writing itself and not by whoever waits
    /// for it: a second writing would mix its drafts with those of the first.
    async fn write(
        &self,
        mut turn: OwnedMutexGuard<State>,
        extended: State,
        files: Vec<NewFile>,
    ) -> Result<(), JournalFileError> {
        let origin = self.signer.verifier_key().name().to_owned();
        let checkpoint = Checkpoint { origin, size: extended.edge.size(), root: extended.edge.root() };
        let note = checkpoint.sign(self.signer.as_ref()).map_err(JournalFileError::Signing)?;
        let head = NewFile { path: self.folder.checkpoint_path(), bytes: note.into_bytes() };
        let (folder, published, lock) = (self.folder.clone(), Arc::clone(&self.published), Arc::clone(&self.lock));
        let write = move || {
            let _lock = lock;
            write_files(&files)?;
            write_files(&[head])?;
            remove_outgrown(&folder, turn.edge.size(), extended.edge.size());
            *turn = extended;
            *published.lock().unwrap_or_else(PoisonError::into_inner) = checkpoint;
            Ok(())
        };
        tokio::task::spawn_blocking(write).await.map_err(|_| JournalFileError::Interrupted)?
    }

    /// Catches up every `interval` until the task is stopped.
    pub fn start(self: Arc<Self>, interval: Duration) -> SequencerTask {
        let stop = Arc::new(Notify::new());
        let (fault_sender, fault) = watch::channel(None);
        let stopped = Arc::clone(&stop);
        let run = async move {
            let mut ticks = tokio::time::interval(interval);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                let stopping = tokio::select! {
                    _ = ticks.tick() => false,
                    () = stopped.notified() => true,
                };
                report(&fault_sender, self.catch_up().await.err());
                if stopping {
                    return;
                }
            }
        };
        SequencerTask { stop, fault, task: tokio::spawn(run) }
    }

    /// The tree with these entries added, and the files that say so.
    fn extend(&self, state: &State, entries: Vec<(u64, Vec<u8>)>) -> Result<(State, Vec<NewFile>), JournalFileError> {
        let mut next = state.clone();
        let mut files = Vec::new();
        for (seq, entry) in entries {
            if seq != next.edge.size() {
                return Err(JournalFileError::Gap { expected: next.edge.size(), found: seq });
            }
            if entry.len() > sumun_merkle::ENTRY_BYTES_MAX {
                return Err(JournalFileError::EntryTooLong { seq });
            }
            let filled = next.edge.push(leaf_hash(&entry));
            next.bundle.push(entry);
            for filled in filled {
                if filled.tile.level == 0 {
                    files.push(self.bundle_file(filled.tile, &std::mem::take(&mut next.bundle))?);
                }
                files.push(self.folder.tile_file(filled.tile, &filled.hashes));
            }
        }
        for (tile, hashes) in next.edge.partial_tiles() {
            if tile.level == 0 {
                files.push(self.bundle_file(tile, &next.bundle)?);
            }
            files.push(self.folder.tile_file(tile, hashes));
        }
        Ok((next, files))
    }

    fn bundle_file(&self, tile: Tile, entries: &[Vec<u8>]) -> Result<NewFile, JournalFileError> {
        let first = tile.index * u64::from(TILE_WIDTH);
        self.folder.bundle_file(tile, entries).map_err(|_| JournalFileError::EntryTooLong { seq: first })
    }
}

impl fmt::Debug for Sequencer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequencer").field("checkpoint", &self.checkpoint()).finish_non_exhaustive()
    }
}

/// The periodic catching up of a [`Sequencer`].
#[derive(Debug)]
pub struct SequencerTask {
    stop: Arc<Notify>,
    fault: watch::Receiver<Option<Arc<JournalFileError>>>,
    task: JoinHandle<()>,
}

impl SequencerTask {
    /// Why the last catching up failed, if it did.
    pub fn fault(&self) -> Option<Arc<JournalFileError>> {
        self.fault.borrow().clone()
    }

    /// Catches up once more and ends. Answers the fault that is left, if any.
    pub async fn stop(self) -> Option<Arc<JournalFileError>> {
        self.stop.notify_one();
        // A task that panicked has already been reported by the panic itself.
        let _ = self.task.await;
        self.fault.borrow().clone()
    }
}

fn report(faults: &watch::Sender<Option<Arc<JournalFileError>>>, fault: Option<JournalFileError>) {
    match (&fault, faults.borrow().is_some()) {
        (Some(error), false) => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(error = %error, cause = cause.as_deref(), "the journal's tree does not grow");
        }
        (None, true) => tracing::info!("the journal's tree grows again"),
        _ => {}
    }
    faults.send_replace(fault.map(Arc::new));
}

/// The checkpoint from which to go on. In a new folder an empty tree is signed
/// before anything else is written, so a missing checkpoint is always a loss.
fn open_checkpoint(folder: &JournalFolder, signer: &dyn NoteSigner) -> Result<Checkpoint, JournalFileError> {
    let key = signer.verifier_key();
    let key_path = folder.verifier_key_path();
    let key_is_there = key_path.exists();
    if key_is_there && folder.verifier_key()?.as_ref() != Some(key) {
        return Err(JournalFileError::OtherKey(key_path));
    }
    let checkpoint = match folder.checkpoint()? {
        Some(note) => Checkpoint::open(&note, key, &Ed25519Verifier)
            .map_err(|source| JournalFileError::Checkpoint { path: folder.checkpoint_path(), source })?,
        None if key_is_there || folder.has_tiles() => return Err(JournalFileError::Damaged(folder.checkpoint_path())),
        None => {
            let empty = Checkpoint { origin: key.name().to_owned(), size: 0, root: EMPTY_ROOT };
            let note = empty.sign(signer).map_err(JournalFileError::Signing)?;
            write_files(&[NewFile { path: folder.checkpoint_path(), bytes: note.into_bytes() }])?;
            empty
        }
    };
    if !key_is_there {
        write_files(&[NewFile { path: key_path, bytes: format!("{key}\n").into_bytes() }])?;
    }
    Ok(checkpoint)
}

/// The right edge of the tree and its last entries, which must lead to the signed root.
fn load(folder: &JournalFolder, checkpoint: &Checkpoint) -> Result<State, JournalFileError> {
    let mut damaged = folder.checkpoint_path();
    let read = |tile| {
        folder.tile(tile).or_else(|| {
            damaged = folder.tile_path(tile);
            None
        })
    };
    let edge = Edge::load(checkpoint.size, read).ok_or(JournalFileError::Damaged(damaged))?;
    let partial = Tile::partial_of_level(0, checkpoint.size);
    if edge.root() != checkpoint.root {
        let path = partial.map_or(folder.checkpoint_path(), |tile| folder.tile_path(tile));
        return Err(JournalFileError::Damaged(path));
    }
    let Some(tile) = partial else { return Ok(State { edge, bundle: Vec::new() }) };
    let bundle = folder.entries(tile).unwrap_or_default();
    let hashes: Vec<_> = bundle.iter().map(|entry| leaf_hash(entry)).collect();
    if folder.tile(tile) != Some(hashes) {
        return Err(JournalFileError::Damaged(folder.bundle_path(tile)));
    }
    Ok(State { edge, bundle })
}

/// The store must still hold the entries that were signed: their number and the last one are compared.
async fn check_store(store: &dyn JournalStore, folder: &JournalFolder, state: &State) -> Result<(), JournalFileError> {
    let (signed, stored) = (state.edge.size(), store.size().await.map_err(JournalFileError::Store)?);
    if stored < signed {
        return Err(JournalFileError::StoreBehind { signed, stored });
    }
    let Some(seq) = signed.checked_sub(1) else { return Ok(()) };
    let last = store.entries_from(seq, 1).await.map_err(JournalFileError::Store)?;
    let index = seq / u64::from(TILE_WIDTH);
    let signed_hash = Tile::at(0, index, signed).and_then(|tile| folder.tile(tile)?.last().copied());
    let stored_hash = last.first().filter(|(found, _)| *found == seq).map(|(_, entry)| leaf_hash(entry));
    if stored_hash == signed_hash { Ok(()) } else { Err(JournalFileError::StoreChanged { seq }) }
}

/// Removes partial tiles and bundles of which the full ones are now there.
/// What cannot be removed is in nobody's way.
fn remove_outgrown(folder: &JournalFolder, from: u64, to: u64) {
    for level in 0..Tile::levels(to) {
        let full_at = |size: u64| size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
        for index in full_at(from)..full_at(to) {
            let partial = Tile { level, index, width: 1 };
            let mut folders = vec![folder.tile_path(partial)];
            if level == 0 {
                folders.push(folder.bundle_path(partial));
            }
            for path in folders {
                let _ = path.parent().map(std::fs::remove_dir_all);
            }
        }
    }
}
