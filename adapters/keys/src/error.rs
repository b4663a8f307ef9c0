//! What can go wrong with keys and certificates.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// Why a key or certificate could not be had, grouped by who can mend it.
#[derive(Debug)]
pub enum KeyError {
    /// Operator: a file or folder cannot be read.
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Operator: a file or folder cannot be written.
    Unwritable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Operator: others than the owner may read or replace a key (PR-044).
    OpenToOthers {
        /// Which file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The permission bits that it must have.
        expected: u32,
    },
    /// Operator: a file is not what this project wrote.
    Broken {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// Caller: a certificate of this profile may not be issued.
    Profile(&'static str),
    /// Peer or caller: the bytes are not an X.509 certificate.
    Certificate,
    /// Ours: a key or certificate could not be made.
    Generation(Box<dyn Error + Send + Sync>),
}

impl KeyError {
    pub(crate) fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unreadable { path, source }
    }

    pub(crate) fn unwritable(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Unwritable { path, source }
    }

    pub(crate) fn broken(path: &Path, expected: &'static str) -> Self {
        Self::Broken { path: path.to_owned(), expected }
    }

    pub(crate) fn generation(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Generation(source.into())
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, .. } => write!(f, "{} cannot be read", path.display()),
            Self::Unwritable { path, .. } => write!(f, "{} cannot be written", path.display()),
            Self::OpenToOthers { path, mode, expected } => write!(
                f,
                "{} is open to others (mode {mode:04o}); run: chmod {expected:04o} {}",
                path.display(),
                path.display()
            ),
            Self::Broken { path, expected } => {
                write!(f, "{} does not hold {expected}; restore it from a backup", path.display())
            }
            Self::Profile(what) => f.write_str(what),
            Self::Certificate => f.write_str("the bytes are not an X.509 certificate"),
            Self::Generation(_) => f.write_str("a key or certificate could not be made"),
        }
    }
}

impl Error for KeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } | Self::Unwritable { source, .. } => Some(source),
            Self::Generation(source) => Some(source.as_ref()),
            Self::OpenToOthers { .. } | Self::Broken { .. } | Self::Profile(_) | Self::Certificate => None,
        }
    }
}
