//! `sumun demo`: the whole loop without a person, over the same sockets, pages
//! and addresses that everybody uses.

mod app_side;
mod inspection;
mod narrator;
mod on_record;
mod stage;
mod summary;
mod telling;

pub use app_side::{Brief, play};
pub use summary::Summary;

use crate::commands::CommandError;
use crate::journey::JourneyError;
use crate::platform::Platform;
use crate::speech::{Saying, say};
use narrator::Narrator;
use stage::Stage;
use std::path::Path;
use std::time::Instant;
use sumun_banking::BankingStore;
use sumun_journal::{Entry, EntryKind, JournalStore};
use sumun_journal_files::verify_folder;
use sumun_participants::ParticipantStore;

/// How many steps and attacks the progress display expects.
const STEPS_EXPECTED: u64 = 30;
/// More entries than a fresh platform has before the first call.
const ENTRIES_MAX: u32 = 1_000;

/// Tells the story on `platform`, stops it, verifies what it left in `folder`
/// and says how it went.
pub async fn tell(platform: Platform, folder: &Path) -> Result<Summary, CommandError> {
    let began = Instant::now();
    let mut narrator = Narrator::new(STEPS_EXPECTED);
    narrator.chapter(say("demo-chapter-platform"));
    let (is_registered, said) = registration(&platform).await;
    narrator.step("registration", is_registered, said);
    let mut outcome = inspection::Outcome::default();
    let told = async {
        let stage = Stage::set(&platform);
        let played = app_side::play_apart(&stage.brief(), &mut narrator).await;
        played.map_err(|error| JourneyError::new(error.to_string()))?;
        narrator.chapter(say("demo-chapter-inspection"));
        outcome = inspection::tell(&stage, folder, &mut narrator).await?;
        Ok::<_, JourneyError>(())
    };
    if let Err(error) = told.await {
        narrator.step("story", false, error.to_string());
    }
    narrator.chapter(say("demo-chapter-journal"));
    let audit = platform.ground().store.audit().await;
    let ledger_conserved = audit.as_ref().is_ok_and(|audit| audit.is_conserved());
    narrator.step(
        "ledger",
        ledger_conserved,
        audit.map_or_else(
            |error| say("demo-said-as-it-is").with("what", error),
            |audit| say("demo-said-ledger").count("accounts", audit.accounts).count("postings", audit.postings),
        ),
    );
    let shown = on_record::missing(&platform).await;
    narrator.step(
        "journal_shows_attacks",
        shown.is_empty(),
        if shown.is_empty() {
            say("demo-said-on-record")
        } else {
            say("demo-said-not-on-record").with("what", shown.join(", "))
        },
    );
    platform.stop().await?;
    let journal_verified = verify(folder, &mut narrator);
    let (steps, attacks) = narrator.finish();
    Ok(Summary {
        steps,
        attacks,
        ledger_conserved,
        journal_verified,
        items_total: outcome.items_total,
        evidence_count: outcome.evidence_count,
        report_pages: outcome.report_pages,
        elapsed_seconds: began.elapsed().as_secs_f64(),
    })
}

fn verify(folder: &Path, narrator: &mut Narrator) -> bool {
    let (sound, detail) = match verify_folder(folder, None) {
        Ok(report) => {
            let first = report.findings.first().map(|finding| say("demo-said-as-it-is").with("what", finding));
            let counts = say("demo-said-verified").count("entries", report.entries).count("records", report.records);
            (report.is_sound(), first.unwrap_or(counts))
        }
        Err(error) => (false, say("demo-said-as-it-is").with("what", error)),
    };
    narrator.step("journal_verify", sound, detail);
    sound
}

/// Who is registered with its certificate, and whether the journal has an entry for each registration.
async fn registration(platform: &Platform) -> (bool, Saying) {
    let ground = platform.ground();
    let (registered, entries) = match (ground.store.all().await, ground.store.entries_from(0, ENTRIES_MAX).await) {
        (Ok(registered), Ok(entries)) => (registered, entries),
        (Err(error), _) | (_, Err(error)) => return (false, say("demo-said-as-it-is").with("what", error)),
    };
    let counts = [registered.institutions.len(), registered.apps.len(), registered.certificates.len()];
    let kinds = [EntryKind::InstitutionRegistered, EntryKind::AppRegistered, EntryKind::CertificateRegistered];
    let entries: Vec<EntryKind> =
        entries.iter().filter_map(|(_, bytes)| Entry::parse(bytes).ok()).map(|entry| entry.kind).collect();
    let is_on_record = |(kind, count)| entries.iter().filter(|entry| **entry == kind).count() == count;
    let is_whole = counts.iter().all(|count| *count > 0) && kinds.into_iter().zip(counts).all(is_on_record);
    let said = say("demo-said-registered").count("institutions", counts[0]).count("apps", counts[1]);
    (is_whole, said.count("certificates", counts[2]).count("entries", entries.len()))
}
