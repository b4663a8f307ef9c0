//! The thread that writes and seals.

use super::files::{HASH_BYTES, SegmentFiles, bytes_of_segments};
use super::handle::{Message, Progress, SegmentHandle, Shared};
use super::recovery::{recover, sealed_end};
use super::retention::Retention;
use crate::durable::FolderLock;
use crate::{JournalFileError, RECORDS_FOLDER};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{JoinHandle, park_timeout};
use std::time::{Duration, Instant};
use sumun_journal::{JournalStore, SealedBatch};
use sumun_merkle::root_of_hashes;
use sumun_records::{BUDGET_BYTES, Usage, usage};
use sumun_system::Clock;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How often the writer tries to seal the last records when it is stopped.
const ATTEMPTS_AT_THE_END: u32 = 3;

/// How the writer trades latency against fsyncs.
#[derive(Debug, Clone, Copy)]
pub struct SegmentSettings {
    /// How many records may wait to be sealed; more are not taken.
    pub queue_max: usize,
    /// How long the first record of a batch waits for others.
    pub batch_wait: Duration,
    /// How many records a batch has at most.
    pub batch_max: usize,
    /// After how many bytes a new segment is begun.
    pub segment_bytes_max: u64,
    /// How long the writer waits after a failure before it tries again.
    pub retry_wait: Duration,
    /// How many bytes all segments may have together.
    pub budget_bytes: u64,
    /// How long the writer waits at most before it looks again whether a
    /// segment may go, when room runs short.
    pub retention_wait: Duration,
}

impl Default for SegmentSettings {
    fn default() -> Self {
        Self {
            queue_max: 65_536,
            batch_wait: Duration::from_millis(50),
            batch_max: 8_192,
            segment_bytes_max: 64 * 1024 * 1024,
            retry_wait: Duration::from_millis(500),
            budget_bytes: BUDGET_BYTES,
            retention_wait: Duration::from_secs(60),
        }
    }
}

/// Writes access records to `records/` and seals them in the journal. It
/// works on a thread of its own, so that no caller ever waits for the disk.
pub struct SegmentWriter {
    handle: SegmentHandle,
    thread: Option<JoinHandle<()>>,
}

impl SegmentWriter {
    /// Opens `records/` in the data folder, or makes it, seals what was on
    /// disk but not sealed, and starts the thread. Call it within the tokio
    /// runtime on which the store answers.
    ///
    /// # Errors
    /// [`JournalFileError::InUse`] when another process has the folder, and
    /// whatever the folder or the store refuses.
    pub async fn start(
        data: &Path,
        store: Arc<dyn JournalStore>,
        clock: Arc<dyn Clock>,
        settings: SegmentSettings,
    ) -> Result<Self, JournalFileError> {
        let folder = data.join(RECORDS_FOLDER);
        let lock = FolderLock::take(&folder)?;
        let sealed = sealed_end(store.as_ref()).await?;
        let recovered = recover(&folder, sealed)?;
        for batch in &recovered.unsealed {
            store.append(&[batch.entry(clock.now())]).await.map_err(JournalFileError::Store)?;
        }
        let bytes_used = bytes_of_segments(&folder)?;
        let (sender, receiver) = channel();
        let shared = Arc::new(Shared {
            sender,
            free: AtomicUsize::new(settings.queue_max),
            offered: AtomicU64::new(0),
            hurry: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            usage: AtomicU8::new(Usage::Ample as u8),
        });
        let (progress_sender, progress) = watch::channel(Progress::default());
        let thread_of_writer = Thread {
            folder,
            store,
            clock,
            settings,
            segment: recovered.segment,
            receiver,
            shared: Arc::clone(&shared),
            progress: progress_sender,
            runtime: Handle::current(),
            retention: Retention::of(data),
            retained_at: None,
            bytes_used,
            _lock: lock,
        };
        // A start over a full budget takes no call that could not be recorded.
        thread_of_writer.tell_usage();
        let spawned = std::thread::Builder::new().name("access-records".to_owned()).spawn(|| thread_of_writer.run());
        let thread = spawned.map_err(JournalFileError::unwritable(data))?;
        let handle = SegmentHandle { shared, progress, thread: thread.thread().clone() };
        Ok(Self { handle, thread: Some(thread) })
    }

    /// A handle for a caller.
    pub fn handle(&self) -> SegmentHandle {
        self.handle.clone()
    }

    /// Takes no more records, seals those that were taken, and ends. Stop the
    /// callers first: a place that is still held then is lost.
    ///
    /// # Errors
    /// The fault that kept the last records from being sealed; they are lost
    /// unless they already stand in the segment.
    pub async fn stop(mut self) -> Result<(), Arc<JournalFileError>> {
        self.end();
        let flushed = self.handle.flush().await;
        let Some(thread) = self.thread.take() else { return flushed };
        match tokio::task::spawn_blocking(|| thread.join()).await {
            Ok(Ok(())) => flushed,
            _ => Err(Arc::new(JournalFileError::Interrupted)),
        }
    }

    fn end(&self) {
        self.handle.shared.stopping.store(true, Ordering::Release);
        // The writer may have ended already.
        let _ = self.handle.shared.sender.send(Message::Wake);
        self.handle.thread.unpark();
    }
}

/// A writer that is dropped ends as one that is stopped, only that nobody waits for it.
impl Drop for SegmentWriter {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for SegmentWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SegmentWriter")
    }
}

struct Thread {
    folder: PathBuf,
    store: Arc<dyn JournalStore>,
    clock: Arc<dyn Clock>,
    settings: SegmentSettings,
    segment: SegmentFiles,
    receiver: Receiver<Message>,
    shared: Arc<Shared>,
    progress: watch::Sender<Progress>,
    runtime: Handle,
    retention: Retention,
    /// When it was last looked whether a segment may go.
    retained_at: Option<Instant>,
    /// How many bytes the segments have.
    bytes_used: u64,
    _lock: FolderLock,
}

impl Thread {
    fn run(mut self) {
        self.keep_to_the_budget();
        while let Some(batch) = self.next_batch() {
            if !batch.is_empty() && !self.keep_trying(batch) {
                break;
            }
            self.keep_to_the_budget();
        }
    }

    /// Waits for records; `None` when the writer is stopped and nothing is left.
    fn next_batch(&self) -> Option<Vec<Vec<u8>>> {
        let mut batch = Vec::new();
        if self.is_stopping() {
            self.take_waiting(&mut batch);
            return (!batch.is_empty()).then_some(batch);
        }
        let message = match self.shared.usage() {
            Usage::Ample => self.receiver.recv().map_err(RecvTimeoutError::from),
            // Room runs short: what may go is looked for even if nobody calls.
            Usage::Alarm | Usage::Spent => self.receiver.recv_timeout(self.settings.retention_wait),
        };
        match message {
            Ok(Message::Record(record)) => batch.push(one_line(record)),
            Ok(Message::Wake) | Err(RecvTimeoutError::Timeout) => return Some(batch),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
        // The thread sleeps while others gather; a caller's send then costs no wake-up.
        let deadline = Instant::now() + self.settings.batch_wait;
        while !self.is_stopping() && !self.shared.hurry.swap(false, Ordering::AcqRel) {
            match deadline.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => park_timeout(left),
                _ => break,
            }
        }
        self.take_waiting(&mut batch);
        Some(batch)
    }

    fn take_waiting(&self, batch: &mut Vec<Vec<u8>>) {
        while batch.len() < self.settings.batch_max {
            match self.receiver.try_recv() {
                Ok(Message::Record(record)) => batch.push(one_line(record)),
                Ok(Message::Wake) => {}
                Err(_) => break,
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::Acquire)
    }

    /// Writes and seals the batch, however often it takes. `false` when the
    /// writer is stopped before it succeeds.
    fn keep_trying(&mut self, batch: Vec<Vec<u8>>) -> bool {
        let count = batch.len();
        let (mut written, mut attempts) = (None, 0);
        while let Err(fault) = self.write_and_seal(&batch, &mut written) {
            let is_new = self.progress.borrow().fault.is_none();
            if is_new {
                let cause = std::error::Error::source(&fault).map(ToString::to_string);
                tracing::error!(error = %fault, cause = cause.as_deref(), "access records cannot be written");
            }
            self.progress.send_modify(|progress| progress.fault = Some(Arc::new(fault)));
            attempts += 1;
            if self.is_stopping() && attempts >= ATTEMPTS_AT_THE_END {
                return false;
            }
            park_timeout(self.settings.retry_wait);
        }
        self.shared.free.fetch_add(count, Ordering::AcqRel);
        self.progress.send_modify(|progress| {
            progress.sealed += count as u64;
            progress.fault = None;
        });
        true
    }

    /// One attempt. `written` remembers a batch that is on disk and only lacks its seal.
    fn write_and_seal(
        &mut self,
        records: &[Vec<u8>],
        written: &mut Option<SealedBatch>,
    ) -> Result<(), JournalFileError> {
        let batch = match written {
            Some(batch) => {
                // The seal may have been appended although the store's answer was lost.
                if self.runtime.block_on(sealed_end(self.store.as_ref()))? >= batch.end() {
                    return Ok(());
                }
                batch
            }
            None => {
                if self.segment.bytes >= self.settings.segment_bytes_max {
                    self.segment = SegmentFiles::create(&self.folder, self.segment.end())?;
                }
                let (first, before) = (self.segment.end(), self.segment.bytes);
                let root = root_of_hashes(self.segment.append(records)?);
                let count = records.len() as u64;
                self.bytes_used += self.segment.bytes - before + count * HASH_BYTES;
                written.insert(SealedBatch { segment: self.segment.name(), first, count, root })
            }
        };
        let entry = batch.entry(self.clock.now());
        self.runtime.block_on(self.store.append(&[entry])).map_err(JournalFileError::Store)?;
        Ok(())
    }
}

impl Thread {
    /// Tells callers how much of the budget is used, and the operator when that has changed.
    fn tell_usage(&self) -> Usage {
        let (bytes, budget) = (self.bytes_used, self.settings.budget_bytes);
        let (before, now) = (self.shared.usage(), usage(bytes, budget));
        self.shared.usage.store(now as u8, Ordering::Release);
        match now {
            _ if now == before => {}
            Usage::Ample => tracing::warn!(bytes, budget, "the access records have room again"),
            Usage::Alarm => tracing::warn!(bytes, budget, "the access records have used three quarters of their room"),
            Usage::Spent => tracing::error!(
                bytes,
                budget,
                "the access records have used up their room: no call is taken any more; raise --records-max-gib"
            ),
        }
        now
    }

    /// Looks, when room runs short, which segments may go.
    fn keep_to_the_budget(&mut self) {
        let waited = self.retained_at.is_none_or(|at| at.elapsed() >= self.settings.retention_wait);
        if self.tell_usage() == Usage::Ample || !waited {
            return;
        }
        self.retained_at = Some(Instant::now());
        let (now, budget) = (self.clock.now(), self.settings.budget_bytes);
        let work = self.retention.go_on(self.store.as_ref(), self.segment.first, self.bytes_used, budget, now);
        match self.runtime.block_on(work) {
            Ok(freed) => self.bytes_used = self.bytes_used.saturating_sub(freed),
            Err(error) => tracing::error!(%error, "old access records could not be given up"),
        }
        self.tell_usage();
    }
}

/// However the thread ends, no record is taken any more and nobody waits for it.
impl Drop for Thread {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.progress.send_modify(|progress| progress.ended = true);
    }
}

/// A record is one line. Whatever would break the line is made a space, so that no record breaks another.
fn one_line(mut record: Vec<u8>) -> Vec<u8> {
    if record.is_empty() {
        record.push(b' ');
    }
    for byte in record.iter_mut().filter(|byte| byte.is_ascii_control()) {
        *byte = b' ';
    }
    record
}
