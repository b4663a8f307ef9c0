//! What an app is told when a call was not carried out: the one place where a
//! fault becomes an answer (RFC 9457).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use sumun_banking::{BankingError, FieldFault, RefusalReason};
use sumun_journal::StoreFailure;
use sumun_problem::{MEDIA_TYPE, Problem, Words};
use sumun_system::in_one_line;

/// Why a call was not carried out.
#[derive(Debug)]
pub(crate) enum ApiFault {
    /// The other end is not the gateway.
    PeerNotAllowed,
    /// A header of the gateway is missing, doubled or not what it should be.
    CallerUnclear {
        /// Which.
        header: &'static str,
    },
    /// The customer did not grant what the call needs.
    ScopeInsufficient,
    /// There is no such route.
    RouteUnknown,
    /// The route has no such method.
    MethodNotAllowed,
    /// The query has a parameter that the call does not.
    ParameterUnknown {
        /// Its name, as it was sent.
        parameter: String,
    },
    /// The query has a parameter twice.
    ParameterRepeated {
        /// Its name.
        parameter: String,
    },
    /// The body is not declared as JSON.
    ContentTypeUnsupported,
    /// The body is too large.
    BodyTooLarge,
    /// The body is not a JSON object.
    JsonMalformed,
    /// An object has a name twice.
    JsonDuplicateName,
    /// The body nests too deeply.
    JsonTooDeep,
    /// A field has no value that it takes.
    FieldInvalid {
        /// Its name; a dot stands before that of an inner one.
        field: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A field that nobody expects.
    FieldUnknown {
        /// Its name.
        field: String,
    },
    /// No account has that bank and number.
    AccountUnknown,
    /// A rule of the bank.
    Banking(BankingError),
    /// The transfer was not executed.
    Refused(RefusalReason),
}

impl From<BankingError> for ApiFault {
    fn from(error: BankingError) -> Self {
        match error {
            BankingError::Field(fault) => fault.into(),
            error => Self::Banking(error),
        }
    }
}

impl From<FieldFault> for ApiFault {
    fn from(fault: FieldFault) -> Self {
        Self::FieldInvalid { field: fault.field.to_owned(), expected: fault.expected }
    }
}

impl From<StoreFailure> for ApiFault {
    fn from(failure: StoreFailure) -> Self {
        Self::Banking(failure.into())
    }
}

/// What is said outside: status, short name, one sentence in each language.
struct Outside(u16, &'static str, &'static str, &'static str);

impl ApiFault {
    /// An example of everything that can be said, for the tests of the whole table.
    #[cfg(test)]
    pub(super) fn every() -> Vec<Self> {
        let rules = [
            BankingError::AccountNotAllowed,
            BankingError::AccountKind,
            BankingError::PayeeUnknown,
            BankingError::PayeeNameMismatch,
            BankingError::InquiryUnknown,
            BankingError::InquiryMismatch,
            BankingError::InquiryExpired,
            BankingError::SettlementMissing,
            BankingError::SameAccount,
            BankingError::LimitPerTransfer { limit: sumun_money::Won::new(1) },
            BankingError::LimitPerDay { limit: sumun_money::Won::new(1), left: sumun_money::Won::ZERO },
            BankingError::ConsentReported,
            BankingError::ConsentEnded,
            BankingError::TooManyAwaiting { limit: 10 },
            BankingError::KeyReused,
            BankingError::TransferUnknown,
            BankingError::ConfirmationExpired,
            BankingError::NotAsShown,
            BankingError::Store(StoreFailure::passing("busy")),
            BankingError::Store(StoreFailure::full("disk")),
            BankingError::Store(StoreFailure::lasting("row")),
        ];
        let mut faults = vec![
            Self::PeerNotAllowed,
            Self::CallerUnclear { header: "sumun-scope" },
            Self::ScopeInsufficient,
            Self::RouteUnknown,
            Self::MethodNotAllowed,
            Self::ParameterUnknown { parameter: "form".into() },
            Self::ParameterRepeated { parameter: "from".into() },
            Self::ContentTypeUnsupported,
            Self::BodyTooLarge,
            Self::JsonMalformed,
            Self::JsonDuplicateName,
            Self::JsonTooDeep,
            Self::FieldInvalid { field: "payee.bank_code".into(), expected: "three digits" },
            Self::FieldUnknown { field: "extra".into() },
            Self::AccountUnknown,
        ];
        faults.extend(rules.into_iter().map(Self::Banking));
        faults.extend(RefusalReason::ALL.iter().map(|&reason| Self::Refused(reason)));
        faults
    }

    /// The HTTP status.
    #[cfg(test)]
    pub(super) fn status(&self) -> u16 {
        self.outside().0
    }

    fn outside(&self) -> Outside {
        match self {
            Self::PeerNotAllowed => {
                Outside(403, "peer_not_allowed", "허용된 상대가 아닙니다.", "The caller is not the gateway.")
            }
            Self::CallerUnclear { .. } => Outside(
                400,
                "caller_unclear",
                "누구를 위한 호출인지 알 수 없습니다.",
                "It is not clear for whom the call is.",
            ),
            Self::ScopeInsufficient => Outside(
                403,
                "insufficient_scope",
                "이용자가 동의하지 않은 기능입니다.",
                "The customer did not grant this.",
            ),
            Self::RouteUnknown => Outside(404, "route_unknown", "없는 API입니다.", "There is no such API."),
            Self::MethodNotAllowed => {
                Outside(405, "method_not_allowed", "이 주소에 없는 메서드입니다.", "The address has no such method.")
            }
            Self::ParameterUnknown { .. } => Outside(
                400,
                "parameter_unknown",
                "이 API에 없는 조회 조건입니다.",
                "The API does not have this query parameter.",
            ),
            Self::ParameterRepeated { .. } => Outside(
                400,
                "parameter_repeated",
                "같은 조회 조건이 두 번 있습니다.",
                "The query has the same parameter twice.",
            ),
            Self::ContentTypeUnsupported => {
                Outside(415, "content_type_unsupported", "본문을 JSON으로 보내 주십시오.", "Send the body as JSON.")
            }
            Self::BodyTooLarge => Outside(413, "body_too_large", "본문이 너무 큽니다.", "The body is too large."),
            Self::JsonMalformed => {
                Outside(400, "json_malformed", "본문이 JSON 객체가 아닙니다.", "The body is not a JSON object.")
            }
            Self::JsonDuplicateName => {
                Outside(400, "json_duplicate_name", "JSON에 같은 이름이 두 번 있습니다.", "The JSON has a name twice.")
            }
            Self::JsonTooDeep => Outside(400, "json_too_deep", "JSON이 너무 깊습니다.", "The JSON nests too deeply."),
            Self::FieldInvalid { .. } => {
                Outside(422, "invalid_field", "값이 규칙에 맞지 않습니다.", "A value breaks a rule.")
            }
            Self::FieldUnknown { .. } => {
                Outside(422, "unknown_field", "계약에 없는 항목이 있습니다.", "The contract has no such field.")
            }
            Self::AccountUnknown => Outside(404, "account_unknown", "없는 계좌입니다.", "There is no such account."),
            Self::Banking(error) => outside_of_rule(error),
            Self::Refused(reason) => outside_of_refusal(*reason),
        }
    }

    /// With what of this very call the caller can mend.
    fn problem(&self) -> Problem {
        let Outside(status, code, ko, en) = self.outside();
        let problem = Problem::new(status, code, Words::new(ko, en));
        match self {
            Self::FieldInvalid { field, expected } => {
                let (ko, en) = (format!("필요한 값: {}", in_korean(expected)), format!("expected {expected}"));
                problem.field(field).detail(Words::new(ko, en))
            }
            Self::FieldUnknown { field: name }
            | Self::ParameterUnknown { parameter: name }
            | Self::ParameterRepeated { parameter: name } => problem.field(name),
            Self::Banking(error) => about_rule(problem, error),
            _ => problem,
        }
    }
}

/// What of an error of the rules the caller can mend.
fn about_rule(problem: Problem, error: &BankingError) -> Problem {
    match error {
        BankingError::LimitPerTransfer { limit } => {
            let limit = limit.grouped();
            problem.detail(Words::new(
                format!("한 번에 {limit}원까지 이체할 수 있습니다."),
                format!("One transfer moves {limit} won at most."),
            ))
        }
        BankingError::LimitPerDay { limit, left } => {
            let (limit, left) = (limit.grouped(), left.grouped());
            problem.detail(Words::new(
                format!("하루 {limit}원까지 이체할 수 있고 오늘은 {left}원이 남았습니다."),
                format!("A day moves {limit} won at most, of which {left} won are left."),
            ))
        }
        error => match field_of(error) {
            Some(field) => problem.field(field),
            None => problem,
        },
    }
}

/// What a field takes, for whoever reads Korean. The rules say it in English.
fn in_korean(expected: &'static str) -> &'static str {
    EXPECTED.iter().find(|(en, _)| *en == expected).map_or(expected, |(_, ko)| ko)
}

/// Whatever a field of a call can be told to take.
const EXPECTED: [(&str, &str); 18] = [
    ("a text", "문자열"),
    ("an object", "객체"),
    ("one value", "값 하나"),
    ("three digits", "숫자 세 자리"),
    ("the id of an account", "계좌 번호 `acc_…`"),
    ("the id of an inquiry", "예금주 조회 번호 `inq_…`"),
    ("either `holder_name` or `inquiry_id`, not both", "`holder_name`과 `inquiry_id` 가운데 하나"),
    ("8 to 16 digits, in groups by single hyphens or without", "숫자 8~16자리. 줄표 하나씩으로 나눌 수 있음"),
    ("a whole number of won from 1 to 1000000000000", "1부터 1000000000000까지의 원 단위 정수"),
    ("a name of 1 to 40 visible letters", "보이는 글자 1~40자의 이름"),
    ("1 to 20 visible letters", "보이는 글자 1~20자"),
    ("16 to 64 letters, digits, hyphens and underscores", "영문자, 숫자, 줄표, 밑줄 16~64자"),
    ("a day such as 2026-11-23", "2026-11-23과 같은 날짜"),
    ("a day that is not before `from`", "`from`보다 빠르지 않은 날짜"),
    ("a whole number from 1 to 100", "1부터 100까지의 정수"),
    ("the `next` of an earlier page", "앞 쪽의 `next`"),
    ("a name of 1 to 30 visible letters", "보이는 글자 1~30자의 이름"),
    ("one of its names", "정해진 이름 가운데 하나"),
];

/// The field that an error of the rules is about, where it is one alone.
const fn field_of(error: &BankingError) -> Option<&'static str> {
    match error {
        BankingError::PayeeUnknown | BankingError::InquiryMismatch => Some("payee.account_number"),
        BankingError::PayeeNameMismatch => Some("payee.holder_name"),
        BankingError::InquiryUnknown | BankingError::InquiryExpired => Some("payee.inquiry_id"),
        _ => None,
    }
}

/// The answer to each error of the rules. What is ours is said to be so and no more.
fn outside_of_rule(error: &BankingError) -> Outside {
    let (status, ko, en) = match error {
        BankingError::Field(_) => (422, "값이 규칙에 맞지 않습니다.", "A value breaks a rule."),
        BankingError::AccountNotAllowed => {
            (403, "이용자가 동의한 계좌가 아닙니다.", "The account is not one that the customer consented to.")
        }
        BankingError::AccountKind => {
            (422, "이체할 수 없는 종류의 계좌입니다.", "An account of this kind does not take part in transfers.")
        }
        BankingError::PayeeUnknown => {
            (422, "그 은행에 없는 계좌번호입니다.", "The bank has no account of that number.")
        }
        BankingError::PayeeNameMismatch => {
            (422, "받는 계좌의 예금주와 이름이 다릅니다.", "The payee's account has another holder.")
        }
        BankingError::InquiryUnknown => {
            (422, "이 동의로 조회한 예금주가 아닙니다.", "There is no such inquiry under this consent.")
        }
        BankingError::InquiryMismatch => {
            (422, "예금주를 조회한 계좌와 받는 계좌가 다릅니다.", "The inquiry was about another account.")
        }
        BankingError::InquiryExpired => (
            422,
            "예금주를 조회한 지 10분이 지났습니다. 다시 조회해 주십시오.",
            "The inquiry is older than ten minutes. Inquire again.",
        ),
        BankingError::SettlementMissing => {
            (422, "이용기관의 정산계좌가 없습니다.", "The institution has no settlement account.")
        }
        BankingError::SameAccount => (422, "보내는 계좌와 받는 계좌가 같습니다.", "Both sides are one account."),
        BankingError::LimitPerTransfer { .. } => {
            (422, "한 번에 이체할 수 있는 한도를 넘었습니다.", "The amount is over the limit of one transfer.")
        }
        BankingError::LimitPerDay { .. } => {
            (422, "하루에 이체할 수 있는 한도를 넘었습니다.", "The amount is over the limit of the day.")
        }
        BankingError::ConsentReported => (
            403,
            "이용자가 이 앱의 이체를 신고하여, 새로 동의하기 전에는 이체할 수 없습니다.",
            "The customer reported a transfer of this app; it needs a new consent.",
        ),
        BankingError::ConsentEnded => {
            (403, "동의가 철회되었거나 끝났거나 없습니다.", "The consent was withdrawn or has ended, or there is none.")
        }
        BankingError::TooManyAwaiting { .. } => {
            (409, "이용자의 결정을 기다리는 이체가 너무 많습니다.", "Too many transfers await the customer's decision.")
        }
        BankingError::KeyReused => {
            (422, "같은 키로 다른 요청을 보냈습니다.", "The idempotency key stands for another request.")
        }
        BankingError::TransferUnknown => (404, "없는 이체입니다.", "There is no such transfer."),
        BankingError::NotAwaiting { .. } => (409, "이미 결정된 이체입니다.", "The transfer does not await a decision."),
        BankingError::ConfirmationExpired => (409, "승인 기한이 지난 이체입니다.", "The time of the transfer is over."),
        BankingError::NotAsShown => (409, "보여 드린 조건과 다릅니다.", "The terms are not those that were shown."),
        BankingError::Store(failure) if failure.is_retryable() => {
            return Outside(503, "unavailable", "지금은 처리할 수 없습니다.", "It cannot be done now.");
        }
        BankingError::Posting(_) | BankingError::Ledger { .. } | BankingError::Store(_) => {
            (500, "처리하지 못했습니다.", "The request could not be completed.")
        }
    };
    Outside(status, error.code(), ko, en)
}

/// The answer to each refusal of an execution.
fn outside_of_refusal(reason: RefusalReason) -> Outside {
    let (status, ko, en) = match reason {
        RefusalReason::NotConfirmed => {
            (409, "이용자가 아직 확인하지 않았습니다.", "The customer has not confirmed yet.")
        }
        RefusalReason::TermsChanged => (
            409,
            "이용자가 확인한 조건과 달라 거절했습니다. 처음부터 다시 요청해 주십시오.",
            "These are not the terms that the customer confirmed. Request a new transfer.",
        ),
        RefusalReason::Replayed => (409, "이미 실행된 이체입니다.", "The transfer was executed before."),
        RefusalReason::Expired => (409, "승인 기한이 지난 이체입니다.", "The time of the transfer is over."),
        RefusalReason::Denied => (409, "이용자가 거절한 이체입니다.", "The customer denied the transfer."),
        RefusalReason::Closed => (409, "이미 거절된 이체입니다.", "The transfer was refused before."),
        RefusalReason::InsufficientFunds => {
            (422, "출금 계좌의 잔액이 부족합니다.", "There is not enough on the paying account.")
        }
        RefusalReason::LimitPerDay => {
            (422, "하루에 이체할 수 있는 한도를 넘었습니다.", "The amount is over the limit of the day.")
        }
        RefusalReason::ConsentReported => (
            403,
            "이용자가 이 앱의 이체를 신고하여, 새로 동의하기 전에는 이체할 수 없습니다.",
            "The customer reported a transfer of this app; it needs a new consent.",
        ),
    };
    Outside(status, reason.name(), ko, en)
}

impl IntoResponse for ApiFault {
    fn into_response(self) -> Response {
        match &self {
            Self::Banking(error) if self.outside().0 >= 500 => log(error),
            Self::CallerUnclear { header } => tracing::error!(header, "the gateway's word about the caller is unclear"),
            _ => {}
        }
        let problem = self.problem();
        let mut response = written(&problem);
        response.extensions_mut().insert(problem);
        response
    }
}

fn written(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, problem.body()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Puts the id of the call, which the gateway gave it, into a problem that is
/// on its way out: app, gateway and bank speak of the call by one id.
pub(crate) async fn name_the_call(request: Request, next: Next) -> Response {
    let id = request.headers().get("sumun-request-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let mut response = next.run(request).await;
    let (Some(problem), Some(id)) = (response.extensions_mut().remove::<Problem>(), id) else { return response };
    *response.body_mut() = problem.request_id(id).body().into();
    response.headers_mut().remove(CONTENT_LENGTH);
    response
}

/// What happened inside; errors of ours carry no personal data.
pub(crate) fn log(error: &BankingError) {
    tracing::error!(error = in_one_line(error), "the bank's books failed");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn one_name_stands_for_one_answer_and_names_are_as_the_contract_has_them() {
        let mut known = BTreeMap::new();
        for fault in ApiFault::every() {
            let Outside(status, code, ko, en) = fault.outside();
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
            assert!((400..600).contains(&status) && ko.ends_with('.') && en.ends_with('.'), "{fault:?}");
            // Particulars can be told when there are any, and then in both languages.
            let members: serde_json::Value = serde_json::from_slice(&fault.problem().body()).unwrap();
            assert_eq!(members.get("detail").is_some(), members.get("detail_en").is_some(), "{code}");
            let same = known.entry(code).or_insert((status, ko));
            assert_eq!(*same, (status, ko), "{code}");
        }
    }

    #[test]
    fn what_a_field_takes_is_told_in_both_languages() {
        for (en, ko) in EXPECTED {
            assert!(en.is_ascii() && ko.chars().any(|letter| ('가'..='힣').contains(&letter)), "{en}: {ko}");
            assert_eq!(in_korean(en), ko);
        }
    }

    #[test]
    fn nothing_from_inside_is_said_outside() {
        let fault = ApiFault::Banking(BankingError::Store(StoreFailure::lasting("table ledger_line is locked")));
        let said = fault.problem().to_string();
        assert!(!said.contains("ledger") && matches!(fault.outside(), Outside(500, "internal", ..)));
        let full = ApiFault::Banking(BankingError::Store(StoreFailure::full("no room")));
        assert!(matches!(full.outside(), Outside(503, "unavailable", ..)));
    }
}
