//! What callers are told, refusal by refusal.

use super::{Blame, Outside};

pub(super) const CERTIFICATE_UNKNOWN: Outside =
    forbidden_certificate("certificate_unknown", "등록되지 않은 인증서입니다.", "The certificate is not registered.");
pub(super) const CERTIFICATE_EXPIRED: Outside =
    forbidden_certificate("certificate_expired", "인증서가 만료되었습니다.", "The certificate has expired.");
pub(super) const CERTIFICATE_REVOKED: Outside =
    forbidden_certificate("certificate_revoked", "폐기된 인증서입니다.", "The certificate was revoked.");
pub(super) const INSTITUTION_STOPPED: Outside = forbidden_certificate(
    "institution_stopped",
    "이용기관의 호출이 정지되어 있습니다.",
    "The institution may not call at present.",
);
pub(super) const ROUTE_UNKNOWN: Outside = request(404, "route_unknown", "없는 API입니다.", "There is no such API.");
pub(super) const METHOD_NOT_ALLOWED: Outside =
    request(405, "method_not_allowed", "이 API가 받지 않는 메서드입니다.", "The API does not have this method.");
pub(super) const HOST_UNCLEAR: Outside =
    request(400, "host_unclear", "요청의 호스트가 분명하지 않습니다.", "The request's host is not clear.");
pub(super) const HOST_FOREIGN: Outside = request(
    421,
    "host_foreign",
    "요청의 호스트가 이 서비스의 이름이 아닙니다.",
    "The request's host is not a name of this service.",
);
pub(super) const FRAMING_UNCLEAR: Outside = request(
    400,
    "framing_unclear",
    "본문이 어디에서 끝나는지 분명하지 않습니다.",
    "Where the request's body ends is not clear.",
);
pub(super) const PARAMETER_UNKNOWN: Outside =
    request(400, "parameter_unknown", "이 API에 없는 조회 조건입니다.", "The API does not have this query parameter.");
pub(super) const PARAMETER_REPEATED: Outside =
    request(400, "parameter_repeated", "같은 조회 조건이 두 번 있습니다.", "The query has the same parameter twice.");
pub(super) const HEADERS_TOO_LARGE: Outside = request(
    431,
    "headers_too_large",
    "헤더가 너무 많거나 너무 깁니다.",
    "The request has too many or too long headers.",
);
pub(super) const BODY_UNEXPECTED: Outside =
    request(400, "body_unexpected", "이 API는 본문을 받지 않습니다.", "The API takes no body.");
pub(super) const CONTENT_TYPE_UNSUPPORTED: Outside = request(
    415,
    "content_type_unsupported",
    "본문은 application/json이어야 합니다.",
    "The body must be application/json.",
);
pub(super) const BODY_TOO_LARGE: Outside =
    request(413, "body_too_large", "본문이 너무 큽니다.", "The body is too large.");
pub(super) const BODY_TOO_SLOW: Outside =
    request(408, "body_too_slow", "본문이 제때 도착하지 않았습니다.", "The body did not arrive in time.");
pub(super) const BODY_BROKEN: Outside = request(400, "body_broken", "본문이 끊겼습니다.", "The body broke off.");
pub(super) const JSON_MALFORMED: Outside =
    request(400, "json_malformed", "본문이 JSON이 아닙니다.", "The body is not JSON.");
pub(super) const JSON_DUPLICATE_NAME: Outside = request(
    400,
    "json_duplicate_name",
    "본문의 한 객체에 같은 이름이 두 번 있습니다.",
    "An object of the body has the same name twice.",
);
pub(super) const JSON_TOO_DEEP: Outside =
    request(400, "json_too_deep", "본문이 너무 깊이 중첩되었습니다.", "The body is nested too deeply.");
pub(super) const ACCOUNT_MISSING: Outside =
    request(422, "account_missing", "본문에 계좌가 없습니다.", "The body does not name the account.");
pub(super) const TOKEN_MISSING: Outside = Outside {
    // RFC 6750 section 3.1: a request without authentication gets no error code.
    bearer_error: None,
    ..invalid_token("token_missing", "접근키가 없습니다.", "There is no access token.")
};
pub(super) const TOKEN_PLACEMENT: Outside = Outside {
    status: 400,
    bearer_error: Some("invalid_request"),
    ..invalid_token(
        "token_placement",
        "접근키는 Authorization 헤더에 한 번만 보내야 합니다.",
        "The access token must be sent once, in the Authorization header.",
    )
};
pub(super) const TOKEN_MALFORMED: Outside =
    invalid_token("token_malformed", "접근키의 형식이 잘못되었습니다.", "The access token is malformed.");
pub(super) const TOKEN_UNTRUSTED: Outside = invalid_token(
    "token_untrusted",
    "접근키의 서명을 신뢰할 수 없습니다.",
    "The access token's signature is not trusted.",
);
pub(super) const TOKEN_FOREIGN: Outside =
    invalid_token("token_foreign", "이 API를 위한 접근키가 아닙니다.", "The access token is not for this API.");
pub(super) const TOKEN_EXPIRED: Outside =
    invalid_token("token_expired", "접근키가 만료되었습니다.", "The access token has expired.");
pub(super) const TOKEN_UNTIMELY: Outside = invalid_token(
    "token_untimely",
    "접근키의 유효기간이 올바르지 않습니다.",
    "The access token's validity is not right.",
);
pub(super) const TOKEN_REVOKED: Outside =
    invalid_token("token_revoked", "폐기된 접근키입니다.", "The access token was revoked.");
pub(super) const TOKEN_OF_ANOTHER_CERTIFICATE: Outside = invalid_token(
    "token_certificate_mismatch",
    "접근키가 이 연결의 인증서에 묶여 있지 않습니다.",
    "The access token is not bound to this connection's certificate.",
);
pub(super) const TOKEN_OF_ANOTHER_INSTITUTION: Outside = invalid_token(
    "token_institution_mismatch",
    "접근키가 이 이용기관의 것이 아닙니다.",
    "The access token is not of this institution.",
);
pub(super) const CONSENT_ENDED: Outside = consent(
    "consent_ended",
    "이용자가 동의를 철회했거나 동의가 없습니다.",
    "The customer withdrew the consent, or there is none.",
);
pub(super) const CONSENT_EXPIRED: Outside =
    consent("consent_expired", "동의 기간이 끝났습니다.", "The consent has reached its end.");
pub(super) const CONSENT_MISMATCH: Outside = consent(
    "consent_mismatch",
    "접근키와 동의가 맞지 않습니다.",
    "The access token and the consent do not belong together.",
);
pub(super) const SCOPE_INSUFFICIENT: Outside = Outside {
    bearer_error: Some("insufficient_scope"),
    ..forbidden(
        "scope_insufficient",
        "이용자가 동의하지 않은 기능입니다.",
        "The customer did not grant what this call needs.",
    )
};
pub(super) const ACCOUNT_NOT_CONSENTED: Outside =
    forbidden("account_not_consented", "동의에 들어 있지 않은 계좌입니다.", "The consent does not name this account.");
pub(super) const LIMIT_EXCEEDED: Outside = Outside {
    status: 429,
    code: "limit_exceeded",
    title_ko: "이용기관의 호출 한도를 넘었습니다.",
    title_en: "The institution's call limit is exceeded.",
    blame: Blame::Volume,
    bearer_error: None,
};
pub(super) const RECORDS_UNAVAILABLE: Outside = platform(
    503,
    "records_unavailable",
    "지금은 호출을 기록할 수 없어 처리하지 않았습니다.",
    "The call cannot be recorded now and was not carried out.",
);
pub(super) const PROCESSOR_UNREACHABLE: Outside = platform(
    503,
    "processor_unreachable",
    "지금은 API 처리계에 연결할 수 없습니다.",
    "The API processor cannot be reached now.",
);
pub(super) const PROCESSOR_BROKEN: Outside = platform(
    502,
    "processor_broken",
    "API 처리계의 응답을 받지 못했습니다.",
    "The API processor's answer was not complete.",
);
pub(super) const PROCESSOR_TIMED_OUT: Outside = platform(
    504,
    "processor_timed_out",
    "API 처리계가 제때 응답하지 않았습니다.",
    "The API processor did not answer in time.",
);

const fn request(status: u16, code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status, code, title_ko, title_en, blame: Blame::Request, bearer_error: None }
}

const fn forbidden_certificate(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    // Not 401: that would ask for another token, and no token helps (RFC 9110 section 15.5.2).
    Outside { status: 403, code, title_ko, title_en, blame: Blame::Authentication, bearer_error: None }
}

const fn invalid_token(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    let bearer_error = Some("invalid_token");
    Outside { status: 401, code, title_ko, title_en, blame: Blame::Authentication, bearer_error }
}

const fn consent(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { blame: Blame::Authorization, ..invalid_token(code, title_ko, title_en) }
}

const fn forbidden(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status: 403, code, title_ko, title_en, blame: Blame::Authorization, bearer_error: None }
}

const fn platform(status: u16, code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status, code, title_ko, title_en, blame: Blame::Platform, bearer_error: None }
}
