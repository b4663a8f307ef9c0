//! What can be done in the workbench. Pages and API call the same deeds.
//!
//! A deed asks the rules on the engagement as it is, writes what they answer
//! if the engagement is still that, and begins again when it is not.

pub(crate) mod advance;
pub(crate) mod evidence;
pub(crate) mod finding;
pub(crate) mod judgement;
pub(crate) mod opening;
pub(crate) mod pack;
pub(crate) mod plan;
pub(crate) mod probe;
pub(crate) mod report;

use crate::access::Permitted;
use crate::case::Case;
use crate::error::{AccessFault, WorkbenchError};
use sumun_inspection::{CaseFile, EngagementWrite, InspectionError, Seen};
use sumun_time::Timestamp;

/// How often a deed begins again when others come in between.
const ATTEMPTS_MAX: usize = 8;

/// One deed on its way: the engagement as the rules are to see it, and how
/// often it may still begin again.
struct Attempts<'a> {
    permit: &'a Permitted<Case>,
    seen: Option<Seen>,
    later: Option<CaseFile>,
    left: usize,
}

impl<'a> Attempts<'a> {
    /// `seen` is what the page showed on which the deed was decided; a program
    /// decides on what it read itself.
    fn new(permit: &'a Permitted<Case>, seen: Option<Seen>) -> Self {
        Self { permit, seen, later: None, left: ATTEMPTS_MAX }
    }

    /// What `rule` decides on the engagement as it is, if whoever asks has seen
    /// it so. Whose deed it is not is told that first, and nothing else.
    fn decide<T>(&self, rule: impl FnOnce(&CaseFile) -> Result<T, InspectionError>) -> Result<T, WorkbenchError> {
        let file = self.file();
        match (rule(file), &self.seen) {
            (Err(fault @ InspectionError::NotYours(_)), _) => Err(fault.into()),
            (decided, None) => Ok(decided?),
            (decided, Some(seen)) => {
                file.check_seen(seen, &self.permit.subject().newest_for(seen))?;
                Ok(decided?)
            }
        }
    }

    /// The engagement as it is, as far as is known.
    fn file(&self) -> &CaseFile {
        self.later.as_ref().unwrap_or(&self.permit.subject().file)
    }

    /// When this attempt is made.
    fn now(&self) -> Timestamp {
        self.permit.workbench().now()
    }

    /// Whether the deed is written. If others came in between, the engagement
    /// is loaded again, so that the rules can decide on what it is now.
    async fn settled(&mut self, write: EngagementWrite) -> Result<bool, WorkbenchError> {
        if write == EngagementWrite::Written {
            return Ok(true);
        }
        self.left = self.left.checked_sub(1).ok_or(WorkbenchError::Changed)?;
        let id = self.file().engagement.id;
        let later = self.permit.workbench().parts.engagements.case_file(id).await?;
        self.later = Some(later.ok_or(AccessFault::NotFound)?);
        Ok(false)
    }
}
