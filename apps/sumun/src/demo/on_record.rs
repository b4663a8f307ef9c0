//! Whether the attacks show afterwards: the operator's look into journal and access records.

use crate::platform::Platform;
use serde_json::Value;
use std::path::Path;
use sumun_journal::{Entry, EntryKind, JournalStore};
use sumun_journal_files::RECORDS_FOLDER;

/// How the attacks show: two transfers refused by the bank's rules as entries,
/// three calls refused by the gateway as access records.
const REFUSED_TRANSFERS: usize = 2;
const REFUSED_STATUS_OF_RECORDS: [&str; 2] = ["401", "403"];

/// What is missing in journal and access records; nothing when all attacks show.
pub async fn missing(platform: &Platform) -> Vec<String> {
    let ground = platform.ground();
    let mut missing = Vec::new();
    if ground.records.handle().flush().await.is_err() || ground.sequencer.catch_up().await.is_err() {
        missing.push("the last records could not be sealed".to_owned());
    }
    let refused = count_entries(platform, EntryKind::TransferRefused).await;
    if refused < REFUSED_TRANSFERS {
        missing.push(format!("{refused} of {REFUSED_TRANSFERS} refused transfers"));
    }
    if count_entries(platform, EntryKind::ConsentWithdrawn).await == 0 {
        missing.push("the withdrawal".to_owned());
    }
    let statuses = refused_statuses(&ground.folder.path().join(RECORDS_FOLDER));
    for status in REFUSED_STATUS_OF_RECORDS {
        if !statuses.iter().any(|known| known == status) {
            missing.push(format!("an access record with status {status}"));
        }
    }
    missing
}

async fn count_entries(platform: &Platform, kind: EntryKind) -> usize {
    let (mut from, mut count) = (0, 0);
    loop {
        let page = platform.ground().store.entries_from(from, 1_024).await.unwrap_or_default();
        let Some((last, _)) = page.last() else { return count };
        from = last + 1;
        count += page.iter().filter(|(_, bytes)| Entry::parse(bytes).is_ok_and(|entry| entry.kind == kind)).count();
    }
}

/// The HTTP status of every refused call on record.
fn refused_statuses(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let logs = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "log"));
    let texts = logs.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let mut statuses = Vec::new();
    for text in texts {
        let records = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let refused = records.filter(|record| record.get("refused").is_some_and(|refused| !refused.is_null()));
        statuses.extend(refused.filter_map(|record| record.get("status").map(ToString::to_string)));
    }
    statuses
}
