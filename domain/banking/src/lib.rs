//! The rules of a bank behind open APIs: a double-entry ledger in won, the
//! accounts of customers and institutions, and transfers that move money only
//! after the customer confirmed their exact terms over a second channel.
//!
//! Nothing here touches a socket, a clock or a database: `now` is an argument,
//! and what a rule must know of the world arrives as a value. The store loads
//! those values, calls the rule and saves what it decided, all in one
//! transaction ([`BankingStore`]).
//!
//! The life of a transfer (PR-050, PR-051):
//!
//! ```text
//! TransferRequest ─decide→ AwaitingConfirmation ─confirm→ Confirmed ─execute→ Executed
//!                              │         │                    │
//!                              │         └ deny, report → Denied
//!                              └ three minutes → Expired ← five minutes
//!                                                             └ other terms, no money → Refused
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod answer;
mod bank;
mod book;
mod entries;
mod error;
mod execution;
mod inquiry;
mod posting;
mod request;
mod store;
mod terms;
mod text;
mod transactions;
mod transfer;

pub use account::{Account, AccountKind, AccountOwner, AccountState, NewAccount};
pub use answer::{IdempotencyKey, Receipt, TransferAnswer};
pub use bank::{AccountNumber, Bank, BankCode, NewBank};
pub use book::{Book, BookAudit, Entered};
pub use entries::TransferJournal;
pub use error::{BankingError, FieldFault};
pub use execution::{Execution, ExecutionAttempt, ExecutionFacts};
pub use inquiry::{HolderInquiry, INQUIRY_WINDOW};
pub use posting::{Line, Place, Posting, PostingError};
pub use request::{AWAITING_MAX, Caller, RequestFacts, TransferLimits, TransferRequest};
pub use store::{BankingStore, Notice, NoticeKind};
pub use terms::{Amount, Movement, Payee, TermsDigest, TransferKind, TransferTerms};
pub use text::{Alias, HolderName, Summary};
pub use transactions::{Transaction, TransactionPage, TransactionQuery};
pub use transfer::{
    AwaitingConfirmation, CONFIRMATION_WINDOW, ConfirmationNumber, Confirmed, Denial, Denied, EXECUTION_WINDOW,
    Executed, Expired, RefusalReason, Refused, Transfer, TransferOrder, TransferRecord, TransferStatus,
};
