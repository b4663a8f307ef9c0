//! Transfers: asked for, read, executed.

use super::body::JsonObject;
use super::caller::{Call, idempotency_key, journal_of};
use super::fields::{AskedHolder, AskedTerms, terms};
use super::problem::ApiFault;
use crate::Bank;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::sync::Arc;
use sumun_banking::{
    BankingError, Caller, ConfirmationNumber, EXECUTION_WINDOW, ExecutionAttempt, HolderInquiry, Payee, Receipt,
    Transfer, TransferAnswer, TransferKind, TransferOrder, TransferRequest, TransferStatus, TransferTerms,
};
use sumun_consent::Scope;
use sumun_ids::{AccountId, TransferId};
use sumun_money::Won;
use sumun_time::Timestamp;

/// A transfer as the app sees it; the payee is not repeated.
#[derive(Serialize)]
struct TransferView {
    transfer_id: TransferId,
    kind: &'static str,
    status: &'static str,
    account_id: AccountId,
    amount: Won,
    summary: String,
    confirmation_number: String,
    requested_at: Timestamp,
    confirm_by: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    execute_by: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl TransferView {
    fn new(order: &TransferOrder, status: TransferStatus) -> Self {
        Self {
            transfer_id: order.id,
            kind: order.terms.kind().name(),
            status: status.name(),
            account_id: order.terms.account,
            amount: order.terms.amount.won(),
            summary: order.terms.summary.as_str().to_owned(),
            confirmation_number: order.confirmation_number.to_string(),
            requested_at: order.requested_at,
            confirm_by: order.expires_at,
            execute_by: None,
            executed_at: None,
            reason: None,
        }
    }

    fn of(transfer: &Transfer) -> Self {
        let record = transfer.record();
        let confirmed = record.confirmed_at.filter(|_| record.status == TransferStatus::Confirmed);
        Self {
            execute_by: confirmed.map(|at| at.plus(EXECUTION_WINDOW)),
            executed_at: record.ended_at.filter(|_| record.status == TransferStatus::Executed),
            reason: record.reason,
            ..Self::new(transfer.order(), record.status)
        }
    }
}

/// Asks for a withdrawal.
pub(crate) async fn withdraw(
    State(bank): State<Arc<Bank>>,
    call: Call,
    headers: HeaderMap,
    body: JsonObject,
) -> Result<Response, ApiFault> {
    request(&bank, call, &headers, body, TransferKind::Withdrawal).await
}

/// Asks for a deposit.
pub(crate) async fn deposit(
    State(bank): State<Arc<Bank>>,
    call: Call,
    headers: HeaderMap,
    body: JsonObject,
) -> Result<Response, ApiFault> {
    request(&bank, call, &headers, body, TransferKind::Deposit).await
}

async fn request(
    bank: &Bank,
    call: Call,
    headers: &HeaderMap,
    JsonObject(members): JsonObject,
    kind: TransferKind,
) -> Result<Response, ApiFault> {
    call.needs(Scope::Transfer)?;
    let key = idempotency_key(headers)?;
    let (terms, inquiry) = resolved(bank, &call.caller, of_kind(terms(members)?, kind)?).await?;
    let journal = journal_of(bank, &call.caller).await?;
    let parts = &bank.parts;
    let mut drawn = [0; 8];
    parts.random.fill(&mut drawn);
    let request = TransferRequest {
        id: TransferId::from_random(parts.random.id_bytes()),
        caller: call.caller,
        terms,
        inquiry,
        confirmation_number: ConfirmationNumber::from_random(drawn),
        now: parts.clock.now(),
    };
    let answer = parts.banking.request_transfer(&key, request, parts.limits, &journal).await?;
    let order = match answer {
        TransferAnswer { order, receipt: Receipt::Requested, .. } => order,
        // A key that stands for an execution has another digest and never gets here.
        TransferAnswer { .. } => return Err(BankingError::KeyReused.into()),
    };
    let place = [(LOCATION, format!("/v1/transfers/{}", order.id))];
    let view = TransferView::new(&order, TransferStatus::AwaitingConfirmation);
    Ok((StatusCode::ACCEPTED, place, Json(view)).into_response())
}

/// Says where a transfer is in its life.
pub(crate) async fn read(
    State(bank): State<Arc<Bank>>,
    call: Call,
    Path(transfer): Path<String>,
) -> Result<Response, ApiFault> {
    call.needs(Scope::Transfer)?;
    let id = parse_id(&transfer)?;
    let transfer = bank.parts.banking.transfer(call.caller.customer, id).await?;
    let own = |transfer: &Transfer| {
        let order = transfer.order();
        let asked = (order.institution, order.app, order.consent);
        asked == (call.caller.institution, call.caller.app, call.caller.consent)
    };
    let transfer = transfer.filter(own).ok_or(BankingError::TransferUnknown)?;
    Ok(Json(TransferView::of(&transfer.at(bank.parts.clock.now()))).into_response())
}

/// Moves the money, when the customer confirmed exactly these terms.
pub(crate) async fn execute(
    State(bank): State<Arc<Bank>>,
    call: Call,
    Path(transfer): Path<String>,
    headers: HeaderMap,
    JsonObject(members): JsonObject,
) -> Result<Response, ApiFault> {
    call.needs(Scope::Transfer)?;
    let transfer = parse_id(&transfer)?;
    let key = idempotency_key(&headers)?;
    let (terms, _) = resolved(&bank, &call.caller, terms(members)?).await?;
    let journal = journal_of(&bank, &call.caller).await?;
    let parts = &bank.parts;
    let attempt = ExecutionAttempt { caller: call.caller, transfer, terms, now: parts.clock.now() };
    let answer = parts.banking.execute(&key, attempt, parts.limits, &journal).await?;
    match answer.receipt {
        Receipt::Refused(reason) => Err(ApiFault::Refused(reason)),
        Receipt::Executed | Receipt::Requested => {
            let executed = TransferView::new(&answer.order, TransferStatus::Executed);
            Ok(Json(TransferView { executed_at: Some(answer.at), ..executed }).into_response())
        }
    }
}

fn parse_id(text: &str) -> Result<TransferId, ApiFault> {
    text.parse().map_err(|_| BankingError::TransferUnknown.into())
}

/// Puts the holder of whom an inquiry told in the place of its id, so that the
/// customer confirms whom the money reaches and nothing that the app calls them.
async fn resolved(
    bank: &Bank,
    caller: &Caller,
    asked: AskedTerms,
) -> Result<(TransferTerms, Option<HolderInquiry>), ApiFault> {
    let Some(named) = asked.payee() else { return Ok((asked.with(None), None)) };
    let (code, number) = (named.bank, named.number.clone());
    match &named.holder {
        AskedHolder::Name(holder) => {
            let payee = Payee { bank: code, number, holder: holder.clone() };
            Ok((asked.with(Some(payee)), None))
        }
        AskedHolder::Inquiry(id) => {
            let inquiry = bank.parts.banking.inquiry(*id).await?.ok_or(BankingError::InquiryUnknown)?;
            let payee = inquiry.payee(caller, code, &number)?;
            Ok((asked.with(Some(payee)), Some(inquiry)))
        }
    }
}

/// A withdrawal names its payee, a deposit does not.
fn of_kind(terms: AskedTerms, kind: TransferKind) -> Result<AskedTerms, ApiFault> {
    match (terms.kind(), kind) {
        (TransferKind::Deposit, TransferKind::Withdrawal) => {
            Err(ApiFault::FieldInvalid { field: "payee".into(), expected: "an object" })
        }
        (TransferKind::Withdrawal, TransferKind::Deposit) => Err(ApiFault::FieldUnknown { field: "payee".into() }),
        _ => Ok(terms),
    }
}
