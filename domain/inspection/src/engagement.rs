//! One inspection of one institution.

use crate::{EngagementNumber, InputFault, InstitutionProfile, Stage, Terms, text};
use sumun_ids::{EngagementId, InstitutionId, StaffId};
use sumun_time::{Date, Timestamp};

/// A catalog of check items in one edition, such as `openbanking-institution`
/// of `2019`. A judgement names the edition that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogEdition {
    /// The framework's id.
    pub framework: String,
    /// The edition.
    pub edition: String,
}

/// All that an inspection knows of the inspected institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantInstitution {
    /// Its id, by which its staff are told from others'.
    pub id: InstitutionId,
    /// Its name in Korean.
    pub name_ko: String,
    /// Its name in English.
    pub name_en: String,
    /// Its business number (사업자등록번호), ten digits.
    pub business_number: String,
}

/// One inspection of one institution, from consultation to the final report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// Its id.
    pub id: EngagementId,
    /// The number on its letters.
    pub number: EngagementNumber,
    /// What is inspected against.
    pub catalog: CatalogEdition,
    /// Who is inspected.
    pub applicant: ApplicantInstitution,
    /// What the routing rules ask of it.
    pub profile: InstitutionProfile,
    /// The name of the inspecting organisation (점검기관).
    pub inspector: String,
    /// The name of the operator whose APIs will be used (운영기관).
    pub operator: String,
    /// How many business days each stage has.
    pub terms: Terms,
    /// Who opened it.
    pub opened_by: StaffId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// When it came to that stage.
    pub stage_since: Timestamp,
    /// By when the stage is to end, where it has a term.
    pub due_on: Option<Date>,
    /// Counts the writes; a write is refused when another came in between.
    pub version: u32,
}

/// What is needed to open an engagement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngagementDraft {
    /// The id that it will have.
    pub id: EngagementId,
    /// The serial after the last one of the year.
    pub serial: u32,
    /// What is inspected against.
    pub catalog: CatalogEdition,
    /// Who is inspected.
    pub applicant: ApplicantInstitution,
    /// What the routing rules ask of it.
    pub profile: InstitutionProfile,
    /// The name of the inspecting organisation.
    pub inspector: String,
    /// The name of the operator.
    pub operator: String,
    /// How many business days each stage has.
    pub terms: Terms,
    /// Who opens it.
    pub opened_by: StaffId,
}

impl EngagementDraft {
    /// Opens the engagement: it begins with the consultation.
    ///
    /// # Errors
    /// [`InputFault::Name`] and [`InputFault::BusinessNumber`] when a name or the number cannot be taken.
    pub fn open(self, now: Timestamp) -> Result<Engagement, InputFault> {
        let digits = |number: &str| number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&self.applicant.business_number) {
            return Err(InputFault::BusinessNumber);
        }
        let year = now.korean_date().year_month_day().0;
        Ok(Engagement {
            id: self.id,
            number: EngagementNumber::new(year, self.serial)?,
            catalog: self.catalog,
            applicant: ApplicantInstitution {
                name_ko: text::line(&self.applicant.name_ko, InputFault::Name)?,
                name_en: text::line(&self.applicant.name_en, InputFault::Name)?,
                ..self.applicant
            },
            profile: self.profile,
            inspector: text::line(&self.inspector, InputFault::Name)?,
            operator: text::line(&self.operator, InputFault::Name)?,
            terms: self.terms,
            opened_by: self.opened_by,
            opened_at: now,
            stage: Stage::Consulting,
            stage_since: now,
            due_on: None,
            version: 1,
        })
    }
}
