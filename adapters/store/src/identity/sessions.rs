//! Failures, locks and sessions.

use crate::{Row, StoreError, Tx, args};
use sumun_identity::{
    ENDED_SESSION_REMEMBERED, Failures, Opening, Realm, Session, SessionEnd, SessionLimits, SessionOpening,
    SignInPolicy,
};
use sumun_journal::Entry;
use sumun_time::{Span, Timestamp};

pub(super) const SELECT_FAILURES: &str =
    "SELECT count, last_at, locked_until FROM sign_in_failure WHERE realm = $1 AND login_mark = $2";

pub(super) const SELECT_SESSION: &str =
    "SELECT person, id, token_hash, opened_at, seen_at, ended FROM session WHERE token_hash = $1";

pub(super) const TOUCH_SESSION: &str =
    "UPDATE session SET seen_at = $3 WHERE person = $1 AND id = $2 AND seen_at < $3 AND ended IS NULL";

pub(super) const END_SESSION: &str =
    "UPDATE session SET ended = $3, ended_at = $4 WHERE person = $1 AND id = $2 AND ended IS NULL";

/// One more failure with one login name.
pub(super) struct Failure {
    pub(super) realm: Realm,
    pub(super) mark: [u8; 32],
    pub(super) now: Timestamp,
    pub(super) policy: SignInPolicy,
    pub(super) journal: Vec<Entry>,
}

impl Failure {
    /// Counts it, and writes the journal when it locks.
    pub(super) async fn record(&self, tx: &mut Tx) -> Result<Failures, StoreError> {
        // Names that nobody tries any more go, so that typing names at random fills no disk.
        let forgotten = self.now.minus(self.policy.forgotten_after).minus(self.policy.locked_for);
        tx.execute("DELETE FROM sign_in_failure WHERE last_at < $1", args![forgotten]).await?;
        let row = tx.fetch_optional(SELECT_FAILURES, args![self.realm.name(), self.mark]).await?;
        let before = row.as_ref().map(failures).transpose()?.unwrap_or_default();
        let after = self.policy.after_failure(&before, self.now);
        let sql = "INSERT INTO sign_in_failure (realm, login_mark, count, last_at, locked_until) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (realm, login_mark) \
            DO UPDATE SET count = excluded.count, last_at = excluded.last_at, locked_until = excluded.locked_until";
        let arguments = args![self.realm.name(), self.mark, after.count, after.last_at, after.locked_until];
        tx.execute(sql, arguments).await?;
        let is_locked_now = self.policy.lock(&before, self.now).is_none() && after.locked_until.is_some();
        if is_locked_now && !self.journal.is_empty() {
            tx.append_journal(&self.journal).await?;
        }
        Ok(after)
    }
}

/// Opens a session, unless the name was locked in the meantime.
pub(super) async fn open(tx: &mut Tx, opening: &SessionOpening, mark: [u8; 32]) -> Result<Opening, StoreError> {
    let SessionOpening { session, policy, .. } = opening;
    let (realm, now) = (session.person.realm(), session.opened_at);
    let row = tx.fetch_optional(SELECT_FAILURES, args![realm.name(), mark]).await?;
    let before = row.as_ref().map(failures).transpose()?.unwrap_or_default();
    if let Some(until) = policy.lock(&before, now) {
        return Ok(Opening::Locked { until });
    }
    let forget = "DELETE FROM sign_in_failure WHERE realm = $1 AND login_mark = $2";
    tx.execute(forget, args![realm.name(), mark]).await?;
    let ended_elsewhere = end_others(tx, session).await?;
    let sql = "INSERT INTO session (person, id, token_hash, opened_at, seen_at) VALUES ($1, $2, $3, $4, $5)";
    let person = session.person.to_string();
    tx.execute(sql, args![person, session.id, session.token_hash, session.opened_at, session.seen_at]).await?;
    Ok(Opening::Opened { ended_elsewhere })
}

/// Ends what the person has open elsewhere. Sessions that were over by
/// themselves end as what they are and do not count.
async fn end_others(tx: &mut Tx, session: &Session) -> Result<u32, StoreError> {
    let now = session.opened_at;
    let select = "SELECT person, id, token_hash, opened_at, seen_at, ended FROM session \
        WHERE person = $1 AND ended IS NULL";
    let mut ended_elsewhere = 0;
    for row in tx.fetch_all(select, args![session.person.to_string()]).await? {
        let other = self::session(&row)?;
        let end = match other.state_at(now) {
            sumun_identity::SessionState::Live => {
                ended_elsewhere += 1;
                SessionEnd::SignedInElsewhere
            }
            sumun_identity::SessionState::Ended(end) => end,
        };
        tx.execute(END_SESSION, args![other.person.to_string(), other.id, end.name(), now]).await?;
    }
    Ok(ended_elsewhere)
}

/// Deletes the sessions that are longest over.
pub(super) async fn prune(tx: &mut Tx, now: Timestamp, rows_max: u32) -> Result<u64, StoreError> {
    let ended_by = now.minus(ENDED_SESSION_REMEMBERED);
    // What ended by itself ended at the latest when the idle time had passed.
    let seen_by = ended_by.minus(idle_max());
    let sql = "DELETE FROM session WHERE (person, id) IN (SELECT person, id FROM session \
        WHERE seen_at <= $1 AND (ended_at IS NULL OR ended_at <= $2) ORDER BY seen_at LIMIT $3)";
    tx.execute(sql, args![seen_by, ended_by, rows_max]).await
}

/// The longest that a session of any realm lives without a use.
fn idle_max() -> Span {
    SessionLimits::of(Realm::Customer).idle.max(SessionLimits::of(Realm::Staff).idle)
}

/// Reads a row of [`SELECT_FAILURES`].
pub(super) fn failures(row: &Row) -> Result<Failures, StoreError> {
    Ok(Failures { count: row.number(0)?, last_at: row.timestamp(1)?, locked_until: row.optional(2, Row::timestamp)? })
}

/// Reads a row of [`SELECT_SESSION`].
pub(super) fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        person: row.parse(0)?,
        id: row.parse(1)?,
        token_hash: row.bytes(2)?,
        opened_at: row.timestamp(3)?,
        seen_at: row.timestamp(4)?,
        end: row.optional(5, Row::parse)?,
    })
}
