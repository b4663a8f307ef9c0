//! The accounts of a consent, their balance and transactions, and the holder of an account.

use super::body::JsonObject;
use super::caller::Call;
use super::fields::{Fields, bank_and_number};
use super::problem::ApiFault;
use super::query::Query;
use crate::Bank;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde::Serialize;
use std::sync::Arc;
use sumun_banking::{AccountKind, AccountState, BankingError, HolderInquiry, Transaction, TransactionQuery};
use sumun_consent::Scope;
use sumun_ids::{AccountId, InquiryId, TransferId};
use sumun_money::Won;
use sumun_time::Timestamp;

#[derive(Serialize)]
pub(crate) struct AccountList {
    accounts: Vec<AccountLine>,
}

#[derive(Serialize)]
struct AccountLine {
    account_id: AccountId,
    bank_code: String,
    product_name: &'static str,
    account_number_masked: String,
    alias: String,
    currency: &'static str,
    allowed: Vec<Scope>,
}

/// The accounts of the consent, with what may be done with each. Whatever was
/// granted suffices: nothing is told but what the customer chose on the consent page.
pub(crate) async fn list(State(bank): State<Arc<Bank>>, call: Call) -> Result<Json<AccountList>, ApiFault> {
    let owned = bank.parts.banking.accounts_of(call.caller.customer).await?;
    let line = |state: AccountState| AccountLine {
        account_id: state.account.id,
        bank_code: state.account.bank.to_string(),
        product_name: product_name(state.account.kind),
        account_number_masked: state.account.number.masked(),
        alias: state.account.alias.as_str().to_owned(),
        currency: "KRW",
        allowed: call.scopes().to_vec(),
    };
    Ok(Json(AccountList { accounts: call.caller.usable(owned).into_iter().map(line).collect() }))
}

#[derive(Serialize)]
pub(crate) struct Balance {
    account_id: AccountId,
    account_number_masked: String,
    product_name: &'static str,
    balance: Won,
    available: Won,
    currency: &'static str,
    as_of: Timestamp,
}

/// What is on an account.
pub(crate) async fn balance(
    State(bank): State<Arc<Bank>>,
    call: Call,
    Path(account): Path<String>,
) -> Result<Json<Balance>, ApiFault> {
    call.needs(Scope::Balance)?;
    let AccountState { account, balance } = allowed(&bank, &call, &account).await?;
    Ok(Json(Balance {
        account_id: account.id,
        account_number_masked: account.number.masked(),
        product_name: product_name(account.kind),
        balance,
        available: if account.kind.may_pay() { balance } else { Won::ZERO },
        currency: "KRW",
        as_of: bank.parts.clock.now(),
    }))
}

#[derive(Serialize)]
pub(crate) struct TransactionList {
    account_id: AccountId,
    transactions: Vec<TransactionLine>,
    next: Option<String>,
}

#[derive(Serialize)]
struct TransactionLine {
    booked_at: Timestamp,
    direction: &'static str,
    amount: Won,
    balance_after: Won,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_id: Option<TransferId>,
}

impl From<Transaction> for TransactionLine {
    fn from(transaction: Transaction) -> Self {
        let out = transaction.change.is_negative();
        Self {
            booked_at: transaction.at,
            direction: if out { "out" } else { "in" },
            amount: Won::new(transaction.change.amount().saturating_abs()),
            balance_after: transaction.balance,
            summary: transaction.summary.as_str().to_owned(),
            transfer_id: transaction.transfer,
        }
    }
}

/// What happened on an account, newest first.
pub(crate) async fn transactions(
    State(bank): State<Arc<Bank>>,
    call: Call,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<TransactionList>, ApiFault> {
    call.needs(Scope::Transactions)?;
    let account = allowed(&bank, &call, &account).await?.account;
    let query = transaction_query(query.as_deref())?;
    let page = bank.parts.banking.transactions(call.caller.customer, account.id, query).await?;
    let page = page.ok_or(BankingError::AccountNotAllowed)?;
    Ok(Json(TransactionList {
        account_id: account.id,
        transactions: page.transactions.into_iter().map(TransactionLine::from).collect(),
        next: page.next.map(|number| number.to_string()),
    }))
}

#[derive(Serialize)]
pub(crate) struct AccountHolder {
    inquiry_id: InquiryId,
    inquiry_expires_at: Timestamp,
    bank_code: String,
    account_number_masked: String,
    holder_name_masked: String,
}

/// The masked name of the holder of an account that can be paid (예금주 조회),
/// and an id under which a transfer can pay to that holder.
pub(crate) async fn inquire_holder(
    State(bank): State<Arc<Bank>>,
    call: Call,
    JsonObject(members): JsonObject,
) -> Result<Json<AccountHolder>, ApiFault> {
    call.needs(Scope::AccountHolder)?;
    let mut fields = Fields::of(members);
    let (code, number) = bank_and_number(&mut fields)?;
    fields.end()?;
    let account = bank.parts.banking.account_by_number(code, &number).await?;
    let id = InquiryId::from_random(bank.parts.random.id_bytes());
    let now = bank.parts.clock.now();
    let inquiry = account.and_then(|account| HolderInquiry::answered(id, &call.caller, account, now));
    let inquiry = inquiry.ok_or(ApiFault::AccountUnknown)?;
    bank.parts.banking.keep_inquiry(&inquiry).await?;
    let HolderInquiry { account, expires_at, .. } = inquiry;
    Ok(Json(AccountHolder {
        inquiry_id: id,
        inquiry_expires_at: expires_at,
        bank_code: account.bank.to_string(),
        account_number_masked: account.number.masked(),
        holder_name_masked: account.holder.masked(),
    }))
}

/// The account of the path, if the consent names it and it is the customer's.
async fn allowed(bank: &Bank, call: &Call, account: &str) -> Result<AccountState, ApiFault> {
    let not_allowed = || BankingError::AccountNotAllowed;
    let id: AccountId = account.parse().map_err(|_| not_allowed())?;
    let state = bank.parts.banking.account(call.caller.customer, id).await?;
    Ok(state.filter(|state| call.caller.may_use(&state.account)).ok_or_else(not_allowed)?)
}

const fn product_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Demand => "입출금통장",
        AccountKind::Savings => "적금",
        AccountKind::TermDeposit => "예금",
        AccountKind::Settlement | AccountKind::Funding | AccountKind::Clearing => "정산계좌",
    }
}

fn transaction_query(query: Option<&str>) -> Result<TransactionQuery, ApiFault> {
    let query = Query::of(query, &["from", "to", "limit", "after"])?;
    let (from, to) =
        (query.parsed("from", "a day such as 2026-11-23")?, query.parsed("to", "a day such as 2026-11-23")?);
    let limit = query.whole("limit", "a whole number from 1 to 100")?;
    let after = query.whole("after", "the `next` of an earlier page")?;
    Ok(TransactionQuery::new(from, to, limit, after)?)
}
