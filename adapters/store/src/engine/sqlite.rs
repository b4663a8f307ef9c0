//! SQLite: one writer with group commit, many readers.

use crate::dialect::Dialect;
use crate::engine::writer::{self, Message};
use crate::job::{Pending, Work};
use crate::{Row, StoreError, StoreOpenError, Tx, Value, args, migrations};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Row as _, Sqlite, SqliteExecutor, SqlitePool, TypeInfo as _, ValueRef as _};
use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// `SUMN` in ASCII: the mark of our files in the header of a SQLite database.
const APPLICATION_ID: i32 = 0x5355_4d4e;
/// Where that mark stands in the file (SQLite file format, section 1.3).
const APPLICATION_ID_OFFSET: usize = 68;
const HEADER_BYTES: usize = 100;
/// What the write-ahead log keeps of its length once its content is in the database.
const WAL_BYTES_KEPT: u32 = 64 * 1024 * 1024;
const READERS_MAX: u32 = 8;
const BUSY_SECONDS_MAX: u64 = 5;

/// An open database file.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    readers: SqlitePool,
    queue: mpsc::Sender<Message>,
}

impl Engine {
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreOpenError> {
        let is_new = prepare_file(path)?;
        let mut writer = Tx::sqlite(options(path).connect().await?);
        if let Err(error) = prepare_schema(&mut writer, path, is_new).await {
            // Closed before the caller sees the error, so that the file is at rest then.
            let _ = writer.close().await;
            return Err(error);
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(Duration::from_secs(BUSY_SECONDS_MAX))
            .connect_with(options(path).journal_mode(SqliteJournalMode::Wal).pragma("query_only", "ON"))
            .await?;
        let (queue, jobs) = mpsc::channel(writer::QUEUE_MAX);
        tokio::spawn(writer::run(writer, jobs));
        Ok(Self { readers, queue })
    }

    pub(crate) async fn write<A, T, F>(&self, input: A, work: F) -> Result<T, StoreError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: Work<A, T> + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let wait = Duration::from_secs(BUSY_SECONDS_MAX);
        let place = match tokio::time::timeout(wait, self.queue.reserve()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(StoreError::Closed),
            Err(_) => return Err(StoreError::Busy),
        };
        place.send(Message::Job(Box::new(Pending { input, work, kept: None, reply })));
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    pub(crate) async fn read(&self, sql: &'static str, arguments: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        fetch(&self.readers, sql, arguments).await
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let (sender, closed) = oneshot::channel();
        if self.queue.send(Message::Close(sender)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

/// A statement with its arguments.
pub(crate) fn query(sql: &'static str, arguments: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    arguments.into_iter().fold(sqlx::query(sql), |query, argument| match argument {
        Value::Null => query.bind(None::<i64>),
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
    })
}

/// Every row of the answer to a statement.
pub(crate) async fn fetch<'e>(
    executor: impl SqliteExecutor<'e>,
    sql: &'static str,
    arguments: Vec<Value>,
) -> Result<Vec<Row>, StoreError> {
    super::rows(&query(sql, arguments).fetch_all(executor).await?, value)
}

fn value(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(column)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    match kind.as_str() {
        "INTEGER" | "BOOLEAN" => Ok(Value::Int(row.try_get_unchecked(column)?)),
        "TEXT" => Ok(Value::Text(row.try_get_unchecked(column)?)),
        "BLOB" => Ok(Value::Blob(row.try_get_unchecked(column)?)),
        _ => Err(StoreError::column(column, "an integer, a text or bytes", "a value of another type")),
    }
}

/// What every connection has. `synchronous = FULL` syncs the write-ahead log
/// at each commit (`fullfsync` down to the medium on macOS), so an acknowledged
/// commit is on the disk. References are checked. What is deleted is
/// overwritten, so that a key that is destroyed is gone from the file.
/// Statements are not logged, since their arguments can be personal data.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(BUSY_SECONDS_MAX))
        .pragma("trusted_schema", "OFF")
        .pragma("secure_delete", "ON")
        .pragma("fullfsync", "ON")
        .pragma("journal_size_limit", WAL_BYTES_KEPT.to_string())
        .disable_statement_logging()
}

/// Brings the database to the schema of this program, then to its mode of work.
async fn prepare_schema(writer: &mut Tx, path: &Path, is_new: bool) -> Result<(), StoreOpenError> {
    if is_new {
        // The mark is the first thing on the disk, so that a start that is cut
        // off leaves an empty file or one that is known as ours.
        writer.execute("PRAGMA application_id = 1398099278", args![]).await?;
    }
    // Two programs that start at once take turns. What is begun and not committed goes with the connection.
    writer.execute("BEGIN IMMEDIATE", args![]).await?;
    migrations::apply(writer, Dialect::Sqlite, &path.display().to_string()).await?;
    writer.execute("COMMIT", args![]).await?;
    writer.execute("PRAGMA journal_mode = WAL", args![]).await?;
    Ok(())
}

/// Makes the file, readable by its owner alone, or checks that it is ours
/// without writing to it. Answers whether it is new.
fn prepare_file(path: &Path) -> Result<bool, StoreOpenError> {
    let failed = |source| StoreOpenError::File { path: path.to_owned(), source };
    let mut file = match open_or_create(path) {
        Ok(file) => file,
        Err(error) => return Err(failed(error)),
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(failed)?;
    if header.is_empty() {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        return Ok(true);
    }
    let foreign = |found| Err(StoreOpenError::Foreign { place: path.display().to_string(), found });
    if header.len() < HEADER_BYTES || !header.starts_with(b"SQLite format 3\0") {
        return foreign("something else than a database");
    }
    let mark = &header[APPLICATION_ID_OFFSET..APPLICATION_ID_OFFSET + 4];
    if mark != APPLICATION_ID.to_be_bytes() {
        return foreign("the database of another program");
    }
    let bytes = file.metadata().map_err(failed)?.len();
    match bytes_expected(path, &header) {
        Some(bytes_expected) if bytes < bytes_expected => {
            Err(StoreOpenError::CutShort { path: path.to_owned(), bytes, bytes_expected })
        }
        _ => Ok(false),
    }
}

/// How long the header says the file is (SQLite file format, sections 1.3.2
/// and 1.3.8). Nothing while there is a journal of either kind: a process that
/// was killed may have written the header and not yet the rest, which the
/// journal still holds or takes back.
fn bytes_expected(path: &Path, header: &[u8]) -> Option<u64> {
    for ending in ["-wal", "-journal"] {
        let mut journal = path.as_os_str().to_owned();
        journal.push(ending);
        if std::fs::metadata(journal).is_ok_and(|journal| journal.len() > 0) {
            return None;
        }
    }
    let page = u64::from(u16::from_be_bytes([header[16], header[17]]));
    let page = if page == 1 { 65_536 } else { page };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    Some(page * u64::from(pages))
}

fn open_or_create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
