//! The customer's accounts, which the bank holds and the customer chooses from.

use std::error::Error;
use sumun_ids::{AccountId, CustomerId};

/// Tells which accounts a customer holds. The bank's own system answers.
#[async_trait::async_trait]
pub trait CustomerAccounts: Send + Sync {
    /// The open accounts of `customer`, in the order in which the bank lists them; empty when there are none.
    ///
    /// # Errors
    /// Whatever kept the bank from answering; for the log, never for the outside.
    async fn accounts_of(&self, customer: CustomerId) -> Result<Vec<AccountSummary>, Box<dyn Error + Send + Sync>>;
}

/// One account, as far as its customer needs it to recognise it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// The account.
    pub id: AccountId,
    /// The name that the customer gave it.
    pub alias: String,
    /// The number, masked before it gets here: `***-***-**4821`.
    pub masked_number: String,
    /// What kind of account it is.
    pub kind: AccountKind,
}

/// What kind of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// Money comes and goes at any time (입출금).
    Demand,
    /// Saved in instalments (적금).
    Savings,
    /// A sum laid down for a term (예금).
    TermDeposit,
}
