//! What was observed: one exchange each, as it goes into the evidence.

use crate::{Answer, Call, Chain, Fault, TlsVersion};
use serde::{Deserialize, Serialize};

/// The answer to one offer of a TLS version.
pub type OfferOutcome = Result<(TlsVersion, String), Fault>;
/// The chain that was shown.
pub type ChainOutcome = Result<Chain, Fault>;
/// Whether early data was on offer.
pub type EarlyDataOutcome = Result<bool, Fault>;
/// The answer to one call.
pub type CallOutcome = Result<Answer, Fault>;

/// One thing that a probe did and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// A TLS version was offered.
    Offer {
        /// The version.
        version: TlsVersion,
        /// What came back.
        outcome: OfferOutcome,
    },
    /// The certificate chain was asked for.
    Chain {
        /// What came back.
        outcome: ChainOutcome,
    },
    /// A resumption with early data was tried.
    EarlyData {
        /// What came back.
        outcome: EarlyDataOutcome,
    },
    /// A call was made.
    Call {
        /// The call.
        call: Call,
        /// What came back.
        outcome: CallOutcome,
    },
}

impl Exchange {
    /// The outcome of the call with this label.
    pub fn outcome_of<'a>(observed: &'a [Self], label: &str) -> Option<&'a CallOutcome> {
        observed.iter().find_map(|exchange| match exchange {
            Self::Call { call, outcome } if call.label == label => Some(outcome),
            _ => None,
        })
    }
}
