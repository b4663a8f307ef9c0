//! A report as the strings that its template shows.

use super::letters::printable;
use serde::Serialize;
use sumun_reports::{
    EngagementReport, JournalCheckpoint, Judgement, Sheet, SummaryPoint, Verdict, VerdictCounts, bears_mark, indent,
};
use sumun_time::{Date, Timestamp, Weekday};

/// What `templates/report.typ` reads.
#[derive(Debug, Serialize)]
pub(crate) struct ReportView {
    title: String,
    document_number: String,
    engagement_number: String,
    institution: String,
    inspector: String,
    operator: String,
    catalog: String,
    edition: String,
    stage: String,
    from: String,
    to: String,
    issued_on: String,
    world: Option<String>,
    signatures: Vec<SignatureView>,
    totals: [String; 6],
    domains: Vec<DomainView>,
    sheets: Vec<SheetView>,
    evidence: Vec<EvidenceView>,
    journal: Option<JournalView>,
    data_sha256: String,
}

#[derive(Debug, Serialize)]
struct SignatureView {
    role: String,
    name: String,
    signed_on: String,
}

#[derive(Debug, Serialize)]
struct DomainView {
    name: String,
    areas: Vec<AreaView>,
}

#[derive(Debug, Serialize)]
struct AreaView {
    title: String,
    counts: [String; 6],
}

#[derive(Debug, Serialize)]
struct SheetView {
    domain: String,
    area: String,
    item_number: String,
    item_title: String,
    detailed: Vec<String>,
    criteria: Vec<CriteriaView>,
    evidence: Vec<SheetEvidenceView>,
    judged: bool,
    verdict: String,
    summary: Vec<PointView>,
    plan: Option<PlanView>,
    provenance: String,
}

/// Criteria up to one that has notes, and its notes, which stand below it.
#[derive(Debug, Default, Serialize)]
struct CriteriaView {
    texts: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SheetEvidenceView {
    name: String,
    hash_short: String,
}

#[derive(Debug, Serialize)]
struct PointView {
    heading: String,
    /// Whether it begins with a mark of its writer, so that ours is not set before it.
    is_marked: bool,
    lines: Vec<LineView>,
}

/// A line as it was written: its indent in half letters, its own mark within the text.
#[derive(Debug, Serialize)]
struct LineView {
    indent: usize,
    is_marked: bool,
    text: String,
}

#[derive(Debug, Serialize)]
struct PlanView {
    target: String,
    steps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct EvidenceView {
    name: String,
    items: String,
    size: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct JournalView {
    origin: String,
    size: String,
    root: String,
}

const NOTHING: &str = "—";

/// The strings of `report`; `data_sha256` is the hash of its data.
pub(crate) fn view(report: &EngagementReport, data_sha256: &str) -> ReportView {
    let cover = report.cover();
    ReportView {
        title: printable(&cover.title),
        document_number: printable(&format!("{}-R{}", cover.engagement_number, cover.revision)),
        engagement_number: printable(&cover.engagement_number),
        institution: printable(&cover.institution),
        inspector: printable(&cover.inspector),
        operator: cover.operator.as_deref().map_or_else(|| NOTHING.to_owned(), printable),
        catalog: printable(&cover.catalog),
        edition: printable(&cover.edition),
        stage: printable(&cover.stage),
        from: date(cover.from),
        to: cover.to.map_or_else(String::new, date),
        issued_on: date(cover.issued_at.korean_date()),
        world: cover.world.as_deref().map(printable),
        signatures: cover.signatures.iter().map(signature).collect(),
        totals: counts(report.counts()),
        domains: domains(report),
        sheets: report.sheets().iter().map(|sheet| sheet_view(sheet, &cover.edition)).collect(),
        evidence: evidence(report),
        journal: report.journal().map(journal),
        data_sha256: data_sha256.to_owned(),
    }
}

fn signature(signature: &sumun_reports::Signature) -> SignatureView {
    SignatureView {
        role: printable(&signature.role),
        name: printable(&signature.name),
        signed_on: signature.signed_on.map_or_else(|| "예정".to_owned(), date),
    }
}

fn domains(report: &EngagementReport) -> Vec<DomainView> {
    let mut domains: Vec<DomainView> = Vec::new();
    for area in report.areas() {
        let title = printable(&format!("{}. {}", area.number, area.title));
        let line = AreaView { title, counts: counts(area.counts) };
        match domains.iter_mut().find(|domain| domain.name == printable(&area.domain)) {
            Some(domain) => domain.areas.push(line),
            None => domains.push(DomainView { name: printable(&area.domain), areas: vec![line] }),
        }
    }
    domains
}

fn counts(counts: VerdictCounts) -> [String; 6] {
    let shown = |count: usize| if count == 0 { NOTHING.to_owned() } else { count.to_string() };
    [
        counts.total().to_string(),
        shown(counts.implemented),
        shown(counts.partial),
        shown(counts.not_implemented),
        shown(counts.not_applicable),
        shown(counts.not_judged),
    ]
}

fn sheet_view(sheet: &Sheet, edition: &str) -> SheetView {
    let judgement = sheet.judgement.as_ref();
    let evidence = sheet.evidence.iter().map(|evidence| SheetEvidenceView {
        name: printable(&evidence.name()),
        hash_short: hash_short(&evidence.sha256),
    });
    let summary = judgement.into_iter().flat_map(|judgement| &judgement.summary).map(point);
    SheetView {
        domain: printable(&sheet.domain),
        area: printable(&format!("{}. {}", sheet.area.number, sheet.area.title)),
        item_number: printable(&sheet.item.number),
        item_title: printable(&sheet.item.title),
        detailed: sheet.detailed.iter().map(|one| printable(&format!("{} {}", one.number, one.title))).collect(),
        criteria: criteria(sheet),
        evidence: evidence.collect(),
        judged: judgement.is_some(),
        verdict: judgement.map_or("판정 전", |judgement| judgement.verdict.korean()).to_owned(),
        summary: summary.collect(),
        plan: sheet.plan.as_ref().map(|plan| PlanView {
            target: plan.target.to_string(),
            steps: plan.steps.iter().map(|step| printable(step)).collect(),
        }),
        provenance: provenance(judgement, edition),
    }
}

fn point(point: &SummaryPoint) -> PointView {
    let line =
        |line: &String| LineView { indent: indent(line), is_marked: bears_mark(line), text: printable(line.trim()) };
    let lines: Vec<LineView> = point.lines.iter().map(line).collect();
    let is_marked = point.heading.is_empty() && lines.first().is_some_and(|line| line.is_marked);
    PointView { heading: printable(&point.heading), is_marked, lines }
}

fn criteria(sheet: &Sheet) -> Vec<CriteriaView> {
    let mut groups: Vec<CriteriaView> = Vec::new();
    for criterion in &sheet.criteria {
        if groups.last().is_none_or(|group| !group.notes.is_empty()) {
            groups.push(CriteriaView::default());
        }
        if let Some(group) = groups.last_mut() {
            group.texts.push(printable(&criterion.text));
            group.notes = criterion.notes.iter().map(|note| printable(note)).collect();
        }
    }
    groups
}

fn provenance(judgement: Option<&Judgement>, edition: &str) -> String {
    let Some(judgement) = judgement else {
        return printable(&format!("아직 판정하지 않았습니다 · 점검기준 {edition}"));
    };
    let kind = if judgement.verdict == Verdict::NotApplicable { "해당없음 판정" } else { "판정" };
    let at = date_time(judgement.judged_at);
    printable(&format!("{kind} {at} · {} · 점검기준 {edition}", judgement.judged_by))
}

fn evidence(report: &EngagementReport) -> Vec<EvidenceView> {
    let uses = report.evidence();
    let lines = uses.iter().map(|used| EvidenceView {
        name: printable(&used.evidence.name()),
        items: printable(&used.items.join(", ")),
        size: size(used.evidence.size_bytes),
        sha256: used.evidence.sha256.clone(),
    });
    lines.collect()
}

fn journal(checkpoint: &JournalCheckpoint) -> JournalView {
    JournalView {
        origin: printable(&checkpoint.origin),
        size: format!("{}건", checkpoint.size),
        root: printable(&checkpoint.root),
    }
}

fn date(date: Date) -> String {
    let (year, month, day) = date.year_month_day();
    let weekday = match date.weekday() {
        Weekday::Monday => '월',
        Weekday::Tuesday => '화',
        Weekday::Wednesday => '수',
        Weekday::Thursday => '목',
        Weekday::Friday => '금',
        Weekday::Saturday => '토',
        Weekday::Sunday => '일',
    };
    format!("{year}. {month}. {day}.({weekday})")
}

fn date_time(at: Timestamp) -> String {
    let (hour, minute, _) = at.korean_time_of_day();
    format!("{} {hour:02}:{minute:02}", date(at.korean_date()))
}

fn hash_short(hash: &str) -> String {
    match (hash.get(..8), hash.get(hash.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) => format!("{head}…{tail}"),
        _ => hash.to_owned(),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_paper_can_hide_or_reorder_text() {
        assert_eq!(printable("이행\u{202e}행이미\u{200b}\u{0}\n끝"), "이행행이미 끝");
        assert_eq!(printable("정책‧조직 𒀀"), "정책·조직 [U+12000]");
    }

    #[test]
    fn forms_of_dates_hashes_and_sizes() {
        assert_eq!(date_time("2026-11-23T14:05:00+09:00".parse().unwrap()), "2026. 11. 23.(월) 14:05");
        assert_eq!(hash_short("9f2c41d07ab3e855"), "9f2c41d0…e855");
        assert_eq!((size(96_000), size(1_849_000)), ("96 KB".to_owned(), "1.8 MB".to_owned()));
    }
}
