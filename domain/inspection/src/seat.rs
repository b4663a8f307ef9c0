//! Who sits where in an engagement.

use crate::{Engagement, InspectionError};
use sumun_ids::{InstitutionId, StaffId};

/// One of the two parties of an engagement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The institution that is inspected (이용기관).
    Applicant,
    /// The inspector (점검기관).
    Inspector,
}

impl Role {
    /// Both parties.
    pub const ALL: [Self; 2] = [Self::Applicant, Self::Inspector];

    /// The word in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Inspector => "inspector",
        }
    }

    /// The party with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The institution's.
    Applicant,
    /// The inspector's.
    Inspector,
    /// Of both.
    Both,
    /// Nobody's: the engagement is closed.
    Nobody,
}

impl Turn {
    /// Whether `role` has something to do.
    pub const fn includes(self, role: Role) -> bool {
        match self {
            Self::Both => true,
            Self::Applicant => matches!(role, Role::Applicant),
            Self::Inspector => matches!(role, Role::Inspector),
            Self::Nobody => false,
        }
    }
}

/// A member of staff in a role of one engagement. It can be had only by the
/// two constructors, so holding one proves that the person belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    staff: StaffId,
    role: Role,
}

impl Seat {
    /// The seat of a member of `institution`'s staff.
    ///
    /// # Errors
    /// [`InspectionError::NotYours`] when the engagement is another institution's.
    pub fn applicant(
        engagement: &Engagement,
        staff: StaffId,
        institution: InstitutionId,
    ) -> Result<Self, InspectionError> {
        if engagement.applicant.id == institution {
            Ok(Self { staff, role: Role::Applicant })
        } else {
            Err(InspectionError::NotYours(Role::Applicant))
        }
    }

    /// The seat of a member of the inspector's staff. An account is either an
    /// institution's or an inspector's, so no applicant can sit here.
    pub const fn inspector(staff: StaffId) -> Self {
        Self { staff, role: Role::Inspector }
    }

    /// Who sits here.
    pub const fn staff(self) -> StaffId {
        self.staff
    }

    /// In which role.
    pub const fn role(self) -> Role {
        self.role
    }

    /// That this seat is of `role`.
    ///
    /// # Errors
    /// [`InspectionError::NotYours`] when it is of the other.
    pub(crate) fn require(self, role: Role) -> Result<(), InspectionError> {
        if self.role == role { Ok(()) } else { Err(InspectionError::NotYours(role)) }
    }
}
