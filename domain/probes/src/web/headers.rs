//! Headers that protect, and headers that tell too much.

use crate::{Answer, Binding, Call, Conclusion, Descriptor, Exchange, Judged, Kind, Probe, Role, Target, Token};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Reads the headers of an ordinary answer.
pub struct Headers;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "web/headers",
    title_ko: "보안 헤더와 제품 정보 노출",
    title_en: "Security headers",
    kind: Kind::Requirement,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-25" },
        Binding { framework: "openbanking-vulnerability", row: "OBW-10" },
    ],
    attempts_max: 1,
};

type ValueTest = fn(&str) -> bool;

/// A header that must be there, with a test of its value. Our choice of the
/// well-known set (OWASP Secure Headers), cut down to what an API answer needs.
const REQUIRED: &[(&str, ValueTest)] = &[
    ("strict-transport-security", |value| value.contains("max-age=") && !value.contains("max-age=0")),
    ("x-content-type-options", |value| value.eq_ignore_ascii_case("nosniff")),
    ("cache-control", |value| value.contains("no-store")),
];

/// Headers that name a product; a version number in them helps an attacker.
const TELLTALE: &[&str] = &["server", "x-powered-by", "x-aspnet-version", "via"];

#[async_trait]
impl Probe for Headers {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        let call = Call::of_resource("ordinary answer", Role::Registered, Token::Own);
        let outcome = target.call(&call).await;
        vec![Exchange::Call { call, outcome }]
    }

    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        let [Exchange::Call { outcome: Ok(answer), .. }] = observed else {
            return Judged::new(Conclusion::Undecided, "응답을 받지 못했습니다.", "No answer was received.");
        };
        if !(200..300).contains(&answer.status) {
            return Judged::new(
                Conclusion::Undecided,
                format!("정상 응답이 아니라 {} 응답을 받았습니다.", answer.status),
                format!("The answer was {}, not an ordinary one.", answer.status),
            );
        }
        let faults = faults(answer);
        if faults.is_empty() {
            return Judged::new(
                Conclusion::Confirmed,
                "보안 헤더 세 가지를 모두 적용했고 제품 버전을 드러내지 않습니다.",
                "All three security headers are set and no product version is revealed.",
            );
        }
        let list = faults.join(", ");
        Judged::new(
            Conclusion::Contradicted,
            format!("고쳐야 할 헤더가 있습니다: {list}"),
            format!("Headers to correct: {list}"),
        )
    }
}

fn faults(answer: &Answer) -> Vec<&'static str> {
    let missing = REQUIRED.iter().filter(|(name, is_good)| !answer.header(name).is_some_and(is_good));
    let telling = TELLTALE
        .iter()
        .filter(|name| answer.header(name).is_some_and(|value| value.contains(|c: char| c.is_ascii_digit())));
    missing.map(|(name, _)| *name).chain(telling.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::answer;

    fn conclude(headers: &[(&str, &str)]) -> Conclusion {
        let mut good = answer(200, "{}");
        good.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let call = Call::of_resource("ordinary answer", Role::Registered, Token::Own);
        Headers.judge(&[Exchange::Call { call, outcome: Ok(good) }], Timestamp::default()).conclusion
    }

    const GOOD: [(&str, &str); 3] = [
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ];

    #[test]
    fn all_headers_are_confirmed_and_each_missing_one_contradicts() {
        assert_eq!(conclude(&GOOD), Conclusion::Confirmed);
        for missing in 0..GOOD.len() {
            let mut headers = GOOD.to_vec();
            headers.remove(missing);
            assert_eq!(conclude(&headers), Conclusion::Contradicted);
        }
    }

    #[test]
    fn a_version_in_the_server_header_contradicts() {
        let with = |value| [&GOOD[..], &[("server", value)]].concat();
        assert_eq!(conclude(&with("nginx/1.22.1")), Conclusion::Contradicted);
        assert_eq!(conclude(&with("gateway")), Conclusion::Confirmed);
    }
}
