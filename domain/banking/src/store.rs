//! The port behind which the bank's books lie.

use crate::{
    Account, AccountNumber, AccountState, Bank, BankCode, BankingError, BookAudit, Confirmed, Denial, Denied,
    ExecutionAttempt, HolderInquiry, IdempotencyKey, NewAccount, NewBank, TermsDigest, TransactionPage,
    TransactionQuery, Transfer, TransferAnswer, TransferJournal, TransferLimits, TransferOrder, TransferRequest,
};
use sumun_ids::{AccountId, ConsentId, CustomerId, InquiryId, TransferId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

/// What a notice tells its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Money moved.
    TransferExecuted,
}

impl NoticeKind {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TransferExecuted => "transfer_executed",
        }
    }
}

/// Word to a customer about something important on an account (PR-054).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it tells.
    pub kind: NoticeKind,
    /// When that was.
    pub at: Timestamp,
    /// The transfer that it is about.
    pub order: TransferOrder,
}

/// The books of the sandbox's banks.
///
/// Every write is one transaction with its journal entries, balances, notice
/// and idempotency record, and is durable when it returns. The rules of this
/// crate decide inside of that transaction, on what it sees. Numbers, names
/// and memos are never kept in clear.
#[async_trait::async_trait]
pub trait BankingStore: Send + Sync {
    /// Opens a bank with its funding and clearing accounts. A bank that is
    /// open already stays as it is, and nothing is written.
    async fn open_bank(&self, bank: &NewBank, journal: &[Entry]) -> Result<(), StoreFailure>;

    /// The banks, by code.
    async fn banks(&self) -> Result<Vec<Bank>, StoreFailure>;

    /// Opens an account and puts its opening balance on it from the bank's funding account.
    async fn open_account(&self, account: &NewAccount, journal: &[Entry]) -> Result<(), BankingError>;

    /// The accounts of `customer` with what is on them, in the order of their opening.
    async fn accounts_of(&self, customer: CustomerId) -> Result<Vec<AccountState>, StoreFailure>;

    /// The account `account`, if it belongs to `customer`.
    async fn account(&self, customer: CustomerId, account: AccountId) -> Result<Option<AccountState>, StoreFailure>;

    /// The account of `bank` with this number, whoever it belongs to.
    async fn account_by_number(&self, bank: BankCode, number: &AccountNumber) -> Result<Option<Account>, StoreFailure>;

    /// Keeps an inquiry that is about to be answered, and forgets those that
    /// ended a day before it and that no transfer was requested on.
    async fn keep_inquiry(&self, inquiry: &HolderInquiry) -> Result<(), StoreFailure>;

    /// The inquiry `id`, whoever asked and whether or not it is over.
    async fn inquiry(&self, id: InquiryId) -> Result<Option<HolderInquiry>, StoreFailure>;

    /// What happened on `account`, if it belongs to `customer`.
    async fn transactions(
        &self,
        customer: CustomerId,
        account: AccountId,
        query: TransactionQuery,
    ) -> Result<Option<TransactionPage>, StoreFailure>;

    /// Decides `request` and puts the transfer before its customer. A request
    /// that was answered under `key` before gets that answer and does nothing.
    /// A refused one leaves a journal entry.
    ///
    /// # Errors
    /// As [`TransferRequest::decide`]; [`BankingError::KeyReused`] when `key` stands for another request.
    async fn request_transfer(
        &self,
        key: &IdempotencyKey,
        request: TransferRequest,
        limits: TransferLimits,
        journal: &TransferJournal,
    ) -> Result<TransferAnswer, BankingError>;

    /// The transfer `transfer` of `customer`, as it is recorded.
    async fn transfer(&self, customer: CustomerId, transfer: TransferId) -> Result<Option<Transfer>, StoreFailure>;

    /// Whether the consent under which a transfer was asked for has ended by `now`: such a transfer is over.
    async fn consent_ended(
        &self,
        customer: CustomerId,
        consent: ConsentId,
        now: Timestamp,
    ) -> Result<bool, StoreFailure>;

    /// The transfers of `customer` that await a decision at `now`, oldest first; without those whose consent has ended.
    async fn awaiting(&self, customer: CustomerId, now: Timestamp) -> Result<Vec<Transfer>, StoreFailure>;

    /// The customer confirms the terms with digest `shown`.
    ///
    /// # Errors
    /// [`BankingError::TransferUnknown`], [`BankingError::NotAwaiting`], or as
    /// [`crate::AwaitingConfirmation::confirm`] with the consent as it is in that moment. Nothing is written then.
    async fn confirm(
        &self,
        customer: CustomerId,
        transfer: TransferId,
        shown: TermsDigest,
        now: Timestamp,
        journal: &TransferJournal,
    ) -> Result<Confirmed, BankingError>;

    /// The customer denies, or reports.
    ///
    /// # Errors
    /// [`BankingError::TransferUnknown`], [`BankingError::NotAwaiting`], or as
    /// [`crate::AwaitingConfirmation::deny`]. Nothing is written then.
    async fn deny(
        &self,
        customer: CustomerId,
        transfer: TransferId,
        denial: Denial,
        now: Timestamp,
        journal: &TransferJournal,
    ) -> Result<Denied, BankingError>;

    /// Decides `attempt` and, when the rules allow it, moves the money and
    /// records a notice to the customer (PR-054). An attempt that was answered
    /// under `key` before gets that answer and does nothing. Every refusal
    /// leaves a journal entry.
    ///
    /// # Errors
    /// [`BankingError::TransferUnknown`], [`BankingError::AccountNotAllowed`]
    /// or [`BankingError::KeyReused`]; a refusal of the transfer itself is an
    /// answer with [`crate::Receipt::Refused`].
    async fn execute(
        &self,
        key: &IdempotencyKey,
        attempt: ExecutionAttempt,
        limits: TransferLimits,
        journal: &TransferJournal,
    ) -> Result<TransferAnswer, BankingError>;

    /// The latest notices to `customer`, newest first, at most `limit`.
    async fn notices_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Notice>, StoreFailure>;

    /// Looks over the whole ledger.
    async fn audit(&self) -> Result<BookAudit, StoreFailure>;
}
