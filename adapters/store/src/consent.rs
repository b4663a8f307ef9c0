//! Customers' consents.

use crate::{Row, Store, StoreError, Tx, args};
use async_trait::async_trait;
use sumun_consent::{Consent, ConsentDisclosure, ConsentState, ConsentStore, Ending, Reach, Withdrawal, Withdrawn};
use sumun_ids::{AppId, ConsentId, CustomerId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

#[async_trait]
impl ConsentStore for Store {
    async fn withdraw(&self, withdrawal: &Withdrawal) -> Result<Withdrawn, StoreFailure> {
        let withdraw = self.write_with(withdrawal.clone(), |tx, withdrawal| Box::pin(withdraw_in(tx, withdrawal)));
        Ok(withdraw.await?)
    }

    async fn expire(
        &self,
        customer: CustomerId,
        id: ConsentId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Ending, StoreFailure> {
        let expire = self.write_with(journal.to_vec(), move |tx, journal| {
            Box::pin(async move {
                let Some(row) = tx.fetch_optional(SELECT_ONE, args![customer, id]).await? else {
                    return Ok(Ending::NotFound);
                };
                let before = consent(&row)?;
                let Some(after) = expired(before.clone(), now) else { return Ok(Ending::AlreadyEnded(before)) };
                record_end(tx, &after).await?;
                tx.append_journal(journal).await?;
                Ok(Ending::Ended(after))
            })
        });
        Ok(expire.await?)
    }

    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreFailure> {
        let row = self.read_optional(SELECT_BY_ID, args![id]).await?;
        Ok(row.as_ref().map(consent).transpose()?)
    }

    async fn of_customer(&self, customer: CustomerId) -> Result<Vec<Consent>, StoreFailure> {
        Ok(consents(self.read(SELECT_OF_CUSTOMER, args![customer]).await?)?)
    }

    async fn active(&self, now: Timestamp) -> Result<Vec<Consent>, StoreFailure> {
        Ok(consents(self.read(SELECT_ACTIVE, args![now]).await?)?)
    }

    async fn overdue(&self, now: Timestamp, limit: u32) -> Result<Vec<Consent>, StoreFailure> {
        Ok(consents(self.read(SELECT_OVERDUE, args![now, limit]).await?)?)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT customer, id, institution, app, disclosure, granted_at, expires_at, state, ended_at FROM consent ",
            $rest
        )
    };
}

const SELECT_BY_ID: &str = select!("WHERE id = $1");
const SELECT_OF_CUSTOMER: &str = select!("WHERE customer = $1 ORDER BY granted_at DESC, id");
const SELECT_ONE: &str = select!("WHERE customer = $1 AND id = $2");
const SELECT_OF_INSTITUTION: &str = select!("WHERE customer = $1 AND institution = $2 ORDER BY granted_at DESC, id");
const SELECT_ACTIVE_OF_APP: &str = select!("WHERE customer = $1 AND app = $2 AND state = 'active' ORDER BY id");
const SELECT_ACTIVE: &str = select!("WHERE state = 'active' AND expires_at > $1 ORDER BY id");
const SELECT_OVERDUE: &str = select!("WHERE state = 'active' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2");

/// The consent `$2` of customer `$1`, if it has ended by `$3`.
pub(crate) const ENDED: &str =
    "SELECT 1 FROM consent WHERE customer = $1 AND id = $2 AND (state <> 'active' OR expires_at <= $3)";

/// Writes a new consent in the transaction of whoever grants it.
pub(crate) async fn insert_consent(tx: &mut Tx, consent: &Consent) -> Result<(), StoreError> {
    let (state, ended_at) = state_columns(consent.state);
    let sql = "INSERT INTO consent \
        (customer, id, institution, app, disclosure, granted_at, expires_at, state, ended_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let arguments = args![
        consent.customer,
        consent.id,
        consent.institution,
        consent.app,
        crate::value::json(&consent.disclosure)?,
        consent.granted_at,
        consent.expires_at,
        state,
        ended_at,
    ];
    tx.execute(sql, arguments).await.map(|_| ())
}

/// The consents of `customer` to `app` that nothing has ended, in the transaction of whoever grants another.
pub(crate) async fn standing(tx: &mut Tx, customer: CustomerId, app: AppId) -> Result<Vec<Consent>, StoreError> {
    consents(tx.fetch_all(SELECT_ACTIVE_OF_APP, args![customer, app]).await?)
}

/// Records how `consent` ended.
pub(crate) async fn record_end(tx: &mut Tx, consent: &Consent) -> Result<(), StoreError> {
    let (state, ended_at) = state_columns(consent.state);
    let sql = "UPDATE consent SET state = $3, ended_at = $4 WHERE customer = $1 AND id = $2";
    tx.execute(sql, args![consent.customer, consent.id, state, ended_at]).await.map(|_| ())
}

async fn withdraw_in(tx: &mut Tx, withdrawal: &Withdrawal) -> Result<Withdrawn, StoreError> {
    let rows = match withdrawal.reach {
        Reach::Consent(id) => tx.fetch_all(SELECT_ONE, args![withdrawal.customer, id]).await?,
        Reach::Institution(institution) => {
            tx.fetch_all(SELECT_OF_INSTITUTION, args![withdrawal.customer, institution]).await?
        }
    };
    let withdrawn = withdrawal.decide(consents(rows)?);
    for consent in &withdrawn.ended {
        record_end(tx, consent).await?;
    }
    tx.append_journal(&withdrawal.entries(&withdrawn)).await?;
    Ok(withdrawn)
}

/// Whether the consent `id` of `customer` ended by `now`, in the transaction
/// of whoever acts under it. That there is one was asked at the gateway; here
/// counts what came since. An entry of the same transaction in the journal
/// makes it run again when a withdrawal is committed beside it.
pub(crate) async fn has_ended(
    tx: &mut Tx,
    customer: CustomerId,
    id: ConsentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.fetch_optional(ENDED, args![customer, id, now]).await?.is_some())
}

/// The consent with its end of validity recorded, if that has come and nothing else is recorded.
fn expired(consent: Consent, now: Timestamp) -> Option<Consent> {
    match (consent.state, consent.state_at(now)) {
        (ConsentState::Active, state @ ConsentState::Expired { .. }) => Some(Consent { state, ..consent }),
        _ => None,
    }
}

fn state_columns(state: ConsentState) -> (&'static str, Option<Timestamp>) {
    match state {
        ConsentState::Active => ("active", None),
        ConsentState::Withdrawn { at } => ("withdrawn", Some(at)),
        ConsentState::Expired { at } => ("expired", Some(at)),
        ConsentState::Superseded { at } => ("superseded", Some(at)),
    }
}

fn consents(rows: Vec<Row>) -> Result<Vec<Consent>, StoreError> {
    rows.iter().map(consent).collect()
}

fn consent(row: &Row) -> Result<Consent, StoreError> {
    let disclosure: ConsentDisclosure = row.json(4)?;
    let state = match row.text(7)? {
        "active" => ConsentState::Active,
        "withdrawn" => ConsentState::Withdrawn { at: row.timestamp(8)? },
        "expired" => ConsentState::Expired { at: row.timestamp(8)? },
        "superseded" => ConsentState::Superseded { at: row.timestamp(8)? },
        _ => return Err(StoreError::column(7, "the state of a consent", "another text")),
    };
    Ok(Consent {
        customer: row.parse(0)?,
        id: row.parse(1)?,
        institution: row.parse(2)?,
        app: row.parse(3)?,
        scopes: disclosure.scopes().to_vec(),
        accounts: disclosure.accounts().to_vec(),
        purpose: disclosure.purpose().to_owned(),
        granted_at: row.timestamp(5)?,
        expires_at: row.timestamp(6)?,
        state,
        disclosure,
    })
}
