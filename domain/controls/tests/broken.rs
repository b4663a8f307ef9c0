//! A broken catalog is answered with file, line, column and what was expected, and a hostile one costs little.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use sumun_controls::{CatalogError, limits, load, load_over};

const VOCABULARY: &str = r#"
term = [
  { kind = "framework-kind", id = "guide", title_ko = "가이드", title_en = "Guide" },
  { kind = "class", id = "risk", title_ko = "위험", title_en = "Risk" },
  { kind = "part", id = "test", title_ko = "확인", title_en = "Test" },
  { kind = "actor", id = "operator", title_ko = "운영기관", title_en = "Operator" },
  { kind = "platform", id = "ios", title_ko = "iOS", title_en = "iOS" },
]
"#;
const DOCUMENTS: &str = r#"
[[document]]
id = "guide"
title_ko = "가이드"
title_en = "Guide"
publisher_ko = "기관"
publisher_en = "Institute"
note_ko = "참고"
note_en = "Note"
"#;
const ANOMALIES: &str = r#"
[[anomaly]]
number = 1
documents = ["guide"]
text_ko = "모순"
text_en = "Contradiction"
"#;
const FRAMEWORK: &str = r#"[framework]
id = "small"
edition = "2026"
revised = "2026-11-21"
kind = "guide"
document = "guide"
title_ko = "작은 틀"
title_en = "Small framework"
description_ko = "시험용"
description_en = "For tests"

[[area]]
id = "1"
title_ko = "분야"
title_en = "Area"

[[item]]
id = "1.1"
area = "1"
title_ko = "항목"
title_en = "Item"
explanation_ko = "설명"
explanation_en = "Explanation"
applies_when = "platform in [ios]"
subjects = ["operator"]
anomalies = [1]
source = [{ lines = "10-12" }]

[[item.parameter]]
name = "retention"
type = "duration"
value = "P1Y"
modality = "must"
label_ko = "보존기간"
label_en = "Retention"

[[detailed_item]]
id = "1.1.1"
item = "1.1"
title_ko = "세부항목"
title_en = "Detailed item"
explanation_ko = "설명"
explanation_en = "Explanation"
source = [{ place = "1.1" }]
"#;
const CROSSWALK: &str = r#"[crosswalk]
from = "small"
from_edition = "2026"
to = "small"
to_edition = "2026"
author = "Test"

[[mapping]]
from = "1.1"
to = "1.1.1"
relation = "superset"
rationale_ko = "이유"
rationale_en = "Reason"
"#;
const LINKS: &str = r#"framework = "small"

[[link]]
row = "1.1"
enforced_by = ["sumun_small::Item"]
"#;

fn files() -> Vec<(String, String)> {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    vec![
        file("vocabulary.toml", VOCABULARY),
        file("documents.toml", DOCUMENTS),
        file("anomalies.toml", ANOMALIES),
        file("small/2026/framework.toml", FRAMEWORK),
        file("crosswalks/small.toml", CROSSWALK),
        file("trace/small.toml", LINKS),
    ]
}

/// The fault after `from` is replaced by `to` wherever it stands.
fn fault(from: &str, to: &str) -> CatalogError {
    let mut touched = false;
    let changed = files().into_iter().map(|(path, text)| {
        touched |= text.contains(from);
        (path, text.replacen(from, to, 1))
    });
    let changed: Vec<(String, String)> = changed.collect();
    assert!(touched, "`{from}` stands nowhere");
    load(changed.into_iter()).unwrap_err()
}

#[track_caller]
fn assert_fault(from: &str, to: &str, place: &str, expected: &str) {
    let message = fault(from, to).to_string();
    assert!(message.starts_with(place), "{message}");
    assert!(message.contains(expected), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

const HERE: &str = "small/2026/framework.toml";

#[test]
fn a_framework_that_no_code_knows_is_loaded_whole() {
    let catalog = load(files().into_iter()).unwrap();
    assert_eq!(catalog.frameworks()[0].counts().rows, 2);
    assert_eq!(catalog.trace(None).filter(|line| line.is_open()).count(), 1);
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    assert_fault("[[area]]", "[[area]", &format!("{HERE}:12:"), "expected");
    assert_fault("area = \"1\"", "area = ", &format!("{HERE}:19:"), "expected");
    assert_fault("id = \"1.1\"\n", "id = \"1.1\"\nid = \"1.1\"\n", &format!("{HERE}:19:1:"), "duplicate key");
}

#[test]
fn an_unknown_or_missing_key_is_named() {
    assert_fault(
        "title_en = \"Item\"",
        "titel_en = \"Item\"",
        &format!("{HERE}:21:1: found unknown field `titel_en`"),
        "`title_en`",
    );
    assert_fault(
        "title_en = \"Item\"\n",
        "",
        &format!("{HERE}:17:1: found no `title_en`"),
        "expected the key `title_en`",
    );
    assert_fault("name = \"retention\"\n", "", &format!("{HERE}:29:1: found no `name`"), "expected the key `name`");
    assert_fault("relation = \"superset\"", "relation = \"above\"", "crosswalks/small.toml:11:12:", "`equal`");
    assert_fault("[framework]\nid", "[frame]\nid", &format!("{HERE}:1:1:"), "`[framework]`");
}

#[test]
fn a_wrong_type_or_value_is_named() {
    assert_fault(
        "title_ko = \"항목\"",
        "title_ko = 5",
        &format!("{HERE}:20:12: found invalid type: integer `5`"),
        "a string",
    );
    assert_fault("title_ko = \"항목\"", "title_ko = \" \"", &format!("{HERE}:20:12:"), "expected words");
    assert_fault("id = \"1.1.1\"", "id = \"1 1 1\"", &format!("{HERE}:38:6:"), "a row id");
    assert_fault("lines = \"10-12\"", "lines = \"12-10\"", &format!("{HERE}:27:21:"), "lines such as");
    assert_fault("\"P1Y\"", "\"1 year\"", &format!("{HERE}:32:9: found \"1 year\""), "an ISO 8601 duration");
    assert_fault("\"duration\"", "\"period\"", &format!("{HERE}:31:8:"), "duration, count");
    assert_fault("value = \"P1Y\"\n", "", &format!("{HERE}:30:8:"), "`unset = true`");
    assert_fault("value = \"P1Y\"", "value = \"P1Y\"\nunset = true", &format!("{HERE}:32:9:"), "either `value`");
}

#[test]
fn a_revision_is_a_whole_day() {
    assert_fault("\"2026-11-21\"", "\"2026-11\"", &format!("{HERE}:4:11:"), "a whole date");
}

#[test]
fn a_broken_predicate_is_shown_at_its_token() {
    assert_fault("platform in [ios]", "platform on [ios]", &format!("{HERE}:24:26: found `on`"), "`in`");
    assert_fault(
        "platform in [ios]",
        "platform in [tv]",
        &format!("{HERE}:24:"),
        "vocabulary.toml lists as platform: ios",
    );
}

#[test]
fn nothing_dangles() {
    assert_fault("area = \"1\"", "area = \"2\"", &format!("{HERE}:19:8: found `2`"), "`[[area]]`");
    assert_fault("item = \"1.1\"", "item = \"1.2\"", &format!("{HERE}:39:8:"), "`[[item]]`");
    assert_fault(
        "subjects = [\"operator\"]",
        "subjects = [\"nobody\"]",
        &format!("{HERE}:25:13:"),
        "lists as actor: operator",
    );
    assert_fault("anomalies = [1]", "anomalies = [2]", &format!("{HERE}:26:14: found anomaly 2"), "anomalies.toml");
    assert_fault("document = \"guide\"", "document = \"other\"", &format!("{HERE}:6:12:"), "documents.toml: guide");
    assert_fault("source = [{ place = \"1.1\" }]", "", &format!("{HERE}:38:6:"), "`source`");
    assert_fault("to = \"1.1.1\"", "to = \"1.1.9\"", "crosswalks/small.toml:10:6: found `1.1.9`", "a row of `small`");
    assert_fault("to = \"small\"", "to = \"large\"", "crosswalks/small.toml:4:6:", "small");
    assert_fault("row = \"1.1\"", "row = \"9\"", "trace/small.toml:4:7: found `9`", "a row of `small`");
    assert_fault("enforced_by = [\"sumun_small::Item\"]", "", "trace/small.toml:4:7:", "`enforced_by`");
}

#[test]
fn nothing_stands_twice() {
    assert_fault("id = \"1.1.1\"", "id = \"1.1\"", &format!("{HERE}:38:6: found `1.1` a second time"), "once");
    let mut twice = files();
    twice.push(("copy.toml".to_owned(), FRAMEWORK.to_owned()));
    assert!(load(twice.into_iter()).unwrap_err().to_string().starts_with("copy.toml:2:6:"));
}

#[test]
fn a_part_is_checked_within_the_catalog_that_it_belongs_to() {
    let changed = FRAMEWORK.replace("title_en = \"Item\"", "title_en = \"Other\"");
    let catalog = load_over(files(), vec![("/elsewhere/framework.toml".to_owned(), changed)]).unwrap();
    assert_eq!(catalog.frameworks()[0].rows()[0].title.en, "Other");
    let broken = vec![("/elsewhere/x.toml".to_owned(), "[[[".to_owned())];
    assert!(load_over(files(), broken).unwrap_err().to_string().starts_with("/elsewhere/x.toml:1:"));
}

#[test]
fn a_hostile_file_costs_little() {
    let deep = format!("framework = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(load([("deep.toml", deep)].into_iter()).unwrap_err().to_string().contains("recurs"));
    let large = "#".repeat(limits::FILE_BYTES_MAX + 1);
    assert!(matches!(load([("large.toml", large)].into_iter()), Err(CatalogError::TooLarge { .. })));
    let many = (0..=limits::FILES_MAX).map(|_| ("many.toml", "term = []"));
    assert!(matches!(load(many), Err(CatalogError::TooLarge { what: "files", .. })));
    let long = FRAMEWORK.replace("\"시험용\"", &format!("\"{}\"", "가".repeat(5_000)));
    assert!(load_over(files(), vec![("long.toml".to_owned(), long)]).unwrap_err().to_string().contains("at most 4000"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_a_catalog_or_a_fault(text in "\\PC{0,200}") {
        let _loaded = load([("any.toml", text)].into_iter());
    }

    #[test]
    fn a_cut_or_spoilt_file_never_panics(start in 0usize..1200, length in 0usize..40, filler in "[\\[\\]=\"'a-z0-9가\n]{0,8}") {
        let letters: Vec<char> = FRAMEWORK.chars().collect();
        let start = start.min(letters.len());
        let end = (start + length).min(letters.len());
        let spoilt: String = letters[..start].iter().copied().chain(filler.chars()).chain(letters[end..].iter().copied()).collect();
        let spoilt = vec![("spoilt.toml".to_owned(), spoilt)];
        if let Err(error) = load_over(files(), spoilt) {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}
