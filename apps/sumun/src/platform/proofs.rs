//! The journal as an evidence pack carries it: the signed head, the key, and
//! for each entry that concerns the report its bytes and its inclusion proof
//! (RFC 9162 section 2.1.3). Entries of others stay where they are.

use async_trait::async_trait;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use sumun_journal::{Entry, JournalStore};
use sumun_journal_files::{JOURNAL_FOLDER, Sequencer};
use sumun_keys::Ed25519Verifier;
use sumun_merkle::{Checkpoint, Hash, Subtrees, inclusion_proof, leaf_hash, node_hash};
use sumun_reports::JournalCheckpoint;
use sumun_workbench::JournalView;

/// How many entries are read at once.
const PAGE: u32 = 2_048;

/// The journal of this installation.
pub struct WorkbenchJournal {
    pub store: Arc<dyn JournalStore>,
    pub sequencer: Arc<Sequencer>,
    /// The data folder.
    pub folder: PathBuf,
}

#[async_trait]
impl JournalView for WorkbenchJournal {
    async fn checkpoint(&self) -> Option<JournalCheckpoint> {
        let head = self.sequencer.catch_up().await.ok()?;
        Some(JournalCheckpoint { origin: head.origin, size: head.size, root: head.root.to_string() })
    }

    async fn files(&self, subjects: &[String]) -> Vec<(String, Vec<u8>)> {
        if self.sequencer.catch_up().await.is_err() {
            return Vec::new();
        }
        let Some(Signed { head, checkpoint, verifier_key }) = self.signed().await else { return Vec::new() };
        let mut files = vec![("checkpoint".to_owned(), checkpoint), ("verifier-key".to_owned(), verifier_key)];
        let (tree, entries) = self.read(head.size, subjects).await;
        let mut lines = String::new();
        for (seq, bytes) in entries {
            let Ok(proof) = inclusion_proof(&tree, seq, head.size) else { continue };
            let proof: Vec<String> = proof.iter().map(ToString::to_string).collect();
            let line = json!({ "seq": seq, "entry": String::from_utf8_lossy(&bytes), "proof": proof });
            lines.push_str(&format!("{line}\n"));
        }
        files.push(("entries.jsonl".to_owned(), lines.into_bytes()));
        files
    }
}

/// A head with the files that sign it.
struct Signed {
    head: Checkpoint,
    checkpoint: Vec<u8>,
    verifier_key: Vec<u8>,
}

impl WorkbenchJournal {
    /// The head that is on disk now. It is read once and everything else is
    /// made for it: the sequencer may sign a later one at any moment.
    async fn signed(&self) -> Option<Signed> {
        let read = async |name: &str| tokio::fs::read(self.folder.join(JOURNAL_FOLDER).join(name)).await.ok();
        let (checkpoint, verifier_key) = (read("checkpoint").await?, read("verifier-key").await?);
        let key = std::str::from_utf8(&verifier_key).ok()?.trim_end().parse().ok()?;
        let head = Checkpoint::open(std::str::from_utf8(&checkpoint).ok()?, &key, &Ed25519Verifier).ok()?;
        Some(Signed { head, checkpoint, verifier_key })
    }

    /// The leaves of the whole tree, and the entries about `subjects`.
    async fn read(&self, size: u64, subjects: &[String]) -> (Leaves, BTreeMap<u64, Vec<u8>>) {
        let (mut leaves, mut found) = (Vec::new(), BTreeMap::new());
        while (leaves.len() as u64) < size {
            let page = self.store.entries_from(leaves.len() as u64, PAGE).await.unwrap_or_default();
            if page.is_empty() {
                break;
            }
            for (seq, bytes) in page {
                leaves.push(leaf_hash(&bytes));
                if seq < size && Entry::parse(&bytes).is_ok_and(|entry| subjects.contains(&entry.subject)) {
                    found.insert(seq, bytes);
                }
            }
        }
        leaves.truncate(size as usize);
        (Leaves(leaves), found)
    }
}

/// Leaf hashes in memory: 32 bytes an entry, for as long as a pack is made.
struct Leaves(Vec<Hash>);

impl Subtrees for Leaves {
    fn subtree(&self, height: u32, index: u64) -> Option<Hash> {
        let width = 1usize.checked_shl(height)?;
        let start = usize::try_from(index).ok()?.checked_mul(width)?;
        let mut level = self.0.get(start..start.checked_add(width)?)?.to_vec();
        while level.len() > 1 {
            level = level.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        }
        level.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::super::foundation::{open_keys_and_store, open_sequencer};
    use super::*;
    use serde_json::Value;
    use std::time::Duration;
    use sumun_journal::{Actor, EntryKind, StoreFailure};
    use sumun_keys::CheckpointSigner;
    use sumun_merkle::{NoteSigner as _, root_of_leaves, verify_inclusion};
    use sumun_store::Store;
    use sumun_system::{Clock as _, SystemClock};

    const SUBJECT: &str = "the engagement";

    fn entry(subject: &str) -> Entry {
        Entry::new(SystemClock.now(), EntryKind::EvidenceAdded, Actor::Platform, subject)
    }

    /// Nine entries, three of them about [`SUBJECT`].
    async fn append_nine(store: &dyn JournalStore) {
        let entries: Vec<_> = (0..9).map(|number| entry(if number % 3 == 0 { SUBJECT } else { "another" })).collect();
        store.append(&entries).await.unwrap();
    }

    /// The store as it was when it had its first nine entries.
    struct FirstNine(Store);

    #[async_trait]
    impl JournalStore for FirstNine {
        async fn append(&self, _: &[Entry]) -> Result<u64, StoreFailure> {
            Err(StoreFailure::lasting("the past does not change"))
        }

        async fn entries_from(&self, seq: u64, limit: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure> {
            let entries = self.0.entries_from(seq, limit).await?;
            Ok(entries.into_iter().filter(|(seq, _)| *seq < 9).collect())
        }

        async fn size(&self) -> Result<u64, StoreFailure> {
            Ok(self.0.size().await?.min(9))
        }
    }

    /// The entries of a pack, each of which its own checkpoint must prove.
    fn proven(files: Vec<(String, Vec<u8>)>) -> usize {
        let files: BTreeMap<_, _> = files.into_iter().collect();
        let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
        let key = text("verifier-key").trim_end().parse().unwrap();
        let head = Checkpoint::open(&text("checkpoint"), &key, &Ed25519Verifier).unwrap();
        let entries = text("entries.jsonl");
        for line in entries.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let leaf = leaf_hash(line["entry"].as_str().unwrap().as_bytes());
            let proof = line["proof"].as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap());
            let (proof, seq): (Vec<Hash>, u64) = (proof.collect(), line["seq"].as_u64().unwrap());
            let proven = verify_inclusion(&proof, leaf, seq, head.size, head.root);
            assert!(proven.is_ok(), "entry {seq} in a tree of {}: {proven:?}", head.size);
        }
        entries.lines().count()
    }

    #[tokio::test]
    async fn a_head_that_is_signed_while_a_pack_is_made_comes_with_proofs_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, store) = open_keys_and_store(folder.path(), SystemClock.now()).await.unwrap();
        append_nine(&store).await;
        let signer = Arc::new(CheckpointSigner::new(Arc::clone(&keys.checkpoint_signing.key)).unwrap());
        let first_nine = Arc::new(FirstNine(store.clone()));
        let sequencer = Sequencer::open(folder.path(), first_nine, signer.clone()).await.unwrap();
        assert_eq!(sequencer.catch_up().await.unwrap().size, 9);

        // What catching up answers is the head of nine; the one of eighteen is on the disk before it is read.
        append_nine(&store).await;
        let entries = store.entries_from(0, 18).await.unwrap();
        let leaves: Vec<&[u8]> = entries.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let origin = signer.verifier_key().name().to_owned();
        let later = Checkpoint { origin, size: 18, root: root_of_leaves(&leaves) };
        let path = folder.path().join(JOURNAL_FOLDER).join("checkpoint");
        std::fs::write(path, later.sign(signer.as_ref()).unwrap()).unwrap();

        let (store, sequencer) = (Arc::new(store), Arc::new(sequencer));
        let journal = WorkbenchJournal { store, sequencer, folder: folder.path().to_path_buf() };
        assert_eq!(proven(journal.files(&[SUBJECT.to_owned()]).await), 6);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_proofs_of_a_pack_lead_to_its_own_checkpoint_while_others_write() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, store) = open_keys_and_store(folder.path(), SystemClock.now()).await.unwrap();
        append_nine(&store).await;
        let sequencer = Arc::new(open_sequencer(folder.path(), &keys, &store).await.unwrap());
        let periodic = Arc::clone(&sequencer).start(Duration::from_millis(1));
        let writing = store.clone();
        let others = tokio::spawn(async move {
            loop {
                writing.append(&[entry("another")]).await.unwrap();
            }
        });
        let journal = WorkbenchJournal { store: Arc::new(store), sequencer, folder: folder.path().to_path_buf() };
        for _ in 0..30 {
            assert_eq!(proven(journal.files(&[SUBJECT.to_owned()]).await), 3);
        }
        others.abort();
        assert!(periodic.stop().await.is_none());
    }
}
