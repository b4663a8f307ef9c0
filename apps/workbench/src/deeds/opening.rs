//! Opening an engagement.

use super::ATTEMPTS_MAX;
use crate::access::{Permitted, Scope};
use crate::error::{PlatformFault, RequestFault, WorkbenchError};
use sumun_ids::{EngagementId, InstitutionId};
use sumun_inspection::{
    ApplicantInstitution, Engagement, EngagementDraft, EngagementWrite, InstitutionProfile, Terms, engagement_opened,
};

/// What is said of a new engagement.
pub(crate) struct OpeningRequest {
    /// The id that it will have.
    pub id: EngagementId,
    /// Who is to be inspected.
    pub institution: InstitutionId,
    /// What the routing rules ask of it.
    pub profile: InstitutionProfile,
}

/// The institutions that this person may open an engagement for.
pub(crate) async fn institutions(permit: &Permitted<Scope>) -> Result<Vec<ApplicantInstitution>, WorkbenchError> {
    let mut institutions = permit.workbench().parts.institutions.institutions().await?;
    institutions.retain(|institution| permit.check_opening(institution.id).is_ok());
    Ok(institutions)
}

/// Opens an engagement under the next number of the year.
pub(crate) async fn open(permit: &Permitted<Scope>, request: OpeningRequest) -> Result<Engagement, WorkbenchError> {
    permit.check_opening(request.institution)?;
    let known = institutions(permit).await?.into_iter().find(|known| known.id == request.institution);
    let applicant = known.ok_or(RequestFault::Field("institution"))?;
    let workbench = permit.workbench();
    let parts = &workbench.parts;
    for _ in 0..ATTEMPTS_MAX {
        let now = workbench.now();
        let year = u16::try_from(now.korean_date().year_month_day().0);
        let year = year.map_err(|_| PlatformFault::Internal("the clock stands outside of all years"))?;
        let draft = EngagementDraft {
            id: request.id,
            serial: parts.engagements.next_serial(year).await?,
            catalog: workbench.current_edition().clone(),
            applicant: applicant.clone(),
            profile: request.profile,
            inspector: parts.inspector.ko.clone(),
            operator: parts.operator.ko.clone(),
            terms: Terms::FOUR_WEEKS,
            opened_by: permit.member().staff.id,
        };
        let engagement = draft.open(now)?;
        let written = parts.engagements.open(&engagement, &[engagement_opened(&engagement)]).await?;
        if written == EngagementWrite::Written {
            return Ok(engagement);
        }
    }
    Err(WorkbenchError::Changed)
}
