//! Remediation plans (향후 이행계획, field E of the sheet).

use crate::{CaseFile, InputFault, InspectionError, Month, ProcedureFault, Role, Seat, text};
use sumun_evidence::ItemCode;
use sumun_ids::{EngagementId, JudgementId, StaffId};
use sumun_time::Timestamp;

/// The most steps of one plan (our choice).
const STEPS_MAX: usize = 20;

/// How and by which month a shortfall will be repaired. Later plans stand beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemediationPlan {
    /// The engagement.
    pub engagement: EngagementId,
    /// The item.
    pub item: ItemCode,
    /// The judgement that it answers.
    pub judgement: JudgementId,
    /// 목표시기.
    pub target: Month,
    /// 세부 이행계획.
    pub steps: Vec<String>,
    /// Who planned.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// What the institution plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDraft {
    /// The item.
    pub item: ItemCode,
    /// 목표시기.
    pub target: Month,
    /// 세부 이행계획.
    pub steps: Vec<String>,
}

impl CaseFile {
    /// Plans the repair of an item whose last verdict falls short (P4, field E).
    ///
    /// # Errors
    /// [`InspectionError::NotYours`] for the inspector, [`ProcedureFault::PlanUnneeded`]
    /// when the item does not fall short, [`ProcedureFault::NotNow`] after the end,
    /// [`InputFault::Month`] and [`InputFault::Steps`].
    pub fn plan(&self, draft: PlanDraft, seat: Seat, now: Timestamp) -> Result<RemediationPlan, InspectionError> {
        seat.require(Role::Applicant)?;
        let stage = self.engagement.stage;
        if stage.closed() {
            return Err(ProcedureFault::NotNow(stage.kind()).into());
        }
        let judgement = self.latest_judgement(&draft.item).filter(|judgement| judgement.verdict.falls_short());
        let judgement = judgement.ok_or(ProcedureFault::PlanUnneeded)?;
        if draft.target < Month::of(now.korean_date()) {
            return Err(InputFault::Month.into());
        }
        if !(1..=STEPS_MAX).contains(&draft.steps.len()) {
            return Err(InputFault::Steps.into());
        }
        let steps = draft.steps.iter().map(|step| text::line(step, InputFault::Steps));
        Ok(RemediationPlan {
            engagement: self.engagement.id,
            item: draft.item,
            judgement: judgement.id,
            target: draft.target,
            steps: steps.collect::<Result<_, _>>()?,
            by: seat.staff(),
            at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_file::tests::*;
    use crate::{Stage, Verdict};

    fn draft(target: &str, steps: &[&str]) -> PlanDraft {
        PlanDraft {
            item: item(1),
            target: target.parse().unwrap(),
            steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        }
    }

    #[test]
    fn p4_e_a_plan_goes_only_with_a_shortfall() {
        for verdict in Verdict::ALL {
            let file = judged(Stage::WrittenFix, verdict);
            let planned = file.plan(draft("2027-02", &["자격증 취득"]), applicant(), NOW);
            assert_eq!(planned.is_ok(), verdict.falls_short(), "{verdict:?}");
        }
        let unjudged = case_file(Stage::WrittenFix);
        let refused = unjudged.plan(draft("2027-02", &["자격증 취득"]), applicant(), NOW);
        assert_eq!(refused, Err(ProcedureFault::PlanUnneeded.into()));
    }

    #[test]
    fn a_plan_names_a_month_and_its_steps() {
        let file = judged(Stage::WrittenFix, Verdict::Partial);
        let plan = file.plan(draft("2026-11", &[" 하나 ", "둘"]), applicant(), NOW).unwrap();
        assert_eq!(
            (plan.target.to_string().as_str(), plan.steps.as_slice()),
            ("2026-11", &["하나".into(), "둘".into()][..])
        );
        assert_eq!(plan.judgement, file.judgements[0].id);
        let refused = |draft| file.plan(draft, applicant(), NOW).unwrap_err();
        assert_eq!(refused(draft("2026-10", &["하나"])), InputFault::Month.into());
        assert_eq!(refused(draft("2027-02", &[])), InputFault::Steps.into());
        assert_eq!(refused(draft("2027-02", &["하나", " "])), InputFault::Steps.into());
        assert_eq!(refused(draft("2027-02", &["x"; 21])), InputFault::Steps.into());
    }

    #[test]
    fn only_the_institution_plans_and_only_before_the_end() {
        let plan = draft("2027-02", &["하나"]);
        let file = judged(Stage::WrittenFix, Verdict::Partial);
        assert_eq!(file.plan(plan.clone(), inspector(), NOW), Err(InspectionError::NotYours(Role::Applicant)));
        let closed = judged(Stage::FinalReport { sent: true }, Verdict::Partial);
        assert!(matches!(
            closed.plan(plan, applicant(), NOW),
            Err(InspectionError::Procedure(ProcedureFault::NotNow(_)))
        ));
    }
}
