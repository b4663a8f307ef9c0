use super::*;
use clap::Parser;
use serde_json::Value;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    arguments: CatalogArguments,
}

fn say(words: &[&str]) -> Result<String, CommandError> {
    let line = Line::try_parse_from(std::iter::once("catalog").chain(words.iter().copied())).unwrap();
    let mut out = Vec::new();
    run(&line.arguments, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn answer(words: &[&str]) -> Value {
    serde_json::from_str(&say(words).unwrap()).unwrap()
}

#[track_caller]
fn refused(words: &[&str], said: &str) {
    let error = say(words).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains(said), "{error}");
}

#[test]
fn list_is_an_array_with_counts_in_both_languages() {
    let list = answer(&["list", "--format", "json"]);
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 9);
    let guide = list.iter().find(|entry| entry["id"] == "fsi-openapi-self-check").unwrap();
    let counts = ["domains", "areas", "items", "detailed_items"].map(|key| guide[key].as_u64().unwrap());
    assert_eq!(counts, [3, 15, 38, 42]);
    assert_eq!(guide["edition"], "2019-01");
    assert!(list.iter().all(|entry| entry["title_ko"].is_string() && entry["title_en"].is_string()));
    assert!(say(&["list", "--lang", "ko"]).unwrap().contains("오픈뱅킹 이용기관 보안점검"));
    assert!(say(&["list", "--lang", "en"]).unwrap().contains("Open banking institution inspection"));
}

#[test]
fn show_takes_a_framework_a_qualified_row_and_a_row_that_one_framework_has() {
    let framework = answer(&["show", "openbanking-institution", "--format", "json"]);
    assert_eq!(framework["items"], 30);
    assert_eq!(framework["item"].as_array().unwrap().len(), 30);
    let row = answer(&["show", "fsi-openapi-self-check/1.1.1", "--format", "json"]);
    assert_eq!(row["title_ko"], "정보보호최고책임자를 지정하고, 실무조직을 구성하고 있다.");
    assert_eq!(row["criterion"].as_array().unwrap().len(), 3);
    assert_eq!(row["framework"], "fsi-openapi-self-check");
    let restored = say(&["show", "obi-14", "--lang", "ko"]).unwrap();
    assert!(restored.contains("보호구역 지정 및 출입 통제") && restored.contains("원문 모순 1"), "{restored}");
    let english = say(&["show", "OBI-14", "--lang", "en"]).unwrap();
    assert!(english.contains("contradiction 1") && english.contains("보호구역"), "{english}");
    let tree = say(&["show", "fsi-openapi-self-check", "--lang", "ko"]).unwrap();
    assert!(tree.contains("1.1.2") && tree.contains("관리 > 1. 정보보호 정책"), "{tree}");
}

#[test]
fn an_unknown_or_ambiguous_name_is_one_line_with_a_way_out() {
    refused(&["show", "OBI-41"], "did you mean `OBI-");
    refused(&["show", "openbanking-institutoin"], "did you mean `openbanking-institution`");
    refused(&["show", "1.1.1"], "fsi-openapi-self-check/1.1.1, isms-p/1.1.1");
    refused(&["show", "완전히 다른 것"], "`sumun catalog list`");
    refused(&["export", "OBI-01"], "name its framework, `openbanking-institution`");
    refused(&["map", "OBI-01", "--to", "nowhere-at-all"], "no framework or row");
}

#[test]
fn search_finds_in_korean_and_english_and_needs_every_word() {
    let korean = answer(&["search", "클라우드", "계약", "--format", "json"]);
    assert!(korean.as_array().unwrap().iter().any(|hit| hit["row"] == "2.1.2"));
    let english = answer(&["search", "replay", "--format", "json"]);
    assert!(english.as_array().unwrap().iter().any(|hit| hit["row"] == "OBW-09"));
    assert_eq!(answer(&["search", "OBI-14", "--format", "json"])[0]["row"], "OBI-14");
    assert_eq!(answer(&["search", "클라우드", "xyzzy", "--format", "json"]), Value::Array(Vec::new()));
    assert!(say(&["search", "xyzzy", "--lang", "ko"]).unwrap().contains("검색 결과가 없습니다."));
    refused(&["search", " "], "give at least one");
}

#[test]
fn map_reads_a_crosswalk_from_both_ends() {
    let from = answer(&["map", "OBI-04", "--to", "fsi-openapi-self-check", "--format", "json"]);
    assert_eq!((&from[0]["relation"], &from[0]["to"]), (&Value::from("subset"), &Value::from("3.1.1")));
    let to = answer(&["map", "fsi-openapi-self-check/3.1.1", "--to", "openbanking-institution", "--format", "json"]);
    assert_eq!((&to[0]["relation"], &to[0]["to"]), (&Value::from("superset"), &Value::from("OBI-04")));
    assert_eq!(answer(&["map", "openbanking-institution", "--format", "json"]).as_array().unwrap().len(), 33 + 30);
    assert!(answer(&["map", "isms-p", "--format", "oscal"])["mapping-collection"]["uuid"].is_string());
    assert!(say(&["map", "OBI-04", "--lang", "ko"]).unwrap().contains("일부"));
}

#[test]
fn export_writes_json_toml_and_oscal_and_toml_checks_again() {
    assert_eq!(answer(&["export", "itu-x1149"])["framework"]["id"], "itu-x1149");
    assert_eq!(answer(&["export", "itu-x1149", "--format", "oscal"])["catalog"]["metadata"]["version"], "2019-draft");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("itu.toml");
    let place = file.to_str().unwrap();
    say(&["export", "itu-x1149", "--format", "toml", "--out", place]).unwrap();
    assert!(say(&["check", place]).unwrap().starts_with("ok: 1 files; 9 frameworks"));
    refused(&["export", "itu-x1149", "--format", "toml", "--out", place], "exists already");
}

#[test]
fn check_names_file_line_column_and_expectation() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    let place = file.to_str().unwrap().to_owned();
    let toml = say(&["export", "openbanking-institution", "--format", "toml"]).unwrap();
    std::fs::write(&file, toml.replacen("[[item]]\nid", "[[item]]\nide", 1)).unwrap();
    let error = say(&["check", &place]).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let said = error.to_string();
    let rest = said.strip_prefix(&format!("{place}:")).unwrap_or_else(|| panic!("{said}"));
    let mut numbers = rest.splitn(3, ':');
    assert!(numbers.next().unwrap().parse::<usize>().unwrap() > 1, "{said}");
    assert_eq!(numbers.next().unwrap(), "1", "{said}");
    assert!(said.contains("`ide`") && said.contains("expected"), "{said}");
    std::fs::write(&file, b"framework = \"\xff\"").unwrap();
    refused(&["check", &place], &format!("{place}:1:14: found a byte that is not UTF-8"));
    refused(&["check", folder.path().join("none").to_str().unwrap()], "cannot be read");
    let empty = tempfile::tempdir().unwrap();
    refused(&["check", empty.path().to_str().unwrap()], "has no .toml file");
}

#[test]
fn check_accepts_the_shipped_folder_which_is_the_embedded_one() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs");
    // A build that went stale would answer with yesterday's catalogs.
    let on_disk = check::read(std::path::Path::new(folder)).unwrap();
    let embedded = catalogs::files();
    assert_eq!(on_disk.len(), embedded.len());
    for ((disk_path, disk_text), (path, text)) in on_disk.iter().zip(&embedded) {
        assert!(disk_path.ends_with(path) && disk_text == text, "{path} is not what the build carries");
    }
    let sound = answer(&["check", folder, "--format", "json"]);
    assert_eq!(sound["ok"], true);
    assert_eq!(sound["mappings"], 331 + 61);
}

#[test]
fn import_fills_slots_into_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let slot = "[[slot]]\nnumber = \"S1-01-SE\"\ntitle_ko = \"접근 통제\"\ncriterion_ko = \"통제하는가?\"\n";
    std::fs::write(place("items.toml"), slot).unwrap();
    let import = |from: &str, out: &str| {
        say(&["import", "robo-advisor-review", "--from", &place(from), "--out", &place(out), "--format", "json"])
    };
    let said: Value = serde_json::from_str(&import("items.toml", "filled.toml").unwrap()).unwrap();
    assert_eq!((&said["filled"], &said["empty"]), (&Value::from(1), &Value::from(29)));
    assert!(say(&["check", &place("filled.toml")]).unwrap().starts_with("ok"));
    std::fs::write(place("items.csv"), slot).unwrap();
    assert!(import("items.csv", "other.toml").unwrap_err().to_string().contains("neither .toml nor .xlsx"));
    std::fs::write(place("items.xlsx"), slot).unwrap();
    assert!(import("items.xlsx", "other.toml").unwrap_err().to_string().contains("not a readable XLSX file"));
    assert!(!folder.path().join("other.toml").exists());
    refused(&["import", "isms-p", "--from", &place("items.toml"), "--out", &place("x.toml")], "no empty slot");
}
