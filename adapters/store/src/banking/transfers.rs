//! Transfers: how a row becomes one and back.

use super::accounts::{AccountRow, unreadable};
use crate::{FieldCipher, Row, StoreError, Tx, args};
use serde::{Deserialize, Serialize};
use sumun_banking::{
    AccountOwner, Amount, ConfirmationNumber, HolderName, IdempotencyKey, Movement, Payee, Receipt, Summary, Transfer,
    TransferAnswer, TransferKind, TransferOrder, TransferTerms,
};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId, TransferId};
use sumun_journal::Commitment;
use sumun_money::Won;
use sumun_time::Timestamp;

/// A transfer with the account on its other side.
pub(super) struct TransferRow {
    pub(super) transfer: Transfer,
    pub(super) other_owner: AccountOwner,
    pub(super) other_account: AccountId,
}

/// The part of the terms that is personal.
#[derive(Serialize, Deserialize)]
struct Personal {
    payee: Option<PersonalPayee>,
    summary: String,
}

#[derive(Serialize, Deserialize)]
struct PersonalPayee {
    bank: String,
    number: String,
    holder: String,
}

macro_rules! transfer_columns {
    ($rest:literal) => {
        concat!(
            "SELECT t.customer, t.id, t.institution, t.app, t.consent, t.kind, t.account, t.other_owner, \
             t.other_account, t.amount, t.terms, t.digest, t.confirmation_number, t.first_time_payee, t.requested_at, \
             t.expires_at, t.status, t.confirmed_at, t.ended_at, t.reason, k.wrapped \
             FROM transfer t JOIN subject_key k ON k.subject = t.customer ",
            $rest
        )
    };
}

/// The transfer `$2` of customer `$1`.
pub(super) const ONE: &str = transfer_columns!("WHERE t.customer = $1 AND t.id = $2");
/// The transfers of customer `$1` that await a decision at `$2`; those whose consent has ended wait in vain.
pub(super) const AWAITING: &str = transfer_columns!(
    "WHERE t.customer = $1 AND t.status = 'awaiting_confirmation' AND t.expires_at > $2 \
     AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.customer = t.customer AND c.id = t.consent \
     AND (c.state <> 'active' OR c.expires_at <= $2)) ORDER BY t.requested_at, t.id"
);

/// The transfers that customer `$1` has notices of, newest first, at most `$2`.
pub(super) const NOTICED: &str = transfer_columns!(
    "JOIN notice n ON n.customer = t.customer AND n.transfer = t.id \
     WHERE n.customer = $1 AND n.kind = 'transfer_executed' ORDER BY n.at DESC, n.transfer LIMIT $2"
);

/// A statement about the transfers that institution `$3` asked customer `$1`
/// for, whatever the consent: `$2` is the one at hand, the others are found by
/// the institution, so that bounds do not begin anew with every consent.
macro_rules! of_institution {
    ($select:literal, $($rest:literal),+) => {
        concat!(
            $select,
            " FROM transfer WHERE customer = $1 AND consent IN (SELECT CAST($2 AS TEXT) UNION ALL \
             SELECT id FROM consent WHERE customer = $1 AND institution = $3) ",
            $($rest),+
        )
    };
}

/// What was withdrawn from `$4` on and before `$5`.
const EXECUTED: &str = of_institution!(
    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT)",
    "AND kind = 'withdrawal' AND status = 'executed' AND ended_at >= $4 AND ended_at < $5"
);
/// What may still be withdrawn at `$4`, when confirmed after `$5`. What was
/// asked for under a consent that has ended since can never move money.
const PENDING: &str = of_institution!(
    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT)",
    "AND kind = 'withdrawal' AND ((status = 'awaiting_confirmation' AND expires_at > $4) \
     OR (status = 'confirmed' AND confirmed_at > $5)) ",
    "AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.customer = transfer.customer AND c.id = transfer.consent \
     AND (c.state <> 'active' OR c.expires_at <= $4))"
);
/// How many await a decision at `$4`.
const UNDECIDED: &str = of_institution!(
    "SELECT COUNT(*)",
    "AND status = 'awaiting_confirmation' AND expires_at > $4 ",
    "AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.customer = transfer.customer AND c.id = transfer.consent \
     AND (c.state <> 'active' OR c.expires_at <= $4))"
);
/// One that the customer reported, of app `$4`, since the consent at hand was given.
const REPORTED: &str = of_institution!(
    "SELECT 1",
    "AND app = $4 AND status = 'denied' AND reason = 'reported' AND ended_at >= \
     COALESCE((SELECT c.granted_at FROM consent c WHERE c.customer = $1 AND c.id = $2), ended_at) LIMIT 1"
);

/// Reads a row of one of the statements above.
pub(super) fn read(cipher: &FieldCipher, row: &Row) -> Result<TransferRow, StoreError> {
    let id: TransferId = row.parse(1)?;
    let key = cipher.key_in(row, 20, row.text(0)?)?;
    let personal: Personal = serde_json::from_slice(&key.open(&terms_place(id), row.blob(10)?)?).map_err(unreadable)?;
    let movement = match (row.parse(5)?, personal.payee) {
        (TransferKind::Withdrawal, Some(payee)) => Movement::Withdrawal(Payee {
            bank: payee.bank.parse().map_err(unreadable)?,
            number: payee.number.parse().map_err(unreadable)?,
            holder: HolderName::parse(&payee.holder).map_err(unreadable)?,
        }),
        (TransferKind::Deposit, None) => Movement::Deposit,
        _ => return Err(unreadable(())),
    };
    let order = TransferOrder {
        id,
        customer: row.parse(0)?,
        institution: row.parse(2)?,
        app: row.parse(3)?,
        consent: row.parse(4)?,
        terms: TransferTerms {
            account: row.parse(6)?,
            movement,
            amount: Amount::new(row.won(9)?).map_err(unreadable)?,
            summary: Summary::parse(&personal.summary).map_err(unreadable)?,
        },
        digest: row.parse(11)?,
        confirmation_number: ConfirmationNumber::from_number(row.int(12)?).map_err(unreadable)?,
        first_time_payee: row.bool(13)?,
        requested_at: row.timestamp(14)?,
        expires_at: row.timestamp(15)?,
    };
    let confirmed_at = row.optional(17, Row::timestamp)?;
    let ended_at = row.optional(18, Row::timestamp)?;
    let reason = row.optional(19, Row::text)?;
    let transfer = Transfer::restore(order, row.parse(16)?, confirmed_at, ended_at, reason).map_err(unreadable)?;
    Ok(TransferRow { transfer, other_owner: row.parse(7)?, other_account: row.parse(8)? })
}

/// The transfer `id` of `customer`.
pub(super) async fn one(
    tx: &mut Tx,
    cipher: &FieldCipher,
    customer: CustomerId,
    id: TransferId,
) -> Result<Option<TransferRow>, StoreError> {
    let row = tx.fetch_optional(ONE, args![customer, id]).await?;
    row.map(|row| read(cipher, &row)).transpose()
}

/// Writes a transfer that begins, with `other` on its other side.
pub(super) async fn insert(
    tx: &mut Tx,
    cipher: &FieldCipher,
    order: &TransferOrder,
    other: &AccountRow,
) -> Result<(), StoreError> {
    let TransferOrder { id, terms, .. } = order;
    let payee = terms.payee().map(|payee| PersonalPayee {
        bank: payee.bank.to_string(),
        number: payee.number.as_str().to_owned(),
        holder: payee.holder.as_str().to_owned(),
    });
    let personal = Personal { payee, summary: terms.summary.as_str().to_owned() };
    let key = cipher.subject_key(tx, &order.customer.to_string(), order.requested_at).await?;
    let sealed = key.seal(&terms_place(*id), &serde_json::to_vec(&personal).map_err(unreadable)?)?;
    let sql = "INSERT INTO transfer (customer, id, institution, app, consent, kind, account, other_owner, \
               other_account, amount, terms, digest, confirmation_number, first_time_payee, requested_at, expires_at, \
               status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
               'awaiting_confirmation')";
    let values = args![
        order.customer,
        *id,
        order.institution,
        order.app,
        order.consent,
        terms.kind().name(),
        terms.account,
        other.state.account.owner.to_string(),
        other.state.account.id,
        terms.amount.won(),
        sealed,
        order.digest.to_string(),
        order.confirmation_number.number(),
        order.first_time_payee,
        order.requested_at,
        order.expires_at,
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Writes the part of `transfer` that changes.
pub(super) async fn update(tx: &mut Tx, transfer: &Transfer) -> Result<(), StoreError> {
    let (order, record) = (transfer.order(), transfer.record());
    let sql = "UPDATE transfer SET status = $1, confirmed_at = $2, ended_at = $3, reason = $4 \
               WHERE customer = $5 AND id = $6";
    let status = record.status.name();
    let values = args![status, record.confirmed_at, record.ended_at, record.reason, order.customer, order.id];
    if tx.execute(sql, values).await? == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Who asks: what bounds count by.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    pub(super) customer: CustomerId,
    pub(super) consent: ConsentId,
    pub(super) institution: InstitutionId,
    pub(super) app: AppId,
}

impl Asking {
    /// What `institution` withdrew from `customer` or may still withdraw on the
    /// Korean day of `now`; without what is still pending when `executed_only`.
    pub(super) async fn used_today(self, tx: &mut Tx, now: Timestamp, executed_only: bool) -> Result<Won, StoreError> {
        let Self { customer, consent, institution, .. } = self;
        let day = now.korean_date();
        let (from, to) = (day.korean_start(), day.plus_days(1).korean_start());
        let executed = sum(tx.fetch_optional(EXECUTED, args![customer, consent, institution, from, to]).await?)?;
        if executed_only {
            return Ok(executed);
        }
        let confirmed_after = now.minus(sumun_banking::EXECUTION_WINDOW);
        let values = args![customer, consent, institution, now, confirmed_after];
        let pending = sum(tx.fetch_optional(PENDING, values).await?)?;
        executed.checked_add(pending).ok_or(StoreError::column(0, "a sum of won", "a sum that does not fit"))
    }

    /// Whether `customer` reported a transfer of the app as not requested, and gave no new consent since.
    pub(super) async fn is_reported(self, tx: &mut Tx) -> Result<bool, StoreError> {
        let Self { customer, consent, institution, app } = self;
        Ok(tx.fetch_optional(REPORTED, args![customer, consent, institution, app]).await?.is_some())
    }

    /// How many transfers await a decision of `customer` at `now`.
    pub(super) async fn awaiting(self, tx: &mut Tx, now: Timestamp) -> Result<u32, StoreError> {
        let Self { customer, consent, institution, .. } = self;
        let row = tx.fetch_optional(UNDECIDED, args![customer, consent, institution, now]).await?;
        row.map_or(Err(StoreError::column(0, "a count", "no row")), |row| row.number(0))
    }
}

fn sum(row: Option<Row>) -> Result<Won, StoreError> {
    row.map_or(Err(StoreError::column(0, "a sum of won", "no row")), |row| row.won(0))
}

/// Whether `customer` sent money to `payee` before.
pub(super) async fn is_known_payee(tx: &mut Tx, customer: CustomerId, payee: AccountId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM transfer WHERE customer = $1 AND other_account = $2 AND kind = 'withdrawal' \
               AND status = 'executed' LIMIT 1";
    Ok(tx.fetch_optional(sql, args![customer, payee]).await?.is_some())
}

/// What is known of a key of an institution.
pub(super) enum Known {
    /// It was not used.
    Unused,
    /// It stands for another request.
    OtherRequest,
    /// It stands for this request, which was answered so.
    Answered(Box<TransferAnswer>),
}

/// Looks up the answer under `key`.
pub(super) async fn answered(
    tx: &mut Tx,
    cipher: &FieldCipher,
    institution: InstitutionId,
    key: &IdempotencyKey,
    request: Commitment,
) -> Result<Known, StoreError> {
    let sql = "SELECT request, customer, transfer, receipt, at FROM idempotency WHERE institution = $1 AND key = $2";
    let Some(row) = tx.fetch_optional(sql, args![institution, key.to_string()]).await? else {
        return Ok(Known::Unused);
    };
    if row.parse::<Commitment>(0)? != request {
        return Ok(Known::OtherRequest);
    }
    let transfer = one(tx, cipher, row.parse(1)?, row.parse(2)?).await?;
    let transfer = transfer.ok_or(StoreError::column(2, "a transfer that was answered", "no row"))?.transfer;
    let order = transfer.order().clone();
    let answer = TransferAnswer { order, receipt: row.parse(3)?, at: row.timestamp(4)?, repeated: true };
    Ok(Known::Answered(Box::new(answer)))
}

/// Keeps the answer under `key`, and answers it.
pub(super) async fn keep_answer(
    tx: &mut Tx,
    key: &IdempotencyKey,
    request: Commitment,
    answer: &TransferAnswer,
) -> Result<(), StoreError> {
    let TransferAnswer { order, receipt, at, .. } = answer;
    let sql = "INSERT INTO idempotency (institution, key, request, customer, transfer, receipt, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (key, request, receipt) = (key.to_string(), request.to_string(), receipt.to_string());
    tx.execute(sql, args![order.institution, key, request, order.customer, order.id, receipt, *at]).await?;
    Ok(())
}

/// The answer to a call that was not answered before.
pub(super) fn answer(order: &TransferOrder, receipt: Receipt, at: Timestamp) -> TransferAnswer {
    TransferAnswer { order: order.clone(), receipt, at, repeated: false }
}

fn terms_place(id: TransferId) -> String {
    format!("transfer|terms|{id}")
}
