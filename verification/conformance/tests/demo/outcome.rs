//! What the demonstration says and leaves.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use sumun_conformance::program::{command, program, run_to_end, try_run_to_end};
use sumun_conformance::{Outcome, Running, path_text, sound_start_page, verify_journal};
use tempfile::TempDir;

/// It promises to be done within a minute; a busy machine in a debug build gets three.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// One demonstration, told once for all tests that only look at it.
pub struct Told {
    folder: TempDir,
    outcome: Outcome,
    took: Duration,
}

impl Told {
    /// What it left.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn summary(&self) -> Value {
        serde_json::from_slice(&fs::read(self.out().join("summary.json")).unwrap()).unwrap()
    }
}

/// The demonstration that all tests look at.
pub fn told() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let outcome = demonstrate(&folder.path().join("out"));
        Told { folder, outcome, took: started.elapsed() }
    })
}

/// Tells the demonstration into a folder.
pub fn demonstrate(out: &Path) -> Outcome {
    run_to_end(command().args(["demo", "--out", path_text(out)]), PATIENCE)
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(copied.is_ok_and(|status| status.success()));
}

#[test]
fn the_demonstration_ends_well_and_says_so_in_plain_lines_and_as_data() {
    let told = told();
    eprintln!("demo: {:?}", told.took);
    assert_eq!((told.outcome.code, told.outcome.stderr.as_str()), (Some(0), ""), "{}", told.outcome.stdout);
    assert!(!told.outcome.stdout.contains(['\u{1b}', '\r']), "no terminal, so no progress display");
    let summary = told.summary();
    for step in summary["steps"].as_array().unwrap() {
        assert_eq!(step["ok"], true, "{step}");
        let name = step["name"].as_str().unwrap();
        assert!(!name.is_empty() && told.outcome.stdout.contains(step["detail"].as_str().unwrap()), "{step}");
    }
    assert!(!told.outcome.stdout.contains("demo-step-"), "a step without words: {}", told.outcome.stdout);
    assert!(summary["steps"].as_array().unwrap().len() >= 12, "{summary}");
    // One app is known by its certificate, the other signs that it is itself (RFC 7523).
    for name in ["consent_and_token", "accounts", "second_app_token", "assertion_is_good_once"] {
        assert!(summary["steps"].as_array().unwrap().iter().any(|step| step["name"] == name), "{name}: {summary}");
    }
    for flag in ["ledger_conserved", "journal_verified"] {
        assert_eq!(summary[flag], true, "{flag}");
    }
    assert_eq!(summary["items_total"], 30);
    assert!(summary["evidence_count"].as_u64().unwrap() >= 30, "{summary}");
}

#[test]
fn every_attack_of_the_demonstration_is_refused_with_its_reason() {
    let summary = told().summary();
    let attacks: BTreeMap<&str, (bool, u64, &str)> = summary["attacks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let word = |name: &str| one[name].as_str().unwrap();
            (word("name"), (one["refused"].as_bool().unwrap(), one["status"].as_u64().unwrap(), word("code")))
        })
        .collect();
    let expected = [
        ("stolen_token_other_certificate", 401, "token_certificate_mismatch"),
        ("amount_changed_after_confirmation", 409, "terms_changed"),
        ("replayed_transfer", 409, "replayed"),
        ("call_after_consent_withdrawn", 401, "consent_ended"),
        ("other_customers_account", 403, "account_not_consented"),
    ];
    for (name, status, code) in expected {
        assert_eq!(attacks.get(name), Some(&(true, status, code)), "{name}");
    }
    assert_eq!(attacks.len(), expected.len());
    // The access records, which nobody can change unseen, show the refusals.
    let records = fs::read_to_string(newest(&told().out().join("records"), "log")).unwrap();
    let statuses: BTreeSet<u64> =
        records.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()?.get("status")?.as_u64()).collect();
    assert!([200, 401, 403, 409].iter().all(|status| statuses.contains(status)), "{statuses:?}");
}

fn newest(folder: &Path, ending: &str) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|found| found == ending)).max().unwrap()
}

#[test]
fn the_report_has_its_pages_and_carries_its_fonts() {
    let report = told().out().join("report.pdf");
    let ask = |tool: &str, arguments: &[&str]| -> String {
        let mut command = Command::new(tool);
        command.arg(arguments.first().copied().unwrap_or("-q")).args(arguments.iter().skip(1)).arg(&report);
        if tool == "pdftotext" {
            command.arg("-");
        }
        let outcome = try_run_to_end(&mut command, Duration::from_secs(60)).unwrap();
        assert_eq!(outcome.code, Some(0), "{tool}: {}", outcome.stderr);
        outcome.stdout
    };
    let facts = ask("pdfinfo", &["-enc", "UTF-8"]);
    let pages = facts.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().parse::<u64>().unwrap();
    assert_eq!(told().summary()["report_pages"].as_u64(), Some(pages));
    assert!(facts.contains("(A4)") && facts.contains("Tagged:          yes"), "{facts}");
    let fonts = ask("pdffonts", &["-l", "9999"]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!rows.is_empty(), "{fonts}");
    for row in rows {
        let marks: Vec<&str> = row.split_whitespace().rev().skip(2).take(3).collect();
        assert_eq!(marks, ["yes", "yes", "yes"], "embedded, a subset, with a way back to Unicode: {row}");
    }
    let words = ask("pdftotext", &["-enc", "UTF-8"]);
    for expected in ["새움페이", "2026-OB-", "점검결과", "부분이행", "해당없음", "향후", "자료1.1.1-1"]
    {
        assert!(words.contains(expected), "{expected} is missing in the report");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_goes_on_from_what_the_demonstration_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy(&told().out(), &data);
    verify_journal(&data);
    let running = Running::start(&data);
    sound_start_page(running.ready()).await;
    running.stop_well();
    // And the demonstration can be told once more on the same folder.
    let again = demonstrate(&data);
    assert_eq!(again.code, Some(0), "{} {}", again.stdout, again.stderr);
    verify_journal(&data);
}

#[test]
fn on_a_terminal_the_progress_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let command = format!("{} demo --out {}/out", program().display(), folder.path().display());
    let outcome = run_to_end(
        Command::new("script").env("TERM", "xterm").env("LC_ALL", "C").args(["-qec", &command, "/dev/null"]),
        PATIENCE,
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stdout);
    assert!(outcome.stdout.contains('\u{1b}'), "no progress display on a terminal");
    assert!(outcome.stdout.contains("Final report"), "{}", outcome.stdout);
}

#[test]
fn journal_and_records_tell_of_every_kind_of_deed_and_of_nobody() {
    let out = told().out();
    let kinds: BTreeSet<String> =
        entries(&out).iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect();
    for kind in [
        "institution_registered",
        "app_registered",
        "certificate_registered",
        "customer_enrolled",
        "staff_enrolled",
        "consent_granted",
        "consent_withdrawn",
        "token_issued",
        "transfer_requested",
        "transfer_confirmed",
        "transfer_executed",
        "transfer_refused",
        "engagement_opened",
        "stage_advanced",
        "evidence_added",
        "judgement_recorded",
        "finding_opened",
        "finding_repaired",
        "finding_returned",
        "finding_resolved",
        "plan_recorded",
        "probe_run",
        "report_issued",
        "record_batch_sealed",
    ] {
        assert!(kinds.contains(kind), "{kind} is missing among {kinds:?}");
    }
    // What is kept for good names nobody: no person, no account number, no password, no
    // token, which begins with a JOSE header; fewer letters of it occur in any hash by chance.
    let world: Value = serde_json::from_slice(&fs::read(out.join("world.json")).unwrap()).unwrap();
    let mut secrets: Vec<String> = [
        "김하늘",
        "이도윤",
        "김민수",
        "김지안",
        "haneul",
        "110-123-454821",
        "110123454821",
        "302-555-127702",
        "eyJhbGci",
        "eyJ0eXAi",
    ]
    .map(str::to_owned)
    .into();
    for person in world["customers"].as_array().unwrap().iter().chain(world["staff"].as_array().unwrap()) {
        secrets.push(person["password"].as_str().unwrap().to_owned());
    }
    for customer in world["customers"].as_array().unwrap() {
        secrets.push(customer["id"].as_str().unwrap().to_owned());
    }
    let mut files = Vec::new();
    gather(&out.join("journal"), &mut files);
    gather(&out.join("records"), &mut files);
    assert!(files.len() > 5);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let found = secrets.iter().find(|secret| contains(&bytes, secret.as_bytes()));
        assert_eq!(found, None, "{}", file.display());
    }
}

/// Every entry of a journal, out of its tiles (C2SP tlog-tiles: a length in two bytes, then the entry).
pub fn entries(data: &Path) -> Vec<Value> {
    let folder = data.join("journal/tile/entries");
    let mut entries = Vec::new();
    for tile in 0.. {
        let whole = folder.join(format!("{tile:03}"));
        let part = folder.join(format!("{tile:03}.p"));
        let file = if whole.is_file() {
            whole
        } else if part.is_dir() {
            let parts = fs::read_dir(part).unwrap().map(|entry| entry.unwrap().path());
            parts.max_by_key(|path| path.file_name().unwrap().to_str().unwrap().parse::<u32>().unwrap()).unwrap()
        } else {
            return entries;
        };
        let bytes = fs::read(file).unwrap();
        let mut rest = bytes.as_slice();
        while let [high, low, more @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            entries.push(serde_json::from_slice(&more[..length]).unwrap());
            rest = &more[length..];
        }
    }
    entries
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { gather(&path, files) } else { files.push(path) }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
