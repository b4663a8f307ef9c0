//! `sumun participant`: who may call, written into a data folder on which no platform runs.

mod faults;
mod list;
mod output;
mod register;
mod status;

use super::CommandError;
use super::answer::ended;
use std::io::Write;
use std::path::PathBuf;
use sumun_participants::InstitutionStatus;

/// Arguments of `sumun participant`.
#[derive(clap::Args)]
pub struct ParticipantArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(clap::Subcommand)]
enum Deed {
    /// Register an app, with its institution if that is new, and issue its client certificate
    Register(register::RegisterArguments),
    /// List institutions, apps and certificates
    List(list::ListArguments),
    /// Shut an institution out for the time being
    Stop(status::StatusArguments),
    /// Let an institution that was stopped call again
    Resume(status::StatusArguments),
}

/// Which register.
#[derive(clap::Args)]
struct Data {
    /// The data folder; no platform may run on it meanwhile
    #[arg(long = "data", value_name = "DIR", default_value = "sumun-data")]
    folder: PathBuf,
}

/// Carries out `sumun participant ...`; exit code 2 for a broken file, 64 for a
/// data folder that cannot be used now.
pub fn run(arguments: &ParticipantArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let done = match &arguments.deed {
        Deed::Register(arguments) => register::run(arguments, out),
        Deed::List(arguments) => list::run(arguments, out),
        Deed::Stop(arguments) => status::run(arguments, InstitutionStatus::Suspended, out),
        Deed::Resume(arguments) => status::run(arguments, InstitutionStatus::Active, out),
    };
    ended(done)
}
