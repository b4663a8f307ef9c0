//! Problem details for machines (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An error answer of an HTTP API: `application/problem+json`.
///
/// `type` is `urn:sumun:problem:<code>`, a stable name. `detail` and `errors`
/// say what the caller can mend and never what happened inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:sumun:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence that is the same for every occurrence.
    pub title: String,
    /// The HTTP status code, repeated.
    pub status: u16,
    /// The short stable name, such as `consent-withdrawn`.
    pub code: String,
    /// What happened this time and how to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The parts of the request that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    #[serde(skip)]
    headers: Vec<(String, String)>,
}

/// One part of a request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemError {
    /// JSON pointer into the body (RFC 6901), or `#/query/<name>`, `#/header/<name>`.
    pub pointer: String,
    /// What is wrong and how to mend it.
    pub detail: String,
}

impl Problem {
    /// A problem with the stable name `code`, of lower-case words and hyphens.
    pub fn new(status: StatusCode, code: &str, title: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:sumun:problem:{code}"),
            title: title.into(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: None,
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The answer when something inside failed; the cause belongs in the log.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The request could not be completed")
    }

    /// With what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a part of the request that is wrong.
    #[must_use]
    pub fn error(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(ProblemError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// With a header such as `WWW-Authenticate` or `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    /// The JSON body.
    pub fn body(&self) -> Vec<u8> {
        // A struct of strings and numbers always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.detail.as_deref().unwrap_or(&self.title))
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc9457_3_the_members_and_the_media_type() {
        let problem = Problem::new(StatusCode::FORBIDDEN, "consent-withdrawn", "The consent was withdrawn")
            .detail("Ask the customer for a new consent.")
            .error("/account_id", "This account is not part of the consent.")
            .header(header::RETRY_AFTER, "30");
        let body: serde_json::Value = serde_json::from_slice(&problem.body()).unwrap();
        assert_eq!(
            body,
            json!({
                "type": "urn:sumun:problem:consent-withdrawn", "title": "The consent was withdrawn", "status": 403,
                "code": "consent-withdrawn", "detail": "Ask the customer for a new consent.",
                "errors": [{"pointer": "/account_id", "detail": "This account is not part of the consent."}],
            })
        );
        let response = problem.into_response();
        assert_eq!(response.status(), 403);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::RETRY_AFTER], "30");
    }

    #[test]
    fn empty_members_are_left_out() {
        let body: serde_json::Value = serde_json::from_slice(&Problem::internal().body()).unwrap();
        assert_eq!(body.as_object().unwrap().len(), 4);
    }
}
