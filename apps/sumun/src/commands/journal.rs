//! `sumun journal verify`: the journal and the access records from their files alone.

use super::{CommandError, Format};
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use sumun_journal::RetiredSegment;
use sumun_journal_files::{Report, verify_folder};
use sumun_merkle::VerifierKey;

/// Arguments of `sumun journal`.
#[derive(clap::Args)]
pub struct JournalArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(clap::Subcommand)]
enum Deed {
    /// Check signature, tree, entries and sealed access records of a data folder, offline
    Verify(VerifyArguments),
}

#[derive(clap::Args)]
struct VerifyArguments {
    /// The data folder, or a folder that holds a copy of its `journal` and `records`
    #[arg(long, value_name = "DIR", default_value = "sumun-data")]
    data: PathBuf,
    /// The public key to trust, as it stands in journal/verifier-key; by default that file is believed
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The answer for a program.
#[derive(Serialize)]
struct Answer {
    sound: bool,
    entries: u64,
    root: Option<String>,
    record_batches: u64,
    records: u64,
    records_not_sealed: u64,
    records_retired: Vec<Retired>,
    findings: Vec<String>,
}

/// Records that may be gone, because the journal says that their time was over.
#[derive(Serialize)]
struct Retired {
    segment: String,
    first: u64,
    last: u64,
}

/// Carries out `sumun journal ...`; exit code 1 when something is not as it was signed.
pub fn run(arguments: &JournalArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let Deed::Verify(arguments) = &arguments.deed;
    let folder = arguments.data.join(sumun_journal_files::JOURNAL_FOLDER);
    if !folder.is_dir() {
        return Err(CommandError::misuse(say("fault-no-journal").with("path", arguments.data.display())));
    }
    let key = arguments.key.as_deref().map(read_key).transpose()?;
    let report = verify_folder(&arguments.data, key.as_ref())
        .map_err(|error| CommandError::misuse(say("fault-journal-unreadable").with("cause", error)))?;
    show(&report, arguments.format, out)
        .map_err(|error| CommandError::failure(say("fault-write-answer").with("cause", error)))?;
    match report.findings.first() {
        None => Ok(()),
        Some(first) => Err(CommandError::failure(say("fault-journal-unsound").with("finding", first))),
    }
}

impl Retired {
    fn of(retired: &RetiredSegment) -> Self {
        let RetiredSegment { segment, first, count } = retired;
        Self { segment: segment.clone(), first: *first, last: first.saturating_add(*count).saturating_sub(1) }
    }
}

fn read_key(text: &str) -> Result<VerifierKey, CommandError> {
    text.trim().parse().map_err(|error| CommandError::misuse(say("fault-journal-key").with("cause", error)))
}

fn show(report: &Report, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Json => {
            let answer = Answer {
                sound: report.is_sound(),
                entries: report.entries,
                root: report.checkpoint.as_ref().map(|checkpoint| checkpoint.root.to_string()),
                record_batches: report.record_batches,
                records: report.records,
                records_not_sealed: report.records_not_sealed,
                records_retired: report.retired.iter().map(Retired::of).collect(),
                findings: report.findings.iter().map(ToString::to_string).collect(),
            };
            serde_json::to_writer_pretty(&mut *out, &answer)?;
            writeln!(out)
        }
        Format::Text => {
            if let Some(checkpoint) = &report.checkpoint {
                let head = say("journal-checkpoint").count("count", checkpoint.size).with("root", checkpoint.root);
                writeln!(out, "{head}")?;
            }
            writeln!(out, "{}", say("journal-entries").count("count", report.entries))?;
            let records = say("journal-records").count("count", report.records);
            writeln!(out, "{}", records.count("batches", report.record_batches))?;
            if report.records_not_sealed > 0 {
                writeln!(out, "{}", say("journal-not-sealed").count("count", report.records_not_sealed))?;
            }
            for retired in &report.retired {
                let Retired { first, last, .. } = Retired::of(retired);
                let line = say("journal-retired").count("count", retired.count);
                writeln!(out, "{}", line.with("first", first).with("last", last))?;
            }
            for finding in &report.findings {
                writeln!(out, "{}", say("journal-wrong").with("finding", finding))?;
            }
            let end = if report.is_sound() { say("journal-verified") } else { say("journal-not-verified") };
            writeln!(out, "{end}")
        }
    }
}
