//! A sheet as plain text, for a terminal and for comparing by eye.

use crate::{Sheet, SummaryPoint, bears_mark, indent};

/// The sheet as lines of text in the order and with the labels of the form.
pub fn plain_text(sheet: &Sheet) -> String {
    let mut lines = vec![
        format!("보안영역: {}", sheet.domain),
        format!("점검분야: {}. {}", sheet.area.number, sheet.area.title),
        format!("보안점검 항목: {} {}", sheet.item.number, sheet.item.title),
    ];
    let detailed = sheet.detailed.iter();
    lines.extend(detailed.map(|detailed| format!("세부점검항목: {} {}", detailed.number, detailed.title)));
    lines.push("점검기준 (A)".to_owned());
    for criterion in &sheet.criteria {
        lines.push(format!("  • {}", criterion.text));
        lines.extend(criterion.notes.iter().map(|note| format!("    * {note}")));
    }
    lines.push("증빙자료 (B)".to_owned());
    lines.extend(sheet.evidence.iter().map(|evidence| format!("  {}", evidence.name())));
    let verdict = sheet.judgement.as_ref().map_or("판정 전", |judgement| judgement.verdict.korean());
    lines.push(format!("점검결과 (C): {verdict}"));
    lines.push("점검결과 요약 (D)".to_owned());
    let points = sheet.judgement.iter().flat_map(|judgement| &judgement.summary);
    points.for_each(|point| push_point(point, &mut lines));
    if let Some(plan) = &sheet.plan {
        lines.push("향후 이행계획 (E)".to_owned());
        lines.push(format!("  목표시기: {}", plan.target));
        lines.extend(plan.steps.iter().map(|step| format!("  • {step}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn push_point(point: &SummaryPoint, lines: &mut Vec<String>) {
    let heading = if point.heading.is_empty() { String::new() } else { format!("({}) ", point.heading) };
    match point.lines.as_slice() {
        [line] if heading.is_empty() && bears_mark(line) => lines.push(format!("  {}", line.trim())),
        [line] if !bears_mark(line) => lines.push(format!("  • {heading}{line}")),
        marked if marked.iter().any(|line| bears_mark(line) || indent(line) > 0) => {
            push_marked(&heading, marked, lines)
        }
        several => {
            lines.push(format!("  • {}", heading.trim_end()));
            lines.extend(several.iter().map(|line| format!("    - {line}")));
        }
    }
}

/// Lines with marks of their writer keep them, and their indents.
fn push_marked(heading: &str, written: &[String], lines: &mut Vec<String>) {
    let (first, below) = match written.split_first() {
        Some((first, below)) if !bears_mark(first) => (first.as_str(), below),
        _ => ("", written),
    };
    if !heading.is_empty() || !first.is_empty() {
        lines.push(format!("  • {}", format!("{heading}{first}").trim_end()));
    }
    lines.extend(below.iter().map(|line| format!("    {}{}", " ".repeat(indent(line)), line.trim())));
}
