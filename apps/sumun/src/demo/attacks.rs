//! The attacks: each must be refused, leave the balance as it is, and stand in
//! the journal or the access records afterwards.

use super::narrator::Narrator;
use super::stage::Stage;
use super::story::{self, Told, balance_path};
use super::summary::Attack;
use crate::journey::{Answer, JourneyError};
use crate::platform::Platform;
use crate::speech::say;
use serde_json::Value;
use std::path::Path;
use sumun_journal::{Entry, EntryKind, JournalStore};
use sumun_journal_files::RECORDS_FOLDER;

/// How the attacks show afterwards: two transfers refused by the bank's rules
/// as entries, three calls refused by the gateway as access records.
const REFUSED_TRANSFERS: usize = 2;
const REFUSED_STATUS_OF_RECORDS: [&str; 2] = ["401", "403"];

/// Carries them out one after the other.
pub async fn carry_out(stage: &Stage, told: Told, narrator: &mut Narrator) -> Result<(), JourneyError> {
    let mut told = told;
    narrator.doing(say("demo-chapter-attacks"));
    let account = stage.accounts(0)[0].clone();

    let thief = stage.app(1)?;
    let answer = thief.get(&balance_path(&account), &told.token).await?;
    report(narrator, "stolen_token_other_certificate", &answer, true);

    let answer = told.app.get(&balance_path(&stage.accounts(1)[0]), &told.token).await?;
    report(narrator, "other_customers_account", &answer, true);

    let terms = story::terms(&account, 10_000);
    let (transfer, _) = story::request(stage, &told.app, &told.token, &terms).await?;
    told.customer.approve_transfer(&transfer).await?;
    let changed = story::terms(&account, 990_000);
    let answer = story::execute(stage, &told.app, &told.token, &transfer, &changed).await?;
    let kept = story::balance(&told.app, &account, &told.token).await? == told.balance;
    report(narrator, "amount_changed_after_confirmation", &answer, kept);

    let answer = story::execute(stage, &told.app, &told.token, &told.transfer, &told.terms).await?;
    let kept = story::balance(&told.app, &account, &told.token).await? == told.balance;
    report(narrator, "replayed_transfer", &answer, kept);

    told.customer.withdraw_newest().await?;
    let answer = told.app.get(&balance_path(&account), &told.token).await?;
    report(narrator, "call_after_consent_withdrawn", &answer, true);
    Ok(())
}

fn report(narrator: &mut Narrator, name: &str, answer: &Answer, state_kept: bool) {
    let refused = (400..500).contains(&answer.status) && state_kept;
    narrator.attack(Attack { name: name.to_owned(), refused, status: answer.status, code: answer.code() });
}

/// What is missing in journal and access records; nothing when all attacks show.
pub async fn journal_shows_them(platform: &Platform) -> Vec<String> {
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
