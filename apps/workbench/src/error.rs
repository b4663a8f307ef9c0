//! All that can go wrong between a request and its answer.

use crate::ProbeRunFault;
use http::StatusCode;
use std::fmt;
use sumun_evidence::{EvidenceError, OverQuota};
use sumun_identity::SessionEnd;
use sumun_inspection::{InputFault, InspectionError};
use sumun_journal::StoreFailure;
use sumun_reports::ReportFault;
use sumun_store::BlobError;
use sumun_time::Timestamp;
use sumun_web::ErrorPage;

/// Why a request is not done, by who is at fault.
#[derive(Debug)]
pub(crate) enum WorkbenchError {
    /// The sender's: who they are or what they may.
    Access(AccessFault),
    /// The sender's: the form of the request.
    Request(RequestFault),
    /// The sender's: what a file or its description says.
    Evidence(EvidenceError),
    /// The sender's, or the procedure does not allow it now.
    Inspection(InspectionError),
    /// Somebody else's: others changed the same thing again and again.
    Changed,
    /// The operator's or ours: a part that the workbench stands on failed.
    Platform(PlatformFault),
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessFault {
    /// Nobody is signed in; why the last session ended, if there was one.
    NotSignedIn(Option<SessionEnd>),
    /// The name or the password is wrong.
    SignInRefused,
    /// Too many failures.
    SignInLocked(Timestamp),
    /// Signed in, but not for this.
    Forbidden,
    /// There is no such thing, or not for this person.
    NotFound,
    /// A form of another session, or none of ours.
    StaleForm,
}

/// What is wrong with the form of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestFault {
    /// It cannot be read.
    Malformed,
    /// A body of another kind than asked for.
    ContentType,
    /// Longer than it may be.
    TooLarge,
    /// The JSON is broken, too deep, or has a name twice; the text says where.
    Json(String),
    /// A query parameter that the API does not have; its name as it was sent.
    Parameter(String),
    /// A field has a value that it cannot have.
    Field(&'static str),
    /// A form of files came without one, or with two.
    FileCount,
    /// The upload broke off.
    BrokenOff,
    /// The upload came slower than the slowest that is taken.
    TooSlow,
}

/// What failed below.
#[derive(Debug)]
pub(crate) enum PlatformFault {
    /// The store.
    Store(StoreFailure),
    /// The folder of files.
    Files(BlobError),
    /// A probe could not be run.
    Probe(ProbeRunFault),
    /// A document could not be made.
    Document(Box<dyn std::error::Error + Send + Sync>),
    /// The rows do not make a report.
    Report(Vec<ReportFault>),
    /// Too much is being done at once.
    Busy,
    /// Whoever asks does as much at once as one party may.
    OwnPlaces,
    /// There is as much evidence as there may be.
    OverQuota(OverQuota),
    /// The volume has no more room than what others need.
    NoRoom {
        /// What it has, in bytes.
        available: u64,
        /// What must be left, in bytes.
        reserve: u64,
    },
    /// Ours: what must not be.
    Internal(&'static str),
}

impl RequestFault {
    /// Why a form was not taken, by the page that the shell has for it.
    pub fn of_page(page: &ErrorPage) -> Self {
        match page.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::ContentType,
            _ => Self::Malformed,
        }
    }
}

impl fmt::Display for WorkbenchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(fault) => fault.fmt(f),
            Self::Request(fault) => fault.fmt(f),
            Self::Evidence(_) => f.write_str("the evidence cannot be taken"),
            Self::Inspection(_) => f.write_str("the deed cannot be done"),
            Self::Changed => f.write_str("others changed the engagement at the same time"),
            Self::Platform(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for WorkbenchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Evidence(error) => Some(error),
            Self::Inspection(error) => Some(error),
            Self::Platform(PlatformFault::Store(failure)) => Some(failure),
            Self::Platform(PlatformFault::Files(error)) => Some(error),
            Self::Platform(PlatformFault::Probe(fault)) => Some(fault),
            Self::Platform(PlatformFault::Document(error)) => Some(error.as_ref()),
            Self::Platform(PlatformFault::OverQuota(over)) => Some(over),
            Self::Platform(
                PlatformFault::NoRoom { .. }
                | PlatformFault::Report(_)
                | PlatformFault::Busy
                | PlatformFault::OwnPlaces
                | PlatformFault::Internal(_),
            )
            | Self::Access(_)
            | Self::Request(_)
            | Self::Changed => None,
        }
    }
}

impl fmt::Display for AccessFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSignedIn(_) => "nobody is signed in",
            Self::SignInRefused => "the name or the password is wrong",
            Self::SignInLocked(_) => "the name is locked",
            Self::Forbidden => "this person may not do that",
            Self::NotFound => "there is no such thing",
            Self::StaleForm => "the form is not one of this session",
        })
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the request cannot be read"),
            Self::ContentType => f.write_str("the body is of another kind than asked for"),
            Self::TooLarge => f.write_str("the request is larger than it may be"),
            Self::Json(what) => f.write_str(what),
            Self::Parameter(_) => f.write_str("the query has a parameter that the API does not have"),
            Self::Field(name) => write!(f, "the field `{name}` has a value that it cannot have"),
            Self::FileCount => f.write_str("expected exactly one file"),
            Self::BrokenOff => f.write_str("the upload broke off"),
            Self::TooSlow => f.write_str("the upload came too slowly"),
        }
    }
}

impl fmt::Display for PlatformFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("the store failed"),
            Self::Files(_) => f.write_str("the folder of files failed"),
            Self::Probe(_) => f.write_str("the probe was not run"),
            Self::Document(_) => f.write_str("the document could not be made"),
            Self::Report(faults) => {
                f.write_str("the rows do not make a report:")?;
                faults.iter().try_for_each(|fault| write!(f, " {fault};"))
            }
            Self::Busy => f.write_str("too much is being done at once"),
            Self::OwnPlaces => f.write_str("one party does too much at once"),
            Self::OverQuota(_) => f.write_str("there is as much evidence as there may be"),
            Self::NoRoom { available, reserve } => {
                write!(f, "{available} bytes are left on the volume, of which {reserve} are kept for others")
            }
            Self::Internal(what) => f.write_str(what),
        }
    }
}

macro_rules! wraps {
    ($($source:ty, $value:ident => $made:expr;)+) => {
        $(impl From<$source> for WorkbenchError {
            fn from($value: $source) -> Self {
                $made
            }
        })+
    };
}

wraps! {
    AccessFault, fault => Self::Access(fault);
    RequestFault, fault => Self::Request(fault);
    EvidenceError, error => Self::Evidence(error);
    InspectionError, error => Self::Inspection(error);
    InputFault, fault => Self::Inspection(fault.into());
    StoreFailure, failure => Self::Platform(PlatformFault::Store(failure));
    PlatformFault, fault => Self::Platform(fault);
    ProbeRunFault, fault => Self::Platform(PlatformFault::Probe(fault));
}

impl From<BlobError> for WorkbenchError {
    /// A file that is too large is the sender's fault, all else is the folder's.
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { .. } => Self::Evidence(EvidenceError::TooLarge),
            other => Self::Platform(PlatformFault::Files(other)),
        }
    }
}
