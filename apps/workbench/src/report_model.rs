//! From the rows of an engagement to the model of the official report.

use crate::book::BookItem;
use crate::case::Case;
use crate::error::WorkbenchError;
use crate::workbench::Workbench;
use std::collections::{BTreeMap, BTreeSet};
use sumun_evidence::Evidence;
use sumun_ids::StaffId;
use sumun_inspection::{CriterionResult, Judgement, Stage, Verdict};
use sumun_reports::{
    Cover, Criterion, Fulfilment, Judgement as ReportJudgement, Numbered, RemediationPlan, ReportDraft, Sheet,
    SummaryPoint, YearMonth,
};
use sumun_time::Timestamp;
use sumun_web::{Locale, WorldLabel};

/// The report of the engagement as it is, in Korean, with names masked for print.
pub(crate) async fn draft(workbench: &Workbench, case: &Case, at: Timestamp) -> Result<ReportDraft, WorkbenchError> {
    let names = printed_names(workbench, case).await?;
    let sheets = case.book.items.iter().map(|item| sheet(case, item, &names));
    Ok(ReportDraft {
        cover: cover(workbench, case, at),
        sheets: sheets.collect(),
        journal: workbench.parts.journal.checkpoint().await,
    })
}

/// The verdict in the words of the report.
pub(crate) const fn verdict(verdict: Verdict) -> sumun_reports::Verdict {
    match verdict {
        Verdict::Implemented => sumun_reports::Verdict::Implemented,
        Verdict::Partial => sumun_reports::Verdict::Partial,
        Verdict::NotImplemented => sumun_reports::Verdict::NotImplemented,
        Verdict::NotApplicable => sumun_reports::Verdict::NotApplicable,
    }
}

fn cover(workbench: &Workbench, case: &Case, at: Timestamp) -> Cover {
    let engagement = &case.file.engagement;
    let text = |key: &str| workbench.site.messages.text(Locale::Ko, key).to_string();
    let stage = text(&format!("stage-{}", engagement.stage.kind().name().replace('_', "-")));
    let ended = matches!(engagement.stage, Stage::FinalReport { .. });
    let title = format!("{} {}", case.book.title.ko, text("report-cover-title"));
    Cover {
        title,
        engagement_number: engagement.number.to_string(),
        revision: u32::try_from(case.file.reports.len()).unwrap_or(u32::MAX).saturating_add(1),
        institution: engagement.applicant.name_ko.clone(),
        inspector: engagement.inspector.clone(),
        operator: Some(engagement.operator.clone()),
        catalog: format!("{} {}항목", case.book.title.ko, case.book.items.len()),
        edition: engagement.catalog.edition.clone(),
        stage,
        from: engagement.opened_at.korean_date(),
        to: ended.then(|| at.korean_date()),
        issued_at: at,
        world: match workbench.parts.world {
            WorldLabel::Production => None,
            world => world.key().map(text),
        },
        signatures: Vec::new(),
    }
}

async fn printed_names(workbench: &Workbench, case: &Case) -> Result<BTreeMap<StaffId, String>, WorkbenchError> {
    let authors: BTreeSet<StaffId> = case.file.judgements.iter().map(|judgement| judgement.author).collect();
    let mut names = BTreeMap::new();
    for author in authors {
        let staff = workbench.parts.identities.staff(author).await?;
        let name = staff.map_or_else(|| "○○○".to_owned(), |staff| sumun_mask::name_in_print(&staff.name));
        names.insert(author, name);
    }
    Ok(names)
}

fn sheet(case: &Case, item: &BookItem, names: &BTreeMap<StaffId, String>) -> Sheet {
    let judgement = case.file.latest_judgement(&item.code);
    let result = |code| judgement?.criteria.iter().find(|answer| answer.criterion == code).map(|answer| answer.result);
    let criteria = item.criteria.iter().map(|criterion| Criterion {
        text: criterion.text.ko.clone(),
        notes: criterion.notes.iter().map(|note| note.ko.clone()).collect(),
        fulfilment: result(criterion.code.clone()).map(fulfilment),
    });
    let plan = case.file.current_plan(&item.code).and_then(|plan| {
        let target = YearMonth::new(plan.target.year(), plan.target.month())?;
        Some(RemediationPlan { target, steps: plan.steps.clone() })
    });
    Sheet {
        domain: item.domain.ko.clone(),
        area: Numbered::new(&item.area_number, &item.area.ko),
        item: Numbered::new(&item.official, &item.title.ko),
        detailed: item.details.iter().map(|one| Numbered::new(one.number.to_string(), &one.title.ko)).collect(),
        criteria: criteria.collect(),
        evidence: evidence(case, item, judgement),
        judgement: judgement.map(|judgement| ReportJudgement {
            verdict: verdict(judgement.verdict),
            summary: summary(item, judgement),
            judged_by: names.get(&judgement.author).cloned().unwrap_or_default(),
            judged_at: judgement.at,
        }),
        plan,
    }
}

const fn fulfilment(result: CriterionResult) -> Fulfilment {
    match result {
        CriterionResult::Met => Fulfilment::Met,
        CriterionResult::PartlyMet => Fulfilment::PartlyMet,
        CriterionResult::NotMet => Fulfilment::NotMet,
    }
}

/// The newest revisions that are bound to the item, and the older ones that
/// the judgement rests on.
fn evidence(case: &Case, item: &BookItem, judgement: Option<&Judgement>) -> Vec<sumun_reports::Evidence> {
    let line = |one: &Evidence| sumun_reports::Evidence {
        number: one.name.short(),
        revision: one.revision,
        title: one.name.title().to_owned(),
        sha256: one.file.sha256.to_string(),
        size_bytes: one.file.size_bytes,
    };
    let current: Vec<&Evidence> = case.evidence_of(&item.code).collect();
    let mut lines: Vec<_> = current.iter().map(|one| line(one)).collect();
    for cited in judgement.map(|judgement| judgement.evidence.as_slice()).unwrap_or_default() {
        let older = case.evidence.get(cited.id);
        let older = older.filter(|one| !current.iter().any(|newer| newer.id == one.id));
        lines.extend(older.map(line));
    }
    lines
}

/// 점검결과 요약 (D): the reason line by line, then what was noted at the
/// criteria. A line in the form of the source, `(제목) 내용`, gets its heading.
/// Lines that begin with a dash or are indented belong to the point above them,
/// and every line keeps its own mark.
fn summary(item: &BookItem, judgement: &Judgement) -> Vec<SummaryPoint> {
    let mut points: Vec<SummaryPoint> = Vec::new();
    for line in judgement.reason.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        let is_head = line.trim_start().starts_with(['•', '(']);
        let is_below = line.starts_with("- ") || sumun_reports::indent(line) > 0 && !is_head;
        match points.last_mut() {
            Some(point) if is_below => point.lines.push(line.to_owned()),
            _ => points.push(point(line.trim())),
        }
    }
    for answer in judgement.criteria.iter().filter(|answer| !answer.note.trim().is_empty()) {
        let place = item.criteria.iter().position(|criterion| criterion.code == answer.criterion).unwrap_or_default();
        let lines = answer.note.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty());
        points.push(SummaryPoint { heading: format!("기준 {}", place + 1), lines: lines.collect() });
    }
    if points.iter().all(|point| point.lines.is_empty()) {
        // A reason that looks like a heading alone is still the reason.
        points = vec![SummaryPoint { heading: String::new(), lines: vec![judgement.reason.clone()] }];
    }
    points
}

fn point(line: &str) -> SummaryPoint {
    let line = line.trim_start_matches('•').trim_start();
    let heading = if sumun_reports::bears_mark(line) { None } else { line.strip_prefix('(') };
    match heading.and_then(|rest| rest.split_once(')')) {
        Some((heading, rest)) => SummaryPoint {
            heading: heading.trim().to_owned(),
            lines: Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty()).into_iter().collect(),
        },
        None => SummaryPoint { heading: String::new(), lines: vec![line.to_owned()] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fsi_guide_chapter_4_d_keeps_the_headings_of_the_source() {
        assert_eq!(
            point("• (정보보호최고책임자 지정) 자료1.1.1-1에 따라 임명하였음"),
            SummaryPoint {
                heading: "정보보호최고책임자 지정".into(),
                lines: vec!["자료1.1.1-1에 따라 임명하였음".into()]
            }
        );
        assert_eq!(point("(정보보호 실무조직 구성)").lines, Vec::<String>::new());
        assert_eq!(point("괄호 없는 줄").heading, "");
        for own in ["☑ 확인함", "① (접근통제) 확인함", "(1) 확인함", "· 확인함"] {
            assert_eq!(point(own), SummaryPoint { heading: String::new(), lines: vec![own.into()] });
        }
    }
}
