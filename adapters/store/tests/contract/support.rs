//! Stores to test on, one per engine and test.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use sumun_store::{FieldKey, Store};

/// Runs `test` on a fresh store of each engine, one after the other.
pub async fn on_every_engine(test: impl AsyncFn(Store)) {
    on_sqlite(&test).await;
    if let Ok(dsn) = std::env::var("SUMUN_TEST_POSTGRES") {
        on_postgres(&dsn, &test).await;
    }
}

async fn on_sqlite(test: &impl AsyncFn(Store)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(folder.path().join("sumun.db"), key()).await.unwrap();
    test(store.clone()).await;
    store.close().await;
}

/// In a schema of its own, which is removed when the test was good.
async fn on_postgres(dsn: &str, test: &impl AsyncFn(Store)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let schema = format!("sumun_test_{}_{nanos}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut administration = PgConnection::connect(dsn).await.unwrap();
    administration.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let store = Store::open_postgres(&in_schema(dsn, &schema), key()).await.unwrap();
    test(store.clone()).await;
    store.close().await;
    administration.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
}

fn in_schema(dsn: &str, schema: &str) -> String {
    let separator = if dsn.contains('?') { '&' } else { '?' };
    format!("{dsn}{separator}options=-csearch_path%3D{schema}")
}

fn key() -> FieldKey {
    FieldKey::from_bytes([7; 32])
}
