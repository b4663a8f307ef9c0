//! The store: one handle on either engine.

use crate::engine::{postgres, sqlite};
use crate::identity::Pressed;
use crate::{FieldCipher, FieldKey, Row, StoreError, StoreOpenError, Tx, Value, cipher};
use futures_util::future::BoxFuture;
use std::path::Path;
use std::sync::Arc;

/// A database with the whole schema in it, behind the ports of the domain
/// crates. Cheap to clone; every clone is the same store.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    cipher: FieldCipher,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

impl Store {
    /// Opens the SQLite file at `path`, or makes it, and brings it to this
    /// program's schema. Its folder must be there, on a local disk.
    ///
    /// # Errors
    /// [`StoreOpenError`]; a file that is not ours or newer than this program is left untouched.
    pub async fn open_sqlite(path: impl AsRef<Path>, key: FieldKey) -> Result<Self, StoreOpenError> {
        Self::with_key(Engine::Sqlite(sqlite::Engine::open(path.as_ref()).await?), &key).await
    }

    /// Opens the PostgreSQL database at `dsn` (`postgres://user:password@host:port/database`),
    /// in the first schema of its search path, and brings it to this program's schema.
    ///
    /// # Errors
    /// [`StoreOpenError`]; a schema that is not ours or newer than this program is left untouched.
    pub async fn open_postgres(dsn: &str, key: FieldKey) -> Result<Self, StoreOpenError> {
        Self::with_key(Engine::Postgres(postgres::Engine::open(dsn).await?), &key).await
    }

    async fn with_key(engine: Engine, key: &FieldKey) -> Result<Self, StoreOpenError> {
        let store = Self { engine, cipher: FieldCipher::new(key)? };
        let checked = store.write_with(store.cipher.clone(), |tx, cipher| Box::pin(cipher::check(tx, cipher))).await;
        match checked {
            Ok(true) => Ok(store),
            Ok(false) => {
                store.close().await;
                Err(StoreOpenError::WrongFieldKey)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What seals personal data in this store.
    pub(crate) fn cipher(&self) -> &FieldCipher {
        &self.cipher
    }

    /// Does `work` in one transaction and answers once its writes are on the
    /// disk. An error undoes every write of this job, and of this job alone.
    ///
    /// The work may run more than once before it is kept, so it must not do
    /// anything but speak to `tx`:
    ///
    /// ```
    /// # use sumun_store::{args, Store, StoreError};
    /// # async fn example(store: Store) -> Result<u64, StoreError> {
    /// let cents = 5;
    /// store
    ///     .write(move |tx| {
    ///         Box::pin(async move { tx.execute("UPDATE purse SET cents = $1", args![cents]).await })
    ///     })
    ///     .await
    /// # }
    /// ```
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        self.write_with(work, |tx, work| work(tx)).await
    }

    /// Like [`Store::write`], with an input that the work borrows, so that it
    /// need not be cloned for a repetition:
    ///
    /// ```
    /// # use sumun_store::{args, Store, StoreError};
    /// # async fn example(store: Store, names: Vec<String>) -> Result<(), StoreError> {
    /// store
    ///     .write_with(names, |tx, names| {
    ///         Box::pin(async move {
    ///             for name in names {
    ///                 tx.execute("INSERT INTO guest (name) VALUES ($1)", args![name]).await?;
    ///             }
    ///             Ok(())
    ///         })
    ///     })
    ///     .await
    /// # }
    /// ```
    pub async fn write_with<A, T, F>(&self, input: A, work: F) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let Some(pressed) = Pressed::current() else { return self.job(input, work).await };
        // The answer of the form that the running task answers goes with the journal entries of this job.
        let input = (Arc::clone(&pressed), input, work);
        let (outcome, taken_along) = self
            .job(input, |tx, (pressed, input, work)| {
                Box::pin(async move {
                    tx.begin_for(Some(Arc::clone(pressed)));
                    let outcome = work(tx, input).await?;
                    Ok((outcome, tx.took_form_along()))
                })
            })
            .await?;
        if taken_along {
            pressed.note_kept();
        }
        Ok(outcome)
    }

    async fn job<A, T, F>(&self, input: A, work: F) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(input, work).await,
            Engine::Postgres(engine) => engine.write(input, work).await,
        }
    }

    /// Runs one reading statement and answers every row. It sees what was committed before.
    pub async fn read(&self, sql: &'static str, arguments: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(sql, arguments).await,
            Engine::Postgres(engine) => engine.read(sql, arguments).await,
        }
    }

    /// Like [`Store::read`], for a statement that answers one row at most.
    pub async fn read_optional(&self, sql: &'static str, arguments: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.read(sql, arguments).await?.into_iter().next())
    }

    /// Finishes what was begun, then closes the database. Later calls answer
    /// [`StoreError::Closed`]. A store that is only dropped loses nothing either.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => engine.close().await,
        }
    }
}
