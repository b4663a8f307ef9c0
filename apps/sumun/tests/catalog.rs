//! `sumun catalog` and `sumun trace` as a person or a script meets them: the built binary, its exit code, its one line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;

struct Said {
    code: i32,
    out: String,
    error: String,
}

fn sumun(words: &[&str]) -> Said {
    let output = Command::cargo_bin("sumun").unwrap().env("LC_ALL", "C").args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), error: text(output.stderr) }
}

fn json(words: &[&str]) -> Value {
    let said = sumun(words);
    assert_eq!(said.code, 0, "{}", said.error);
    serde_json::from_str(&said.out).unwrap()
}

#[track_caller]
fn refused(words: &[&str], wanted: &str) {
    let said = sumun(words);
    assert_eq!(said.code, 2, "{}", said.error);
    assert_eq!(said.error.trim_end().lines().count(), 1, "{}", said.error);
    assert!(said.error.contains(wanted), "{}", said.error);
}

#[test]
fn the_list_has_the_documented_keys() {
    let list = json(&["catalog", "list", "--format", "json"]);
    let wanted = ["id", "edition", "title_ko", "title_en", "domains", "areas", "items", "detailed_items"];
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 9);
    for framework in list {
        assert!(wanted.iter().all(|key| framework.get(key).is_some()), "{framework}");
    }
}

#[test]
fn a_broken_catalog_file_gives_file_line_column_and_expectation_with_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    let place = file.to_str().unwrap();
    std::fs::write(&file, "framework = \"isms-p\"\nedition = \"2023-11-23\"\n[[item]\n").unwrap();
    refused(&["catalog", "check", place], &format!("{place}:3:"));
    refused(&["catalog", "check", place], "expected");
    std::fs::write(&file, "framework = \"isms-p\"\nedition = \"2023-11-23\"\ncolour = \"blue\"\n").unwrap();
    refused(&["catalog", "check", place], &format!("{place}:3:1: found unknown field `colour`"));
    let said = sumun(&["catalog", "check", place, "--format", "json"]);
    let fault: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &fault["line"], &fault["column"]), (2, &Value::from(3), &Value::from(1)));
}

#[test]
fn an_unknown_name_command_or_flag_is_one_line_with_exit_2() {
    refused(&["catalog", "show", "openbanking-institutoin"], "did you mean `openbanking-institution`?");
    refused(&["catalog", "show", "isms-p", "--colour"], "--colour");
    refused(&["catalog", "lst"], "list");
    refused(&["catalog", "export", "isms-p", "--format", "pdf"], "'pdf'");
    refused(&["trace", "--framework", "isms"], "did you mean `isms-p`?");
}

#[test]
fn every_export_is_json_toml_or_oscal() {
    for framework in json(&["catalog", "list", "--format", "json"]).as_array().unwrap() {
        let id = framework["id"].as_str().unwrap();
        assert_eq!(json(&["catalog", "export", id, "--format", "json"])["framework"]["id"], id);
        assert!(json(&["catalog", "export", id, "--format", "oscal"])["catalog"]["uuid"].is_string());
        assert!(sumun(&["catalog", "export", id, "--format", "toml"]).out.contains("[framework]"));
    }
}

#[test]
fn a_spreadsheet_of_another_maker_fills_the_slots_of_the_robo_advisor_review() {
    let folder = tempfile::tempdir().unwrap();
    let filled = folder.path().join("filled.toml");
    let place = filled.to_str().unwrap();
    // Written by openpyxl, with a title above the headings and a column that is none of ours.
    let sheet = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/robo-items.xlsx");
    let import = ["catalog", "import", "robo-advisor-review", "--from", sheet, "--out", place, "--format", "json"];
    let said = json(&import);
    assert_eq!((&said["filled"], &said["empty"]), (&Value::from(2), &Value::from(28)));
    assert_eq!(said["already_public"], serde_json::json!(["S2-05-SE"]));
    assert_eq!(json(&["catalog", "check", place, "--format", "json"])["ok"], true);
    let text = std::fs::read_to_string(&filled).unwrap();
    assert!(text.contains("T1-02-XX") && text.contains("state = \"filled\""));
    refused(&import, "exists already");
}

/// A guide before the table, a hidden copy, merged and broken headings, dates, percentages, sums, a formula.
#[test]
fn a_spreadsheet_is_read_as_its_author_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let filled = folder.path().join("filled.toml");
    let import = |sheet: &str, out: &std::path::Path| {
        let sheet = format!("{}/tests/data/{sheet}", env!("CARGO_MANIFEST_DIR"));
        let out = out.to_str().unwrap();
        json(&["catalog", "import", "robo-advisor-review", "--from", &sheet, "--out", out, "--format", "json"])
    };
    // Written by XlsxWriter, which keeps the value of a formula as a spreadsheet program does.
    assert_eq!(import("robo-items-as-seen.xlsx", &filled)["filled"], 9);
    let text = std::fs::read_to_string(&filled).unwrap();
    for seen in
        ["2026-12-01", "2026년 12월 1일", "15%", "1,234,567원", "TRUE", "S1-01-SE 참조", "\"접근통제\"", "첫 줄"]
    {
        assert!(text.contains(seen), "{seen} is not in {text}");
    }
    for not_seen in ["46357", "숨긴", "0.15", "\u{200b}"] {
        assert!(!text.contains(not_seen), "{not_seen} is in {text}");
    }
    // Written by openpyxl: a date in the column of the criteria.
    let dated = folder.path().join("dated.toml");
    assert_eq!(import("date-cell.xlsx", &dated)["filled"], 1);
    let text = std::fs::read_to_string(&dated).unwrap();
    assert!(text.contains("2026-12-01") && !text.contains("46357"), "{text}");
}

#[test]
fn every_deed_answers_json_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let slots = folder.path().join("slots.toml");
    let filled = folder.path().join("filled.toml");
    std::fs::write(
        &slots,
        "[[slot]]\nnumber = \"S1-01-SE\"\ntitle_ko = \"가\"\ntitle_en = \"a\"\ncriterion_ko = \"나\"\ncriterion_en = \"b\"\n",
    )
    .unwrap();
    let (slots, filled) = (slots.to_str().unwrap(), filled.to_str().unwrap());
    let deeds: [&[&str]; 9] = [
        &["catalog", "list"],
        &["catalog", "show", "isms-p"],
        &["catalog", "show", "PR-019"],
        &["catalog", "search", "동의"],
        &["catalog", "map", "OBI-04"],
        &["catalog", "export", "openapi-risks"],
        &["catalog", "import", "robo-advisor-review", "--from", slots, "--out", filled],
        &["catalog", "check", filled],
        &["trace"],
    ];
    for deed in deeds {
        let answer = json(&[deed, &["--format", "json"]].concat());
        assert!(answer.is_object() || answer.is_array(), "{deed:?}: {answer}");
    }
}

#[test]
fn trace_has_every_row_of_every_catalog() {
    let lines = json(&["trace", "--format", "json"]);
    let lines = lines.as_array().unwrap();
    let rows: u64 = json(&["catalog", "list", "--format", "json"])
        .as_array()
        .unwrap()
        .iter()
        .map(|framework| framework["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(lines.len() as u64, rows);
    for line in lines {
        let is_linked = line["test"].is_string()
            || !line["enforced_by"].as_array().unwrap().is_empty()
            || !line["probes"].as_array().unwrap().is_empty();
        assert_eq!(line["state"], if is_linked { "linked" } else { "open" }, "{line}");
    }
    let frameworks: BTreeSet<&str> = lines.iter().map(|line| line["framework"].as_str().unwrap()).collect();
    assert_eq!(frameworks.len(), 9);
    let one = json(&["trace", "--framework", "openbanking-institution", "--format", "json"]);
    assert_eq!(one.as_array().unwrap().len(), 30);
    for (language, open) in [("ko", "  미연결 "), ("en", "  open ")] {
        let said = sumun(&["trace", "--framework", "isms-p", "--lang", language]).out;
        assert_eq!(said.lines().filter(|line| line.starts_with(open)).count(), 101, "{said}");
    }
}
