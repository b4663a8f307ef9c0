//! Files that real programs wrote: each comes back under the ending that its sender gave it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use sumun_evidence::{MediaType, stem_and_ending};

/// Name and content of every file in `tests/files`.
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name() != "README.md")
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Endings that say what the content is, so that another content contradicts them.
const TELLING: [&str; 12] = ["pdf", "png", "hwp", "hwpx", "doc", "docx", "xls", "xlsx", "odt", "heic", "pcap", "7z"];

#[test]
fn every_file_keeps_the_ending_of_its_sender() {
    let files = files();
    assert!(files.len() >= 40, "{}", files.len());
    for (name, content) in &files {
        let ending = stem_and_ending(name).1.unwrap();
        assert_eq!(MediaType::of_content(content).ending(name), ending, "{name}");
        assert_eq!(MediaType::of_content(content).ending(&name.to_uppercase()), ending, "{name}");
    }
}

#[test]
fn an_ending_that_the_content_contradicts_is_not_kept() {
    for (name, content) in files() {
        let kind = MediaType::of_content(&content);
        let own = kind.ending("");
        let kept: Vec<&str> =
            TELLING.into_iter().filter(|ending| kind.ending(&format!("a.{ending}")) != own && *ending != own).collect();
        let expected: &[&str] = match name.as_str() {
            // Nothing in it says which of them it is.
            "broken.xls" => &["hwp", "doc", "docx", "xls", "xlsx"],
            // Word writes rich text under both; what is locked may be either.
            "letter.rtf" => &["doc"],
            "locked.xlsx" => &["xlsx"],
            "python.pcapng" => &["pcap"],
            _ => &[],
        };
        assert_eq!(kept, expected, "{name} is {kind:?}");
    }
}

/// Only what the root holds tells the kind: `cfb.doc` has a workbook inside.
#[test]
fn compound_files_are_told_apart_by_their_streams() {
    let kind = |name: &str| MediaType::of_content(&files().into_iter().find(|(other, _)| other == name).unwrap().1);
    for (name, expected) in [
        ("cfb.hwp", MediaType::Hwp),
        ("cfb.doc", MediaType::Doc),
        ("cfb.ppt", MediaType::Ppt),
        ("cfb.msg", MediaType::Msg),
        ("cfb.vsd", MediaType::Vsd),
        ("xlwt.xls", MediaType::Xls),
        ("sheetjs.xls", MediaType::Xls),
        ("locked.xlsx", MediaType::Locked),
        ("broken.xls", MediaType::Compound),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
}

#[test]
fn archives_are_told_apart_by_their_parts() {
    let kind = |name: &str| MediaType::of_content(&files().into_iter().find(|(other, _)| other == name).unwrap().1);
    for (name, expected) in [
        ("docx.docx", MediaType::Docx),
        ("openpyxl.xlsx", MediaType::Xlsx),
        ("sheetjs.xlsb", MediaType::Xlsx),
        ("pptxgenjs.pptx", MediaType::Pptx),
        ("odfpy.odt", MediaType::Odt),
        ("odfpy.ods", MediaType::Ods),
        ("python.hwpx", MediaType::Hwpx),
        ("python.epub", MediaType::Epub),
        ("python.zip", MediaType::Zip),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
}
