//! Account holder inquiries to which a transfer can pay.

use super::accounts;
use crate::{FieldCipher, Row, StoreError, Tx, args};
use sumun_banking::HolderInquiry;
use sumun_ids::InquiryId;
use sumun_time::Span;

/// How long an inquiry that no transfer was requested on is kept after its end.
const KEPT_UNUSED: Span = Span::from_hours(24);

/// The inquiry `$1`.
pub(super) const ONE: &str = "SELECT id, institution, app, customer, consent, owner, account, expires_at \
                              FROM account_holder_inquiry WHERE id = $1";

/// Reads a row of [`ONE`] with the row of its account.
pub(super) fn read(cipher: &FieldCipher, row: &Row, account: Option<&Row>) -> Result<HolderInquiry, StoreError> {
    let account = account.ok_or(StoreError::column(6, "an account that was inquired about", "no row"))?;
    Ok(HolderInquiry {
        id: row.parse(0)?,
        institution: row.parse(1)?,
        app: row.parse(2)?,
        customer: row.parse(3)?,
        consent: row.parse(4)?,
        account: accounts::read(cipher, account)?.state.account,
        expires_at: row.timestamp(7)?,
    })
}

/// Writes an inquiry and forgets old ones that led to nothing.
pub(super) async fn keep(tx: &mut Tx, inquiry: &HolderInquiry) -> Result<(), StoreError> {
    let sql = "DELETE FROM account_holder_inquiry WHERE paid_to = FALSE AND expires_at < $1";
    tx.execute(sql, args![inquiry.expires_at.minus(KEPT_UNUSED)]).await?;
    let HolderInquiry { id, institution, app, customer, consent, account, expires_at } = inquiry;
    let sql = "INSERT INTO account_holder_inquiry (id, institution, app, customer, consent, owner, account, \
               expires_at, paid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE)";
    let owner = account.owner.to_string();
    tx.execute(sql, args![*id, *institution, *app, *customer, *consent, owner, account.id, *expires_at]).await?;
    Ok(())
}

/// Keeps an inquiry from being forgotten: a transfer was requested on it.
pub(super) async fn mark_paid_to(tx: &mut Tx, id: InquiryId) -> Result<(), StoreError> {
    tx.execute("UPDATE account_holder_inquiry SET paid_to = TRUE WHERE id = $1", args![id]).await?;
    Ok(())
}
