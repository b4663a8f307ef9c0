//! The side of the callers: a bounded queue that never blocks.

use crate::JournalFileError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::thread::Thread;
use sumun_records::Usage;
use tokio::sync::watch;

/// Hands access records to the [`SegmentWriter`](crate::SegmentWriter). Cheap to clone; never blocks.
#[derive(Clone)]
pub struct SegmentHandle {
    pub(super) shared: Arc<Shared>,
    pub(super) progress: watch::Receiver<Progress>,
    pub(super) thread: Thread,
}

/// What the callers and the writer share.
pub(super) struct Shared {
    /// Into the queue, which has no bound of its own: places bound it.
    pub(super) sender: Sender<Message>,
    /// Places that are left. A place is given back when its record is sealed.
    pub(super) free: AtomicUsize,
    /// Records handed over so far.
    pub(super) offered: AtomicU64,
    /// Whether somebody waits, so that the writer does not wait for more records.
    pub(super) hurry: AtomicBool,
    /// Whether the writer is to end, or has ended.
    pub(super) stopping: AtomicBool,
    /// How much of the budget is used: a [`Usage`].
    pub(super) usage: AtomicU8,
}

impl Shared {
    pub(super) fn usage(&self) -> Usage {
        let known = self.usage.load(Ordering::Acquire);
        // What is none of these is taken for the worst.
        [Usage::Ample, Usage::Alarm].into_iter().find(|usage| *usage as u8 == known).unwrap_or(Usage::Spent)
    }
}

pub(super) enum Message {
    Record(Vec<u8>),
    Wake,
}

/// How far the writer has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// Records sealed since the writer started.
    pub(super) sealed: u64,
    /// Why it cannot go on at the moment.
    pub(super) fault: Option<Arc<JournalFileError>>,
    /// Whether it has ended.
    pub(super) ended: bool,
}

/// Why a record was not taken: nothing of it will be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Too many records wait to be sealed: the disk is slow or full.
    QueueFull,
    /// The segments have used up their budget, and none of them may go.
    BudgetSpent,
    /// The writer has been stopped.
    Stopped,
}

impl fmt::Display for NotTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QueueFull => "no access record can be taken: too many wait to be written",
            Self::BudgetSpent => "no access record can be taken: the records have used up their room",
            Self::Stopped => "no access record can be taken: the writer has been stopped",
        })
    }
}

impl std::error::Error for NotTaken {}

impl SegmentHandle {
    /// Holds a place for one record, before the deed that it is to tell of. A
    /// place that is dropped is given back.
    pub fn reserve(&self) -> Result<SegmentPlace, NotTaken> {
        if self.shared.stopping.load(Ordering::Acquire) {
            return Err(NotTaken::Stopped);
        }
        if self.usage() == Usage::Spent {
            return Err(NotTaken::BudgetSpent);
        }
        let take = |free: usize| free.checked_sub(1);
        match self.shared.free.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take) {
            Ok(_) => Ok(SegmentPlace { shared: Arc::clone(&self.shared), used: false }),
            Err(_) => Err(NotTaken::QueueFull),
        }
    }

    /// How much of their budget the segments have used.
    pub fn usage(&self) -> Usage {
        self.shared.usage()
    }

    /// Takes the canonical bytes of one record: one line of text without its
    /// line feed. It is sealed within some tens of milliseconds.
    pub fn offer(&self, record: Vec<u8>) -> Result<(), NotTaken> {
        self.reserve().map(|place| place.record(record))
    }

    /// Why the writer cannot write at the moment, for example a full disk. It
    /// tries again by itself and loses nothing that was taken while it lives.
    pub fn fault(&self) -> Option<Arc<JournalFileError>> {
        self.progress.borrow().fault.clone()
    }

    /// Waits until every record that was taken before this call is sealed.
    ///
    /// # Errors
    /// The fault that keeps the writer from it; it goes on trying.
    pub async fn flush(&self) -> Result<(), Arc<JournalFileError>> {
        let target = self.shared.offered.load(Ordering::Acquire);
        self.shared.hurry.store(true, Ordering::Release);
        self.thread.unpark();
        let mut progress = self.progress.clone();
        let reached = |progress: &Progress| progress.sealed >= target || progress.fault.is_some() || progress.ended;
        let Ok(progress) = progress.wait_for(reached).await else {
            return Err(Arc::new(JournalFileError::Interrupted));
        };
        match (progress.sealed >= target, &progress.fault) {
            (true, _) => Ok(()),
            (false, Some(fault)) => Err(Arc::clone(fault)),
            (false, None) => Err(Arc::new(JournalFileError::Interrupted)),
        }
    }
}

impl fmt::Debug for SegmentHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SegmentHandle")
    }
}

/// A place for one record in the queue.
pub struct SegmentPlace {
    shared: Arc<Shared>,
    used: bool,
}

impl SegmentPlace {
    /// Puts the canonical bytes of the record into the place: one line of text
    /// without its line feed.
    pub fn record(mut self, record: Vec<u8>) {
        self.used = true;
        self.shared.offered.fetch_add(1, Ordering::AcqRel);
        // The writer ends only when it is stopped, and then takes what was sent before.
        let _ = self.shared.sender.send(Message::Record(record));
    }
}

impl Drop for SegmentPlace {
    fn drop(&mut self) {
        if !self.used {
            self.shared.free.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl fmt::Debug for SegmentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SegmentPlace")
    }
}
