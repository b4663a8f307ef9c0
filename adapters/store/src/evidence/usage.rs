//! How much evidence there is, kept as sums that grow with each write.

use crate::{Row, StoreError, Tx, args};
use sumun_evidence::{Amount, Usage};
use sumun_ids::{EngagementId, InstitutionId};

/// The sums of one engagement, its institution and all.
pub(super) const ROWS: &str = "SELECT scope, files, bytes FROM evidence_usage WHERE scope IN ($1, $2, 'total')";

/// Reads [`ROWS`]; what has no row has no evidence yet.
pub(super) fn of(rows: &[Row], engagement: EngagementId, institution: InstitutionId) -> Result<Usage, StoreError> {
    let (engagement, institution, mut usage) = (engagement.to_string(), institution.to_string(), Usage::default());
    for row in rows {
        let (scope, amount) = (row.text(0)?, Amount { files: row.number(1)?, bytes: row.number(2)? });
        if scope == engagement {
            usage.engagement = amount;
        } else if scope == institution {
            usage.institution = amount;
        } else {
            usage.total = amount;
        }
    }
    Ok(usage)
}

/// The sums, which no other transaction changes until this one has ended.
pub(super) async fn locked(
    tx: &mut Tx,
    engagement: EngagementId,
    institution: InstitutionId,
) -> Result<Usage, StoreError> {
    // Every writer begins with this row, so they come one after the other.
    tx.execute("UPDATE evidence_usage SET files = files WHERE scope = 'total'", args![]).await?;
    of(&tx.fetch_all(ROWS, args![engagement, institution]).await?, engagement, institution)
}

/// Adds `more` to each of the sums.
pub(super) async fn count(
    tx: &mut Tx,
    engagement: EngagementId,
    institution: InstitutionId,
    more: Amount,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO evidence_usage (scope, files, bytes) VALUES ($1, $2, $3) ON CONFLICT (scope) DO UPDATE \
               SET files = evidence_usage.files + excluded.files, bytes = evidence_usage.bytes + excluded.bytes";
    for scope in [engagement.to_string(), institution.to_string(), "total".to_owned()] {
        tx.execute(sql, args![scope, signed(more.files)?, signed(more.bytes)?]).await?;
    }
    Ok(())
}

/// A size as the store holds it.
pub(super) fn signed(size: u64) -> Result<i64, StoreError> {
    i64::try_from(size).map_err(|_| StoreError::column(7, "a size", "a size out of range"))
}
