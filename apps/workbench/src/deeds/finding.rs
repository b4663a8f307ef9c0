//! Repairing a finding, and answering the repair.

use super::Attempts;
use crate::access::Permitted;
use crate::case::Case;
use crate::error::WorkbenchError;
use sumun_ids::FindingId;
use sumun_inspection::{FindingDeed, FindingEvent, Seen, finding_entry};

/// Does `deed` to a finding as this person.
pub(crate) async fn answer(
    permit: &Permitted<Case>,
    finding: FindingId,
    deed: FindingDeed,
    note: &str,
    seen: Option<Seen>,
) -> Result<FindingEvent, WorkbenchError> {
    let seat = permit.seat()?;
    let parts = &permit.workbench().parts;
    let mut attempts = Attempts::new(permit, seen);
    loop {
        let now = attempts.now();
        let event = attempts.decide(|file| file.answer_finding(finding, deed, note, seat, now))?;
        let file = attempts.file();
        let known = file.findings.iter().find(|known| known.id == finding);
        let entry = known.map(|known| finding_entry(known, Some(&event), event.by, &parts.commitments));
        let (id, version) = (file.engagement.id, file.engagement.version);
        let write = parts.judgements.answer_finding(id, version, &event, entry.as_slice()).await?;
        if attempts.settled(write).await? {
            return Ok(event);
        }
    }
}
