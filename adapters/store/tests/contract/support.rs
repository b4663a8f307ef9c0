//! Databases to test on, one per engine and test.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use sumun_store::{FieldKey, Store, StoreOpenError};

/// Runs `test` on a fresh store of each engine, one after the other.
pub async fn on_every_engine(test: impl AsyncFn(Store)) {
    in_every_place(async |place| {
        let store = place.open().await.unwrap();
        test(store.clone()).await;
        store.close().await;
    })
    .await;
}

/// Runs `test` in a place for a database of each engine, one after the other.
pub async fn in_every_place(test: impl AsyncFn(Place)) {
    let folder = tempfile::tempdir().unwrap();
    test(Place::Sqlite(folder.path().join("sumun.db"))).await;
    if let Ok(dsn) = std::env::var("SUMUN_TEST_POSTGRES") {
        let schema = schema_name();
        administer(&dsn, &format!("CREATE SCHEMA {schema}")).await;
        test(Place::Postgres(in_schema(&dsn, &schema))).await;
        // Only a good test removes its schema; what is left of another one can be looked at.
        administer(&dsn, &format!("DROP SCHEMA {schema} CASCADE")).await;
    }
}

/// Where a database is or can be made.
pub enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Place {
    pub async fn open(&self) -> Result<Store, StoreOpenError> {
        match self {
            Self::Sqlite(path) => open_sqlite(path).await,
            Self::Postgres(dsn) => Store::open_postgres(dsn, key()).await,
        }
    }

    /// Runs statements past the store, as another program would.
    pub async fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
                let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
                connection.execute(AssertSqlSafe(sql)).await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Postgres(dsn) => administer(dsn, sql).await,
        }
    }
}

/// Opens a SQLite store with the key of all tests.
pub async fn open_sqlite(path: &Path) -> Result<Store, StoreOpenError> {
    Store::open_sqlite(path, key()).await
}

async fn administer(dsn: &str, sql: &str) {
    let mut connection = PgConnection::connect(dsn).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

fn schema_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("sumun_test_{}_{nanos}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn in_schema(dsn: &str, schema: &str) -> String {
    let separator = if dsn.contains('?') { '&' } else { '?' };
    format!("{dsn}{separator}options=-csearch_path%3D{schema}")
}

fn key() -> FieldKey {
    FieldKey::from_bytes([7; 32])
}
