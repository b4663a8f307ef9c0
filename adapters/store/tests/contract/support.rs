//! Databases to test on, one per engine and test.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use sumun_authorization::{
    Approval, Approved, AuthorizationRequest, AuthorizationStore as _, CodeChallenge, CodeHash, IssuedCode,
    PushedRequest,
};
use sumun_consent::Consent;
use sumun_ids::AuthorizationRequestId;
use sumun_journal::Actor;
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

/// Puts `consent` into the store as the authorization server does: by the approval of a request that was pushed.
pub async fn approve(store: &Store, consent: &Consent) -> Approved {
    store.push(&pushed_for(consent)).await.unwrap();
    store.approve(&approval_of(consent)).await.unwrap()
}

/// A request that asks for `consent`.
pub fn pushed_for(consent: &Consent) -> PushedRequest {
    let request = AuthorizationRequest {
        app: consent.app,
        institution: consent.institution,
        redirect_uri: "https://app.example/callback".into(),
        scopes: consent.scopes.clone(),
        state: None,
        nonce: None,
        challenge: CodeChallenge::from_bytes([5; 32]),
    };
    request.push(request_id(consent), consent.granted_at)
}

/// The approval that gives `consent`.
pub fn approval_of(consent: &Consent) -> Approval {
    let code = IssuedCode {
        hash: CodeHash::of(&consent.id.to_string()),
        app: consent.app,
        institution: consent.institution,
        customer: consent.customer,
        consent: consent.id,
        redirect_uri: "https://app.example/callback".into(),
        challenge: CodeChallenge::from_bytes([5; 32]),
        scopes: consent.scopes.clone(),
        nonce: None,
        issued_at: consent.granted_at,
    };
    let wordings = vec![consent.purpose.clone()];
    Approval { request: request_id(consent), consent: consent.clone(), code, actor: Actor::Platform, wordings }
}

fn request_id(consent: &Consent) -> AuthorizationRequestId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&CodeHash::of(&consent.id.to_string()).0[..16]);
    AuthorizationRequestId::from_random(bytes)
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
