//! Why a bank refuses, by whose fault it is.

use crate::{PostingError, TransferStatus};
use std::fmt;
use sumun_ids::AccountId;
use sumun_journal::StoreFailure;
use sumun_money::Won;

/// A text is not what its field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, as contracts name it.
    pub field: &'static str,
    /// What it takes.
    pub expected: &'static str,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.field, self.expected)
    }
}

impl std::error::Error for FieldFault {}

/// Why nothing was done, or not what was asked for.
#[derive(Debug)]
pub enum BankingError {
    // The app asked for what it may not have.
    /// A field has no value that it takes.
    Field(FieldFault),
    /// The account is not one of the customer's that the consent names. One
    /// answer for an unknown, a foreign and an unconsented account.
    AccountNotAllowed,
    /// An account of this kind does not pay or receive transfers.
    AccountKind,
    /// The payee's bank has no account of that number.
    PayeeUnknown,
    /// The payee's account has another holder. The right name is not told. That
    /// the account exists an inquiry tells as well (this platform's choice).
    PayeeNameMismatch,
    /// The institution's app asked no such inquiry under this consent. One answer
    /// for an unknown inquiry and for that of another app, customer or consent.
    InquiryUnknown,
    /// The inquiry was about another account than the payee's.
    InquiryMismatch,
    /// The ten minutes of the inquiry are over.
    InquiryExpired,
    /// The institution has no account out of which deposits are paid.
    SettlementMissing,
    /// Both sides are one account.
    SameAccount,
    /// The amount is over the limit of one transfer.
    LimitPerTransfer {
        /// The limit.
        limit: Won,
    },
    /// The amount is over what is left of the day's limit.
    LimitPerDay {
        /// The limit.
        limit: Won,
        /// What is left of it.
        left: Won,
    },
    /// The customer reported a transfer of this app as not requested, and gave no new consent since.
    ConsentReported,
    /// The consent was withdrawn, was superseded or has run out.
    ConsentEnded,
    /// As many transfers of this institution await the customer's decision as may.
    TooManyAwaiting {
        /// How many may.
        limit: u32,
    },
    /// The idempotency key stands for another request of the institution.
    KeyReused,
    /// The customer has no such transfer with this app.
    TransferUnknown,

    // The customer decided what cannot be decided any more.
    /// The transfer does not await a decision.
    NotAwaiting {
        /// Where it is in its life.
        status: TransferStatus,
    },
    /// The three minutes for the decision are over.
    ConfirmationExpired,
    /// The terms that were shown are not those of the transfer.
    NotAsShown,

    // Ours.
    /// The ledger would not balance.
    Posting(PostingError),
    /// The ledger has no such account, keeps it elsewhere, or a sum does not fit.
    Ledger {
        /// The account.
        account: AccountId,
    },
    /// The store failed.
    Store(StoreFailure),
}

impl BankingError {
    /// The stable short name: the `code` of an answer and the `reason` of a journal entry.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Field(_) => "invalid_field",
            Self::AccountNotAllowed => "account_not_allowed",
            Self::AccountKind => "account_kind",
            Self::PayeeUnknown => "payee_unknown",
            Self::PayeeNameMismatch => "payee_name_mismatch",
            Self::InquiryUnknown => "inquiry_unknown",
            Self::InquiryMismatch => "inquiry_mismatch",
            Self::InquiryExpired => "inquiry_expired",
            Self::SettlementMissing => "settlement_missing",
            Self::SameAccount => "same_account",
            Self::LimitPerTransfer { .. } => "limit_per_transfer",
            Self::LimitPerDay { .. } => "limit_per_day",
            Self::ConsentReported => "consent_reported",
            Self::ConsentEnded => "consent_ended",
            Self::TooManyAwaiting { .. } => "too_many_awaiting",
            Self::KeyReused => "idempotency_key_reused",
            Self::TransferUnknown => "transfer_unknown",
            Self::NotAwaiting { .. } => "not_awaiting",
            Self::ConfirmationExpired => "expired",
            Self::NotAsShown => "not_as_shown",
            Self::Posting(_) | Self::Ledger { .. } | Self::Store(_) => "internal",
        }
    }
}

impl fmt::Display for BankingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(_) => f.write_str("a field has no value that it takes"),
            Self::AccountNotAllowed => f.write_str("the account is not one that the customer consented to"),
            Self::AccountKind => f.write_str("an account of this kind does not take part in transfers"),
            Self::PayeeUnknown => f.write_str("there is no account of that bank and number"),
            Self::PayeeNameMismatch => f.write_str("the payee's account has another holder"),
            Self::InquiryUnknown => f.write_str("the app asked no such inquiry under this consent"),
            Self::InquiryMismatch => f.write_str("the inquiry was about another account"),
            Self::InquiryExpired => f.write_str("the time of the inquiry is over"),
            Self::SettlementMissing => f.write_str("the institution has no account out of which deposits are paid"),
            Self::SameAccount => f.write_str("both sides of the transfer are one account"),
            Self::LimitPerTransfer { limit } => write!(f, "one transfer moves {limit} won at most"),
            Self::LimitPerDay { limit, left } => write!(f, "a day moves {limit} won at most, of which {left} are left"),
            Self::ConsentReported => f.write_str("the customer reported a transfer of this app"),
            Self::ConsentEnded => f.write_str("the consent was withdrawn, was superseded or has run out"),
            Self::TooManyAwaiting { limit } => {
                write!(f, "{limit} transfers of this institution await the customer's decision already")
            }
            Self::KeyReused => f.write_str("the idempotency key stands for another request"),
            Self::TransferUnknown => f.write_str("there is no such transfer"),
            Self::NotAwaiting { status } => write!(f, "the transfer is {} and awaits no decision", status.name()),
            Self::ConfirmationExpired => f.write_str("the time for the decision is over"),
            Self::NotAsShown => f.write_str("the terms that were shown are not those of the transfer"),
            Self::Posting(_) => f.write_str("the movement is not a posting"),
            Self::Ledger { account } => write!(f, "the ledger cannot post to {account}"),
            Self::Store(_) => f.write_str("the bank's books cannot be reached"),
        }
    }
}

impl std::error::Error for BankingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Field(source) => Some(source),
            Self::Posting(source) => Some(source),
            Self::Store(source) => Some(source),
            _ => None,
        }
    }
}

impl From<FieldFault> for BankingError {
    fn from(fault: FieldFault) -> Self {
        Self::Field(fault)
    }
}

impl From<PostingError> for BankingError {
    fn from(error: PostingError) -> Self {
        match error {
            PostingError::SameAccount => Self::SameAccount,
            error => Self::Posting(error),
        }
    }
}

impl From<StoreFailure> for BankingError {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure)
    }
}
