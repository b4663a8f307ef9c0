//! Problem details for what goes wrong below any application.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

/// The JSON of RFC 9457 problem details with a stable type:
/// `urn:sumun:problem:<name>`, and `name` as `code`. `title` must be plain
/// text without quotes, backslashes or control characters.
pub fn problem_body(status: StatusCode, name: &str, title: &str) -> Bytes {
    let status = status.as_u16();
    format!(r#"{{"type":"urn:sumun:problem:{name}","title":"{title}","status":{status},"code":"{name}"}}"#).into()
}

pub(crate) fn problem_response<B: From<Bytes>>(status: StatusCode, name: &str, title: &str) -> Response<B> {
    let mut response = Response::new(B::from(problem_body(status, name, title)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
