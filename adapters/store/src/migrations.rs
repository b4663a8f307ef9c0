//! The numbered steps that make the schema, each applied once and in one transaction.

use crate::StoreOpenError;
use crate::dialect::Dialect;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _, SqliteConnection};
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

/// What the database says of one migration.
struct Applied {
    name: String,
    sha256: Vec<u8>,
}

/// Brings a SQLite file to the schema of this program, or leaves it as it was.
pub(crate) async fn apply_to_sqlite(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreOpenError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.execute(AssertSqlSafe(Dialect::Sqlite.translate(RECORDS))).await?;
    let rows = transaction.fetch_all("SELECT number, name, sha256 FROM migration").await?;
    let mut applied = BTreeMap::new();
    for row in rows {
        applied.insert(row.try_get(0)?, Applied { name: row.try_get(1)?, sha256: row.try_get(2)? });
    }
    let missing = missing(&applied)?;
    if applied.is_empty() && has_other_tables_sqlite(&mut transaction).await? {
        return Err(StoreOpenError::Foreign {
            place: path.display().to_string(),
            found: "a database without a record of its migrations",
        });
    }
    transaction.commit().await?;
    for migration in missing {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        transaction.execute(AssertSqlSafe(Dialect::Sqlite.translate(migration.sql))).await?;
        sqlx::query("INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)")
            .bind(i64::from(migration.number))
            .bind(migration.name)
            .bind(sha256(migration.sql))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Brings a PostgreSQL schema to that of this program, or leaves it as it was.
pub(crate) async fn apply_to_postgres(pool: &PgPool) -> Result<(), StoreOpenError> {
    let mut transaction = pool.begin().await?;
    // Two programs that start at once take turns; the number is an arbitrary constant.
    transaction.execute("SELECT pg_advisory_xact_lock(6002893745)").await?;
    let is_ours: bool =
        sqlx::query_scalar("SELECT to_regclass('migration') IS NOT NULL").fetch_one(&mut *transaction).await?;
    if !is_ours && has_other_tables_postgres(&mut transaction).await? {
        return Err(StoreOpenError::Foreign {
            place: schema(&mut transaction).await?,
            found: "a schema of another program",
        });
    }
    transaction.execute(AssertSqlSafe(Dialect::Postgres.translate(RECORDS))).await?;
    let rows = transaction.fetch_all("SELECT number, name, sha256 FROM migration").await?;
    let mut applied = BTreeMap::new();
    for row in rows {
        applied.insert(row.try_get(0)?, Applied { name: row.try_get(1)?, sha256: row.try_get(2)? });
    }
    for migration in missing(&applied)? {
        transaction.execute(AssertSqlSafe(Dialect::Postgres.translate(migration.sql))).await?;
        sqlx::query("INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)")
            .bind(i64::from(migration.number))
            .bind(migration.name)
            .bind(sha256(migration.sql))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
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

async fn has_other_tables_sqlite(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name <> 'migration')")
        .fetch_one(connection)
        .await
}

async fn has_other_tables_postgres(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema())")
        .fetch_one(connection)
        .await
}

async fn schema(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT COALESCE(current_schema(), 'the search path')").fetch_one(connection).await
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
