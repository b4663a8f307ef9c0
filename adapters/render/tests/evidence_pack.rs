//! The evidence pack: verified with standard tools, and safe to unpack.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../../domain/reports/tests/example/mod.rs"]
mod example;

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::process::Command;
use sumun_render::{
    EvidenceReference, JudgementRecord, Manifest, PackContents, PackError, PackedEvidence, evidence_pack,
    render_report, report_json,
};
use sumun_reports::Verdict;

fn evidence(number: &str, title: &str, content: &[u8]) -> PackedEvidence {
    PackedEvidence {
        number: number.into(),
        title: title.into(),
        revision: 1,
        extension: "txt".into(),
        sha256: Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect(),
        size_bytes: content.len() as u64,
        items: vec!["1.1".into()],
        origin: "upload".into(),
        received_at: "2026-11-09T10:05:00+09:00".parse().unwrap(),
    }
}

fn content(evidence: &PackedEvidence) -> io::Result<Cursor<Vec<u8>>> {
    Ok(Cursor::new(evidence.title.as_bytes().to_vec()))
}

fn titled(titles: &[&str]) -> Vec<PackedEvidence> {
    let numbered = titles.iter().enumerate();
    numbered.map(|(place, title)| evidence(&format!("자료1.1.1-{}", place + 1), title, title.as_bytes())).collect()
}

fn pack<R: Read>(
    evidence: &[PackedEvidence],
    journal: &[(String, Vec<u8>)],
    open: impl FnMut(&PackedEvidence) -> io::Result<R>,
) -> Result<(Vec<u8>, Manifest), PackError> {
    let report = example::report_of_item_1_1_1().check().unwrap();
    let pdf = render_report(&report).unwrap();
    let judgement = JudgementRecord {
        item: "1.1".into(),
        verdict: Verdict::Partial,
        reason: "실무조직의 전문성이 부족합니다.".into(),
        judged_by: "이○○".into(),
        judged_at: "2026-11-20T11:08:00+09:00".parse().unwrap(),
        edition: "2026년 1판".into(),
        evidence: evidence
            .iter()
            .map(|one| EvidenceReference { number: one.number.clone(), sha256: one.sha256.clone() })
            .collect(),
    };
    let data = report_json(&report).unwrap();
    let contents =
        PackContents { report: &report, data: &data, pdf: &pdf, judgements: &[judgement], evidence, journal };
    let mut out = Cursor::new(Vec::new());
    let manifest = evidence_pack(&mut out, &contents, open)?;
    Ok((out.into_inner(), manifest))
}

fn files(pack: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(files.insert(name.clone(), content).is_none(), "{name} stands twice");
    }
    files
}

#[test]
fn a_standard_tool_confirms_every_file() {
    let journal = [("checkpoint".to_owned(), b"sumun.example/journal\n1\n".to_vec())];
    let (bytes, _) =
        pack(&titled(&["정보보호최고책임자 인사발령서", "정보보호 조직 구성도"]), &journal, content).unwrap();
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(Cursor::new(&bytes)).unwrap().extract(folder.path()).unwrap();
    assert!(verify(folder.path()));
    let changed = folder.path().join("evidence/자료1.1.1-2 정보보호 조직 구성도.txt");
    std::fs::write(changed, "다른 내용").unwrap();
    assert!(!verify(folder.path()));
}

#[test]
fn the_manifest_names_everything_and_binds_evidence_to_items() {
    let (bytes, manifest) = pack(&titled(&["인사발령서"]), &[], content).unwrap();
    let files = files(&bytes);
    let stored: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(stored, serde_json::to_value(&manifest).unwrap());
    let listed: Vec<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    let expected =
        ["README.txt", "evidence/자료1.1.1-1 인사발령서.txt", "report.pdf", "report.json", "judgements.json"];
    assert_eq!(listed, expected);
    assert_eq!(files.len(), listed.len() + 2);
    assert_eq!(stored["files"][1]["evidence"]["items"][0], "1.1");
    let judgements: serde_json::Value = serde_json::from_slice(&files["judgements.json"]).unwrap();
    assert_eq!(judgements[0]["evidence"][0]["sha256"], stored["files"][1]["sha256"]);
    assert_eq!(judgements[0]["verdict"], "partial");
}

#[test]
fn the_same_contents_give_the_same_bytes() {
    let evidence = titled(&["인사발령서"]);
    let (once, twice) = (pack(&evidence, &[], content).unwrap().0, pack(&evidence, &[], content).unwrap().0);
    assert!(once == twice);
}

#[test]
fn hostile_names_cannot_leave_the_folder() {
    let hostile =
        ["../../../etc/passwd", "/etc/passwd", "..\\..\\windows", "C:\\x", "a\0b\nc", "", "같은 제목", "같은 제목"];
    let mut evidence = titled(&hostile);
    evidence[6].number = "자료1".into();
    evidence[7].number = "자료1".into();
    let journal = [("../../checkpoint".to_owned(), b"x".to_vec()), ("/abs/../tile".to_owned(), b"y".to_vec())];
    let (bytes, _) = pack(&evidence, &journal, content).unwrap();
    for name in files(&bytes).keys() {
        assert!(name.split('/').all(|part| !part.is_empty() && part != "." && part != ".."), "{name:?}");
        assert!(!name.contains(['\\', ':', '\0', '\n']), "{name:?}");
    }
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("in");
    zip::ZipArchive::new(Cursor::new(&bytes)).unwrap().extract(&folder).unwrap();
    let beside: Vec<_> = std::fs::read_dir(outer.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside, ["in"]);
    assert!(verify(&folder));
}

#[test]
fn evidence_that_changed_after_it_was_received_stops_the_pack() {
    let evidence = titled(&["인사발령서"]);
    for other in ["다른발령서", "인사발령서 더 긴 것", ""] {
        let result = pack(&evidence, &[], |_| Ok(Cursor::new(other.as_bytes().to_vec())));
        let Err(PackError::EvidenceChanged { evidence }) = result else { panic!("{other}") };
        assert_eq!(evidence, "자료1.1.1-1");
    }
    let missing = pack(&evidence, &[], |_| Err::<Cursor<Vec<u8>>, _>(io::ErrorKind::NotFound.into()));
    assert!(matches!(missing, Err(PackError::EvidenceUnreadable { .. })));
}

#[test]
fn the_readme_says_how_to_verify_in_both_languages() {
    let (bytes, _) = pack(&[], &[], content).unwrap();
    let readme = String::from_utf8(files(&bytes).remove("README.txt").unwrap()).unwrap();
    assert_eq!(readme.matches("sha256sum -c SHA256SUMS").count(), 2);
    assert!(readme.contains("확인 방법") && readme.contains("How to verify"));
}

fn verify(folder: &Path) -> bool {
    let mut command = Command::new("sha256sum");
    let output = command.args(["-c", "--strict", "--quiet", "SHA256SUMS"]).current_dir(folder).output();
    output.unwrap_or_else(|error| panic!("sha256sum: {error}; install coreutils")).status.success()
}
