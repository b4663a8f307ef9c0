//! What can go wrong with the files of journal and records.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use sumun_journal::StoreFailure;
use sumun_merkle::{CheckpointError, NoteError};

/// Why files of journal or records could not be written or trusted, grouped by who can mend it.
#[derive(Debug)]
pub enum JournalFileError {
    /// Operator: a file or folder cannot be read.
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Operator: a file or folder cannot be written, for example because the disk is full.
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Operator: another process writes this folder.
    InUse(PathBuf),
    /// Operator: the folder belongs to a journal that another key signs.
    OtherKey(PathBuf),
    /// Damage: the checkpoint was changed or is of another log.
    Checkpoint {
        /// Its file.
        path: PathBuf,
        /// Why it cannot be trusted.
        source: CheckpointError,
    },
    /// Damage: a file that the checkpoint rests on is missing or changed.
    Damaged(PathBuf),
    /// Damage: the store has fewer entries than were signed; it was set back.
    StoreBehind {
        /// How many entries were signed.
        signed: u64,
        /// How many entries the store has.
        stored: u64,
    },
    /// Damage: an entry of the store is not the one that was signed.
    StoreChanged {
        /// The sequence number of the entry.
        seq: u64,
    },
    /// Ours: the store's sequence numbers have a gap.
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// Ours: an entry is longer than a bundle can hold.
    EntryTooLong {
        /// The sequence number of the entry.
        seq: u64,
    },
    /// The store did not answer.
    Store(StoreFailure),
    /// The checkpoint could not be signed.
    Signing(NoteError),
    /// The work was cut off, because the process is stopping.
    Interrupted,
}

impl JournalFileError {
    pub(crate) fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unreadable { path, source }
    }

    pub(crate) fn unwritable(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unwritable { path, source }
    }
}

impl fmt::Display for JournalFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, .. } => write!(f, "{} cannot be read", path.display()),
            Self::Unwritable { path, .. } => write!(f, "{} cannot be written", path.display()),
            Self::InUse(path) => write!(f, "another process writes {}; stop it first", path.display()),
            Self::OtherKey(path) => {
                write!(f, "{} names another key: keys/ and journal/ are not of one data folder", path.display())
            }
            Self::Checkpoint { path, .. } => write!(f, "{} cannot be trusted", path.display()),
            Self::Damaged(path) => {
                write!(f, "{} is missing or was changed; run: sumun journal verify", path.display())
            }
            Self::StoreBehind { signed, stored } => write!(
                f,
                "{signed} journal entries were signed, but the store has only {stored}: it was set back to an earlier state"
            ),
            Self::StoreChanged { seq } => write!(f, "journal entry {seq} in the store is not the one that was signed"),
            Self::Gap { expected, found } => {
                write!(f, "journal entry {expected} is missing in the store before {found}")
            }
            Self::EntryTooLong { seq } => write!(f, "journal entry {seq} is longer than 65,535 bytes"),
            Self::Store(_) => f.write_str("the journal's store did not answer"),
            Self::Signing(_) => f.write_str("the checkpoint could not be signed"),
            Self::Interrupted => f.write_str("the writing was cut off because the process is stopping"),
        }
    }
}

impl Error for JournalFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } | Self::Unwritable { source, .. } => Some(source),
            Self::Checkpoint { source, .. } => Some(source),
            Self::Store(source) => Some(source),
            Self::Signing(source) => Some(source),
            _ => None,
        }
    }
}
