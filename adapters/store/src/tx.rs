//! One transaction, on either engine.

use crate::identity::Pressed;
use crate::{Row, StoreError, Value, args, engine};
use sqlx::{AssertSqlSafe, Executor as _, Postgres, SqliteConnection, Transaction};
use std::sync::Arc;
use sumun_journal::Entry;

/// The transaction in which a job of [`crate::Store::write`] works.
///
/// Once a statement failed, every later one fails too and the whole job is
/// undone: an engine may already have rolled back.
pub struct Tx {
    connection: Connection,
    failure: Option<StoreError>,
    /// The form that the running job answers; it goes with the job's first entry in the journal.
    pressed: Option<Arc<Pressed>>,
}

enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<Transaction<'static, Postgres>>),
}

impl Tx {
    pub(crate) fn sqlite(connection: SqliteConnection) -> Self {
        Self { connection: Connection::Sqlite(Box::new(connection)), failure: None, pressed: None }
    }

    pub(crate) fn postgres(transaction: Transaction<'static, Postgres>) -> Self {
        Self { connection: Connection::Postgres(Box::new(transaction)), failure: None, pressed: None }
    }

    /// Runs a statement and answers how many rows it inserted, changed or deleted.
    pub async fn execute(&mut self, sql: &'static str, arguments: Vec<Value>) -> Result<u64, StoreError> {
        self.go_on()?;
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => {
                engine::sqlite::query(sql, arguments).execute(&mut **connection).await.map(|done| done.rows_affected())
            }
            Connection::Postgres(transaction) => engine::postgres::query(sql, arguments)
                .execute(&mut ***transaction)
                .await
                .map(|done| done.rows_affected()),
        };
        outcome.map_err(|error| self.fail(error.into()))
    }

    /// Runs the statements of a migration, one after the other.
    pub(crate) async fn run(&mut self, statements: String) -> Result<(), StoreError> {
        self.go_on()?;
        let statements = AssertSqlSafe(statements);
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => connection.execute(statements).await.map(drop),
            Connection::Postgres(transaction) => transaction.execute(statements).await.map(drop),
        };
        outcome.map_err(|error| self.fail(error.into()))
    }

    /// Runs a statement and answers every row of its answer, also of a `RETURNING`.
    pub async fn fetch_all(&mut self, sql: &'static str, arguments: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.go_on()?;
        let rows = match &mut self.connection {
            Connection::Sqlite(connection) => engine::sqlite::fetch(&mut **connection, sql, arguments).await,
            Connection::Postgres(transaction) => engine::postgres::fetch(&mut ***transaction, sql, arguments).await,
        };
        rows.map_err(|error| self.fail(error))
    }

    /// Runs a statement and answers the first row of its answer, if there is one.
    pub async fn fetch_optional(
        &mut self,
        sql: &'static str,
        arguments: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, arguments).await?.into_iter().next())
    }

    /// Begins a job, which may be one that a form asked for.
    pub(crate) fn begin_for(&mut self, pressed: Option<Arc<Pressed>>) {
        self.pressed = pressed;
    }

    /// Whether the answer of the job's form was written with its entries.
    pub(crate) fn took_form_along(&self) -> bool {
        self.pressed.is_none()
    }

    /// Writes `entries` to the journal in their order, in this transaction,
    /// and with the first of them the answer of the form that asked for the job.
    /// Answers the sequence number of the first.
    pub async fn append_journal(&mut self, entries: &[Entry]) -> Result<u64, StoreError> {
        if !entries.iter().all(Entry::fits_a_bundle) {
            return Err(StoreError::EntryTooLong);
        }
        if !entries.is_empty()
            && let Some(pressed) = self.pressed.take()
        {
            pressed.write(self).await?;
        }
        let count = entries.len() as i64;
        // Whoever changed this row keeps others from it until the end of the
        // transaction, so numbers are given out in the order of commits.
        let head = self
            .fetch_optional("UPDATE journal_head SET size = size + $1 WHERE id = 0 RETURNING size", args![count])
            .await?;
        let size = head.map_or(Err(StoreError::column(0, "the head of the journal", "no row")), |row| row.int(0))?;
        for (seq, entry) in (size - count..).zip(entries) {
            let bytes = entry.canonical_bytes();
            self.execute("INSERT INTO journal_entry (seq, bytes) VALUES ($1, $2)", args![seq, bytes]).await?;
        }
        u64::try_from(size - count).map_err(|_| StoreError::column(0, "a size", "a negative number"))
    }

    /// What made a statement fail since the last call, if one did.
    pub(crate) fn take_failure(&mut self) -> Option<StoreError> {
        self.failure.take()
    }

    /// Commits on PostgreSQL; on SQLite the writer commits for many jobs at once.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }

    /// Undoes everything and ends the connection on SQLite or gives it back on PostgreSQL.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(connection) => Ok(sqlx::Connection::close(*connection).await?),
            Connection::Postgres(transaction) => Ok(transaction.rollback().await?),
        }
    }

    fn go_on(&self) -> Result<(), StoreError> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failure = Some(error.clone());
        error
    }
}
