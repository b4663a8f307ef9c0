//! The evidence pack proves itself with tools that everybody has.

use crate::outcome::told;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use sumun_conformance::program::run_to_end;
use sumun_jose::sha256;
use tempfile::TempDir;

fn unpacked() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut unzip = Command::new("python3");
    unzip.args(["-m", "zipfile", "-e"]).arg(told().out().join("evidence-pack.zip")).arg(folder.path());
    let outcome = run_to_end(&mut unzip, Duration::from_secs(60));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    folder
}

fn check_sums(folder: &Path) -> i32 {
    let mut command = Command::new("sha256sum");
    command.args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(folder);
    run_to_end(&mut command, Duration::from_secs(60)).code.unwrap()
}

#[test]
fn the_packs_sums_hold_for_every_file_and_for_no_changed_one() {
    let folder = unpacked();
    assert_eq!(check_sums(folder.path()), 0);
    let listed = fs::read_to_string(folder.path().join("SHA256SUMS")).unwrap();
    let count = count_files(folder.path());
    assert_eq!(listed.lines().count(), count - 1, "every file but the list itself is listed");
    assert_eq!(fs::read(folder.path().join("report.pdf")).unwrap(), fs::read(told().out().join("report.pdf")).unwrap());
    let file = folder.path().join("judgements.json");
    let mut bytes = fs::read(&file).unwrap();
    bytes[10] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_ne!(check_sums(folder.path()), 0, "a changed file is found");
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

#[test]
fn every_entry_of_the_pack_is_proved_under_the_signed_head() {
    let folder = unpacked();
    let head = fs::read_to_string(folder.path().join("journal/checkpoint")).unwrap();
    let mut lines = head.lines();
    let (_origin, size) = (lines.next().unwrap(), lines.next().unwrap().parse::<u64>().unwrap());
    let root = STANDARD.decode(lines.next().unwrap()).unwrap();
    let entries = fs::read_to_string(folder.path().join("journal/entries.jsonl")).unwrap();
    let mut kinds = Vec::new();
    for line in entries.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let entry = line["entry"].as_str().unwrap();
        let proof: Vec<Vec<u8>> = line["proof"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| STANDARD.decode(hash.as_str().unwrap()).unwrap())
            .collect();
        let seq = line["seq"].as_u64().unwrap();
        assert_eq!(root_of(entry.as_bytes(), seq, size, &proof).as_deref(), Some(root.as_slice()), "entry {seq}");
        assert_ne!(root_of(b"{}", seq, size, &proof).as_deref(), Some(root.as_slice()), "another entry is not proved");
        let entry: Value = serde_json::from_str(entry).unwrap();
        kinds.push(entry["kind"].as_str().unwrap().to_owned());
    }
    let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
    assert!(count("judgement_recorded") >= 30, "each judgement is proved: {}", count("judgement_recorded"));
    assert!(
        count("engagement_opened") == 1 && count("evidence_added") >= 30 && count("stage_advanced") > 5,
        "{kinds:?}"
    );
}

/// RFC 9162 section 2.1.3.2: the root that an entry and its inclusion proof lead to.
fn root_of(entry: &[u8], seq: u64, size: u64, proof: &[Vec<u8>]) -> Option<Vec<u8>> {
    let node = |left: &[u8], right: &[u8]| sha256(&[&[1], left, right].concat()).to_vec();
    let (mut place, mut last) = (seq, size.checked_sub(1)?);
    let mut hash = sha256(&[&[0], entry].concat()).to_vec();
    for other in proof {
        if last == 0 {
            return None;
        }
        if place % 2 == 1 || place == last {
            hash = node(other, &hash);
            while place % 2 == 0 && place != 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            hash = node(&hash, other);
        }
        (place, last) = (place / 2, last / 2);
    }
    (last == 0).then_some(hash)
}
