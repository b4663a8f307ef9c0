//! Problem details for what goes wrong below any application.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use sumun_problem::{MEDIA_TYPE, Problem, Words};

/// What goes wrong here, by its stable name, for whoever reads Korean.
const KOREAN: [(&str, &str); 6] = [
    ("malformed_request", "올바른 HTTP 요청이 아닙니다."),
    ("target_too_long", "요청 주소가 너무 깁니다."),
    ("headers_too_large", "헤더가 너무 많거나 너무 깁니다."),
    ("head_too_slow", "요청 헤더가 제때 도착하지 않았습니다."),
    ("body_too_large", "본문이 너무 큽니다."),
    ("timed_out", "요청을 처리하는 데 시간이 너무 오래 걸렸습니다."),
];

/// The JSON of RFC 9457 problem details with a stable type:
/// `urn:sumun:problem:<name>`, and `name` as `code`. `title` is the English sentence.
pub fn problem_body(status: StatusCode, name: &str, title: &str) -> Bytes {
    let ko =
        KOREAN.iter().find(|(known, _)| *known == name).map_or_else(|| title.to_owned(), |(_, ko)| (*ko).to_owned());
    Problem::new(status.as_u16(), name.to_owned(), Words::new(ko, title.to_owned())).body().into()
}

pub(crate) fn problem_response<B: From<Bytes>>(status: StatusCode, name: &str, title: &str) -> Response<B> {
    let mut response = Response::new(B::from(problem_body(status, name, title)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProtocolFault;

    #[test]
    fn every_fault_that_is_answered_is_told_in_both_languages() {
        let faults = [
            ProtocolFault::MalformedRequest,
            ProtocolFault::TargetTooLong,
            ProtocolFault::HeadersTooLarge,
            ProtocolFault::HeadTooSlow,
            ProtocolFault::HeadBroken,
            ProtocolFault::Http2 { code: 1 },
        ];
        for fault in faults.into_iter().filter(|fault| fault.status().is_some()) {
            let status = StatusCode::from_u16(fault.status().unwrap()).unwrap();
            let body: serde_json::Value =
                serde_json::from_slice(&problem_body(status, fault.name(), fault.title())).unwrap();
            let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
            assert!(body["title"].as_str().unwrap().contains(is_hangul), "{body}");
            assert!(!body["title_en"].as_str().unwrap().contains(is_hangul), "{body}");
            assert_eq!(body["code"], fault.name());
        }
    }
}
