//! The names of the people whom an engagement speaks of.

use crate::access::Permitted;
use crate::case::Case;
use crate::error::WorkbenchError;
use std::collections::{BTreeMap, BTreeSet};
use sumun_evidence::Origin;
use sumun_identity::{Staff, StaffRole};
use sumun_ids::StaffId;
use sumun_web::Page;

/// Who is who.
pub(super) struct People {
    /// In which language they are called.
    locale: sumun_web::Locale,
    staff: BTreeMap<StaffId, Staff>,
    applicant: String,
    inspector: String,
    operator: String,
}

impl People {
    /// Everybody whom `permit`'s engagement names.
    pub async fn of(permit: &Permitted<Case>, page: &Page) -> Result<Self, WorkbenchError> {
        let case = permit.subject();
        let file = &case.file;
        let mut ids = BTreeSet::from([file.engagement.opened_by]);
        ids.extend(file.steps.iter().map(|one| one.by));
        ids.extend(file.judgements.iter().map(|one| one.author));
        ids.extend(file.findings.iter().flat_map(|one| one.events.iter().map(|event| event.by)));
        ids.extend(file.plans.iter().map(|one| one.by));
        ids.extend(file.reports.iter().map(|one| one.by));
        ids.extend(case.evidence.iter().filter_map(|one| match one.origin {
            Origin::Upload { by, .. } => Some(by),
            Origin::ProbeRun { .. } => None,
        }));
        let mut staff = BTreeMap::new();
        for id in ids {
            if let Some(known) = permit.workbench().parts.identities.staff(id).await? {
                staff.insert(id, known);
            }
        }
        let engagement = &file.engagement;
        let applicant = match page.locale {
            sumun_web::Locale::Ko => engagement.applicant.name_ko.clone(),
            sumun_web::Locale::En => engagement.applicant.name_en.clone(),
        };
        let operator = page.operator().to_owned();
        Ok(Self {
            locale: page.locale,
            staff,
            applicant,
            inspector: page.name(&permit.workbench().parts.inspector).to_owned(),
            operator,
        })
    }

    /// The person's name.
    pub fn name(&self, id: StaffId) -> String {
        let name = |staff: &Staff| match self.locale {
            sumun_web::Locale::Ko => staff.name.clone(),
            sumun_web::Locale::En => staff.name_in_english().to_owned(),
        };
        self.staff.get(&id).map_or_else(|| id.to_string(), name)
    }

    /// The organisation that the person works for.
    pub fn organization(&self, id: StaffId) -> String {
        match self.staff.get(&id).map(|staff| staff.role) {
            Some(StaffRole::Applicant { .. }) => self.applicant.clone(),
            Some(StaffRole::Inspector) => self.inspector.clone(),
            Some(StaffRole::Operator) => self.operator.clone(),
            None => String::new(),
        }
    }
}
