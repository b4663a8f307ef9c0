//! The official example of chapter IV of source 1, and the rules of its form.

#![allow(clippy::unwrap_used)]

mod example;

use example::{item_1_1_1, report_of_item_1_1_1};
use sumun_reports::{Fulfilment, ReportDraft, ReportFault, Sheet, Verdict, derive_verdict, plain_text};

fn faults_after(change: impl FnOnce(&mut Sheet)) -> Vec<ReportFault> {
    let mut draft = report_of_item_1_1_1();
    change(&mut draft.sheets[0]);
    draft.check().err().unwrap_or_default()
}

#[test]
fn the_official_example_reads_as_in_the_guide() {
    assert_eq!(plain_text(&item_1_1_1()), include_str!("item_1_1_1.txt"));
}

#[test]
fn every_note_stands_below_its_own_criterion() {
    let mut sheet = item_1_1_1();
    sheet.criteria[0].notes = vec!["첫째 주석".into(), "둘째 주석".into()];
    let text = plain_text(&sheet);
    let lines: Vec<&str> = text.lines().skip_while(|line| *line != "점검기준 (A)").skip(2).collect();
    assert_eq!(lines[..2], ["    * 첫째 주석", "    * 둘째 주석"]);
    assert!(lines[2].starts_with("  • 책임자의 역할") && lines[3].starts_with("    * 정보보호산업법"), "{lines:?}");
}

/// A stored report is read again for its evidence pack.
#[test]
fn a_report_from_when_a_criterion_had_one_note_is_still_read() {
    let draft = report_of_item_1_1_1();
    let mut json = serde_json::to_value(&draft).unwrap();
    let criteria = json["sheets"][0]["criteria"].as_array_mut().unwrap();
    for (criterion, note) in
        criteria.iter_mut().zip([serde_json::Value::Null, draft.sheets[0].criteria[1].notes[0].clone().into()])
    {
        let criterion = criterion.as_object_mut().unwrap();
        criterion.remove("notes").unwrap();
        criterion.insert("note".into(), note);
    }
    assert_eq!(serde_json::from_value::<ReportDraft>(json).unwrap(), draft);
}

#[test]
fn the_official_example_keeps_the_rules() {
    let report = report_of_item_1_1_1().check().unwrap();
    assert_eq!(report.dangling_citations(), []);
    let fulfilments: Vec<Fulfilment> = report.sheets()[0].criteria.iter().filter_map(|it| it.fulfilment).collect();
    assert_eq!(derive_verdict(&fulfilments), Some(Verdict::Partial));
}

#[test]
fn fsi_guide_chapter_4_a_needs_a_criterion() {
    let faults = faults_after(|sheet| sheet.criteria.clear());
    assert_eq!(faults, [ReportFault::NoCriteria { item: "1.1".into() }]);
}

#[test]
fn fsi_guide_chapter_4_c_may_not_contradict_the_criteria() {
    let faults = faults_after(|sheet| {
        sheet.judgement.as_mut().unwrap().verdict = Verdict::Implemented;
        sheet.plan = None;
    });
    let (given, derived) = (Verdict::Implemented, Verdict::Partial);
    assert_eq!(faults, [ReportFault::VerdictContradictsCriteria { item: "1.1".into(), given, derived }]);
    assert_eq!(faults[0].to_string(), "item 1.1 is judged 이행, but its criteria lead to 부분이행 (C)");
}

#[test]
fn fsi_guide_chapter_4_d_is_part_of_every_judgement() {
    let faults = faults_after(|sheet| sheet.judgement.as_mut().unwrap().summary[..].fill(blank()));
    assert_eq!(faults, [ReportFault::NoSummary { item: "1.1".into() }]);
}

#[test]
fn fsi_guide_chapter_4_e_only_when_something_remains() {
    let implemented = faults_after(|sheet| {
        sheet.criteria.iter_mut().for_each(|criterion| criterion.fulfilment = Some(Fulfilment::Met));
        sheet.judgement.as_mut().unwrap().verdict = Verdict::Implemented;
    });
    let not_judged = faults_after(|sheet| sheet.judgement = None);
    for faults in [implemented, not_judged] {
        assert_eq!(faults, [ReportFault::PlanWithoutGap { item: "1.1".into() }]);
    }
    let without_steps = faults_after(|sheet| sheet.plan.as_mut().unwrap().steps.clear());
    assert_eq!(without_steps, [ReportFault::PlanWithoutSteps { item: "1.1".into() }]);
}

#[test]
fn an_item_that_does_not_apply_is_not_judged_by_its_criteria() {
    let faults = faults_after(|sheet| {
        sheet.judgement.as_mut().unwrap().verdict = Verdict::NotApplicable;
        sheet.plan = None;
    });
    assert_eq!(faults, []);
}

#[test]
fn one_name_is_one_file() {
    let broken = faults_after(|sheet| sheet.evidence[0].sha256 = "5AD1".into());
    assert_eq!(broken, [ReportFault::EvidenceHash { evidence: "자료1.1.1-1".into() }]);
    let reused = faults_after(|sheet| sheet.evidence[1].number = "자료1.1.1-1".into());
    assert_eq!(reused, [ReportFault::EvidenceNameReused { evidence: "자료1.1.1-1".into() }]);
    let revised = faults_after(|sheet| {
        sheet.evidence[1].number = "자료1.1.1-1".into();
        sheet.evidence[1].revision = 2;
    });
    assert_eq!(revised, []);
}

#[test]
fn an_item_has_one_sheet_and_a_report_has_at_least_one() {
    let draft = report_of_item_1_1_1();
    let twice = ReportDraft { sheets: vec![item_1_1_1(), item_1_1_1()], ..draft.clone() };
    assert_eq!(twice.check().unwrap_err(), [ReportFault::ItemTwice { item: "1.1".into() }]);
    let mut second = item_1_1_1();
    second.detailed[0].number = "1.1.2".into();
    let two = ReportDraft { sheets: vec![item_1_1_1(), second], ..draft.clone() }.check().unwrap();
    assert_eq!(two.evidence()[0].items, ["1.1", "1.1"]);
    assert_eq!(ReportDraft { sheets: Vec::new(), ..draft }.check().unwrap_err(), [ReportFault::NoSheets]);
}

#[test]
fn the_summary_counts_every_sheet_once_also_before_judgement() {
    let mut waiting = item_1_1_1();
    (waiting.item.number, waiting.judgement, waiting.plan) = ("1.2".into(), None, None);
    let mut other_area = item_1_1_1();
    (other_area.area.number, other_area.item.number) = ("2".into(), "2.1".into());
    let draft = ReportDraft { sheets: vec![item_1_1_1(), waiting, other_area], ..report_of_item_1_1_1() };
    let report = draft.check().unwrap();
    let areas: Vec<_> = report.areas().into_iter().map(|area| (area.number, area.counts.total())).collect();
    assert_eq!(areas, [("1".to_owned(), 2), ("2".to_owned(), 1)]);
    assert_eq!((report.counts().partial, report.counts().not_judged, report.counts().total()), (2, 1, 3));
    assert!(plain_text(&report.sheets()[1]).contains("점검결과 (C): 판정 전"));
}

#[test]
fn a_citation_of_missing_evidence_is_noticed() {
    let mut draft = report_of_item_1_1_1();
    draft.sheets[0].evidence.truncate(2);
    assert_eq!(draft.check().unwrap().dangling_citations(), [("1.1", "자료1.1.1-3")]);
}

fn blank() -> sumun_reports::SummaryPoint {
    sumun_reports::SummaryPoint { heading: "미정".into(), lines: vec!["  ".into()] }
}
