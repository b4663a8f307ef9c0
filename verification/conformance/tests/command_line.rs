//! What a newcomer mistypes and what a data folder can be wrong about: one
//! line that says what and how to mend it, a number for programs, nothing
//! written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use sumun_conformance::program::{command, program, run_to_end, try_run_to_end};
use sumun_conformance::{Outcome, Running, contents, free_port_block, path_text, run};
use tempfile::TempDir;

/// Wrong use of the command line.
const MISUSE: i32 = 2;
/// A configuration or data folder that does not allow a start.
const CONFIGURATION: i32 = 64;

/// A place for one test: whatever is written into it shows.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A place that holds a data folder after its first start.
    fn with_data() -> Self {
        static ORIGINAL: OnceLock<TempDir> = OnceLock::new();
        let original = ORIGINAL.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            Running::start(&folder.path().join("data")).stop_well();
            folder
        });
        let place = Self::new();
        copy(&original.path().join("data"), &place.path("data"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let mut command = command();
        command.args(arguments).current_dir(self.0.path());
        try_run_to_end(&mut command, Duration::from_secs(10)).unwrap_or_else(|fault| Outcome {
            code: None,
            stdout: fault,
            stderr: String::new(),
        })
    }

    /// `sumun up` on free ports and the folder `data` of this place.
    fn up(&self, more: &[&str]) -> Outcome {
        let base = free_port_block().to_string();
        let data = self.path("data");
        self.run(&[&["up", "--data", path_text(&data), "--port-base", &base], more].concat())
    }

    /// Every file with its content, and every folder. The lock is held open, not written.
    fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = contents(self.0.path());
        found.retain(|path, _| !path.ends_with("data/lock"));
        found
    }

    /// The command must be refused with this exit code and one line that has
    /// all these words, and leave the place as it is.
    fn refuses(&self, code: i32, words: &[&str], command: impl FnOnce(&Self) -> Outcome) {
        self.try_refusal(code, words, command).unwrap_or_else(|fault| panic!("{fault}"));
    }

    fn try_refusal(&self, code: i32, words: &[&str], command: impl FnOnce(&Self) -> Outcome) -> Result<(), String> {
        let before = self.contents();
        let outcome = command(self);
        check_refusal(&outcome, code, words)?;
        let after = self.contents();
        let paths = before.keys().chain(after.keys()).collect::<BTreeSet<_>>();
        let changed: Vec<_> = paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).collect();
        if changed.is_empty() { Ok(()) } else { Err(format!("{}written: {changed:?}", outcome.stderr)) }
    }
}

/// A refusal is one line on standard error, and a number.
fn check_refusal(outcome: &Outcome, code: i32, words: &[&str]) -> Result<(), String> {
    let stderr = &outcome.stderr;
    let is_line = stderr.lines().count() == 1 && stderr.starts_with("sumun: ") && stderr.ends_with('\n');
    if outcome.code != Some(code) || !outcome.stdout.is_empty() || !is_line {
        return Err(format!("not one line and exit code {code}: {outcome:?}"));
    }
    match words.iter().find(|word| !stderr.contains(**word)) {
        Some(word) => Err(format!("`{word}` is missing in: {stderr}")),
        None => Ok(()),
    }
}

/// Fails with all faults of a table at once.
fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} of the table:\n{}", faults.len(), faults.join("\n"));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_mistyped_command_line_is_one_line_exit_2_and_writes_nothing() {
    let table: &[(&[&str], &[&str])] = &[
        (&[], &["a command is missing", "--help"]),
        (&["fly"], &["'fly'", "--help"]),
        (&["--fast"], &["'--fast'", "--help"]),
        (&["up", "--fast"], &["'--fast'", "--help"]),
        (&["up", "extra"], &["'extra'", "--help"]),
        (&["up", "--data"], &["--data <DIR>", "--help"]),
        (&["up", "--data", ""], &["--data"]),
        (&["up", "--port-base", "x"], &["'x'", "--port-base"]),
        (&["up", "--port-base", "70000"], &["70000", "65535"]),
        (&["up", "--port-base=-1"], &["-1", "--port-base"]),
        (&["up", "--port-base", "0"], &["--port-base"]),
        (&["up", "--port-base", "65530"], &["65530", "7 ports"]),
        (&["up", "--listen", "here"], &["'here'", "--listen"]),
        (&["up", "--listen", "0.0.0.0"], &["0.0.0.0", "--name HOST"]),
        (&["up", "--listen", "::"], &["::", "--name HOST"]),
        (&["up", "--listen", "0.0.0.0", "--name", "0.0.0.0"], &["'0.0.0.0'", "--name"]),
        (&["up", "--name", "https://bank.example"], &["'https://bank.example'", "--name", "host name"]),
        (&["up", "--port-base", "7400", "--port-base", "7500"], &["--port-base"]),
        (&["journal"], &["--help"]),
        (&["journal", "verify", "--format", "xml"], &["'xml'", "--help"]),
        (&["journal", "verify", "--data", "nowhere"], &["no journal in nowhere", "--data"]),
        (&["catalog"], &["--help"]),
        (&["catalog", "show"], &["--help"]),
        (&["catalog", "show", "no-such-framework"], &["no-such-framework"]),
        (&["catalog", "list", "--format", "xml"], &["'xml'", "--help"]),
        (&["catalog", "check", "nowhere.toml"], &["nowhere.toml"]),
        (&["trace", "--framework", "no-such-framework"], &["no-such-framework"]),
        (&["demo"], &["--out"]),
    ];
    let place = Place::new();
    let mut faults = Vec::new();
    for (arguments, words) in table {
        let outcome = place.try_refusal(MISUSE, words, |place| place.run(arguments));
        faults.extend(outcome.err().map(|fault| format!("{arguments:?}: {fault}")));
    }
    report(faults);
}

#[test]
fn help_and_version_answer_on_standard_output() {
    for (arguments, words) in [
        (&["--help"][..], &["up", "journal", "catalog", "trace", "demo", "Usage"][..]),
        (&["up", "--help"], &["--data", "--listen", "--name", "--port-base", "--ready-file"]),
        (&["journal", "--help"], &["verify"]),
        (&["journal", "verify", "--help"], &["--data", "--format"]),
        (&["--version"], &["sumun "]),
    ] {
        let outcome = run(arguments);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        for word in words {
            assert!(outcome.stdout.contains(word), "`{word}` is missing in: {}", outcome.stdout);
        }
    }
}

#[test]
fn a_korean_terminal_is_spoken_to_in_korean_and_every_other_in_english() {
    let table: &[(&[&str], &str, &str)] = &[
        (&["--help"], "사용법: sumun", "Usage: sumun"),
        (&["up", "--help"], "데이터 폴더", "The data folder"),
        (&["catalog", "list"], "오픈뱅킹 이용기관 보안점검", "Open banking institution inspection"),
        (&["fly"], "알 수 없는 명령입니다: 'fly'", "unrecognized subcommand 'fly'"),
        (&["up", "--port-base", "65530"], "포트 7개", "7 ports"),
        (&["journal", "verify", "--data", "nowhere"], "nowhere 폴더에 기록 원장이 없습니다", "no journal in nowhere"),
    ];
    let place = Place::new();
    for (arguments, korean, english) in table {
        for (language, words) in [("ko_KR.UTF-8", korean), ("en_US.UTF-8", english), ("C", english)] {
            let mut command = command();
            command.args(*arguments).env("LC_ALL", language).current_dir(place.0.path());
            let outcome = run_to_end(&mut command, Duration::from_secs(30));
            let said = outcome.stdout + &outcome.stderr;
            assert!(said.contains(words), "{language} {arguments:?}: `{words}` is missing in: {said}");
            let is_korean = said.chars().any(|letter| ('가'..='힣').contains(&letter));
            assert_eq!(is_korean, language == "ko_KR.UTF-8", "{language} {arguments:?}: {said}");
        }
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure_and_not_a_crash() {
    let place = Place::with_data();
    for arguments in ["--help", "journal verify --data data"] {
        let script = format!("{} {arguments} >/dev/full", program().display());
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(place.0.path());
        let outcome = run_to_end(&mut command, Duration::from_secs(30));
        assert_eq!(outcome.code, Some(1), "{arguments}: {outcome:?}");
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    }
}

#[test]
fn every_busy_port_is_named_with_the_way_out_and_nothing_is_written() {
    let base = free_port_block();
    for offset in 0..7 {
        let _taken = TcpListener::bind(("127.0.0.1", base + offset)).unwrap();
        let (place, base_text) = (Place::new(), base.to_string());
        let port = format!("port {} is in use", base + offset);
        place.refuses(CONFIGURATION, &[&port, "--port-base"], |place| {
            place.run(&["up", "--data", "data", "--port-base", &base_text])
        });
    }
}

#[test]
fn a_second_platform_on_the_same_ports_is_refused() {
    let running = Running::fresh();
    let start = &running.ready().addresses.start;
    let base = start.rsplit(':').next().unwrap();
    let place = Place::new();
    place.refuses(CONFIGURATION, &["is in use"], |place| place.run(&["up", "--data", "data", "--port-base", base]));
    running.stop_well();
}

#[test]
fn an_address_that_is_not_this_machine_s_is_refused() {
    // RFC 5737 and RFC 3849: addresses for documentation, nobody has them.
    for address in ["203.0.113.7", "2001:db8::7"] {
        let place = Place::new();
        place.refuses(CONFIGURATION, &[address, "--listen"], |place| place.up(&["--listen", address]));
    }
}

#[test]
fn a_folder_that_cannot_be_one_is_refused_and_left_as_it_is() {
    let place = Place::new();
    fs::write(place.path("file"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", place.path("dangling")).unwrap();
    for (folder, words) in [
        ("file", &["file", "--data DIR"][..]),
        ("file/below", &["file", "--data DIR"]),
        ("dangling", &["dangling", "--data DIR"]),
        ("/proc/sumun", &["/proc/sumun", "--data DIR"]),
        ("/dev/null", &["/dev/null", "--data DIR"]),
        ("/dev/null/below", &["/dev/null", "--data DIR"]),
    ] {
        let base = free_port_block().to_string();
        let arguments = ["up", "--port-base", &base, "--data", folder];
        place.refuses(CONFIGURATION, words, |place| place.run(&arguments));
    }
}

#[test]
fn a_ready_file_that_cannot_be_written_is_refused_before_anything_is() {
    let mut faults = Vec::new();
    for file in ["nowhere/ready.json", ".", "/proc/ready.json", "/dev/null/ready.json"] {
        let place = Place::new();
        let outcome = place.try_refusal(CONFIGURATION, &["ready file"], |place| place.up(&["--ready-file", file]));
        faults.extend(outcome.err().map(|fault| format!("{file}: {fault}")));
    }
    report(faults);
}

#[test]
fn a_foreign_or_newer_folder_is_refused_and_left_as_it_is() {
    type Change = fn(&Path);
    let table: &[(Change, &[&str])] = &[
        (|data| fs::write(data.join("thesis.txt"), "mine").unwrap(), &["not Sumun's", "--data DIR"]),
        (|data| fs::create_dir(data.join("photos")).unwrap(), &["not Sumun's", "--data DIR"]),
        (|data| fs::write(data.join("lock"), "4711").unwrap(), &["not Sumun's", "--data DIR"]),
        (|data| link_to_a_file(data, "lock"), &["`lock`", "symbolic link", "--data DIR"]),
        (|data| link_to_a_file(data, "lock.format"), &["`lock.format`", "symbolic link", "--data DIR"]),
        (|data| fs::write(data.join("format"), "PGDATA 15").unwrap(), &["`format`", "not Sumun's"]),
        (|data| fs::write(data.join("format"), "{}").unwrap(), &["`format`", "not Sumun's"]),
        (|data| fs::write(data.join("format"), r#"{"format":"other","version":1}"#).unwrap(), &["not Sumun's"]),
        (|data| fs::create_dir(data.join("format")).unwrap(), &["format", "--data DIR"]),
        (
            |data| fs::write(data.join("format"), r#"{"format":"sumun-data","version":99}"#).unwrap(),
            &["layout 99", "newer sumun", "--data DIR"],
        ),
    ];
    let mut faults = Vec::new();
    for (change, words) in table {
        let place = Place::new();
        fs::create_dir(place.path("data")).unwrap();
        change(&place.path("data"));
        faults.extend(place.try_refusal(CONFIGURATION, words, |place| place.up(&[])).err());
    }
    report(faults);
}

#[test]
fn a_folder_in_use_is_refused_and_the_other_goes_on() {
    let place = Place::new();
    let mut running = Running::start(&place.path("data"));
    let outcome = place.up(&[]);
    check_refusal(&outcome, CONFIGURATION, &["in use by another sumun", "--data DIR"]).unwrap();
    assert!(running.is_alive());
    running.stop_well();
}

#[test]
fn a_broken_part_of_a_data_folder_is_named_and_nothing_is_written() {
    type Damage = fn(&Path);
    let table: &[(&str, Damage, &[&str])] = &[
        (
            "a key that is text",
            |data| write(data, "keys/token-signing.pem", "garbage"),
            &["token-signing.pem", "backup"],
        ),
        ("an empty authority", |data| write(data, "keys/open-authority.pem", ""), &["open-authority.pem", "backup"]),
        ("no field key", |data| remove(data, "keys/field-encryption.pem"), &["field-encryption.pem", "backup"]),
        ("no commitment key", |data| remove(data, "keys/commitment.pem"), &["commitment.pem", "backup"]),
        ("no keys at all", |data| fs::remove_dir_all(data.join("keys")).unwrap(), &["keys", "backup"]),
        ("half a world", |data| halve(data, "world.json"), &["world.json", "broken", "data folder"]),
        ("another world", |data| write(data, "world.json", "{}"), &["world.json", "broken", "data folder"]),
        ("no world", |data| remove(data, "world.json"), &["world.json"]),
        ("no database", |data| remove(data, "sumun.db"), &["sumun.db"]),
        ("a text as database", |data| write(data, "sumun.db", "a letter to my aunt"), &["sumun.db", "something else"]),
        ("half a database", |data| halve(data, "sumun.db"), &["database"]),
        ("a foreign database", foreign_database, &["sumun.db", "another program"]),
        ("a newer database", newer_database, &["newer"]),
        ("a folder as database", folder_as_database, &["sumun.db"]),
        ("a forged head", |data| write(data, "journal/checkpoint", "sumun\n0\n"), &["checkpoint"]),
        ("records as a file", records_as_file, &["records"]),
    ];
    let mut faults = Vec::new();
    for (name, damage, words) in table {
        let place = Place::with_data();
        damage(&place.path("data"));
        let outcome = place.try_refusal(CONFIGURATION, words, |place| place.up(&[]));
        faults.extend(outcome.err().map(|fault| format!("{name}: {fault}")));
    }
    report(faults);
}

fn write(data: &Path, name: &str, text: &str) {
    fs::write(data.join(name), text).unwrap();
}

/// A link `name` to a file beside the data folder, which has to stay as it is.
fn link_to_a_file(data: &Path, name: &str) {
    fs::write(data.with_file_name("victim"), "mine").unwrap();
    std::os::unix::fs::symlink("../victim", data.join(name)).unwrap();
}

fn remove(data: &Path, name: &str) {
    fs::remove_file(data.join(name)).unwrap();
}

fn halve(data: &Path, name: &str) {
    let bytes = fs::read(data.join(name)).unwrap();
    fs::write(data.join(name), &bytes[..bytes.len() / 2]).unwrap();
}

fn folder_as_database(data: &Path) {
    remove(data, "sumun.db");
    fs::create_dir(data.join("sumun.db")).unwrap();
}

fn records_as_file(data: &Path) {
    fs::remove_dir_all(data.join("records")).unwrap();
    write(data, "records", "");
}

/// SQLite keeps the application's id at offset 68 (<https://www.sqlite.org/fileformat.html#application_id>).
fn foreign_database(data: &Path) {
    let path = data.join("sumun.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[68..72].copy_from_slice(b"GPKG");
    fs::write(path, bytes).unwrap();
}

/// As a later version leaves it: with a migration that this one does not know.
fn newer_database(data: &Path) {
    const SCRIPT: &str = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
columns = [row[1] for row in database.execute('pragma table_info(migration)')]
last = database.execute('select * from migration order by 1 desc limit 1').fetchone()
row = [9999 if place == 0 else value for place, value in enumerate(last)]
database.execute('insert into migration values (%s)' % ','.join('?' * len(columns)), row)
database.commit()
database.execute('pragma wal_checkpoint(truncate)')
database.close()
";
    let database = data.join("sumun.db");
    let outcome = run_to_end(Command::new("python3").args(["-c", SCRIPT]).arg(database), Duration::from_secs(30));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}
