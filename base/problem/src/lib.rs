//! Problem details (RFC 9457): the one writer of what a program is told when
//! its request was not carried out.
//!
//! | member | value |
//! | --- | --- |
//! | `type` | `urn:sumun:problem:<code>`, a stable name |
//! | `title`, `title_en` | one sentence that is the same for every occurrence, Korean and English |
//! | `status` | the HTTP status, repeated |
//! | `code` | the short stable name |
//! | `detail`, `detail_en` | what happened this time and how to mend it; where there is more to say than the title |
//! | `field` | the part of the request that it is about, such as `payee.holder_name`; where there is one |
//! | `errors` | every part that is wrong, as `pointer` (RFC 6901), `detail` and `detail_en`; where parts are told one by one |
//! | `request_id` | the id under which the call is recorded; where calls have one |
//!
//! A problem says what its caller can mend and never what happened inside.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use sumun_ids::RequestId;

/// The media type of problem details (RFC 9457 section 6.1).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Korean.
    pub ko: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Words {
    /// A text in both languages.
    pub fn new(ko: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }
}

/// What a program is told of one fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: Cow<'static, str>,
    title_en: Cow<'static, str>,
    status: u16,
    code: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail_en: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<PartFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct PartFault {
    pointer: String,
    detail: Cow<'static, str>,
    detail_en: Cow<'static, str>,
}

impl Problem {
    /// A problem with an HTTP status, a stable name and its one sentence.
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, title: Words) -> Self {
        let code = code.into();
        Self {
            kind: format!("urn:sumun:problem:{code}"),
            title: title.ko,
            title_en: title.en,
            status,
            code,
            detail: None,
            detail_en: None,
            field: None,
            errors: Vec::new(),
            request_id: None,
            more: Map::new(),
        }
    }

    /// The answer when something inside failed; the cause belongs in the log.
    pub fn internal() -> Self {
        Self::new(500, "internal", Words::new("처리하지 못했습니다.", "The request could not be completed."))
    }

    /// With what happened this time.
    #[must_use]
    pub fn detail(self, detail: Words) -> Self {
        Self { detail: Some(detail.ko), detail_en: Some(detail.en), ..self }
    }

    /// With the one part of the request that it is about.
    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// With one more part of the request that is wrong: the member `field` of
    /// its body. The first one is [`Self::field`] too.
    #[must_use]
    pub fn error(mut self, field: &str, detail: Words) -> Self {
        let pointer = format!("/{}", field.replace('~', "~0").replace('/', "~1"));
        self.errors.push(PartFault { pointer, detail: detail.ko, detail_en: detail.en });
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }

    /// With the id of the call.
    #[must_use]
    pub fn request_id(self, id: RequestId) -> Self {
        Self { request_id: Some(id), ..self }
    }

    /// With a number that a program can use, such as `bytes_max`.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: u64) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The short stable name.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The JSON body.
    pub fn body(&self) -> Vec<u8> {
        // A struct of strings and numbers always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.detail_en.as_deref().unwrap_or(&self.title_en))
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(problem: &Problem) -> Value {
        serde_json::from_slice(&problem.body()).unwrap()
    }

    #[test]
    fn rfc9457_3_1_every_member_has_its_name() {
        let id = RequestId::from_random([1; 16]);
        let problem = Problem::new(422, "invalid_field", Words::new("값이 틀립니다.", "A value is wrong."))
            .detail(Words::new("\"1\"부터입니다.", "From \"1\"."))
            .error("a/b", Words::new("틀립니다.", "Wrong."))
            .error("c", Words::new("없습니다.", "Missing."))
            .request_id(id)
            .number("bytes_max", 4096);
        assert_eq!(
            written(&problem),
            json!({
                "type": "urn:sumun:problem:invalid_field", "title": "값이 틀립니다.", "title_en": "A value is wrong.",
                "status": 422, "code": "invalid_field", "detail": "\"1\"부터입니다.", "detail_en": "From \"1\".",
                "field": "a/b", "request_id": id, "bytes_max": 4096,
                "errors": [
                    {"pointer": "/a~1b", "detail": "틀립니다.", "detail_en": "Wrong."},
                    {"pointer": "/c", "detail": "없습니다.", "detail_en": "Missing."},
                ],
            })
        );
        assert_eq!(problem.to_string(), "invalid_field (422): From \"1\".");
    }

    #[test]
    fn members_without_a_value_are_left_out() {
        let members = written(&Problem::internal());
        let mut names: Vec<_> = members.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["code", "status", "title", "title_en", "type"]);
    }
}
