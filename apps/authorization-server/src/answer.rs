//! What the outside is told: the one place where a fault becomes an answer.
//!
//! An answer says enough for an honest developer to mend the request and
//! nothing about what is registered, stored or why the platform failed; that
//! goes to the log.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::error::Error;
use sumun_authorization::{
    AuthorizationError, ClientFault, CustomerFault, GrantFault, PlatformFault, RequestFault, RequestUriFault,
};
use sumun_system::in_one_line;
use sumun_web::{ErrorPage, Locale, Messages};

/// What a fault looks like from outside, on either side of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The OAuth `error` (RFC 6749 section 5.2, RFC 9126 section 2.3).
    pub error: &'static str,
    /// The OAuth `error_description`: ASCII without quotes.
    pub description: String,
    /// The stem of the texts of the page that a browser gets, `fault-…`.
    pub page: &'static str,
}

impl Answer {
    /// The exhaustive mapping.
    pub fn of(error: &AuthorizationError) -> Self {
        match error {
            AuthorizationError::Client(fault) => client(*fault),
            AuthorizationError::Request(fault) => request(fault),
            AuthorizationError::RequestUri(fault) => request_uri(*fault),
            AuthorizationError::Grant(fault) => grant(*fault),
            AuthorizationError::Customer(fault) => customer(*fault),
            AuthorizationError::Platform(fault) => platform(fault),
        }
    }

    fn new(status: StatusCode, error: &'static str, description: impl ToString, page: &'static str) -> Self {
        // RFC 6749 section 5.2 lets a description hold only these; a sender's own words may be repeated in it.
        let allowed = |letter: &char| matches!(letter, ' '..='!' | '#'..='[' | ']'..='~');
        Self { status, error, description: description.to_string().chars().filter(allowed).collect(), page }
    }

    /// As the JSON of the pushed request and token endpoints.
    pub fn into_json(self) -> Response {
        json(self.status, &OauthError { error: self.error, error_description: &self.description })
    }

    /// As a page for the person in front of the browser.
    pub fn into_page(self, messages: &Messages, locale: Locale) -> ErrorPage {
        let text = |part: &str| messages.text(locale, &format!("{}-{part}", self.page)).to_string();
        ErrorPage::new(self.status, locale, text("title"), text("detail"))
    }
}

/// Logs the whole cause of `error` with where it happened. Nothing of the request's values is in it (PR-036).
pub(crate) fn log(place: &'static str, error: &AuthorizationError) {
    let cause = error.source().map(in_one_line).unwrap_or_default();
    match error {
        AuthorizationError::Platform(_) => tracing::error!(place, %error, cause, "refused by our own fault"),
        _ => tracing::info!(place, %error, "refused"),
    }
}

/// A JSON answer that no cache keeps (RFC 6749 section 5.1).
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

#[derive(Serialize)]
struct OauthError<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// RFC 6749 section 5.2: 401 `invalid_client`. What is registered is not told:
/// an unknown app, a wrong key and a wrong subject sound alike.
fn client(fault: ClientFault) -> Answer {
    let description = match fault {
        ClientFault::AppUnknown
        | ClientFault::AssertionSignature
        | ClientFault::CertificateSubject
        | ClientFault::InstitutionNotActive
        | ClientFault::MethodNotRegistered => "client authentication failed".to_owned(),
        ClientFault::CertificateExpired
        | ClientFault::CertificateOfAnotherInstitution
        | ClientFault::CertificateUnknown => "the client certificate is not one of this app's institution".to_owned(),
        ClientFault::AssertionAlgorithm
        | ClientFault::AssertionAudience
        | ClientFault::AssertionExpired
        | ClientFault::AssertionFromTheFuture
        | ClientFault::AssertionIdentifier
        | ClientFault::AssertionIssuer
        | ClientFault::AssertionLifetime
        | ClientFault::AssertionMalformed
        | ClientFault::AssertionReplayed
        | ClientFault::CertificateMissing
        | ClientFault::IdentifierMismatch
        | ClientFault::MethodNotSupported
        | ClientFault::NoCredential
        | ClientFault::SeveralMethods => fault.to_string(),
    };
    Answer::new(StatusCode::UNAUTHORIZED, "invalid_client", description, "fault-request-not-pushed")
}

fn request(fault: &RequestFault) -> Answer {
    let error = match fault {
        RequestFault::AuthorizationDetails => "invalid_authorization_details",
        RequestFault::GrantType => "unsupported_grant_type",
        RequestFault::RequestObject => "request_not_supported",
        RequestFault::ResponseType => "unsupported_response_type",
        RequestFault::Scope => "invalid_scope",
        RequestFault::Target => "invalid_target",
        RequestFault::Challenge
        | RequestFault::ChallengeMethod
        | RequestFault::Characters { .. }
        | RequestFault::Missing { .. }
        | RequestFault::Parameters(_)
        | RequestFault::RedirectUri
        | RequestFault::RequestUriPushed
        | RequestFault::ResponseMode
        | RequestFault::TooLong { .. } => "invalid_request",
    };
    Answer::new(StatusCode::BAD_REQUEST, error, fault, "fault-request-not-pushed")
}

/// Seen by browsers only: a page, never a redirect, because nothing that such
/// a request brings can be trusted (FAPI 2.0 section 5.3.2.1 clause 7).
fn request_uri(fault: RequestUriFault) -> Answer {
    let page = match fault {
        RequestUriFault::Decided => "fault-request-decided",
        RequestUriFault::Expired => "fault-request-expired",
        RequestUriFault::NotPushed => "fault-request-not-pushed",
        RequestUriFault::InstitutionNotActive | RequestUriFault::OfAnotherApp | RequestUriFault::Unknown => {
            "fault-request-unknown"
        }
    };
    Answer::new(StatusCode::BAD_REQUEST, "invalid_request_uri", fault, page)
}

/// RFC 6749 section 5.2: one error for all; the description helps the app's
/// developer, who holds the certificate and the code.
fn grant(fault: GrantFault) -> Answer {
    let description = match fault {
        GrantFault::CodeOfAnotherApp | GrantFault::CodeUnknown => GrantFault::CodeUnknown,
        GrantFault::CodeExpired
        | GrantFault::CodeReplayed
        | GrantFault::ConsentEnded
        | GrantFault::RedirectUri
        | GrantFault::Verifier => fault,
    };
    Answer::new(StatusCode::BAD_REQUEST, "invalid_grant", description, "fault-request-unknown")
}

/// Seen by browsers only.
fn customer(fault: CustomerFault) -> Answer {
    let (status, page) = match fault {
        CustomerFault::AccountOfAnother => (StatusCode::FORBIDDEN, "fault-account"),
        CustomerFault::ConsentOfAnother => (StatusCode::NOT_FOUND, "error-not-found"),
        CustomerFault::DecisionUnknown | CustomerFault::NoAccountChosen => {
            (StatusCode::BAD_REQUEST, "error-bad-request")
        }
    };
    Answer::new(status, "access_denied", fault, page)
}

fn platform(fault: &PlatformFault) -> Answer {
    let passing = match fault {
        PlatformFault::Store(failure) => failure.is_retryable(),
        PlatformFault::Accounts(_) => true,
        PlatformFault::Internal(_) | PlatformFault::Signing(_) | PlatformFault::Terms(_) => false,
    };
    if passing {
        let description = "nothing has changed; try again in a moment";
        Answer::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description, "fault-temporary")
    } else {
        Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the server failed", "error-internal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_journal::StoreFailure;

    #[test]
    fn rfc6749_5_2_each_fault_has_its_error() {
        let cases: [(AuthorizationError, u16, &str); 11] = [
            (ClientFault::AssertionReplayed.into(), 401, "invalid_client"),
            (RequestFault::RedirectUri.into(), 400, "invalid_request"),
            (RequestFault::Scope.into(), 400, "invalid_scope"),
            (RequestFault::AuthorizationDetails.into(), 400, "invalid_authorization_details"),
            (RequestFault::Target.into(), 400, "invalid_target"),
            (RequestFault::GrantType.into(), 400, "unsupported_grant_type"),
            (RequestFault::ResponseType.into(), 400, "unsupported_response_type"),
            (GrantFault::CodeReplayed.into(), 400, "invalid_grant"),
            (StoreFailure::passing("busy").into(), 503, "temporarily_unavailable"),
            (StoreFailure::full("disk").into(), 503, "temporarily_unavailable"),
            (StoreFailure::lasting("disk").into(), 500, "server_error"),
        ];
        for (error, status, code) in cases {
            let answer = Answer::of(&error);
            assert_eq!((answer.status.as_u16(), answer.error), (status, code), "{error}");
        }
    }

    #[test]
    fn what_is_registered_and_what_failed_inside_is_not_told() {
        let unknown = Answer::of(&ClientFault::AppUnknown.into());
        for fault in
            [ClientFault::AssertionSignature, ClientFault::CertificateSubject, ClientFault::MethodNotRegistered]
        {
            assert_eq!(Answer::of(&fault.into()), unknown);
        }
        let inside = Answer::of(&StoreFailure::lasting("secret table").into());
        assert!(!inside.description.contains("secret"));
        let other = Answer::of(&GrantFault::CodeOfAnotherApp.into());
        assert_eq!(other, Answer::of(&GrantFault::CodeUnknown.into()));
    }

    #[test]
    fn rfc6749_5_2_descriptions_hold_only_allowed_characters() {
        let faults: [AuthorizationError; 4] = [
            ClientFault::AssertionAudience.into(),
            RequestFault::Missing { parameter: "redirect_uri" }.into(),
            RequestFault::Parameters(sumun_authorization::ParametersError::Duplicate { name: "\"\\".into() }).into(),
            GrantFault::Verifier.into(),
        ];
        for error in faults {
            let description = Answer::of(&error).description;
            let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(description.bytes().all(allowed), "{description}");
        }
    }
}
