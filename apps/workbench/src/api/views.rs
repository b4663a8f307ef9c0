//! What the API says of things.

use crate::access::Permitted;
use crate::book::{BookItem, BookMapping};
use crate::case::Case;
use serde::Serialize;
use sumun_controls::Bilingual;
use sumun_evidence::{Evidence, Origin};
use sumun_ids::{EngagementId, EvidenceId, FindingId, InstitutionId, JudgementId, ReportId, StaffId};
use sumun_inspection::{
    DueCheck, Engagement, EngagementSummary, Finding, IssuedReport, Judgement, Milestone, RemediationPlan, Role,
    StageStep, Turn, Verdict,
};
use sumun_time::{Date, Timestamp};

/// One engagement.
#[derive(Serialize)]
pub(crate) struct EngagementView {
    id: EngagementId,
    number: String,
    framework: String,
    edition: String,
    institution: InstitutionView,
    inspector: String,
    operator: String,
    opened_at: Timestamp,
    stage: &'static str,
    /// The stage with what is inside it, such as `contracted:applicant`.
    stage_detail: String,
    /// 1 to 11; null on a side way.
    stage_number: Option<u8>,
    stage_since: Timestamp,
    turn: &'static str,
    due_on: Option<Date>,
    closed: bool,
}

/// An institution as a name and two numbers.
#[derive(Serialize)]
pub(crate) struct InstitutionView {
    pub id: InstitutionId,
    pub name_ko: String,
    pub name_en: String,
    pub business_number: String,
}

impl EngagementView {
    pub fn of(one: &Engagement) -> Self {
        Self {
            id: one.id,
            number: one.number.to_string(),
            framework: one.catalog.framework.clone(),
            edition: one.catalog.edition.clone(),
            institution: InstitutionView {
                id: one.applicant.id,
                name_ko: one.applicant.name_ko.clone(),
                name_en: one.applicant.name_en.clone(),
                business_number: one.applicant.business_number.clone(),
            },
            inspector: one.inspector.clone(),
            operator: one.operator.clone(),
            opened_at: one.opened_at,
            stage: one.stage.kind().name(),
            stage_detail: one.stage.code(),
            stage_number: one.stage.kind().number(),
            stage_since: one.stage_since,
            turn: turn(one.stage.turn()),
            due_on: one.due_on,
            closed: one.stage.closed(),
        }
    }
}

const fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Applicant => "applicant",
        Turn::Inspector => "inspector",
        Turn::Both => "both",
        Turn::Nobody => "nobody",
    }
}

/// How many items have which verdict.
#[derive(Serialize)]
pub(crate) struct CountsView {
    implemented: u32,
    partial: u32,
    not_implemented: u32,
    not_applicable: u32,
}

impl CountsView {
    fn of(counts: [u32; Verdict::ALL.len()]) -> Self {
        let [implemented, partial, not_implemented, not_applicable] = counts;
        Self { implemented, partial, not_implemented, not_applicable }
    }
}

/// One line of the list.
#[derive(Serialize)]
pub(crate) struct SummaryView {
    #[serde(flatten)]
    engagement: EngagementView,
    verdicts: CountsView,
    open_findings: u32,
}

impl SummaryView {
    pub fn of(one: &EngagementSummary) -> Self {
        Self {
            engagement: EngagementView::of(&one.engagement),
            verdicts: CountsView::of(one.verdicts),
            open_findings: one.open_findings,
        }
    }
}

/// One engagement with what can be done about it.
#[derive(Serialize)]
pub(crate) struct CaseView {
    #[serde(flatten)]
    engagement: EngagementView,
    verdicts: CountsView,
    items_total: usize,
    open_findings: usize,
    evidence_count: usize,
    report_is_current: bool,
    /// Null for who looks on.
    role: Option<&'static str>,
    /// The deeds that this person may try now.
    deeds: Vec<&'static str>,
    milestones: Vec<MilestoneView>,
    /// By when the inspection is to end, where the service started first.
    deferral_limit: Option<Date>,
    /// Whether the public holidays up to `due_on` are known.
    due_holidays_known: bool,
    /// What `due_on` would be with the public holidays that are known now, when that is another day.
    due_recounted_on: Option<Date>,
}

#[derive(Serialize)]
struct MilestoneView {
    stage: &'static str,
    turn: &'static str,
    due_on: Date,
    /// Whether the public holidays up to that day are known.
    holidays_known: bool,
}

impl CaseView {
    pub fn of(permit: &Permitted<Case>) -> Self {
        let case = permit.subject();
        let role = permit.role();
        let deeds = role.map(|role| case.file.open_deeds(role)).unwrap_or_default();
        let milestone = |one: Milestone| MilestoneView {
            stage: one.stage.name(),
            turn: turn(one.turn),
            due_on: one.due_on,
            holidays_known: one.holidays_known,
        };
        let calendar = &permit.workbench().parts.calendar;
        let milestones = case.file.engagement.milestones(calendar);
        let due = case.file.engagement.due_check(calendar);
        Self {
            engagement: EngagementView::of(&case.file.engagement),
            verdicts: CountsView::of(case.verdicts()),
            items_total: case.book.items.len(),
            open_findings: case.file.findings.iter().filter(|finding| finding.open()).count(),
            evidence_count: case.evidence.len(),
            report_is_current: case.file.report_is_current(),
            role: role.map(Role::name),
            deeds: deeds.into_iter().map(|deed| deed.name()).collect(),
            milestones: milestones.into_iter().map(milestone).collect(),
            deferral_limit: case.file.deferral_limit(),
            due_holidays_known: due != DueCheck::HolidaysUnknown,
            due_recounted_on: match due {
                DueCheck::Recounted(day) => Some(day),
                DueCheck::Sound | DueCheck::HolidaysUnknown => None,
            },
        }
    }
}

/// One row of the history.
#[derive(Serialize)]
pub(crate) struct StepView {
    deed: &'static str,
    from: String,
    to: String,
    passed_empty: bool,
    due_on: Option<Date>,
    note: String,
    role: &'static str,
    by: StaffId,
    at: Timestamp,
}

impl StepView {
    pub fn of(step: &StageStep) -> Self {
        Self {
            deed: step.deed.name(),
            from: step.from.code(),
            to: step.to.code(),
            passed_empty: step.empty,
            due_on: step.due_on,
            note: step.note.clone(),
            role: step.role.name(),
            by: step.by,
            at: step.at,
        }
    }
}

/// A text in both languages.
#[derive(Serialize)]
pub(crate) struct TextView {
    ko: String,
    en: String,
}

impl TextView {
    fn of(text: &Bilingual) -> Self {
        Self { ko: text.ko.clone(), en: text.en.clone() }
    }
}

/// One item with what holds for it.
#[derive(Serialize)]
pub(crate) struct ItemView {
    code: String,
    ordinal: usize,
    title: TextView,
    domain: TextView,
    area_number: String,
    area: TextView,
    restored: bool,
    /// Numbers of the detailed items, under which evidence is named.
    numbers: Vec<String>,
    verdict: Option<&'static str>,
    evidence_count: usize,
    open_findings: usize,
}

impl ItemView {
    pub fn of(case: &Case, item: &BookItem) -> Self {
        Self {
            code: item.code.to_string(),
            ordinal: item.ordinal,
            title: TextView::of(&item.title),
            domain: TextView::of(&item.domain),
            area_number: item.area_number.clone(),
            area: TextView::of(&item.area),
            restored: item.restored,
            numbers: item.details.iter().map(|detail| detail.number.to_string()).collect(),
            verdict: case.file.latest_judgement(&item.code).map(|judgement| judgement.verdict.name()),
            evidence_count: case.evidence_of(&item.code).len(),
            open_findings: case.file.open_findings(&item.code).count(),
        }
    }
}

/// One item whole: the sheet A to E and its history.
#[derive(Serialize)]
pub(crate) struct SheetView {
    #[serde(flatten)]
    item: ItemView,
    explanation: TextView,
    criteria: Vec<CriterionView>,
    evidence_examples: Vec<TextView>,
    legal_references: Vec<TextView>,
    mappings: Vec<MappingView>,
    evidence: Vec<EvidenceView>,
    judgements: Vec<JudgementView>,
    findings: Vec<FindingView>,
    plans: Vec<PlanView>,
}

#[derive(Serialize)]
struct CriterionView {
    code: String,
    text: TextView,
    notes: Vec<TextView>,
}

#[derive(Serialize)]
struct MappingView {
    framework: TextView,
    row: String,
    title: TextView,
    relation: &'static str,
}

impl SheetView {
    pub fn of(case: &Case, item: &BookItem) -> Self {
        let criterion = |one: &crate::book::BookCriterion| CriterionView {
            code: one.code.to_string(),
            text: TextView::of(&one.text),
            notes: one.notes.iter().map(TextView::of).collect(),
        };
        let mapping = |one: &BookMapping| MappingView {
            framework: TextView::of(&one.framework),
            row: one.row.clone(),
            title: TextView::of(&one.title),
            relation: one.relation.as_str(),
        };
        let findings = case.file.findings.iter().filter(|finding| finding.item == item.code);
        let plans = case.file.plans.iter().filter(|plan| plan.item == item.code);
        Self {
            item: ItemView::of(case, item),
            explanation: TextView::of(&item.explanation),
            criteria: item.criteria.iter().map(criterion).collect(),
            evidence_examples: item.examples.iter().map(TextView::of).collect(),
            legal_references: item.laws.iter().map(TextView::of).collect(),
            mappings: item.mappings.iter().map(mapping).collect(),
            evidence: case.evidence_of(&item.code).map(EvidenceView::of).collect(),
            judgements: case.file.judgements_of(&item.code).map(JudgementView::of).collect(),
            findings: findings.map(FindingView::of).collect(),
            plans: plans.map(PlanView::of).collect(),
        }
    }
}

/// One piece of evidence.
#[derive(Serialize)]
pub(crate) struct EvidenceView {
    id: EvidenceId,
    /// The official name, such as `자료1.1.1-1 정보보호최고책임자 인사발령서`.
    name: String,
    number: String,
    serial: u32,
    title: String,
    revision: u32,
    replaces: Option<EvidenceId>,
    sha256: String,
    size_bytes: u64,
    media_type: &'static str,
    bindings: Vec<BindingView>,
    origin: OriginView,
    effective_on: Date,
    added_at: Timestamp,
}

#[derive(Serialize)]
struct BindingView {
    item: String,
    criterion: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum OriginView {
    Upload { by: StaffId, file_name: String },
    ProbeRun { run: String, probe: String, outcome: String },
}

impl EvidenceView {
    pub fn of(one: &Evidence) -> Self {
        let origin = match &one.origin {
            Origin::Upload { by, file_name } => OriginView::Upload { by: *by, file_name: file_name.clone() },
            Origin::ProbeRun { run, probe, outcome } => {
                OriginView::ProbeRun { run: run.to_string(), probe: probe.clone(), outcome: outcome.clone() }
            }
        };
        let binding = |binding: &sumun_evidence::Binding| BindingView {
            item: binding.item.to_string(),
            criterion: binding.criterion.as_ref().map(ToString::to_string),
        };
        Self {
            id: one.id,
            name: one.name.to_string(),
            number: one.name.number().to_string(),
            serial: one.name.serial(),
            title: one.name.title().to_owned(),
            revision: one.revision,
            replaces: one.replaces,
            sha256: one.file.sha256.to_string(),
            size_bytes: one.file.size_bytes,
            media_type: one.file.media_type.name(),
            bindings: one.bindings.iter().map(binding).collect(),
            origin,
            effective_on: one.effective_on,
            added_at: one.added_at,
        }
    }
}

/// One judgement.
#[derive(Serialize)]
pub(crate) struct JudgementView {
    id: JudgementId,
    item: String,
    verdict: &'static str,
    reason: String,
    criteria: Vec<AnswerView>,
    evidence: Vec<ReferenceView>,
    framework: String,
    edition: String,
    onsite: bool,
    author: StaffId,
    at: Timestamp,
}

#[derive(Serialize)]
struct AnswerView {
    criterion: String,
    result: &'static str,
    note: String,
}

#[derive(Serialize)]
struct ReferenceView {
    id: EvidenceId,
    sha256: String,
}

impl JudgementView {
    pub fn of(one: &Judgement) -> Self {
        let answer = |answer: &sumun_inspection::CriterionAnswer| AnswerView {
            criterion: answer.criterion.to_string(),
            result: answer.result.name(),
            note: answer.note.clone(),
        };
        let cited = one.evidence.iter();
        Self {
            id: one.id,
            item: one.item.to_string(),
            verdict: one.verdict.name(),
            reason: one.reason.clone(),
            criteria: one.criteria.iter().map(answer).collect(),
            evidence: cited.map(|cited| ReferenceView { id: cited.id, sha256: cited.sha256.to_string() }).collect(),
            framework: one.catalog.framework.clone(),
            edition: one.catalog.edition.clone(),
            onsite: one.onsite,
            author: one.author,
            at: one.at,
        }
    }
}

/// One finding.
#[derive(Serialize)]
pub(crate) struct FindingView {
    id: FindingId,
    item: String,
    judgement: JudgementId,
    title: String,
    risk: &'static str,
    state: &'static str,
    onsite: bool,
    target_on: Date,
    opened_at: Timestamp,
    events: Vec<FindingEventView>,
}

#[derive(Serialize)]
struct FindingEventView {
    deed: &'static str,
    note: String,
    by: StaffId,
    at: Timestamp,
}

impl FindingView {
    pub fn of(one: &Finding) -> Self {
        let event = |event: &sumun_inspection::FindingEvent| FindingEventView {
            deed: event.deed.name(),
            note: event.note.clone(),
            by: event.by,
            at: event.at,
        };
        Self {
            id: one.id,
            item: one.item.to_string(),
            judgement: one.judgement,
            title: one.title.clone(),
            risk: one.risk.name(),
            state: one.state().name(),
            onsite: one.onsite,
            target_on: one.target_on,
            opened_at: one.opened_at,
            events: one.events.iter().map(event).collect(),
        }
    }
}

/// One plan.
#[derive(Serialize)]
pub(crate) struct PlanView {
    item: String,
    judgement: JudgementId,
    target: String,
    steps: Vec<String>,
    by: StaffId,
    at: Timestamp,
}

impl PlanView {
    pub fn of(one: &RemediationPlan) -> Self {
        Self {
            item: one.item.to_string(),
            judgement: one.judgement,
            target: one.target.to_string(),
            steps: one.steps.clone(),
            by: one.by,
            at: one.at,
        }
    }
}

/// One report.
#[derive(Serialize)]
pub(crate) struct ReportView {
    id: ReportId,
    sha256: String,
    data_sha256: String,
    size_bytes: u64,
    pages: u32,
    by: StaffId,
    at: Timestamp,
}

impl ReportView {
    pub fn of(one: &IssuedReport) -> Self {
        Self {
            id: one.id,
            sha256: one.sha256.to_string(),
            data_sha256: one.data_sha256.to_string(),
            size_bytes: one.size_bytes,
            pages: one.pages,
            by: one.by,
            at: one.at,
        }
    }
}
