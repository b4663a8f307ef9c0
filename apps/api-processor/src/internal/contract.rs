//! The contract says what the gateway and the bank do, and nothing else.

use super::problem::ApiFault;
use super::query::Query;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use sumun_banking::{AccountNumber, BankCode, BankingError, HolderName, IdempotencyKey, Summary, TransactionQuery};
use sumun_ids::{AccountId, InquiryId, TransferId};
use sumun_traffic::{Contract, Refusal, Route};

const OPEN_BANKING: &[u8] = include_bytes!("../../../../contracts/open-banking/v1.json");

/// What is answered to a request of which no head came to be read: RFC 9112 and
/// RFC 9110 sections 15.5.1, 15.5.9, 15.5.15 and RFC 6585 section 5.
const BELOW_CALLS: [u16; 4] = [400, 408, 414, 431];

fn document() -> Value {
    serde_json::from_slice(OPEN_BANKING).unwrap()
}

fn operation<'a>(document: &'a Value, route: &Route) -> &'a Value {
    &document["paths"][&route.template][route.method.name().to_lowercase()]
}

/// Whether the bank can answer the call of `route` so.
fn comes_from_the_bank(fault: &ApiFault, route: &Route) -> bool {
    let (has_body, operation) = (route.body_bytes_max > 0, route.operation.as_str());
    let executes = operation == "executeTransfer";
    let requests = matches!(operation, "requestWithdrawal" | "requestDeposit");
    match fault {
        // The gateway shows its certificate and asks for nothing that is not in the contract.
        ApiFault::PeerNotAllowed | ApiFault::RouteUnknown | ApiFault::MethodNotAllowed => false,
        ApiFault::CallerUnclear { .. } | ApiFault::ParameterUnknown { .. } => true,
        ApiFault::ParameterRepeated { .. } => !route.query.is_empty(),
        ApiFault::ScopeInsufficient => route.scope.is_some(),
        ApiFault::ContentTypeUnsupported
        | ApiFault::BodyTooLarge
        | ApiFault::JsonMalformed
        | ApiFault::JsonDuplicateName
        | ApiFault::JsonTooDeep
        | ApiFault::FieldUnknown { .. } => has_body,
        ApiFault::FieldInvalid { .. } => has_body || !route.query.is_empty(),
        ApiFault::AccountUnknown => operation == "inquireAccountHolder",
        ApiFault::Refused(_) => executes,
        ApiFault::Banking(error) => match error {
            BankingError::Field(_) => has_body,
            BankingError::AccountNotAllowed => route.account.is_some(),
            BankingError::TransferUnknown => route.template.contains("{transfer_id}"),
            BankingError::ConsentEnded | BankingError::KeyReused => requests || executes,
            BankingError::AccountKind
            | BankingError::SettlementMissing
            | BankingError::SameAccount
            | BankingError::LimitPerTransfer { .. }
            | BankingError::LimitPerDay { .. }
            | BankingError::ConsentReported
            | BankingError::TooManyAwaiting { .. } => requests,
            BankingError::PayeeUnknown | BankingError::PayeeNameMismatch | BankingError::InquiryExpired => requests,
            BankingError::InquiryUnknown | BankingError::InquiryMismatch => requests || executes,
            // What the customer's page is told.
            BankingError::NotAwaiting { .. } | BankingError::ConfirmationExpired | BankingError::NotAsShown => false,
            BankingError::Posting(_) | BankingError::Ledger { .. } | BankingError::Store(_) => true,
        },
    }
}

#[test]
fn every_refusal_that_can_come_at_a_call_stands_in_its_responses_and_none_that_cannot() {
    let (contract, document) = (Contract::parse(OPEN_BANKING).unwrap(), document());
    for route in contract.routes() {
        let gateway = Refusal::every().into_iter().filter(|refusal| refusal.can_come_at(route));
        let bank = ApiFault::every().into_iter().filter(|fault| comes_from_the_bank(fault, route));
        let can_come: BTreeSet<u16> = BELOW_CALLS
            .into_iter()
            .chain(gateway.map(|refusal| refusal.outside().status))
            .chain(bank.map(|fault| fault.status()))
            .collect();
        let responses = operation(&document, route)["responses"].as_object().unwrap();
        let stated = responses.keys().map(|status| status.parse::<u16>().unwrap()).filter(|status| *status >= 400);
        assert_eq!(stated.collect::<BTreeSet<_>>(), can_come, "{}", route.name);
        assert_eq!(responses.keys().filter(|status| status.starts_with('2')).count(), 1, "{}", route.name);
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let name = response["$ref"].as_str().and_then(|pointer| pointer.strip_prefix("#/components/responses/"));
            let response = &document["components"]["responses"][name.unwrap()];
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{} {status}", route.name);
        }
    }
}

fn pattern(pointer: &str) -> Regex {
    let document = document();
    Regex::new(document.pointer(pointer).unwrap()["pattern"].as_str().unwrap()).unwrap()
}

/// Compares a pattern of the contract with the reader of the code.
fn same(pointer: &str, texts: impl IntoIterator<Item = String>, reads: fn(&str) -> bool) {
    let pattern = pattern(pointer);
    for text in texts {
        assert_eq!(pattern.is_match(&text), reads(&text), "{pointer}: {text:?}");
    }
}

/// Texts of all lengths around the ends of `lengths`, made of each of `letters`.
fn runs(lengths: &[usize], letters: &str) -> Vec<String> {
    lengths.iter().flat_map(|&length| letters.chars().map(move |letter| letter.to_string().repeat(length))).collect()
}

#[test]
fn numbers_and_keys_are_written_in_the_contract_as_the_code_reads_them() {
    let mut numbers = runs(&[0, 1, 7, 8, 16, 17], "0a-１");
    numbers.extend(
        ["110-123-454821", "1-2-3-4-5-6-7-8", "1-2-3-4-5-6-7", "110--123454821", "-110123454821", "110123454821-"]
            .map(str::to_owned),
    );
    numbers.extend(["110 123 454821", "110123454821\n", "1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"].map(str::to_owned));
    same("/components/schemas/AccountNumber", numbers, |text| text.parse::<AccountNumber>().is_ok());
    same("/components/schemas/BankCode", runs(&[0, 1, 2, 3, 4], "09a０"), |text| text.parse::<BankCode>().is_ok());
    same("/components/parameters/IdempotencyKey/schema", runs(&[0, 15, 16, 64, 65], "aZ0-_ .가"), |text| {
        text.parse::<IdempotencyKey>().is_ok()
    });
    let cursors =
        ["", "0", "1", "01", "+1", "-1", "1.0", "1e3", " 1", "x", "999999999999999999", "1000000000000000000"];
    same("/components/schemas/Cursor", cursors.map(str::to_owned), |text| {
        let query = format!("after={text}");
        let after = Query::of(Some(&query), &["after"]).unwrap().whole("after", "");
        after.is_ok_and(|after| TransactionQuery::new(None, None, None, after).is_ok())
    });
}

#[test]
fn ids_are_written_in_the_contract_as_the_code_reads_them() {
    let texts = |prefix: &str| {
        let mut texts = runs(&[25, 26, 27], "07abz8ilouA");
        texts.extend(
            "0123456789abcdefghijklmnopqrstuvwxyz-".chars().map(|letter| format!("7{letter}{}", "0".repeat(24))),
        );
        texts
            .iter()
            .map(|text| format!("{prefix}_{text}"))
            .chain([String::new(), prefix.to_owned()])
            .collect::<Vec<_>>()
    };
    same("/components/schemas/AccountId", texts("acc"), |text| text.parse::<AccountId>().is_ok());
    same("/components/schemas/TransferId", texts("trf"), |text| text.parse::<TransferId>().is_ok());
    same("/components/schemas/InquiryId", texts("inq"), |text| text.parse::<InquiryId>().is_ok());
    same("/components/schemas/AccountId", texts("trf"), |text| text.parse::<AccountId>().is_ok());
}

#[test]
fn texts_are_written_in_the_contract_as_the_code_reads_them() {
    // Each letter alone, between letters and at an end; planes 2 to 13 and 15 and 16 have none that is hidden.
    let letters = (0..0x2_0000).chain(0xd_ffff..0xe_1001).filter_map(char::from_u32);
    let texts: Vec<String> =
        letters.flat_map(|letter| [letter.to_string(), format!("가{letter}나"), format!("{letter}가")]).collect();
    same("/components/schemas/Summary", texts, |text| Summary::parse(text).is_ok());
    let mut lengths = runs(&[0, 1, 20, 21, 40, 41], "가 a\u{200b}😀");
    lengths.extend([20, 21, 40, 41].map(|length| format!("  {}\t", "회".repeat(length))));
    lengths.extend([18, 19, 38, 39].map(|length| format!("가{}나", " ".repeat(length))));
    same("/components/schemas/Summary", lengths.clone(), |text| Summary::parse(text).is_ok());
    same("/components/schemas/HolderName", lengths, |text| HolderName::parse(text).is_ok());
}
