//! Whoever changes what was recorded is found out offline.

use crate::outcome::{copy, told};
use std::fs;
use std::path::{Path, PathBuf};
use sumun_conformance::{path_text, run, verify_journal};

/// What an intruder with the disk in hands does, and what the verifier must name.
struct Case {
    name: &'static str,
    tamper: fn(&Path),
    named: &'static [&'static str],
}

#[test]
fn a_change_removal_or_reordering_is_found_and_named_offline() {
    let cases = [
        Case { name: "an entry changed", tamper: |data| flip(&entry_tile(data), 500), named: &["entr"] },
        Case { name: "the hashes changed", tamper: |data| flip(&hash_tile(data), 40), named: &["tile/0"] },
        Case { name: "the head's size changed", tamper: |data| replace_line(data, 1, "1"), named: &["checkpoint"] },
        Case {
            name: "the head removed",
            tamper: |data| remove(&data.join("journal/checkpoint")),
            named: &["checkpoint"],
        },
        Case { name: "entries removed", tamper: |data| remove(&entry_tile(data)), named: &["entr"] },
        Case {
            name: "a record changed",
            tamper: |data| change_record(data, |lines| lines[3] = lines[3].replace("\"status\":2", "\"status\":4")),
            named: &["record"],
        },
        Case {
            name: "a record removed",
            tamper: |data| change_record(data, |lines| drop(lines.remove(5))),
            named: &["record"],
        },
        Case {
            name: "two records swapped",
            tamper: |data| change_record(data, |lines| lines.swap(2, 6)),
            named: &["record"],
        },
        Case { name: "all records removed", tamper: |data| remove(&records(data)), named: &["record"] },
    ];
    let original = told().out();
    verify_journal(&original);
    for case in cases {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        copy(&original, &data);
        (case.tamper)(&data);
        let outcome = run(&["journal", "verify", "--data", path_text(&data)]);
        assert!(matches!(outcome.code, Some(1 | 2)), "{}: {outcome:?}", case.name);
        assert_eq!(outcome.stderr.lines().count(), 1, "{}: {}", case.name, outcome.stderr);
        for word in case.named {
            assert!(outcome.stderr.contains(word), "{}: `{word}` is missing in {}", case.name, outcome.stderr);
        }
        assert!(!outcome.stdout.lines().any(|line| line == "verified"), "{}: {}", case.name, outcome.stdout);
    }
}

#[test]
fn an_auditor_needs_only_the_files_and_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let original = told().out();
    for name in ["journal", "records"] {
        copy(&original.join(name), &folder.path().join(name));
    }
    verify_journal(folder.path());
    let key = fs::read_to_string(original.join("journal/verifier-key")).unwrap();
    let data = path_text(folder.path());
    assert_eq!(run(&["journal", "verify", "--data", data, "--key", key.trim()]).code, Some(0));
    // A head that somebody else signed is not believed, even when its own key file lies beside it.
    let other = tempfile::tempdir().unwrap();
    let running = sumun_conformance::Running::start(&other.path().join("data"));
    running.stop_well();
    let foreign = fs::read_to_string(other.path().join("data/journal/verifier-key")).unwrap();
    let outcome = run(&["journal", "verify", "--data", data, "--key", foreign.trim()]);
    assert!(matches!(outcome.code, Some(1 | 2)), "{outcome:?}");
}

fn entry_tile(data: &Path) -> PathBuf {
    largest(&data.join("journal/tile/entries/000.p"))
}

fn hash_tile(data: &Path) -> PathBuf {
    largest(&data.join("journal/tile/0/000.p"))
}

/// Of the partial tiles the one with the most entries; older ones are only left for readers of older heads.
fn largest(folder: &Path) -> PathBuf {
    let parts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    parts.max_by_key(|path| path.file_name().unwrap().to_str().unwrap().parse::<u32>().unwrap()).unwrap()
}

fn records(data: &Path) -> PathBuf {
    data.join("records/00000000000000000000.log")
}

fn flip(file: &Path, place: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[place] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn remove(file: &Path) {
    fs::remove_file(file).unwrap();
}

fn replace_line(data: &Path, place: usize, line: &str) {
    let file = data.join("journal/checkpoint");
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().enumerate().map(|(at, old)| if at == place { line } else { old }).collect();
    fs::write(file, lines.join("\n") + "\n").unwrap();
}

fn change_record(data: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let text = fs::read_to_string(records(data)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(records(data), lines.join("\n") + "\n").unwrap();
}
