//! The numbered steps that make the schema, each applied once; a start applies all that are missing in one transaction.

use crate::StoreOpenError;
use crate::dialect::Dialect;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgPool, Row as _, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// One file of `adapters/store/migrations`. Once it was released it never
/// changes: what comes after it is another file.
struct Migration {
    number: u16,
    name: &'static str,
    sql: &'static str,
}

/// In ascending order of their numbers. Each slice has a range of numbers, so
/// a lower number may be applied after a higher one.
static MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

const RECORDS: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL
)";

const SELECT_RECORDS: &str = "SELECT number, name, sha256 FROM migration";
const INSERT_RECORD: &str = "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)";

const HAS_TABLES_SQLITE: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table')";
const HAS_RECORDS_SQLITE: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')";
const HAS_TABLES_POSTGRES: &str = "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema())";
const HAS_RECORDS_POSTGRES: &str =
    "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration')";

/// What the database says of one migration.
struct Applied {
    name: String,
    sha256: Vec<u8>,
}

/// Brings a SQLite file to the schema of this program, or leaves it as it was.
pub(crate) async fn apply_to_sqlite(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreOpenError> {
    // Two programs that start at once take turns.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let has_records: bool = sqlx::query_scalar(HAS_RECORDS_SQLITE).fetch_one(&mut *transaction).await?;
    let has_tables: bool = sqlx::query_scalar(HAS_TABLES_SQLITE).fetch_one(&mut *transaction).await?;
    if has_tables && !has_records {
        return Err(foreign(path.display().to_string()));
    }
    transaction.execute(AssertSqlSafe(Dialect::Sqlite.translate(RECORDS))).await?;
    let mut applied = BTreeMap::new();
    for row in transaction.fetch_all(SELECT_RECORDS).await? {
        applied.insert(row.try_get(0)?, Applied { name: row.try_get(1)?, sha256: row.try_get(2)? });
    }
    for migration in missing(&applied)? {
        transaction.execute(AssertSqlSafe(Dialect::Sqlite.translate(migration.sql))).await?;
        sqlx::query(INSERT_RECORD)
            .bind(i64::from(migration.number))
            .bind(migration.name)
            .bind(sha256(migration.sql))
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// Brings a PostgreSQL schema to that of this program, or leaves it as it was.
pub(crate) async fn apply_to_postgres(pool: &PgPool) -> Result<(), StoreOpenError> {
    let mut transaction = pool.begin().await?;
    // Two programs that start at once take turns; the number is an arbitrary constant.
    transaction.execute("SELECT pg_advisory_xact_lock(6002893745)").await?;
    let has_records: bool = sqlx::query_scalar(HAS_RECORDS_POSTGRES).fetch_one(&mut *transaction).await?;
    let has_tables: bool = sqlx::query_scalar(HAS_TABLES_POSTGRES).fetch_one(&mut *transaction).await?;
    if has_tables && !has_records {
        let schema: String = sqlx::query_scalar("SELECT current_schema()").fetch_one(&mut *transaction).await?;
        return Err(foreign(format!("the schema {schema}")));
    }
    transaction.execute(AssertSqlSafe(Dialect::Postgres.translate(RECORDS))).await?;
    let mut applied = BTreeMap::new();
    for row in transaction.fetch_all(SELECT_RECORDS).await? {
        applied.insert(row.try_get(0)?, Applied { name: row.try_get(1)?, sha256: row.try_get(2)? });
    }
    for migration in missing(&applied)? {
        transaction.execute(AssertSqlSafe(Dialect::Postgres.translate(migration.sql))).await?;
        sqlx::query(INSERT_RECORD)
            .bind(i64::from(migration.number))
            .bind(migration.name)
            .bind(sha256(migration.sql))
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

fn foreign(place: String) -> StoreOpenError {
    StoreOpenError::Foreign { place, found: "the tables of another program" }
}

/// The migrations that this database lacks, after a check of those that it has.
fn missing(applied: &BTreeMap<i64, Applied>) -> Result<Vec<&'static Migration>, StoreOpenError> {
    for (number, record) in applied {
        let migration = format!("{number:04}_{}", record.name);
        let Some(known) = MIGRATIONS.iter().find(|migration| i64::from(migration.number) == *number) else {
            return Err(StoreOpenError::NewerFormat { migration });
        };
        if sha256(known.sql) != record.sha256 {
            return Err(StoreOpenError::ChangedMigration { migration });
        }
    }
    Ok(MIGRATIONS.iter().filter(|migration| !applied.contains_key(&i64::from(migration.number))).collect())
}

fn sha256(sql: &str) -> Vec<u8> {
    Sha256::digest(sql).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types and words that mean different things on the two engines.
    const NOT_PORTABLE: [&str; 18] = [
        "INTEGER",
        "INT",
        "SMALLINT",
        "SERIAL",
        "BIGSERIAL",
        "REAL",
        "NUMERIC",
        "VARCHAR",
        "CHAR",
        "BYTEA",
        "JSON",
        "JSONB",
        "UUID",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "AUTOINCREMENT",
        "STRICT",
        "ROWID",
    ];

    #[test]
    fn migrations_ascend_and_are_portable() {
        assert!(MIGRATIONS.windows(2).all(|pair| pair[0].number < pair[1].number));
        for migration in MIGRATIONS {
            let code: String =
                migration.sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
            for word in code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
                let place = format!("{:04}_{}", migration.number, migration.name);
                assert!(!NOT_PORTABLE.contains(&word), "{place}: {word} is not portable");
                let is_type = ["BIGINT", "TEXT", "BLOB", "BOOLEAN"].contains(&word.to_uppercase().as_str());
                assert!(!is_type || word == word.to_uppercase(), "{place}: write the type {word} in capitals");
            }
        }
    }
}
