//! The form in which the institution plans a repair (field E).

use super::done;
use super::frame::path_of;
use super::item::Attempt;
use super::judging::show_again;
use crate::access::{PathName, Permitted, Refusal};
use crate::book::BookItem;
use crate::case::Case;
use crate::deeds;
use crate::error::RequestFault;
use crate::submission::{SentForm, Submission, once};
use axum::response::Response;
use std::sync::Arc;
use sumun_evidence::ItemCode;
use sumun_inspection::{Month, Role, Seen};
use sumun_web::{Page, TextField};

/// The form as it is shown.
pub(super) struct PlanningForm {
    pub seen_judgement: String,
    pub seen_plans: usize,
    pub target: TextField,
    pub steps: TextField,
}

/// What was typed.
#[derive(Default)]
pub(super) struct TypedPlan {
    seen_judgement: String,
    seen_plans: String,
    target: String,
    steps: String,
}

impl TypedPlan {
    pub fn read(form: &SentForm) -> Result<Self, RequestFault> {
        let text = |name: &str| form.text(name).map(str::to_owned);
        Ok(Self {
            seen_judgement: text("seen_judgement")?,
            seen_plans: text("seen_plans")?,
            target: text("target")?,
            steps: text("steps")?,
        })
    }
}

impl PlanningForm {
    /// The form, if this person may plan now: the institution, for a shortfall.
    pub fn offered(permit: &Permitted<Case>, page: &Page, item: &BookItem, attempt: &Attempt) -> Option<Self> {
        if !may_plan(permit, &item.code) {
            return None;
        }
        let file = &permit.subject().file;
        let text = |key: &str| page.text(key).to_string();
        Some(Self {
            seen_judgement: file.latest_judgement(&item.code).map(|one| one.id.to_string()).unwrap_or_default(),
            seen_plans: file.plans.iter().filter(|plan| plan.item == item.code).count(),
            target: TextField::required("target", text("field-target"))
                .kind("month", "")
                .hint(text("plan-target-hint"))
                .value(&attempt.plan.target)
                .checked(&attempt.errors),
            steps: TextField::required("steps", text("field-steps"))
                .hint(text("plan-steps-hint"))
                .value(&attempt.plan.steps)
                .checked(&attempt.errors),
        })
    }
}

/// Whether this person may plan now: the institution, for a shortfall.
fn may_plan(permit: &Permitted<Case>, item: &ItemCode) -> bool {
    let file = &permit.subject().file;
    let falls_short = file.latest_judgement(item).is_some_and(|judgement| judgement.verdict.falls_short());
    permit.role() == Some(Role::Applicant) && !file.engagement.stage.closed() && falls_short
}

/// `POST /engagements/{engagement}/items/{item}/plans`.
pub(crate) async fn plan(
    PathName([code]): PathName<1>,
    Submission { permit, mut form }: Submission<Case>,
) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let typed = TypedPlan::read(&form).map_err(|fault| permit.member().refuse(fault))?;
    let steps = typed.steps.lines().map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect();
    let planned = async {
        let (press, target): (_, Month) = (form.press()?, typed.target.parse()?);
        let path = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
        let (own, code) = (Arc::clone(&permit), code.clone());
        let (judgement, plans) = (typed.seen_judgement.parse().ok(), typed.seen_plans.parse().unwrap_or_default());
        let planning = async move {
            let item = own.subject().item(&code)?;
            let seen = Seen::Plans { item: item.code.clone(), judgement, plans };
            deeds::plan::plan(&own, item, target, steps, Some(seen)).await.map(drop)
        };
        once(permit.member(), press, done(&path, "planned", "#plan"), planning).await
    };
    match planned.await {
        Ok(response) => Ok(response),
        Err(error) => {
            let offered = code.parse().is_ok_and(|item| may_plan(&permit, &item));
            show_again(&permit, &code, error, Attempt { plan: typed, offered, ..Attempt::default() }).await
        }
    }
}
