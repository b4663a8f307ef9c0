//! Problem details as an answer; who writes them is `sumun-problem`.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use sumun_ids::RequestId;
use sumun_problem::{MEDIA_TYPE, Words};

/// An error answer of an HTTP API: problem details (RFC 9457) with the headers
/// that belong to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    written: sumun_problem::Problem,
    headers: Vec<(HeaderName, String)>,
}

impl Problem {
    /// A problem with a status, a stable name and the one sentence that is the
    /// same for every occurrence.
    pub fn new(status: StatusCode, code: &'static str, title: Words) -> Self {
        sumun_problem::Problem::new(status.as_u16(), code, title).into()
    }

    /// The answer when something inside failed; the cause belongs in the log.
    pub fn internal() -> Self {
        sumun_problem::Problem::internal().into()
    }

    /// With what happened this time.
    #[must_use]
    pub fn detail(self, detail: Words) -> Self {
        Self { written: self.written.detail(detail), ..self }
    }

    /// With a part of the request that is wrong: a member of its body.
    #[must_use]
    pub fn error(self, field: &str, detail: Words) -> Self {
        Self { written: self.written.error(field, detail), ..self }
    }

    /// With the id of the call.
    #[must_use]
    pub fn request_id(self, id: RequestId) -> Self {
        Self { written: self.written.request_id(id), ..self }
    }

    /// With a header such as `WWW-Authenticate` or `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What is written.
    pub fn written(&self) -> &sumun_problem::Problem {
        &self.written
    }
}

impl From<sumun_problem::Problem> for Problem {
    fn from(written: sumun_problem::Problem) -> Self {
        Self { written, headers: Vec::new() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.written.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.written.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9457_3_the_status_the_media_type_and_the_headers_of_an_answer() {
        let title = Words::new("동의가 철회되었습니다.", "The consent was withdrawn.");
        let problem = Problem::new(StatusCode::FORBIDDEN, "consent-withdrawn", title).header(header::RETRY_AFTER, "30");
        assert_eq!((problem.written().status(), problem.written().code()), (403, "consent-withdrawn"));
        let response = problem.into_response();
        assert_eq!(response.status(), 403);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()[header::RETRY_AFTER], "30");
    }
}
