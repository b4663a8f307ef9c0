use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    arguments: TraceArguments,
}

fn say(words: &[&str]) -> String {
    let line = Line::try_parse_from(std::iter::once("trace").chain(words.iter().copied())).unwrap();
    let mut out = Vec::new();
    run(&line.arguments, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn link(enforced_by: &[&str], test: Option<&str>, probes: &[&str]) -> Link {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Link {
        framework: "x".parse().unwrap(),
        row: "1".parse().unwrap(),
        enforced_by: texts(enforced_by),
        test: test.map(str::to_owned),
        probes: texts(probes),
    }
}

#[test]
fn a_row_stands_as_far_as_its_link_leads() {
    assert_eq!(Standing::of(None), Standing::Open);
    assert_eq!(Standing::of(Some(&link(&[], None, &["a/b"]))), Standing::Checked);
    assert_eq!(Standing::of(Some(&link(&["a::B"], None, &["a/b"]))), Standing::Enforced);
    assert_eq!(Standing::of(Some(&link(&["a::B"], Some("a::c"), &[]))), Standing::Proved);
}

#[test]
fn the_text_says_what_its_words_mean_and_puts_rows_under_their_areas() {
    let korean = say(&["--framework", "platform-requirements", "--lang", "ko"]);
    let (legend, rest) = korean.split_once("\n\n").unwrap();
    assert_eq!(legend.lines().count(), 5);
    assert!(
        legend.lines().zip(["증명", "시행", "점검", "미연결"]).all(|(line, word)| line.starts_with(word)),
        "{legend}"
    );
    assert!(rest.starts_with("오픈API 플랫폼 요구사항  (platform-requirements, "), "{rest}");
    assert!(rest.contains("\n\nA. 구조\n"), "{rest}");
    let english = say(&["--framework", "platform-requirements", "--lang", "en"]);
    assert!(!english.chars().any(|letter| ('가'..='힣').contains(&letter)), "{english}");
    let row = english.lines().skip_while(|line| !line.contains("PR-019")).take(3).collect::<Vec<_>>();
    assert!(row[0].starts_with("  proved    PR-019  Four facts"), "{row:?}");
    assert!(row[1].trim_start().starts_with("code   sumun_consent::"), "{row:?}");
    assert!(row[2].trim_start().starts_with("test   sumun_consent::"), "{row:?}");
}

#[test]
fn the_last_lines_count_every_row_once() {
    let said = say(&["--lang", "en"]);
    let table: Vec<Vec<&str>> = said.lines().rev().take(11).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(table[10], ["id", "proved", "enforced", "checked", "open", "rows"]);
    let numbers = |line: &[&str]| -> Vec<usize> { line[1..].iter().map(|number| number.parse().unwrap()).collect() };
    let mut sums = vec![0; 5];
    for line in &table[1..10] {
        let numbers = numbers(line);
        assert_eq!(numbers[..4].iter().sum::<usize>(), numbers[4], "{line:?}");
        sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
    }
    assert_eq!((table[0][0], numbers(&table[0])), ("all", sums));
}
