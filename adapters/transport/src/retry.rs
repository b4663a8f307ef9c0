//! When to come back after an answer that says "not now".

use http::header::RETRY_AFTER;
use http::{HeaderValue, Response, StatusCode};

/// After how many seconds another try is worth it, where nobody knows better.
/// Our choice: a lost connection or a busy lock passes sooner, and when the
/// disk is full the platform gives up its reserve within a second.
const SECONDS: HeaderValue = HeaderValue::from_static("5");

/// Sees to it that an answer 503 says when to come back (RFC 9110 sections
/// 10.2.3 and 15.6.4), whatever part of the program made it: the store that is
/// full or busy, work that is bounded, an answer that took too long.
pub fn say_when_to_come_back<B>(response: &mut Response<B>) {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(RETRY_AFTER).or_insert(SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9110_15_6_4_every_503_says_when_to_come_back_and_nothing_else_does() {
        for (status, before, after) in
            [(503, None, Some("5")), (503, Some("60"), Some("60")), (500, None, None), (507, None, None)]
        {
            let mut response = Response::new(());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response.headers_mut().extend(before.map(|value| (RETRY_AFTER, HeaderValue::from_static(value))));
            say_when_to_come_back(&mut response);
            assert_eq!(response.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap()), after, "{status}");
        }
    }
}
