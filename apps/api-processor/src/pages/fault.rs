//! What a customer is told when a page cannot be shown or a decision not be
//! taken: the one place where a fault becomes a page.

use crate::internal::log;
use http::StatusCode;
use sumun_banking::BankingError;
use sumun_web::{ErrorPage, Locale, Messages};

/// The page for `error`. What is ours goes to the log.
pub(crate) fn page(error: &BankingError, messages: &Messages, locale: Locale) -> ErrorPage {
    let (status, key) = match error {
        BankingError::TransferUnknown => (StatusCode::NOT_FOUND, "fault-transfer-unknown"),
        BankingError::NotAwaiting { .. } | BankingError::ConfirmationExpired => (StatusCode::CONFLICT, "fault-decided"),
        BankingError::ConsentEnded => (StatusCode::CONFLICT, "fault-consent-ended"),
        BankingError::NotAsShown => (StatusCode::CONFLICT, "fault-not-as-shown"),
        BankingError::Store(failure) if failure.is_retryable() => {
            log(error);
            (StatusCode::SERVICE_UNAVAILABLE, "fault-temporary")
        }
        // What an app may do wrong, a customer's page never asks for.
        BankingError::Field(_)
        | BankingError::AccountNotAllowed
        | BankingError::AccountKind
        | BankingError::PayeeUnknown
        | BankingError::PayeeNameMismatch
        | BankingError::InquiryUnknown
        | BankingError::InquiryMismatch
        | BankingError::InquiryExpired
        | BankingError::SettlementMissing
        | BankingError::SameAccount
        | BankingError::LimitPerTransfer { .. }
        | BankingError::LimitPerDay { .. }
        | BankingError::ConsentReported
        | BankingError::TooManyAwaiting { .. }
        | BankingError::KeyReused
        | BankingError::Posting(_)
        | BankingError::Ledger { .. }
        | BankingError::Store(_) => {
            log(error);
            return ErrorPage::internal(locale);
        }
    };
    let text = |part: &str| messages.text(locale, &format!("{key}-{part}")).to_string();
    ErrorPage::new(status, locale, text("title"), text("detail")).back_to("/transfers")
}
