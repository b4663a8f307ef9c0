//! Moving an engagement on.

use super::Attempts;
use crate::access::Permitted;
use crate::case::Case;
use crate::error::WorkbenchError;
use sumun_inspection::{Advance, Deed, Seen, stage_advanced};

/// Does `deed` as this person.
pub(crate) async fn advance(
    permit: &Permitted<Case>,
    deed: Deed,
    seen: Option<Seen>,
) -> Result<Advance, WorkbenchError> {
    let seat = permit.seat()?;
    let parts = &permit.workbench().parts;
    let items = permit.subject().book.codes();
    let mut attempts = Attempts::new(permit, seen);
    loop {
        let now = attempts.now();
        let advance = attempts.decide(|file| file.advance(deed.clone(), seat, items, &parts.calendar, now))?;
        let (id, check) = (advance.engagement, advance.self_check.as_ref());
        let entry = |step| stage_advanced(id, step, check, &parts.commitments);
        let entries: Vec<_> = advance.steps.iter().map(entry).collect();
        let write = parts.engagements.advance(&advance, &entries).await?;
        if attempts.settled(write).await? {
            return Ok(advance);
        }
    }
}
