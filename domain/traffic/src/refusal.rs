//! Why a call is refused, and what its caller is told.

mod at_call;
mod catalogue;
mod table;

use sumun_consent::Scope;
use sumun_time::Span;

/// Every reason for which the gateway refuses a call, grouped by who can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    // The institution: its certificate.
    /// The certificate is of our authority but not registered.
    CertificateUnknown,
    /// The certificate was valid when the connection began and is not any more.
    CertificateExpired,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The institution may not call at present (PR-057).
    InstitutionStopped,

    // The caller: the request's form.
    /// The contract has no such path.
    RouteUnknown,
    /// The path has no such method.
    MethodNotAllowed {
        /// The methods that it has, for the `Allow` header.
        allowed: String,
    },
    /// There is no or more than one host, two that differ, or one that is none (RFC 9112 section 3.2).
    HostUnclear,
    /// The host is not a name of the gateway (RFC 9110 section 7.4).
    HostForeign,
    /// Where the body ends can be read in two ways (RFC 9112 section 6.1).
    FramingUnclear,
    /// The query has a parameter that the operation does not.
    ParameterUnknown {
        /// Its name, as it was sent.
        parameter: String,
    },
    /// The query has a parameter twice.
    ParameterRepeated {
        /// Its name.
        parameter: String,
    },
    /// The head has too many or too long headers.
    HeadersTooLarge,
    /// A request that needs no body has one.
    BodyUnexpected,
    /// The body is not declared as JSON, or is compressed.
    ContentTypeUnsupported,
    /// The body is longer than the contract allows.
    BodyTooLarge {
        /// How long it may be.
        bytes_max: u64,
    },
    /// The body did not end in time.
    BodyTooSlow,
    /// The body's framing is broken.
    BodyBroken,
    /// The body is not JSON.
    JsonMalformed,
    /// An object of the body has the same name twice.
    JsonDuplicateName,
    /// The body is nested too deeply.
    JsonTooDeep,
    /// The body does not name the account that it is about.
    AccountMissing {
        /// The member that should.
        field: String,
    },

    // The app: its access token (RFC 6750 section 3.1).
    /// There is no access token.
    TokenMissing,
    /// The token was sent in another way than once in the `Authorization` header.
    TokenPlacement,
    /// The token is not a JWT that is read here.
    TokenMalformed,
    /// The token was not signed by a key of the authorization server.
    TokenUntrusted,
    /// The token is of another issuer, for another audience or another kind of token.
    TokenForeign,
    /// The token has expired.
    TokenExpired,
    /// The token is not valid yet, or lives longer than any token may.
    TokenUntimely,
    /// The token was revoked.
    TokenRevoked,
    /// The token is bound to another certificate (RFC 8705 section 3).
    TokenOfAnotherCertificate,
    /// The token is of another institution or of an app that is not the institution's (PR-013).
    TokenOfAnotherInstitution,

    // The customer: the consent.
    /// The consent was withdrawn, or there is none (PR-021).
    ConsentEnded,
    /// The consent has reached its end (PR-021).
    ConsentExpired,
    /// The consent is of another customer, app or institution than the token.
    ConsentMismatch,
    /// The customer did not grant what the call needs (PR-014).
    ScopeInsufficient {
        /// What it needs.
        needed: Scope,
    },
    /// The consent does not name the account (PR-012).
    AccountNotConsented,

    // Too much at once.
    /// The institution's limit is used up (PR-058).
    LimitExceeded {
        /// How long to wait.
        retry_after: Span,
    },

    // The platform.
    /// The call cannot be recorded, so it is not carried out.
    RecordsUnavailable,
    /// The API processor cannot be reached.
    ProcessorUnreachable,
    /// The API processor's answer broke off or is not fit to be sent on.
    ProcessorBroken,
    /// The API processor did not answer in time; whether it acted is not known.
    ProcessorTimedOut,
}

/// Who can mend it; records count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Certificate or token.
    Authentication,
    /// Consent, scope, account.
    Authorization,
    /// Form of the request.
    Request,
    /// Too many requests.
    Volume,
    /// Us.
    Platform,
}

/// What a caller is told, and nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// The HTTP status.
    pub status: u16,
    /// The stable short name: `code`, and the end of `type`.
    pub code: &'static str,
    /// Korean title.
    pub title_ko: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// Who can mend it.
    pub blame: Blame,
    /// The error code of RFC 6750 section 3.1, where there is one.
    pub bearer_error: Option<&'static str>,
}

impl Refusal {
    /// What the caller is told: the one place where a reason becomes an answer.
    pub fn outside(&self) -> Outside {
        match self {
            Self::CertificateUnknown => table::CERTIFICATE_UNKNOWN,
            Self::CertificateExpired => table::CERTIFICATE_EXPIRED,
            Self::CertificateRevoked => table::CERTIFICATE_REVOKED,
            Self::InstitutionStopped => table::INSTITUTION_STOPPED,
            Self::RouteUnknown => table::ROUTE_UNKNOWN,
            Self::MethodNotAllowed { .. } => table::METHOD_NOT_ALLOWED,
            Self::HostUnclear => table::HOST_UNCLEAR,
            Self::HostForeign => table::HOST_FOREIGN,
            Self::FramingUnclear => table::FRAMING_UNCLEAR,
            Self::ParameterUnknown { .. } => table::PARAMETER_UNKNOWN,
            Self::ParameterRepeated { .. } => table::PARAMETER_REPEATED,
            Self::HeadersTooLarge => table::HEADERS_TOO_LARGE,
            Self::BodyUnexpected => table::BODY_UNEXPECTED,
            Self::ContentTypeUnsupported => table::CONTENT_TYPE_UNSUPPORTED,
            Self::BodyTooLarge { .. } => table::BODY_TOO_LARGE,
            Self::BodyTooSlow => table::BODY_TOO_SLOW,
            Self::BodyBroken => table::BODY_BROKEN,
            Self::JsonMalformed => table::JSON_MALFORMED,
            Self::JsonDuplicateName => table::JSON_DUPLICATE_NAME,
            Self::JsonTooDeep => table::JSON_TOO_DEEP,
            Self::AccountMissing { .. } => table::ACCOUNT_MISSING,
            Self::TokenMissing => table::TOKEN_MISSING,
            Self::TokenPlacement => table::TOKEN_PLACEMENT,
            Self::TokenMalformed => table::TOKEN_MALFORMED,
            Self::TokenUntrusted => table::TOKEN_UNTRUSTED,
            Self::TokenForeign => table::TOKEN_FOREIGN,
            Self::TokenExpired => table::TOKEN_EXPIRED,
            Self::TokenUntimely => table::TOKEN_UNTIMELY,
            Self::TokenRevoked => table::TOKEN_REVOKED,
            Self::TokenOfAnotherCertificate => table::TOKEN_OF_ANOTHER_CERTIFICATE,
            Self::TokenOfAnotherInstitution => table::TOKEN_OF_ANOTHER_INSTITUTION,
            Self::ConsentEnded => table::CONSENT_ENDED,
            Self::ConsentExpired => table::CONSENT_EXPIRED,
            Self::ConsentMismatch => table::CONSENT_MISMATCH,
            Self::ScopeInsufficient { .. } => table::SCOPE_INSUFFICIENT,
            Self::AccountNotConsented => table::ACCOUNT_NOT_CONSENTED,
            Self::LimitExceeded { .. } => table::LIMIT_EXCEEDED,
            Self::RecordsUnavailable => table::RECORDS_UNAVAILABLE,
            Self::ProcessorUnreachable => table::PROCESSOR_UNREACHABLE,
            Self::ProcessorBroken => table::PROCESSOR_BROKEN,
            Self::ProcessorTimedOut => table::PROCESSOR_TIMED_OUT,
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750 section 3), for answers that carry one.
    pub fn challenge(&self) -> Option<String> {
        let outside = self.outside();
        if outside.status != 401 && outside.bearer_error.is_none() {
            return None;
        }
        let mut challenge = String::from("Bearer realm=\"sumun\"");
        if let Some(error) = outside.bearer_error {
            challenge.push_str(&format!(", error=\"{error}\", error_description=\"{}\"", outside.title_en));
        }
        if let Self::ScopeInsufficient { needed } = self {
            challenge.push_str(&format!(", scope=\"{needed}\""));
        }
        Some(challenge)
    }
}

#[cfg(test)]
mod tests;
