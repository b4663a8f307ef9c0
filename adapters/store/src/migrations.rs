//! The numbered steps that make the schema, each applied once; a start applies all that are missing in one transaction.

use crate::dialect::Dialect;
use crate::{StoreOpenError, Tx, args};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

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

/// The table that says which migrations were applied.
const RECORDS_TABLE: &str = "migration";

const RECORDS: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL
)";

const SELECT_RECORDS: &str = "SELECT number, name, sha256 FROM migration";
const INSERT_RECORD: &str = "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)";

/// What the database says of one migration.
struct Applied {
    name: String,
    sha256: Vec<u8>,
}

/// Brings the database that `tx` is on to the schema of this program. The
/// caller holds others off before and commits, or undoes everything, after.
pub(crate) async fn apply(tx: &mut Tx, dialect: Dialect, place: &str) -> Result<(), StoreOpenError> {
    let there = tx.fetch_all(dialect.tables(), args![]).await?;
    let there: Vec<&str> = there.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    if !there.is_empty() && !there.contains(&RECORDS_TABLE) {
        return Err(StoreOpenError::Foreign { place: place.to_owned(), found: "the tables of another program" });
    }
    tx.run(dialect.translate(RECORDS)).await?;
    let mut applied = BTreeMap::new();
    for row in tx.fetch_all(SELECT_RECORDS, args![]).await? {
        applied.insert(row.int(0)?, Applied { name: row.text(1)?.to_owned(), sha256: row.blob(2)?.to_vec() });
    }
    for migration in missing(&applied)? {
        tx.run(dialect.translate(migration.sql)).await?;
        tx.execute(INSERT_RECORD, args![migration.number, migration.name, sha256(migration.sql)]).await?;
    }
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
