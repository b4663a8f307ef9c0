//! What a caller gets: problem details, or the processor's answer with our own headers.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, VARY,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use sumun_ids::RequestId;
use sumun_problem::{Problem, Words};
use sumun_traffic::{Outside, Refusal};

/// The call's id, for callers and for the processor.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

/// Headers of the processor's answer that callers get; whatever else it says stays inside.
const PASSED_BACK: [HeaderName; 5] = [CONTENT_TYPE, CONTENT_LANGUAGE, LOCATION, RETRY_AFTER, VARY];

/// RFC 9457 problem details for a refusal, with the headers that belong to it.
pub(crate) fn refuse(refusal: &Refusal, outside: &Outside, id: RequestId) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(problem(refusal, outside, id).body()));
    *response.status_mut() = StatusCode::from_u16(outside.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(sumun_problem::MEDIA_TYPE));
    own_headers(headers, id_header(id));
    let mut add = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    if let Some(challenge) = refusal.challenge() {
        add(WWW_AUTHENTICATE, challenge);
    }
    match refusal {
        Refusal::MethodNotAllowed { allowed } => add(ALLOW, allowed.clone()),
        Refusal::LimitExceeded { retry_after } => {
            // Whole seconds (RFC 9110 section 10.2.3), never too early.
            add(RETRY_AFTER, (retry_after.micros().max(1) as u64).div_ceil(1_000_000).to_string());
        }
        _ => {}
    }
    response
}

fn problem(refusal: &Refusal, outside: &Outside, id: RequestId) -> Problem {
    let Outside { status, code, title_ko, title_en, .. } = *outside;
    let problem = Problem::new(status, code, Words::new(title_ko, title_en)).request_id(id);
    match refusal {
        Refusal::AccountMissing { field: name }
        | Refusal::ParameterUnknown { parameter: name }
        | Refusal::ParameterRepeated { parameter: name } => problem.field(name),
        Refusal::BodyTooLarge { bytes_max } => problem.number("bytes_max", *bytes_max),
        _ => problem,
    }
}

/// The processor's answer as the caller gets it.
pub(crate) fn pass_back(answer: Response<Bytes>, id: HeaderValue) -> Response<Full<Bytes>> {
    let (head, body) = answer.into_parts();
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = head.status;
    let headers = response.headers_mut();
    for (name, value) in &head.headers {
        if PASSED_BACK.contains(name) {
            headers.append(name.clone(), value.clone());
        }
    }
    own_headers(headers, id);
    response
}

fn own_headers(headers: &mut HeaderMap, id: HeaderValue) {
    headers.insert(X_REQUEST_ID, id);
    // Answers hold personal data: nobody on the way keeps a copy.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(NOSNIFF, HeaderValue::from_static("nosniff"));
    // RFC 6797: a client that keeps policies never tries this host without TLS again.
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
}

pub(crate) fn id_header(id: RequestId) -> HeaderValue {
    // Letters, digits and an underscore: always a header value.
    HeaderValue::try_from(id.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
