//! Planning a repair (field E).

use super::Attempts;
use crate::access::Permitted;
use crate::book::BookItem;
use crate::case::Case;
use crate::error::WorkbenchError;
use sumun_inspection::{Month, PlanDraft, RemediationPlan, Seen, plan_recorded};

/// Adds a plan for `item` as this person.
pub(crate) async fn plan(
    permit: &Permitted<Case>,
    item: &BookItem,
    target: Month,
    steps: Vec<String>,
    seen: Option<Seen>,
) -> Result<RemediationPlan, WorkbenchError> {
    let seat = permit.seat()?;
    let parts = &permit.workbench().parts;
    let draft = PlanDraft { item: item.code.clone(), target, steps };
    let mut attempts = Attempts::new(permit, seen);
    loop {
        let now = attempts.now();
        let plan = attempts.decide(|file| file.plan(draft.clone(), seat, now))?;
        let file = attempts.file();
        let entry = plan_recorded(&plan, &parts.commitments);
        let write = parts.judgements.plan(&plan, file.engagement.version, &[entry]).await?;
        if attempts.settled(write).await? {
            return Ok(plan);
        }
    }
}
