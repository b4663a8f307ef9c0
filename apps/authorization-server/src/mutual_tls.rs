//! The side that apps' servers reach over mutual TLS: pushed requests and tokens.
//!
//! The listener asks for a certificate and lets in who shows none; `/token`
//! answers nobody without one (PR-040), `/par` whoever signs an assertion.

mod client;
mod form;
mod pace;
mod pushed;
mod token;

use crate::Server;
use crate::answer::{Answer, log};
use axum::Router;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
pub(crate) use pace::Pace;
use std::sync::Arc;
use sumun_authorization::AuthorizationError;
use sumun_web::{Problem, Words};

/// The router of the mutual-TLS listener.
pub(crate) fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route("/par", post(pushed::push))
        .route("/token", post(token::issue))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(from_fn_with_state(Arc::clone(&server), pace::keep))
        .with_state(server)
        .layer(from_fn(dress))
}

/// Why an endpoint of this side refuses, below OAuth or in its words.
#[expect(clippy::large_enum_variant, reason = "made once for a refusal, and answered at once")]
enum Refusal {
    /// Broken before it is an OAuth request: RFC 9457 problem details.
    Http(Problem),
    /// An OAuth error, as RFC 6749 section 5.2 writes it.
    Oauth(&'static str, AuthorizationError),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Http(problem) => problem.into_response(),
            Self::Oauth(place, error) => {
                log(place, &error);
                Answer::of(&error).into_json()
            }
        }
    }
}

async fn method_not_allowed() -> Problem {
    let title = Words::new("이 주소는 POST만 받습니다.", "This address takes only POST.");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", title).header(header::ALLOW, "POST")
}

async fn not_found() -> Problem {
    let title = Words::new("이 주소에는 아무것도 없습니다.", "There is nothing at this address.");
    Problem::new(StatusCode::NOT_FOUND, "not_found", title)
}

/// Headers of every answer of this side. There is no page here, and nothing that may be kept.
async fn dress(request: Request<axum::body::Body>, next: Next) -> Response {
    let challenge = challenge(request.headers());
    let mut response = next.run(request).await;
    let refused = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    if let Some(challenge) = challenge.filter(|_| refused) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// RFC 6749 section 5.2: whoever tried to authenticate by the `Authorization`
/// header is refused with a challenge of the same scheme, although there is none that we take.
fn challenge(headers: &HeaderMap) -> Option<HeaderValue> {
    let tried = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let scheme = tried.split(' ').next().filter(|scheme| !scheme.is_empty())?;
    let is_name = scheme.len() <= 32 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| HeaderValue::try_from(format!("{scheme} realm=\"sumun\"")).ok())?
}
