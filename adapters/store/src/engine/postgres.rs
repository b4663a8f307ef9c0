//! PostgreSQL: every job is one SERIALIZABLE transaction, run again when others came in between.

use crate::dialect::Dialect;
use crate::job::{self, Work};
use crate::{Row, StoreError, StoreOpenError, Tx, Value, args, migrations};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnectOptions, PgExecutor, PgPoolOptions, PgRow, PgTypeInfo};
use sqlx::query::Query;
use sqlx::{Column as _, ConnectOptions as _, Encode, PgPool, Postgres, Row as _, Type, TypeInfo as _, ValueRef as _};
use std::time::Duration;

const CONNECTIONS_MAX: u32 = 16;
const ACQUIRE_SECONDS_MAX: u64 = 5;
/// How often a job is run at most when others come in between.
const ATTEMPTS_MAX: u32 = 8;

/// The locks by which writers take turns. Readers heed neither.
const BESIDE_OTHERS: &str = "LOCK TABLE journal_head IN ROW EXCLUSIVE MODE";
const ALONE: &str = "LOCK TABLE journal_head IN EXCLUSIVE MODE";

/// What every connection is told. `synchronous_commit` is set here, so that a
/// careless server setting cannot make an acknowledged commit a lost one.
const SETTINGS: [(&str, &str); 4] = [
    ("synchronous_commit", "on"),
    ("lock_timeout", "5s"),
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "30s"),
];

/// A pool of connections to one database and schema.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pool: PgPool,
}

impl Engine {
    pub(crate) async fn open(dsn: &str) -> Result<Self, StoreOpenError> {
        let options: PgConnectOptions = dsn.parse().map_err(StoreOpenError::Address)?;
        if !stays_on_this_machine(&options) {
            return Err(StoreOpenError::PlainNetwork { host: options.get_host().to_owned() });
        }
        let options = options.application_name("sumun").options(SETTINGS).disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS_MAX))
            .connect_with(options)
            .await?;
        apply_migrations(&pool).await?;
        Ok(Self { pool })
    }

    pub(crate) async fn write<A, T, F>(&self, input: A, work: F) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<A, T> + 'static,
    {
        for attempt in 0..ATTEMPTS_MAX {
            match self.attempt(&input, &work, attempt).await {
                Err(StoreError::Conflict) => {}
                outcome => return outcome,
            }
        }
        Err(StoreError::Conflict)
    }

    async fn attempt<A, T>(&self, input: &A, work: &impl Work<A, T>, attempt: u32) -> Result<T, StoreError> {
        let mut tx = Tx::postgres(self.pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?);
        // Whoever lost once waits for a turn alone: its lock lets no other writer
        // begin and waits for those who have, so it does not lose again. The lock
        // comes before the first query, which fixes what the transaction sees.
        let turn = if attempt == 0 { BESIDE_OTHERS } else { ALONE };
        tx.execute(turn, Vec::new()).await?;
        match job::run(work, &mut tx, input).await {
            Ok(answer) => tx.commit().await.map(|()| answer),
            Err(error) => {
                // The transaction ends here or, when the connection is gone, on the server.
                let _ = tx.close().await;
                Err(error)
            }
        }
    }

    pub(crate) async fn read(&self, sql: &'static str, arguments: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        fetch(&self.pool, sql, arguments).await
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Brings the schema to that of this program, or leaves it as it was.
async fn apply_migrations(pool: &PgPool) -> Result<(), StoreOpenError> {
    let mut tx = Tx::postgres(pool.begin().await?);
    // Two programs that start at once take turns; the number is an arbitrary constant.
    tx.execute("SELECT pg_advisory_xact_lock(6002893745)", args![]).await?;
    let schema = tx.fetch_optional("SELECT current_schema()", args![]).await?;
    let schema = schema.map_or(Ok("?".to_owned()), |row| row.text(0).map(str::to_owned))?;
    migrations::apply(&mut tx, Dialect::Postgres, &format!("the schema {schema}")).await?;
    Ok(tx.commit().await?)
}

/// The connection is not encrypted, so it must not leave the machine: a socket
/// or a loopback address, behind which a tunnel may lead on.
fn stays_on_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
}

/// A statement with its arguments.
pub(crate) fn query(sql: &'static str, arguments: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    arguments.into_iter().fold(sqlx::query(sql), |query, argument| match argument {
        Value::Null => query.bind(Untyped),
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
    })
}

/// Every row of the answer to a statement.
pub(crate) async fn fetch<'e>(
    executor: impl PgExecutor<'e>,
    sql: &'static str,
    arguments: Vec<Value>,
) -> Result<Vec<Row>, StoreError> {
    super::rows(&query(sql, arguments).fetch_all(executor).await?, value)
}

fn value(row: &PgRow, column: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    match row.column(column).type_info().name() {
        "INT8" => Ok(Value::Int(row.try_get(column)?)),
        "INT4" => Ok(Value::Int(row.try_get::<i32, _>(column)?.into())),
        "TEXT" | "VARCHAR" | "NAME" => Ok(Value::Text(row.try_get(column)?)),
        "BYTEA" => Ok(Value::Blob(row.try_get(column)?)),
        "BOOL" => Ok(Value::Bool(row.try_get(column)?)),
        _ => Err(StoreError::column(column, "BIGINT, TEXT, BLOB or BOOLEAN", "a value of another type")),
    }
}

/// A null whose type the server takes from where it stands.
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}
