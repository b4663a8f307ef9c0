//! The form in which the institution plans a repair (field E).

use super::done;
use super::frame::path_of;
use super::item::Attempt;
use super::judging::show_again;
use crate::access::{PathName, Permitted, Refusal, SealedForm};
use crate::book::BookItem;
use crate::case::Case;
use crate::deeds;
use crate::error::RequestFault;
use axum::response::Response;
use sumun_inspection::Role;
use sumun_web::{Page, TextField};

/// The form as it is shown.
pub(super) struct PlanningForm {
    pub target: TextField,
    pub steps: TextField,
}

/// What was typed.
#[derive(Default)]
pub(super) struct TypedPlan {
    target: String,
    steps: String,
}

impl TypedPlan {
    fn read(form: &SealedForm) -> Result<Self, RequestFault> {
        Ok(Self { target: form.text("target")?.to_owned(), steps: form.text("steps")?.to_owned() })
    }
}

impl PlanningForm {
    /// The form, if this person may plan now: the institution, for a shortfall.
    pub fn offered(permit: &Permitted<Case>, page: &Page, item: &BookItem, attempt: &Attempt) -> Option<Self> {
        let file = &permit.subject().file;
        let falls_short = file.latest_judgement(&item.code).is_some_and(|judgement| judgement.verdict.falls_short());
        if permit.role() != Some(Role::Applicant) || file.engagement.stage.closed() || !falls_short {
            return None;
        }
        let text = |key: &str| page.text(key).to_string();
        Some(Self {
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

/// `POST /engagements/{engagement}/items/{item}/plans`.
pub(crate) async fn plan(
    permit: Permitted<Case>,
    PathName([code]): PathName<1>,
    form: SealedForm,
) -> Result<Response, Refusal> {
    let item = permit.subject().item(&code).map_err(|error| permit.member().refuse(error))?;
    let typed = TypedPlan::read(&form).map_err(|fault| permit.member().refuse(fault))?;
    let steps = typed.steps.lines().map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect();
    let planned = async { deeds::plan::plan(&permit, item, typed.target.parse()?, steps).await };
    match planned.await {
        Ok(_) => {
            let path = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
            done(&path, "planned", "#plan")
        }
        Err(error) => show_again(&permit, &code, error, Attempt { plan: typed, ..Attempt::default() }).await,
    }
}
