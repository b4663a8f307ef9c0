//! The body of a request to this side.

use super::Refusal;
use axum::body::to_bytes;
use axum::extract::Request;
use http::{HeaderMap, StatusCode, header};
use sumun_authorization::Parameters;
use sumun_transport::{BodyFault, PeerCertificate, body_fault};
use sumun_web::{Problem, Words};

/// Room for a state of 4096 characters, fully escaped, and a client assertion.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// A request of an app's server, read but not yet authenticated.
pub(super) struct FormRequest {
    /// The body's parameters; the address is never looked at for any.
    pub parameters: Parameters,
    /// Whether there was an `Authorization` header.
    pub authorization_header: bool,
    /// The certificate of the connection, if it showed one.
    pub certificate: Option<PeerCertificate>,
}

impl FormRequest {
    /// Reads a form body.
    ///
    /// # Errors
    /// 415 for another content type, 413 and 408 for a body that is too long or too slow, and
    /// `invalid_request` for one that is no set of parameters (RFC 6749 section 3.2).
    pub async fn read(place: &'static str, request: Request) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        if !is_form(&head.headers) {
            return Err(Refusal::Http(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                Words::new(
                    "본문은 application/x-www-form-urlencoded여야 합니다.",
                    "The body must be application/x-www-form-urlencoded.",
                ),
            )));
        }
        let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|error| Refusal::Http(broken_body(&error)))?;
        let parameters = Parameters::parse(&body).map_err(|error| Refusal::Oauth(place, error.into()))?;
        Ok(Self {
            parameters,
            authorization_header: head.headers.contains_key(header::AUTHORIZATION),
            certificate: head.extensions.get::<PeerCertificate>().cloned(),
        })
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    let is_form = essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    is_form && kinds.next().is_none()
}

fn broken_body(error: &axum::Error) -> Problem {
    let (status, code, ko, en) = match body_fault(error) {
        BodyFault::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "본문이 너무 큽니다.", "The body is too large.")
        }
        BodyFault::TooSlow => (
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            "본문이 제때 도착하지 않았습니다.",
            "The body did not arrive in time.",
        ),
        BodyFault::Broken => (StatusCode::BAD_REQUEST, "body_broken", "본문이 끊겼습니다.", "The body broke off."),
    };
    Problem::new(status, code, Words::new(ko, en))
}
