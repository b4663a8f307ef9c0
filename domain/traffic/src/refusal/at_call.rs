//! Which refusals a caller can meet where, for whoever publishes them.

use super::Refusal;
use crate::contract::{AccountLocation, Route};

impl Refusal {
    /// Whether a request to the path of `route` can be refused so, whatever
    /// else is right or wrong with it.
    pub fn can_come_at(&self, route: &Route) -> bool {
        let has_body = route.body_bytes_max > 0;
        match self {
            // A path without parameters is in the contract or is another path.
            Self::RouteUnknown => route.template.contains('{'),
            Self::BodyUnexpected => !has_body,
            Self::ContentTypeUnsupported
            | Self::BodyTooLarge { .. }
            | Self::BodyTooSlow
            | Self::BodyBroken
            | Self::JsonMalformed
            | Self::JsonDuplicateName
            | Self::JsonTooDeep => has_body,
            Self::AccountMissing { .. } => matches!(route.account, Some(AccountLocation::Body(_))),
            Self::AccountNotConsented => route.account.is_some(),
            Self::ScopeInsufficient { .. } => route.scope.is_some(),
            Self::ParameterRepeated { .. } => !route.query.is_empty(),
            Self::CertificateUnknown
            | Self::CertificateExpired
            | Self::CertificateRevoked
            | Self::InstitutionStopped
            | Self::MethodNotAllowed { .. }
            | Self::HostUnclear
            | Self::HostForeign
            | Self::FramingUnclear
            | Self::ParameterUnknown { .. }
            | Self::HeadersTooLarge
            | Self::TokenMissing
            | Self::TokenPlacement
            | Self::TokenMalformed
            | Self::TokenUntrusted
            | Self::TokenForeign
            | Self::TokenExpired
            | Self::TokenUntimely
            | Self::TokenRevoked
            | Self::TokenOfAnotherCertificate
            | Self::TokenOfAnotherInstitution
            | Self::ConsentEnded
            | Self::ConsentExpired
            | Self::ConsentMismatch
            | Self::LimitExceeded { .. }
            | Self::RecordsUnavailable
            | Self::ProcessorUnreachable
            | Self::ProcessorBroken
            | Self::ProcessorTimedOut => true,
        }
    }
}
