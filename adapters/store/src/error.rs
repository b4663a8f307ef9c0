//! What can go wrong in the store, by what can be done about it.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use sumun_journal::StoreFailure;

/// Why a statement or a transaction did not do its work. Nothing of the
/// transaction was kept.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// Passing: a lock, the queue or the pool of connections stayed busy for too long.
    Busy,
    /// Passing: other transactions came in between again and again (PostgreSQL 40001, 40P01).
    Conflict,
    /// Passing: the connection to the engine was lost. After a lost commit it is not
    /// known whether the transaction was kept.
    Lost(Arc<sqlx::Error>),
    /// The operator's: the disk is full or the database reached its greatest size.
    DiskFull(Arc<sqlx::Error>),
    /// The operator's: the database cannot be written.
    ReadOnly(Arc<sqlx::Error>),
    /// The operator's: the file is damaged.
    Corrupt(Arc<sqlx::Error>),
    /// Ours: a row breaks a rule of the schema (a key that is there already, a reference
    /// to nothing). A slice that expects this says `ON CONFLICT` instead.
    Constraint(Arc<sqlx::Error>),
    /// Ours: the engine refused the statement for another reason.
    Statement(Arc<sqlx::Error>),
    /// Ours, or a damaged row: a column does not hold what the slice reads from it.
    Column {
        /// Its place in the row, from 0.
        column: usize,
        /// What was wanted.
        expected: &'static str,
        /// What was there.
        found: &'static str,
    },
    /// Damaged, or written under another key: a sealed field that does not open, and why.
    Sealed(&'static str),
    /// Ours: a journal entry is longer than a bundle of entries can hold.
    EntryTooLong,
    /// Ours: the work inside the transaction panicked or took longer than it may.
    Abandoned,
    /// Ours: the store was closed before.
    Closed,
}

impl StoreError {
    /// Whether the same call may succeed when it is made again a little later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Conflict | Self::Lost(_) | Self::DiskFull(_))
    }

    /// A column that does not hold what is read from it; for slices that parse columns themselves.
    pub(crate) const fn column(column: usize, expected: &'static str, found: &'static str) -> Self {
        Self::Column { column, expected, found }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the store is busy"),
            Self::Conflict => f.write_str("other transactions came in between too often"),
            Self::Lost(_) => f.write_str("the connection to the database was lost"),
            Self::DiskFull(_) => f.write_str("there is no room left for the database"),
            Self::ReadOnly(_) => f.write_str("the database cannot be written"),
            Self::Corrupt(_) => f.write_str("the database file is damaged"),
            Self::Constraint(_) => f.write_str("a row breaks a rule of the schema"),
            Self::Statement(_) => f.write_str("the database refused a statement"),
            Self::Column { column, expected, found } => write!(f, "column {column} holds {found}, not {expected}"),
            Self::Sealed(why) => f.write_str(why),
            Self::EntryTooLong => f.write_str("a journal entry is longer than 65,535 bytes"),
            Self::Abandoned => f.write_str("the work inside a transaction was abandoned"),
            Self::Closed => f.write_str("the store is closed"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Lost(source)
            | Self::DiskFull(source)
            | Self::ReadOnly(source)
            | Self::Corrupt(source)
            | Self::Constraint(source)
            | Self::Statement(source) => Some(source.as_ref()),
            Self::Busy
            | Self::Conflict
            | Self::Column { .. }
            | Self::Sealed(_)
            | Self::EntryTooLong
            | Self::Abandoned
            | Self::Closed => None,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(database) => of_code(database.code().as_deref().unwrap_or_default()),
            sqlx::Error::PoolTimedOut => return Self::Busy,
            sqlx::Error::PoolClosed => return Self::Closed,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Self::Lost
            }
            _ => Self::Statement,
        };
        kind(Arc::new(error))
    }
}

impl From<StoreError> for StoreFailure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Busy | StoreError::Conflict | StoreError::Lost(_) => Self::passing(error),
            StoreError::DiskFull(_) => Self::full(error),
            StoreError::ReadOnly(_)
            | StoreError::Corrupt(_)
            | StoreError::Constraint(_)
            | StoreError::Statement(_)
            | StoreError::Column { .. }
            | StoreError::Sealed(_)
            | StoreError::EntryTooLong
            | StoreError::Abandoned
            | StoreError::Closed => Self::lasting(error),
        }
    }
}

/// The kind of a database error by its code: five characters on PostgreSQL
/// (SQLSTATE), a decimal number on SQLite (extended result code).
fn of_code(code: &str) -> fn(Arc<sqlx::Error>) -> StoreError {
    if code.len() == 5 && !code.starts_with(' ') {
        return of_sqlstate(code);
    }
    let code = code.parse::<i64>().unwrap_or_default();
    // SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow, which a full disk alone refuses.
    if code == 4874 {
        return StoreError::DiskFull;
    }
    match code & 0xff {
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => |_| StoreError::Busy,
        // SQLITE_READONLY, SQLITE_CANTOPEN
        8 | 14 => StoreError::ReadOnly,
        // SQLITE_CORRUPT, SQLITE_NOTADB
        11 | 26 => StoreError::Corrupt,
        // SQLITE_FULL
        13 => StoreError::DiskFull,
        // SQLITE_CONSTRAINT
        19 => StoreError::Constraint,
        _ => StoreError::Statement,
    }
}

fn of_sqlstate(code: &str) -> fn(Arc<sqlx::Error>) -> StoreError {
    match code {
        "40001" | "40P01" => |_| StoreError::Conflict,
        // Lock timeout, statement timeout, too many connections, starting or stopping.
        "55P03" | "57014" | "53300" | "57P03" => |_| StoreError::Busy,
        "57P01" | "57P02" => StoreError::Lost,
        "53100" => StoreError::DiskFull,
        "25006" => StoreError::ReadOnly,
        "XX001" | "XX002" => StoreError::Corrupt,
        _ if code.starts_with("08") => StoreError::Lost,
        _ if code.starts_with("23") => StoreError::Constraint,
        _ => StoreError::Statement,
    }
}

/// Why a store could not be opened. The database is as it was before.
#[derive(Debug)]
pub enum StoreOpenError {
    /// There is a file, but it is not a database of this project.
    Foreign {
        /// The file, or the schema on PostgreSQL.
        place: String,
        /// What it is instead.
        found: &'static str,
    },
    /// The database file is shorter than its own header says.
    CutShort {
        /// The file.
        path: PathBuf,
        /// How many bytes it has.
        bytes: u64,
        /// How many it should have.
        bytes_expected: u64,
    },
    /// A newer version of this program wrote the database.
    NewerFormat {
        /// The migration that this program does not know, such as `0042_fraud`.
        migration: String,
    },
    /// A migration that was applied has another text in this program.
    ChangedMigration {
        /// Which one, such as `0030_consent`.
        migration: String,
    },
    /// The database was written under another field key.
    WrongFieldKey,
    /// The file or its folder cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The address of the PostgreSQL database cannot be read; it may hold a
    /// password, so it is not repeated here.
    Address(sqlx::Error),
    /// The PostgreSQL server is on another machine, and the connection would not be encrypted.
    PlainNetwork {
        /// The host of the address.
        host: String,
    },
    /// The engine failed.
    Engine(StoreError),
}

impl fmt::Display for StoreOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { place, found } => write!(f, "{place} holds {found}: give another place"),
            Self::CutShort { path, bytes, bytes_expected } => {
                let path = path.display();
                write!(
                    f,
                    "the database {path} was cut short: {bytes} of {bytes_expected} bytes are left; restore it from a backup"
                )
            }
            Self::NewerFormat { migration } => {
                write!(f, "the database was written by a newer sumun (migration {migration}); start that version")
            }
            Self::ChangedMigration { migration } => {
                write!(
                    f,
                    "migration {migration} of the database differs from that of this sumun; start the version that made it"
                )
            }
            Self::WrongFieldKey => f.write_str(
                "the field key is not the one that this database was written under; give the right keys folder",
            ),
            Self::File { path, .. } => write!(f, "{} cannot be opened", path.display()),
            Self::Address(_) => f.write_str("the address of the PostgreSQL database cannot be read"),
            Self::PlainNetwork { host } => {
                write!(f, "the connection to {host} would not be encrypted: use a socket, 127.0.0.1 or a tunnel")
            }
            Self::Engine(_) => f.write_str("the database cannot be opened"),
        }
    }
}

impl Error for StoreOpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Address(source) => Some(source),
            Self::Engine(source) => Some(source),
            Self::CutShort { .. }
            | Self::Foreign { .. }
            | Self::NewerFormat { .. }
            | Self::ChangedMigration { .. }
            | Self::WrongFieldKey
            | Self::PlainNetwork { .. } => None,
        }
    }
}

impl From<StoreError> for StoreOpenError {
    fn from(source: StoreError) -> Self {
        Self::Engine(source)
    }
}

impl From<sqlx::Error> for StoreOpenError {
    fn from(source: sqlx::Error) -> Self {
        Self::Engine(source.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_journal::StoreFailureKind;

    /// Both engines in one table: by its code alone a failure is known as full, passing or lasting.
    #[test]
    fn a_full_store_is_one_kind_of_failure_whatever_the_engine_calls_it() {
        for (code, kind) in [
            ("13", StoreFailureKind::Full),
            ("4874", StoreFailureKind::Full),
            ("53100", StoreFailureKind::Full),
            ("5", StoreFailureKind::Passing),
            ("40001", StoreFailureKind::Passing),
            ("53300", StoreFailureKind::Passing),
            ("778", StoreFailureKind::Lasting),
            ("11", StoreFailureKind::Lasting),
            ("53200", StoreFailureKind::Lasting),
            ("23505", StoreFailureKind::Lasting),
        ] {
            let failure = StoreFailure::from(of_code(code)(Arc::new(sqlx::Error::RowNotFound)));
            assert_eq!(failure.kind, kind, "{code}");
            assert_eq!(failure.is_retryable(), kind != StoreFailureKind::Lasting, "{code}");
        }
    }
}
