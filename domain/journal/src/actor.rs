//! Who did what an entry tells of.

use crate::Commitment;
use std::fmt;
use std::str::FromStr;
use sumun_ids::{InstitutionId, StaffId};

/// Who did it. On the wire `customer:<commitment>`, `institution:<id>`,
/// `staff:<id>` or `platform`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A customer, known only to whoever holds the commitment key.
    Customer(Commitment),
    /// An institution, through one of its apps or its access server.
    Institution(InstitutionId),
    /// A member of staff.
    Staff(StaffId),
    /// The platform itself.
    Platform,
}

/// The text is not an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseActorError;

impl fmt::Display for ParseActorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected customer:<commitment>, institution:<id>, staff:<id> or platform")
    }
}

impl std::error::Error for ParseActorError {}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(commitment) => write!(f, "customer:{commitment}"),
            Self::Institution(id) => write!(f, "institution:{id}"),
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Platform => f.write_str("platform"),
        }
    }
}

impl FromStr for Actor {
    type Err = ParseActorError;

    fn from_str(text: &str) -> Result<Self, ParseActorError> {
        let actor = match text.split_once(':') {
            Some(("customer", commitment)) => commitment.parse().ok().map(Self::Customer),
            Some(("institution", id)) => id.parse().ok().map(Self::Institution),
            Some(("staff", id)) => id.parse().ok().map(Self::Staff),
            None if text == "platform" => Some(Self::Platform),
            _ => None,
        };
        actor.ok_or(ParseActorError)
    }
}
