//! Whether errors tell about the inside.

use crate::{Binding, Call, Conclusion, Descriptor, Exchange, Judged, Kind, Probe, Role, Target, Token};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Provokes errors and reads them.
pub struct ErrorLeak;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "web/error-leak",
    title_ko: "오류 응답의 내부 정보 노출",
    title_en: "Error answers",
    kind: Kind::Weakness,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-25" },
        Binding { framework: "openbanking-vulnerability", row: "OBW-10" },
        Binding { framework: "platform-requirements", row: "PR-122" },
    ],
    attempts_max: 6,
};

/// Words that only the inside knows. Each is specific enough not to stand in an
/// honest error text.
const MARKS: &[&str] = &[
    "stack backtrace",
    "panicked at",
    "Traceback (most recent call last)",
    "java.lang.",
    "at org.",
    ".rs:",
    ".java:",
    ".py\", line",
    "SQLSTATE",
    "sqlite",
    "ORA-0",
    "syntax error at or near",
    "/usr/",
    "/home/",
    "/var/",
    "C:\\",
    "nginx/",
    "Apache/",
    "Tomcat/",
];

struct Provocation {
    label: &'static str,
    method: &'static str,
    path: &'static str,
    content_type: Option<&'static str>,
    body: &'static str,
}

const fn get(label: &'static str, path: &'static str) -> Provocation {
    Provocation { label, method: "GET", path, content_type: None, body: "" }
}

const PROVOCATIONS: &[Provocation] = &[
    get("unknown path", "/no-such-path-7f3a"),
    get("path of a test page", "/test.html"),
    get("bad escape", "/%ff%fe"),
    get("quote in the query", "{resource}?from=%27%22--"),
    Provocation {
        label: "broken JSON",
        method: "POST",
        path: "{resource}",
        content_type: Some("application/json"),
        body: "{\"a\":",
    },
    Provocation { label: "unknown method", method: "PROPFIND", path: "{resource}", content_type: None, body: "" },
];

#[async_trait]
impl Probe for ErrorLeak {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        let mut observed = Vec::new();
        for provocation in PROVOCATIONS {
            let mut call = Call::get(provocation.label, Role::Registered, Token::Own, provocation.path);
            call.method = provocation.method.to_owned();
            call.body = provocation.body.to_owned();
            if let Some(content_type) = provocation.content_type {
                call.headers.insert("content-type".to_owned(), content_type.to_owned());
            }
            let outcome = target.call(&call).await;
            observed.push(Exchange::Call { call, outcome });
        }
        observed
    }

    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        let mut errors = 0;
        for exchange in observed {
            let Exchange::Call { call, outcome: Ok(answer) } = exchange else { continue };
            if answer.status < 400 {
                continue;
            }
            errors += 1;
            if let Some(mark) = MARKS.iter().find(|mark| answer.body.contains(**mark)) {
                return Judged::new(
                    Conclusion::Shown,
                    format!("오류 응답에 내부 정보가 있습니다 ({}: {mark}).", call.label),
                    format!("An error answer reveals inside details ({}: {mark}).", call.label),
                );
            }
        }
        // Fewer errors than provocations: something answered otherwise, or not at all.
        if errors * 2 < PROVOCATIONS.len() {
            return Judged::new(
                Conclusion::Undecided,
                format!("오류 응답을 {errors}건밖에 받지 못했습니다."),
                format!("Only {errors} error answers were received."),
            );
        }
        Judged::new(
            Conclusion::NotFound,
            format!("오류를 {errors}가지 유발했으나 내부 정보는 노출되지 않았습니다."),
            format!("{errors} errors were provoked; none revealed inside details."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{Scripted, answer, block_on};

    fn conclude(status: u16, body: &'static str) -> Conclusion {
        let observed = block_on(ErrorLeak.observe(&Scripted::calls(move |_| Ok(answer(status, body)))));
        ErrorLeak.judge(&observed, Timestamp::default()).conclusion
    }

    #[test]
    fn each_mark_of_the_inside_is_shown() {
        for mark in MARKS {
            let body: &'static str = Box::leak(format!("error: {mark} 1").into_boxed_str());
            assert_eq!(conclude(500, body), Conclusion::Shown, "{mark}");
        }
    }

    #[test]
    fn plain_problem_details_are_not_found_to_leak() {
        assert_eq!(conclude(404, r#"{"type":"urn:x","title":"Not found","status":404}"#), Conclusion::NotFound);
    }

    #[test]
    fn a_target_that_never_fails_is_undecided() {
        assert_eq!(conclude(200, "{}"), Conclusion::Undecided);
    }
}
