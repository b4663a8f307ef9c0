//! Every refusal there is, for whoever publishes or tests them all.

use super::Refusal;
use sumun_consent::Scope;
use sumun_time::Span;

/// Lists an example of every variant and, by an exhaustive match over the same
/// list, fails to compile when one is missing.
macro_rules! every {
    ($($pattern:pat => $example:expr),+ $(,)?) => {{
        #[deny(unreachable_patterns)]
        fn listed(refusal: &Refusal) {
            match refusal { $($pattern => {}),+ }
        }
        let examples = vec![$($example),+];
        examples.iter().for_each(listed);
        examples
    }};
}

impl Refusal {
    /// One example of every refusal, in the order of the enum.
    pub fn every() -> Vec<Self> {
        use Refusal::*;
        every![
            CertificateUnknown => CertificateUnknown,
            CertificateExpired => CertificateExpired,
            CertificateRevoked => CertificateRevoked,
            InstitutionStopped => InstitutionStopped,
            RouteUnknown => RouteUnknown,
            MethodNotAllowed { .. } => MethodNotAllowed { allowed: "GET".to_owned() },
            HostUnclear => HostUnclear,
            HostForeign => HostForeign,
            FramingUnclear => FramingUnclear,
            ParameterUnknown { .. } => ParameterUnknown { parameter: "form".to_owned() },
            ParameterRepeated { .. } => ParameterRepeated { parameter: "from".to_owned() },
            HeadersTooLarge => HeadersTooLarge,
            BodyUnexpected => BodyUnexpected,
            ContentTypeUnsupported => ContentTypeUnsupported,
            BodyTooLarge { .. } => BodyTooLarge { bytes_max: 1 },
            BodyTooSlow => BodyTooSlow,
            BodyBroken => BodyBroken,
            JsonMalformed => JsonMalformed,
            JsonDuplicateName => JsonDuplicateName,
            JsonTooDeep => JsonTooDeep,
            AccountMissing { .. } => AccountMissing { field: "account_id".to_owned() },
            TokenMissing => TokenMissing,
            TokenPlacement => TokenPlacement,
            TokenMalformed => TokenMalformed,
            TokenUntrusted => TokenUntrusted,
            TokenForeign => TokenForeign,
            TokenExpired => TokenExpired,
            TokenUntimely => TokenUntimely,
            TokenRevoked => TokenRevoked,
            TokenOfAnotherCertificate => TokenOfAnotherCertificate,
            TokenOfAnotherInstitution => TokenOfAnotherInstitution,
            ConsentEnded => ConsentEnded,
            ConsentExpired => ConsentExpired,
            ConsentMismatch => ConsentMismatch,
            ScopeInsufficient { .. } => ScopeInsufficient { needed: Scope::Transfer },
            AccountNotConsented => AccountNotConsented,
            LimitExceeded { .. } => LimitExceeded { retry_after: Span::from_millis(1_200) },
            RecordsUnavailable => RecordsUnavailable,
            ProcessorUnreachable => ProcessorUnreachable,
            ProcessorBroken => ProcessorBroken,
            ProcessorTimedOut => ProcessorTimedOut,
        ]
    }
}
