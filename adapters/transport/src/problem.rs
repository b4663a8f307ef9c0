//! Problem details for what goes wrong below any application.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use sumun_problem::{MEDIA_TYPE, Problem, Words};

/// What goes wrong here, by its stable name, for whoever reads Korean.
const KOREAN: [(&str, &str); 10] = [
    ("malformed_request", "올바른 HTTP 요청이 아닙니다."),
    ("framing_unclear", "본문이 어디에서 끝나는지 분명하지 않습니다."),
    ("host_unclear", "요청의 호스트가 분명하지 않습니다."),
    ("host_foreign", "요청의 호스트가 이 서비스의 이름이 아닙니다."),
    ("tls_wanted", "이 주소는 TLS로만 접속할 수 있습니다."),
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
    use crate::{HeadFault, ProtocolFault};

    #[test]
    fn every_fault_that_is_answered_is_told_in_both_languages() {
        let faults = [
            ProtocolFault::MalformedRequest,
            ProtocolFault::FramingUnclear,
            ProtocolFault::TargetTooLong,
            ProtocolFault::HeadersTooLarge,
            ProtocolFault::HeadTooSlow,
            ProtocolFault::HeadBroken,
            ProtocolFault::Http2 { code: 1 },
        ];
        let below = faults.into_iter().filter_map(|fault| Some((fault.status()?, fault.name(), fault.title())));
        let heads = HeadFault::ALL.into_iter().map(|fault| (fault.status().as_u16(), fault.name(), fault.title()));
        for (status, name, title) in below.chain(heads).chain([crate::clear::TOLD]) {
            let status = StatusCode::from_u16(status).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&problem_body(status, name, title)).unwrap();
            let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
            assert!(body["title"].as_str().unwrap().contains(is_hangul), "{body}");
            assert!(!body["title_en"].as_str().unwrap().contains(is_hangul), "{body}");
            assert!(body["title_en"].as_str().unwrap().ends_with('.'), "{body}");
            assert_eq!(body["code"], name);
        }
    }
}
