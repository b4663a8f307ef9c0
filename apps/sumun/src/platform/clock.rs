//! The machine's clock beside what the data folder knows.

use crate::commands::CommandError;
use crate::speech::{Saying, say};
use std::path::Path;
use sumun_journal::{ClockVerdict, Entry, JournalStore, KnownTime};
use sumun_keys::KeyFolder;
use sumun_store::Store;
use sumun_time::Timestamp;

/// Refuses a start under a clock that stands before what is known. Answers
/// what is known, for a start to say.
pub(super) async fn check(
    path: &Path,
    keys: &KeyFolder,
    store: &Store,
    now: Timestamp,
) -> Result<KnownTime, CommandError> {
    let known = KnownTime { newest_entry: newest_entry(store).await?, newest_key: keys.newest() };
    let refused = |key: &'static str, known: Timestamp| {
        let why = say(key).with("path", path.display()).with("now", now).with("known", known);
        Err(CommandError::configuration(why))
    };
    match known.judge(now) {
        ClockVerdict::BeforeJournal(entry) => refused("fault-clock-before-journal", entry),
        ClockVerdict::BeforeKey(key) => refused("fault-clock-before-key", key),
        ClockVerdict::Plausible | ClockVerdict::LongAfter(_) => Ok(known),
    }
}

/// The clock in one line, beside the newest entry.
pub(super) fn line(known: &KnownTime, now: Timestamp) -> Saying {
    // Whole seconds are all that a person compares.
    let seconds = |at: Timestamp| Timestamp::from_seconds(at.seconds());
    match (known.judge(now), known.newest_entry.map(seconds)) {
        (ClockVerdict::LongAfter(silence), Some(newest)) => say("up-clock-long-after")
            .with("now", seconds(now))
            .with("newest", newest)
            .count("days", silence.seconds() / 86_400),
        (_, Some(newest)) => say("up-clock").with("now", seconds(now)).with("newest", newest),
        (_, None) => say("up-clock-first").with("now", seconds(now)),
    }
}

async fn newest_entry(store: &Store) -> Result<Option<Timestamp>, CommandError> {
    let unreadable = |error: &dyn std::error::Error| CommandError::failure(say("fault-register").with("cause", error));
    let Some(last) = store.size().await.map_err(|error| unreadable(&error))?.checked_sub(1) else { return Ok(None) };
    let entries = store.entries_from(last, 1).await.map_err(|error| unreadable(&error))?;
    // An entry that cannot be read is for the journal's own check to find.
    let newest = entries.first().and_then(|(_, bytes)| Entry::parse(bytes).ok());
    Ok(newest.map(|entry| entry.at))
}

#[cfg(test)]
mod tests {
    use super::super::foundation::open_keys_and_store;
    use super::*;
    use sumun_journal::{Actor, EntryKind};
    use sumun_time::Span;

    #[tokio::test]
    async fn a_start_before_the_newest_entry_or_the_keys_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let made: Timestamp = "2026-11-21T05:05:00Z".parse().unwrap();
        let (keys, store) = open_keys_and_store(folder.path(), made).await.unwrap();
        let said = |error: CommandError| (error.exit_code(), error.to_string());

        let known = check(folder.path(), &keys, &store, made).await.unwrap();
        assert_eq!(known.newest_entry, None);
        let (code, line) = said(check(folder.path(), &keys, &store, made.minus(Span::from_days(1))).await.unwrap_err());
        assert!(code == 64 && line.contains("before a key") && line.contains("2026-11-21T05:05:00Z"), "{line}");

        let entry = made.plus(Span::from_days(3));
        store.append(&[Entry::new(entry, EntryKind::ALL[0], Actor::Platform, "x")]).await.unwrap();
        let (code, line) = said(check(folder.path(), &keys, &store, made).await.unwrap_err());
        assert!(code == 64 && line.contains("newest entry") && line.contains("2026-11-24T05:05:00Z"), "{line}");

        let known = check(folder.path(), &keys, &store, entry).await.unwrap();
        assert!(line_of(&known, entry).contains("2026-11-24T05:05:00Z"));
        assert!(line_of(&known, entry.plus(Span::from_days(400))).contains("400 days after"));
        store.close().await;
    }

    fn line_of(known: &KnownTime, now: Timestamp) -> String {
        line(known, now).to_string()
    }
}
