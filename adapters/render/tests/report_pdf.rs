//! The official report on paper: text and picture of the guide's own example.
//!
//! Needs `pdftotext` and `pdftoppm` (Debian: `apt-get install poppler-utils`).
//! `SUMUN_UPDATE_GOLDEN=1` writes the golden files anew; look at the picture
//! before you commit it.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../../domain/reports/tests/example/mod.rs"]
mod example;

use std::path::{Path, PathBuf};
use std::process::Command;
use sumun_render::{Pdf, render_report, report_json};
use sumun_reports::{EngagementReport, JournalCheckpoint, ReportDraft, Sheet, Signature, SummaryPoint, Verdict};

const SHEET_PAGE: u32 = 3;

fn example_report() -> EngagementReport {
    example::report_of_item_1_1_1().check().unwrap()
}

#[test]
fn the_official_example_of_item_1_1_1_reads_as_the_golden_text() {
    let pdf = render_report(&example_report()).unwrap();
    let text = text_of(&pdf, None);
    let golden = golden_path("item_1_1_1.txt");
    if updating() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&golden).unwrap(), "see the head of this file");
}

#[test]
fn the_official_example_of_item_1_1_1_looks_as_the_golden_picture() {
    let pdf = render_report(&example_report()).unwrap();
    let golden = golden_path("item_1_1_1.png");
    let picture = picture_of(&pdf, SHEET_PAGE);
    if updating() {
        std::fs::write(&golden, Grey::decode(&picture).encode()).unwrap();
    }
    let (mine, wanted) = (Grey::decode(&picture), Grey::decode(&std::fs::read(&golden).unwrap()));
    assert!(mine.differs_from(&wanted) < 0.01, "{} of the page differs", mine.differs_from(&wanted));
    // The comparison itself can fail: the cover is another picture.
    let cover = Grey::decode(&picture_of(&pdf, 1));
    assert!(cover.differs_from(&wanted) > 0.03, "{}", cover.differs_from(&wanted));
}

#[test]
fn the_fonts_are_embedded() {
    let pdf = render_report(&example_report()).unwrap();
    let fonts = poppler("pdffonts", &[], &pdf);
    let lines: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!lines.is_empty());
    // Columns from the right: object id (2), uni, sub, emb.
    for line in lines {
        let columns: Vec<&str> = line.split_whitespace().rev().collect();
        assert!(line.contains("NanumGothic") && columns[4] == "yes", "{line}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_and_prints_the_hash_of_its_data() {
    let (once, twice) = (render_report(&example_report()).unwrap(), render_report(&example_report()).unwrap());
    assert_eq!(once, twice);
    let data = report_json(&example_report()).unwrap();
    assert!(text_of(&once, None).contains(&sha256_hex(&data)));
}

/// Marks, name hanja, old Hangul, the private letters of HWP; lines of (D) with their own marks and indents.
#[test]
fn the_report_prints_what_was_written() {
    let point = |heading: &str, lines: &[&str]| SummaryPoint {
        heading: heading.into(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    };
    let mut sheet = example::item_1_1_1();
    sheet.judgement.as_mut().unwrap().summary = vec![
        point("접근통제", &["다음을 확인함", "- 방화벽 정책", "    ▪ 예외 없음", "☑ 기록 보관"]),
        point("", &["☐ 미확인 ✓ ✗ ► 喆燮玧 ᄒᆞᆫ글 ✅"]),
        point("", &["\u{f0fe} 한글 문서에서 온 줄 \u{f02b1}"]),
        point("", &["표시 없는 줄"]),
    ];
    let report = ReportDraft { sheets: vec![sheet], ..example::report_of_item_1_1_1() }.check().unwrap();
    let pdf = render_report(&report).unwrap();
    let text = text_of(&pdf, Some(SHEET_PAGE));
    for seen in [
        "(접근통제) 다음을 확인함",
        "- 방화벽 정책",
        "▪ 예외 없음",
        "☑ 기록 보관",
        "☐ 미확인 ✓ ✗ ► 喆燮玧",
        "ᄒᆞᆫ글",
        "✅",
        "☑ 한글 문서에서 온 줄 ①",
        "• 표시 없는 줄",
    ] {
        assert!(text.contains(seen), "{seen} is not in {text}");
    }
    let page = SHEET_PAGE.to_string();
    let laid_out = poppler_to_stdout("pdftotext", &["-layout", "-enc", "UTF-8", "-f", &page, "-l", &page], &pdf);
    let column = |word: &str| {
        let before = laid_out.lines().find_map(|line| line.split_once(word)).map(|(before, _)| before.chars().count());
        before.unwrap_or_else(|| panic!("{word} is not in {laid_out}"))
    };
    assert!(column("예외 없음") > column("방화벽 정책"), "{laid_out}");
    for doubled in ["[U+", "• ☐", "• ☑", "- ☑", "- -", "• -"] {
        assert!(!text.contains(doubled), "{doubled} is in {text}");
    }
}

#[test]
fn korean_words_are_never_broken() {
    // A sheet full of long words: every word of the data stands whole on some line.
    let mut sheet = example::item_1_1_1();
    let words = ["정보보호최고책임자에게", "개인신용정보처리시스템에", "전자금융감독규정시행세칙의", "접근통제를"];
    let line = words.iter().cycle().take(60).copied().collect::<Vec<_>>().join(" ");
    sheet.judgement.as_mut().unwrap().summary[0].lines = vec![line];
    let report = ReportDraft { sheets: vec![sheet], ..example::report_of_item_1_1_1() }.check().unwrap();
    let text = text_of(&render_report(&report).unwrap(), Some(SHEET_PAGE));
    let count: usize = words.iter().map(|word| text.split_whitespace().filter(|found| found == word).count()).sum();
    assert_eq!(count, 60, "{text}");
}

#[test]
fn before_judgement_the_sheet_says_so_and_the_world_is_on_every_page() {
    let mut sheet = example::item_1_1_1();
    (sheet.judgement, sheet.plan) = (None, None);
    let mut draft = ReportDraft { sheets: vec![sheet], ..example::report_of_item_1_1_1() };
    draft.cover.world = Some("시연 데이터".into());
    let pdf = render_report(&draft.check().unwrap()).unwrap();
    for page in 1..=u32::try_from(pdf.pages).unwrap() {
        assert!(text_of(&pdf, Some(page)).contains("시연 데이터"), "page {page}");
    }
    let sheet = text_of(&pdf, Some(SHEET_PAGE));
    assert!(sheet.contains("판정 전") && sheet.contains("아직 판정하지 않았습니다"), "{sheet}");
    assert!(!sheet.contains('○'), "{sheet}");
}

#[test]
fn hostile_text_is_printed_and_never_run() {
    let mut sheet = example::item_1_1_1();
    let hostile = "#panic(\"x\") #read(\"/etc/passwd\") $ \\ ] ) */ // <sheet-0> @sheet-0 ```";
    sheet.item.title = hostile.into();
    sheet.evidence[0].title = "../../etc/\u{202e}cod.exe".into();
    sheet.judgement.as_mut().unwrap().summary[0].heading = hostile.into();
    let report = ReportDraft { sheets: vec![sheet], ..example::report_of_item_1_1_1() }.check().unwrap();
    let text = text_of(&render_report(&report).unwrap(), Some(SHEET_PAGE));
    assert!(text.contains("#panic(\"x\") #read(\"/etc/passwd\")"), "{text}");
    assert!(text.contains("../../etc/cod.exe"), "{text}");
}

/// A sheet whose first criterion has six notes of about a page and a half together, and whose texts are long everywhere.
fn sheet_of_long_texts() -> Sheet {
    let mut sheet = example::item_1_1_1();
    let note = |number: usize| {
        let sentence = "법령과 내규 준수, 비밀유지와 정보보호 책임, 정보자산 접속제한과 반출입제한을 담습니다. ";
        format!("주석{number}처음 {} 주석{number}끝", sentence.repeat(9).trim_end())
    };
    sheet.criteria[0].notes = (1..=6).map(note).collect();
    sheet.criteria[1].notes.push(format!(
        "참고 https://example.org/{} 확인값 {}",
        "path/".repeat(30),
        "9f2c41d0".repeat(16)
    ));
    let judgement = sheet.judgement.as_mut().unwrap();
    judgement.summary[0].lines = vec![format!("요약처음 {}요약끝", "긴 사유를 적은 점검결과 요약입니다. ".repeat(150))];
    sheet.plan.as_mut().unwrap().steps =
        (1..=20).map(|step| format!("계획{step} {}", "자격증을 취득할 예정 ".repeat(14))).collect();
    sheet
}

#[test]
fn every_note_of_a_criterion_is_printed_below_it_and_long_texts_flow_over_pages() {
    let sheet = sheet_of_long_texts();
    let report = ReportDraft { sheets: vec![sheet.clone()], ..example::report_of_item_1_1_1() }.check().unwrap();
    let pdf = render_report(&report).unwrap();
    if let Some(path) = std::env::var_os("SUMUN_REPORT_PDF") {
        std::fs::write(path, &pdf.bytes).unwrap();
    }
    assert!(pdf.pages >= 6, "{} pages", pdf.pages);
    let text = text_of(&pdf, None);
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing in {text}"));
    let order = ["최고경영자는", "주석1처음", "주석1끝", "주석6처음", "주석6끝", "책임자의 역할을", "정보보호산업법"];
    let places: Vec<usize> = order.iter().map(|words| place(words)).collect();
    assert!(places.is_sorted(), "{places:?}");
    for words in ["* 주석2처음", "* 주석5처음", "요약처음", "요약끝", "계획1 ", "계획20 "] {
        place(words);
    }
    // Nothing that was written is cut off: every sentence of every note is there.
    assert_eq!(text.split_whitespace().filter(|word| *word == "반출입제한을").count(), 6 * 9);
    let hash: String = text.split_whitespace().collect::<String>();
    assert!(hash.contains(&"9f2c41d0".repeat(16)), "{text}");
    // Every page that the sheet goes on to says again which item it is.
    let last_sheet_page = u32::try_from(pdf.pages).unwrap() - 1;
    for page in SHEET_PAGE..=last_sheet_page {
        let text = text_of(&pdf, Some(page));
        assert!(text.contains("보안점검 항목 1.1 정보보호최고책임자 지정"), "page {page}: {text}");
    }
    nothing_outside_the_margins(&pdf);
}

/// Every word stands within the margins of its page.
fn nothing_outside_the_margins(pdf: &Pdf) {
    const MILLIMETRE: f64 = 72.0 / 25.4;
    let boxes = poppler_to_stdout("pdftotext", &["-bbox", "-enc", "UTF-8"], pdf);
    let mut count = 0;
    for line in boxes.lines().filter(|line| line.trim_start().starts_with("<word")) {
        let number = |name: &str| {
            line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap()
        };
        let (left, right) = (number("xMin") / MILLIMETRE, number("xMax") / MILLIMETRE);
        let (top, bottom) = (number("yMin") / MILLIMETRE, number("yMax") / MILLIMETRE);
        assert!(left > 16.5 && right < 210.0 - 16.5 && top > 8.0 && bottom < 297.0 - 5.0, "{line}");
        count += 1;
    }
    assert!(count > 1_000, "{count} words");
}

#[test]
fn thirty_items_with_long_findings_make_a_whole_report() {
    let pdf = render_report(&thirty_items()).unwrap();
    assert!(pdf.pages >= 33, "{} pages", pdf.pages);
    if let Some(path) = std::env::var_os("SUMUN_REPORT_PDF") {
        std::fs::write(path, &pdf.bytes).unwrap();
    }
    let text = text_of(&pdf, None);
    for words in
        ["보안점검 항목별 결과", "점검결과 요약", "증빙자료 목록", "sumun.example/journal", "해당없음 ○", "윤○○"]
    {
        assert!(text.contains(words), "{words}");
    }
}

fn thirty_items() -> EngagementReport {
    let sheets: Vec<Sheet> = (1..=30u32).map(numbered_sheet).collect();
    let journal = JournalCheckpoint {
        origin: "sumun.example/journal".into(),
        size: 1_234,
        root: "x8mp0sWc1rQm0k2o0bGZ6h1n3Yz4J5k6l7m8n9o0p1Q=".into(),
    };
    let mut cover = example::cover();
    cover.world = Some("시연 데이터".into());
    let roles = ["작성", "정보보호최고책임자", "최고경영자 보고"];
    cover.signatures = roles
        .iter()
        .zip(["김○○", "문○○", "윤○○"])
        .map(|(role, name)| Signature { role: (*role).into(), name: name.into(), signed_on: None })
        .collect();
    ReportDraft { cover, sheets, journal: Some(journal) }.check().unwrap()
}

fn numbered_sheet(number: u32) -> Sheet {
    let mut sheet = example::item_1_1_1();
    sheet.domain = ["관리", "물리", "기술"][(number as usize - 1) / 10].into();
    sheet.area.number = number.div_ceil(2).to_string();
    sheet.item.number = format!("{}.{}", number.div_ceil(2), 2 - number % 2);
    for (place, evidence) in sheet.evidence.iter_mut().enumerate() {
        evidence.number = format!("자료{}.1-{}", sheet.item.number, place + 1);
    }
    let judgement = sheet.judgement.as_mut().unwrap();
    if number == 7 {
        judgement.summary[1].lines = vec!["긴 사유를 적은 점검결과 요약입니다. ".repeat(120); 3];
    }
    if number.is_multiple_of(10) {
        judgement.verdict = Verdict::NotApplicable;
        sheet.plan = None;
    }
    sheet
}

/// The text of a document, or of one page, line by line without layout.
fn text_of(pdf: &Pdf, page: Option<u32>) -> String {
    let page = page.map(|page| page.to_string());
    let mut arguments = vec!["-layout", "-enc", "UTF-8", "-eol", "unix", "-nopgbrk"];
    if let Some(page) = &page {
        arguments.extend(["-f", page, "-l", page]);
    }
    let text = poppler_to_stdout("pdftotext", &arguments, pdf);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

fn picture_of(pdf: &Pdf, page: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (file, picture) = (folder.path().join("in.pdf"), folder.path().join("page"));
    std::fs::write(&file, &pdf.bytes).unwrap();
    let page = page.to_string();
    let arguments = ["-r", "60", "-png", "-singlefile", "-f", &page, "-l", &page];
    run("pdftoppm", &arguments, &[&file, &picture]);
    std::fs::read(picture.with_extension("png")).unwrap()
}

fn poppler(tool: &str, arguments: &[&str], pdf: &Pdf) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.pdf");
    std::fs::write(&file, &pdf.bytes).unwrap();
    run(tool, arguments, &[&file])
}

fn poppler_to_stdout(tool: &str, arguments: &[&str], pdf: &Pdf) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.pdf");
    std::fs::write(&file, &pdf.bytes).unwrap();
    run(tool, arguments, &[&file, Path::new("-")])
}

fn run(tool: &str, arguments: &[&str], paths: &[&Path]) -> String {
    let output = Command::new(tool).args(arguments).args(paths).output();
    let output = output.unwrap_or_else(|error| panic!("{tool}: {error}; install it: apt-get install poppler-utils"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn golden_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn updating() -> bool {
    std::env::var_os("SUMUN_UPDATE_GOLDEN").is_some()
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A grey picture: of a coloured one its first channel.
struct Grey {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Grey {
    fn decode(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.bit_depth, png::BitDepth::Eight);
        let pixels = pixels.into_iter().step_by(info.color_type.samples()).collect();
        Self { width: info.width, height: info.height, pixels }
    }

    fn encode(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_compression(png::Compression::High);
        encoder.write_header().unwrap().write_image_data(&self.pixels).unwrap();
        file
    }

    /// The share of places that differ, each place a square of 4 by 4 pixels
    /// and its mean, so that another version's edge smoothing does not count.
    fn differs_from(&self, other: &Self) -> f64 {
        if (self.width, self.height) != (other.width, other.height) {
            return 1.0;
        }
        let (mine, theirs) = (self.squares(), other.squares());
        let different = mine.iter().zip(&theirs).filter(|(mine, theirs)| mine.abs_diff(**theirs) > 24).count();
        different as f64 / mine.len() as f64
    }

    fn squares(&self) -> Vec<u32> {
        let (across, down) = (self.width / 4, self.height / 4);
        let pixel = |x: u32, y: u32| u32::from(self.pixels[(y * self.width + x) as usize]);
        let mean = |x: u32, y: u32| (0..16).map(|place| pixel(x * 4 + place % 4, y * 4 + place / 4)).sum::<u32>() / 16;
        (0..down).flat_map(|y| (0..across).map(move |x| mean(x, y))).collect()
    }
}
