//! A Korean particle agrees with the last sound of the word that it follows:
//! 접근키가 but 인증서를, 점검이 but 동의가. A term that is replaced everywhere
//! leaves the old one's particles behind, which no compiler sees; this rule
//! does, for the words of the glossary, in every text of the tree.

use super::Fault;
use super::source::Tree;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

/// Where the words come from.
const GLOSSARY: &str = "GLOSSARY.md";

/// Words that our texts use as terms and that have no line of their own in the glossary.
const MORE_WORDS: &[&str] = &[
    "거래",
    "계약",
    "계정",
    "계좌",
    "고객",
    "시스템",
    "담당",
    "버전",
    "권한",
    "기관",
    "기록",
    "기준",
    "등록",
    "매개변수",
    "메시지",
    "명령",
    "번호",
    "본문",
    "비밀번호",
    "사유",
    "서명",
    "설정",
    "세션",
    "승인",
    "알고리즘",
    "암호",
    "예금주",
    "요청",
    "은행",
    "응답",
    "이름",
    "이체",
    "인가",
    "인증",
    "인증서",
    "인증키",
    "일자",
    "잔액",
    "접근키",
    "주소",
    "증빙",
    "증서",
    "철회",
    "토큰",
    "파일",
    "판정",
    "폴더",
    "프로브",
    "해시",
    "호출",
    "화면",
    "확인",
];

/// Pairs of particles: after a closed last syllable, after an open one.
const PARTICLES: &[(&str, &str)] = &[
    ("이", "가"),
    ("은", "는"),
    ("을", "를"),
    ("과", "와"),
    ("으로", "로"),
    ("이나", "나"),
    ("이라는", "라는"),
    ("이라면", "라면"),
    ("이란", "란"),
];

/// A closed word with one of these behind it is another word: 전문가, 인가.
const OTHER_WORDS: &[&str] = &["전문가"];

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let words = words(tree.text(GLOSSARY).with_context(|| format!("{GLOSSARY} is not there"))?);
    let mut faults = Vec::new();
    for (path, text) in tree.text_files() {
        // The rule's own examples are wrong on purpose.
        if path.ends_with("tidy/particles.rs") {
            continue;
        }
        // A title of a catalog is the document's own, slips of the pen and all.
        let is_quoted = |line: &str| path.starts_with("catalogs/") && line.starts_with("title_ko");
        for (place, line) in text.lines().enumerate().filter(|(_, line)| !is_quoted(line)) {
            for (found, right) in disagreements(line, &words) {
                faults.push(Fault {
                    place: format!("{path}:{}", place + 1),
                    message: format!("{found} reads wrong; write {right}"),
                });
            }
        }
    }
    Ok(faults)
}

/// The Korean words of the glossary's first columns; of several words together the last one too.
fn words(glossary: &str) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = MORE_WORDS.iter().map(|&word| word.to_owned()).collect();
    for cell in glossary.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()) {
        for term in cell.split([',', '/', ';', '(', ')']).map(str::trim) {
            let last = term.rsplit(' ').next().unwrap_or(term);
            words.extend([term, last].into_iter().filter(|word| is_word(word)).map(str::to_owned));
        }
    }
    words
}

/// Two syllables or more; a single one is the end of too many other words.
fn is_word(word: &str) -> bool {
    word.chars().count() >= 2 && word.ends_with(is_syllable)
}

fn is_syllable(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

/// The final consonant of a syllable: none, ㄹ, or another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Open,
    Rieul,
    Closed,
}

/// Syllables stand in Unicode in the order of their 28 possible endings, none first, ㄹ as the ninth.
fn ending(syllable: char) -> Ending {
    match (u32::from(syllable) - u32::from('가')) % 28 {
        0 => Ending::Open,
        8 => Ending::Rieul,
        _ => Ending::Closed,
    }
}

/// The word with its wrong particle and with the right one, for each that stands in the line.
fn disagreements(line: &str, words: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    found.extend(line.split(|letter: char| !is_syllable(letter)).filter_map(object_after_closed));
    for run in line.split(|letter: char| !is_syllable(letter)).filter(|run| !run.is_empty()) {
        if OTHER_WORDS.contains(&run) {
            continue;
        }
        for &(closed, open) in PARTICLES {
            for (particle, other) in [(closed, open), (open, closed)] {
                let Some(word) = run.strip_suffix(particle) else { continue };
                let is_term = words.iter().any(|term| ends_in(word, term));
                let Some(last) = word.chars().next_back().filter(|_| is_term) else { continue };
                if particle != "를" && particle != right(closed, open, ending(last)) {
                    found.push((run.to_owned(), format!("{word}{other}")));
                }
            }
        }
    }
    found
}

/// 를 after a closed syllable is wrong behind any word: none of ours ends so.
fn object_after_closed(run: &str) -> Option<(String, String)> {
    let word = run.strip_suffix('를')?;
    let is_closed = ending(word.chars().next_back()?) != Ending::Open;
    is_closed.then(|| (run.to_owned(), format!("{word}을")))
}

/// A term stands alone or at the end of a longer word, as 이용기관 ends in 기관.
fn ends_in(word: &str, term: &str) -> bool {
    let last_of_term = term.rsplit(|letter: char| !is_syllable(letter)).next().unwrap_or(term);
    last_of_term.chars().count() >= 2 && word.ends_with(last_of_term)
}

fn right<'a>(closed: &'a str, open: &'a str, ending: Ending) -> &'a str {
    match ending {
        Ending::Open => open,
        Ending::Rieul if closed == "으로" => open,
        Ending::Rieul | Ending::Closed => closed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn found(line: &str) -> Vec<(String, String)> {
        disagreements(line, &words("| 접근키 | x |\n| 오픈API 인증키, 점검 (건) | x |\n| 증빙자료 | y |\n"))
    }

    #[test]
    fn a_particle_that_does_not_agree_with_its_word_is_found() {
        let cases = [
            ("접근키이 없습니다", "접근키이", "접근키가"),
            ("접근키은 있고", "접근키은", "접근키는"),
            ("접근키과 함께", "접근키과", "접근키와"),
            ("오픈API 인증키을,", "인증키을", "인증키를"),
            ("점검 업무 시스템를 씁니다", "시스템를", "시스템을"),
            ("봄를", "봄를", "봄을"),
            ("점검가 끝나면", "점검가", "점검이"),
            ("이용기관로 보냅니다", "이용기관로", "이용기관으로"),
            ("파일으로", "파일으로", "파일로"),
            ("증빙자료이나", "증빙자료이나", "증빙자료나"),
        ];
        for (line, wrong, right) in cases {
            assert_eq!(found(line), [(wrong.to_owned(), right.to_owned())], "{line}");
        }
    }

    #[test]
    fn a_particle_that_agrees_and_another_word_are_left_alone() {
        for line in ["접근키가", "인증키를 점검으로", "파일로 증빙자료와", "전문가", "접근키이다", "접근키 이 마을"]
        {
            assert_eq!(found(line), [], "{line}");
        }
    }

    #[test]
    fn a_fault_names_file_and_line_in_any_text() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: Some(text.to_owned()) };
        let files = vec![
            file(GLOSSARY, "| 접근키 | x |\n"),
            file("catalogs/a.toml", "title_ko = \"접근키이 \"\n"),
            file("contracts/a.json", "{\n\"접근키이 \"\n}"),
        ];
        let faults = check(&Tree { files }).unwrap();
        assert_eq!(faults.iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["contracts/a.json:2"]);
    }
}
