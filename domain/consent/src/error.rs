//! Why a consent cannot be given or ended.

use std::fmt;
use sumun_time::Timestamp;

/// Why a consent cannot be given or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentError {
    /// The institution's terms: the validity is already over when the consent is given.
    AlreadyOver,
    /// The institution's terms: the validity is longer than [`crate::VALIDITY_MAX`].
    ValidTooLong,
    /// The caller's: the consent ended before, at this instant.
    Ended {
        /// When it ended.
        at: Timestamp,
    },
}

impl fmt::Display for ConsentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyOver => f.write_str("the consent would be over before it begins"),
            Self::ValidTooLong => f.write_str("a consent is valid for one year at most"),
            Self::Ended { at } => write!(f, "the consent ended at {at}"),
        }
    }
}

impl std::error::Error for ConsentError {}
