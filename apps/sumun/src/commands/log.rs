//! What the components tell of themselves while they run: lines on standard
//! error, for the operator and the service manager that keeps them.
//!
//! They are no record of what was done for whom; that is in the journal and
//! the access records. No line carries personal data or secrets.

use super::CommandError;
use crate::speech::say;
use std::io::stderr;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogLevel {
    /// Nothing
    Off,
    /// Faults of the platform
    Error,
    /// What an operator should look at, too
    Warn,
    /// Refused connections and sign-ins, too
    Info,
    /// Everything
    Debug,
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::TRACE,
        }
    }
}

/// Lets the components be heard from now on. Libraries of others stay silent:
/// what of theirs matters, a component tells in its own words.
///
/// # Errors
/// When somebody listens already.
pub fn start(level: LogLevel) -> Result<(), CommandError> {
    let ours = Targets::new().with_target("sumun", level.filter());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(stderr)
        .with_ansi(false)
        // A closed standard error must not end the platform.
        .log_internal_errors(false)
        .with_filter(ours);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines))
        .map_err(|error| CommandError::failure(say("fault-log").with("cause", error)))
}
