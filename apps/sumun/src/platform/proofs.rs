//! The journal as an evidence pack carries it: the signed head, the key, and
//! for each entry that concerns the report its bytes and its inclusion proof
//! (RFC 9162 section 2.1.3). Entries of others stay where they are.

use async_trait::async_trait;
use serde_json::json;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use sumun_journal::Entry;
use sumun_journal_files::{Sequencer, SignedJournal};
use sumun_reports::JournalCheckpoint;
use sumun_workbench::{JournalView, Turn};

/// The journal of this installation.
pub struct WorkbenchJournal {
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

    fn files(
        &self,
        _: &Turn,
        subjects: &BTreeSet<String>,
    ) -> Result<Vec<(String, Vec<u8>)>, Box<dyn Error + Send + Sync>> {
        let journal = SignedJournal::open(&self.folder)?;
        let mut lines = Vec::new();
        let wanted = |bytes: &[u8]| Entry::parse(bytes).is_ok_and(|entry| subjects.contains(&entry.subject));
        journal.entries(wanted, |entry| {
            let proof: Vec<String> = entry.proof.iter().map(ToString::to_string).collect();
            let line = json!({ "seq": entry.seq, "entry": String::from_utf8_lossy(&entry.bytes), "proof": proof });
            lines.extend_from_slice(format!("{line}\n").as_bytes());
        })?;
        Ok(vec![
            ("checkpoint".to_owned(), journal.checkpoint().to_vec()),
            ("verifier-key".to_owned(), journal.verifier_key().to_vec()),
            ("entries.jsonl".to_owned(), lines),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::super::foundation::{open_keys_and_store, open_sequencer};
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::time::Duration;
    use sumun_journal::{Actor, EntryKind, JournalStore};
    use sumun_keys::Ed25519Verifier;
    use sumun_merkle::{Checkpoint, Hash, leaf_hash, verify_inclusion};
    use sumun_system::{Clock as _, SystemClock};
    use sumun_workbench::{Apart, Work};

    const SUBJECT: &str = "the engagement";

    fn entry(subject: &str) -> Entry {
        Entry::new(SystemClock.now(), EntryKind::EvidenceAdded, Actor::Platform, subject)
    }

    /// Nine entries, three of them about [`SUBJECT`].
    async fn append_nine(store: &dyn JournalStore) {
        let entries: Vec<_> = (0..9).map(|number| entry(if number % 3 == 0 { SUBJECT } else { "another" })).collect();
        store.append(&entries).await.unwrap();
    }

    /// The files of a pack, made where packs are made.
    async fn files(apart: &Apart, journal: &Arc<WorkbenchJournal>) -> Vec<(String, Vec<u8>)> {
        journal.checkpoint().await.unwrap();
        let (journal, subjects) = (Arc::clone(journal), BTreeSet::from([SUBJECT.to_owned()]));
        apart.run(Work::Pack, move |turn| journal.files(turn, &subjects)).await.unwrap().unwrap()
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
        let journal = Arc::new(WorkbenchJournal { sequencer, folder: folder.path().to_path_buf() });
        let apart = Apart::new(1);
        for _ in 0..30 {
            assert_eq!(proven(files(&apart, &journal).await), 3);
        }
        others.abort();
        assert!(periodic.stop().await.is_none());
    }
}
