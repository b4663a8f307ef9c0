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
use sumun_merkle::{Hash, Subtrees, inclusion_proof, leaf_hash, node_hash};
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
        let Ok(head) = self.sequencer.catch_up().await else { return Vec::new() };
        let mut files = Vec::new();
        for name in ["checkpoint", "verifier-key"] {
            if let Ok(bytes) = tokio::fs::read(self.folder.join(JOURNAL_FOLDER).join(name)).await {
                files.push((name.to_owned(), bytes));
            }
        }
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

impl WorkbenchJournal {
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
