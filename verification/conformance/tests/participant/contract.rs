//! `sumun contract`: the calls of this build, and contracts of one's own.

use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use sumun_conformance::program::{command, run_to_end};
use sumun_conformance::{Outcome, run};
use tempfile::TempDir;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/open-banking/v1.json");

fn shipped() -> String {
    std::fs::read_to_string(SHIPPED).unwrap()
}

#[test]
fn the_list_says_of_every_call_what_it_needs() {
    let document: Value = serde_json::from_str(&shipped()).unwrap();
    let list = run(&["contract", "list", "--format", "json"]).json();
    let mut calls = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Some(rules) = operation.get("x-sumun") else { continue };
            calls += 1;
            let method = method.to_uppercase();
            let routes = list["routes"].as_array().unwrap();
            let shown =
                routes.iter().find(|route| route["path"] == path.as_str() && route["method"] == method.as_str());
            let shown = shown.unwrap_or_else(|| panic!("{method} {path} is not listed"));
            assert_eq!(shown["scope"], rules["scope"]);
            assert_eq!(shown["confirmation"], rules["confirmation"]);
            assert_eq!(shown["account"], rules["account_parameter"]);
            assert_eq!(shown["tokens"], rules["limit"]["tokens"]);
            assert_eq!(shown["body_bytes_max"], rules["limit"]["body_bytes_max"]);
        }
    }
    assert_eq!(list["routes"].as_array().unwrap().len(), calls);
    for (language, words) in [("ko", ["경로", "추가인증"]), ("en", ["path", "out of band"])] {
        let outcome = run(&["contract", "list", "--lang", language]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert_eq!(outcome.stdout.lines().filter(|line| line.contains("/v1/")).count(), calls);
        assert!(words.iter().all(|word| outcome.stdout.contains(word)), "{}", outcome.stdout);
    }
}

/// `contract check` of this text in a file `own.json`.
fn check(text: &[u8], more: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    std::fs::write(&file, text).unwrap();
    let mut checking = command();
    checking.args(["contract", "check", "own.json"]).args(more).current_dir(folder.path());
    run_to_end(&mut checking, Duration::from_secs(30))
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("own.json")
}

#[test]
fn a_sound_contract_is_taken() {
    let outcome = check(shipped().as_bytes(), &["--format", "json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let (answer, list) = (outcome.json(), run(&["contract", "list", "--format", "json"]).json());
    assert_eq!(
        (&answer["ok"], &answer["file"], &answer["routes"]),
        (&true.into(), &"own.json".into(), &list["routes"])
    );
    assert!(check(shipped().as_bytes(), &[]).stdout.starts_with("ok: "));
}

#[test]
fn a_contract_that_the_gateway_would_not_serve_is_refused_with_line_and_column() {
    let good = shipped();
    let after = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let table: Vec<(String, &str, &[&str])> = vec![
        (after("\"3.1.", "\"3.0."), "\"3.0.", &["/openapi", "version 3.1"]),
        (after("\"scope\": \"balance\"", "\"scope\": \"balances\""), "\"balances\"", &["/scope", "account-holder"]),
        (after("\"confirmation\": \"none\"", "\"confirmation\": \"sms\""), "\"sms\"", &["none or out-of-band"]),
        (after("\"limit\": {", "\"limits\": {"), "{", &["x-sumun", "only scope"]),
        (after("\"tokens\": ", "\"tokens\": 100"), "100", &["/limit/tokens", "1 to 1000"]),
        (after("\"security\": [", "\"security\": [{\"access_token\": []}, "), "[{\"access_token\"", &["mutual_tls"]),
        (after("\"$ref\": \"#/components/", "\"$ref\": \"#/nowhere/"), "{", &["a reference to a place"]),
    ];
    let mut faults = Vec::new();
    for (text, spoilt, words) in &table {
        let outcome = check(text.as_bytes(), &["--format", "json"]);
        let answer = outcome.json();
        let (line, column) = (answer["line"].as_u64().unwrap() as usize, answer["column"].as_u64().unwrap() as usize);
        let there: String = text.lines().nth(line - 1).unwrap().chars().skip(column - 1).collect();
        let said = outcome.stderr.starts_with(&format!("sumun: own.json:{line}:{column}: at "));
        let is_one_line = outcome.stderr.lines().count() == 1 && answer["ok"] == false;
        let has_words = words.iter().all(|word| outcome.stderr.contains(word));
        if outcome.code != Some(2) || !said || !is_one_line || !has_words || !there.starts_with(spoilt) {
            faults.push(format!("{spoilt} at `{there}`: {outcome:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_no_contract_at_all_is_refused_with_its_place() {
    let twice = shipped().replacen("\"openapi\":", "\"openapi\": \"3.1.0\",\n  \"openapi\":", 1);
    let table: &[(&[u8], &str)] = &[
        (b"", "own.json:1:1: at the document: expected JSON"),
        (b"{\n  \"openapi\": nothing\n}", "own.json:2:"),
        (b"[]", "own.json:1:1: at the document: expected an object"),
        (b"{\"openapi\": \"\xff\"}", "own.json:1:14: found a byte that is not UTF-8"),
        (twice.as_bytes(), "own.json:3:"),
    ];
    for (text, words) in table {
        let outcome = check(text, &[]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
        assert!(outcome.stderr.contains(words) && outcome.stderr.lines().count() == 1, "{words}: {}", outcome.stderr);
    }
    for path in ["nowhere.json", "/dev/null", "."] {
        let outcome = run(&["contract", "check", path]);
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains(path) && outcome.stderr.contains("name a"), "{}", outcome.stderr);
    }
}
