//! Why a call is refused, and what its caller is told.

mod catalogue;

use sumun_consent::Scope;
use sumun_time::Span;

/// Every reason for which the gateway refuses a call, grouped by who can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    // The institution: its certificate.
    /// The certificate is of our authority but not registered.
    CertificateUnknown,
    /// The certificate was valid when the connection began and is not any more.
    CertificateExpired,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The institution may not call at present (PR-057).
    InstitutionStopped,

    // The caller: the request's form.
    /// The contract has no such path.
    RouteUnknown,
    /// The path has no such method.
    MethodNotAllowed {
        /// The methods that it has, for the `Allow` header.
        allowed: String,
    },
    /// There is no or more than one `Host`, or it is empty (RFC 9112 section 3.2).
    HostUnclear,
    /// The head has too many or too long headers.
    HeadersTooLarge,
    /// A request that needs no body has one.
    BodyUnexpected,
    /// The body is not declared as JSON, or is compressed.
    ContentTypeUnsupported,
    /// The body is longer than the contract allows.
    BodyTooLarge {
        /// How long it may be.
        bytes_max: u64,
    },
    /// The body did not end in time.
    BodyTooSlow,
    /// The body's framing is broken.
    BodyBroken,
    /// The body is not JSON.
    JsonMalformed,
    /// An object of the body has the same name twice.
    JsonDuplicateName,
    /// The body is nested too deeply.
    JsonTooDeep,
    /// The body does not name the account that it is about.
    AccountMissing {
        /// The member that should.
        field: String,
    },

    // The app: its access token (RFC 6750 section 3.1).
    /// There is no access token.
    TokenMissing,
    /// The token was sent in another way than once in the `Authorization` header.
    TokenPlacement,
    /// The token is not a JWT that is read here.
    TokenMalformed,
    /// The token was not signed by a key of the authorization server.
    TokenUntrusted,
    /// The token is of another issuer, for another audience or another kind of token.
    TokenForeign,
    /// The token has expired.
    TokenExpired,
    /// The token is not valid yet, or lives longer than any token may.
    TokenUntimely,
    /// The token was revoked.
    TokenRevoked,
    /// The token is bound to another certificate (RFC 8705 section 3).
    TokenOfAnotherCertificate,
    /// The token is of another institution or of an app that is not the institution's (PR-013).
    TokenOfAnotherInstitution,

    // The customer: the consent.
    /// The consent was withdrawn, or there is none (PR-021).
    ConsentEnded,
    /// The consent has reached its end (PR-021).
    ConsentExpired,
    /// The consent is of another customer, app or institution than the token.
    ConsentMismatch,
    /// The customer did not grant what the call needs (PR-014).
    ScopeInsufficient {
        /// What it needs.
        needed: Scope,
    },
    /// The consent does not name the account (PR-012).
    AccountNotConsented,

    // Too much at once.
    /// The institution's limit is used up (PR-058).
    LimitExceeded {
        /// How long to wait.
        retry_after: Span,
    },

    // The platform.
    /// The call cannot be recorded, so it is not carried out.
    RecordsUnavailable,
    /// The API processor cannot be reached.
    ProcessorUnreachable,
    /// The API processor's answer broke off or is not fit to be sent on.
    ProcessorBroken,
    /// The API processor did not answer in time; whether it acted is not known.
    ProcessorTimedOut,
}

/// Who can mend it; records count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Certificate or token.
    Authentication,
    /// Consent, scope, account.
    Authorization,
    /// Form of the request.
    Request,
    /// Too many requests.
    Volume,
    /// Us.
    Platform,
}

/// What a caller is told, and nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// The HTTP status.
    pub status: u16,
    /// The stable short name: `code`, and the end of `type`.
    pub code: &'static str,
    /// Korean title.
    pub title_ko: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// Who can mend it.
    pub blame: Blame,
    /// The error code of RFC 6750 section 3.1, where there is one.
    pub bearer_error: Option<&'static str>,
}

impl Refusal {
    /// What the caller is told: the one place where a reason becomes an answer.
    pub fn outside(&self) -> Outside {
        match self {
            Self::CertificateUnknown => forbidden_certificate(
                "certificate_unknown",
                "등록되지 않은 인증서입니다.",
                "The certificate is not registered.",
            ),
            Self::CertificateExpired => {
                forbidden_certificate("certificate_expired", "인증서가 만료되었습니다.", "The certificate has expired.")
            }
            Self::CertificateRevoked => {
                forbidden_certificate("certificate_revoked", "폐기된 인증서입니다.", "The certificate was revoked.")
            }
            Self::InstitutionStopped => forbidden_certificate(
                "institution_stopped",
                "이용기관의 호출이 정지되어 있습니다.",
                "The institution may not call at present.",
            ),
            Self::RouteUnknown => request(404, "route_unknown", "그런 API가 없습니다.", "There is no such API."),
            Self::MethodNotAllowed { .. } => request(
                405,
                "method_not_allowed",
                "이 API가 받지 않는 메서드입니다.",
                "The API does not have this method.",
            ),
            Self::HostUnclear => {
                request(400, "host_unclear", "Host 헤더가 분명하지 않습니다.", "The Host header is not clear.")
            }
            Self::HeadersTooLarge => request(
                431,
                "headers_too_large",
                "헤더가 너무 많거나 너무 깁니다.",
                "The request has too many or too long headers.",
            ),
            Self::BodyUnexpected => {
                request(400, "body_unexpected", "이 API는 본문을 받지 않습니다.", "The API takes no body.")
            }
            Self::ContentTypeUnsupported => request(
                415,
                "content_type_unsupported",
                "본문은 application/json이어야 합니다.",
                "The body must be application/json.",
            ),
            Self::BodyTooLarge { .. } => {
                request(413, "body_too_large", "본문이 너무 큽니다.", "The body is too large.")
            }
            Self::BodyTooSlow => {
                request(408, "body_too_slow", "본문이 제때 도착하지 않았습니다.", "The body did not arrive in time.")
            }
            Self::BodyBroken => request(400, "body_broken", "본문이 끊겼습니다.", "The body broke off."),
            Self::JsonMalformed => request(400, "json_malformed", "본문이 JSON이 아닙니다.", "The body is not JSON."),
            Self::JsonDuplicateName => request(
                400,
                "json_duplicate_name",
                "본문의 한 객체에 같은 이름이 두 번 있습니다.",
                "An object of the body has the same name twice.",
            ),
            Self::JsonTooDeep => {
                request(400, "json_too_deep", "본문이 너무 깊이 중첩되었습니다.", "The body is nested too deeply.")
            }
            Self::AccountMissing { .. } => {
                request(422, "account_missing", "본문에 계좌가 없습니다.", "The body does not name the account.")
            }
            Self::TokenMissing => Outside {
                // RFC 6750 section 3.1: a request without authentication gets no error code.
                bearer_error: None,
                ..invalid_token("token_missing", "접근토큰이 없습니다.", "There is no access token.")
            },
            Self::TokenPlacement => Outside {
                status: 400,
                bearer_error: Some("invalid_request"),
                ..invalid_token(
                    "token_placement",
                    "접근토큰은 Authorization 헤더에 한 번만 보내야 합니다.",
                    "The access token must be sent once, in the Authorization header.",
                )
            },
            Self::TokenMalformed => {
                invalid_token("token_malformed", "접근토큰의 형식이 잘못되었습니다.", "The access token is malformed.")
            }
            Self::TokenUntrusted => invalid_token(
                "token_untrusted",
                "접근토큰의 서명을 믿을 수 없습니다.",
                "The access token's signature is not trusted.",
            ),
            Self::TokenForeign => invalid_token(
                "token_foreign",
                "이 API를 위한 접근토큰이 아닙니다.",
                "The access token is not for this API.",
            ),
            Self::TokenExpired => {
                invalid_token("token_expired", "접근토큰이 만료되었습니다.", "The access token has expired.")
            }
            Self::TokenUntimely => invalid_token(
                "token_untimely",
                "접근토큰의 유효기간이 올바르지 않습니다.",
                "The access token's validity is not right.",
            ),
            Self::TokenRevoked => {
                invalid_token("token_revoked", "폐기된 접근토큰입니다.", "The access token was revoked.")
            }
            Self::TokenOfAnotherCertificate => invalid_token(
                "token_certificate_mismatch",
                "접근토큰이 이 연결의 인증서에 묶여 있지 않습니다.",
                "The access token is not bound to this connection's certificate.",
            ),
            Self::TokenOfAnotherInstitution => invalid_token(
                "token_institution_mismatch",
                "접근토큰이 이 이용기관의 것이 아닙니다.",
                "The access token is not of this institution.",
            ),
            Self::ConsentEnded => consent(
                "consent_ended",
                "이용자가 동의를 철회했거나 동의가 없습니다.",
                "The customer withdrew the consent, or there is none.",
            ),
            Self::ConsentExpired => {
                consent("consent_expired", "동의 기간이 끝났습니다.", "The consent has reached its end.")
            }
            Self::ConsentMismatch => consent(
                "consent_mismatch",
                "접근토큰과 동의가 맞지 않습니다.",
                "The access token and the consent do not belong together.",
            ),
            Self::ScopeInsufficient { .. } => Outside {
                bearer_error: Some("insufficient_scope"),
                ..forbidden(
                    "scope_insufficient",
                    "이용자가 동의하지 않은 기능입니다.",
                    "The customer did not grant what this call needs.",
                )
            },
            Self::AccountNotConsented => forbidden(
                "account_not_consented",
                "동의에 들어 있지 않은 계좌입니다.",
                "The consent does not name this account.",
            ),
            Self::LimitExceeded { .. } => Outside {
                status: 429,
                code: "limit_exceeded",
                title_ko: "이용기관의 호출 한도를 넘었습니다.",
                title_en: "The institution's call limit is exceeded.",
                blame: Blame::Volume,
                bearer_error: None,
            },
            Self::RecordsUnavailable => platform(
                503,
                "records_unavailable",
                "지금은 호출을 기록할 수 없어 처리하지 않았습니다.",
                "The call cannot be recorded now and was not carried out.",
            ),
            Self::ProcessorUnreachable => platform(
                503,
                "processor_unreachable",
                "지금은 처리 서버에 연결할 수 없습니다.",
                "The API processor cannot be reached now.",
            ),
            Self::ProcessorBroken => platform(
                502,
                "processor_broken",
                "처리 서버의 답을 받지 못했습니다.",
                "The API processor's answer was not complete.",
            ),
            Self::ProcessorTimedOut => platform(
                504,
                "processor_timed_out",
                "처리 서버가 제때 답하지 않았습니다.",
                "The API processor did not answer in time.",
            ),
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750 section 3), for answers that carry one.
    pub fn challenge(&self) -> Option<String> {
        let outside = self.outside();
        if outside.status != 401 && outside.bearer_error.is_none() {
            return None;
        }
        let mut challenge = String::from("Bearer realm=\"sumun\"");
        if let Some(error) = outside.bearer_error {
            challenge.push_str(&format!(", error=\"{error}\", error_description=\"{}\"", outside.title_en));
        }
        if let Self::ScopeInsufficient { needed } = self {
            challenge.push_str(&format!(", scope=\"{needed}\""));
        }
        Some(challenge)
    }
}

fn request(status: u16, code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status, code, title_ko, title_en, blame: Blame::Request, bearer_error: None }
}

fn forbidden_certificate(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    // Not 401: that would ask for another token, and no token helps (RFC 9110 section 15.5.2).
    Outside { status: 403, code, title_ko, title_en, blame: Blame::Authentication, bearer_error: None }
}

fn invalid_token(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    let bearer_error = Some("invalid_token");
    Outside { status: 401, code, title_ko, title_en, blame: Blame::Authentication, bearer_error }
}

fn consent(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { blame: Blame::Authorization, ..invalid_token(code, title_ko, title_en) }
}

fn forbidden(code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status: 403, code, title_ko, title_en, blame: Blame::Authorization, bearer_error: None }
}

fn platform(status: u16, code: &'static str, title_ko: &'static str, title_en: &'static str) -> Outside {
    Outside { status, code, title_ko, title_en, blame: Blame::Platform, bearer_error: None }
}

#[cfg(test)]
mod tests;
