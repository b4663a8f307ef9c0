//! What the command line can do: one file a command.

pub mod answer;
mod app_side;
mod catalog;
mod contract;
mod demo;
mod error;
mod journal;
mod json_place;
mod log;
mod participant;
mod text_file;
mod trace;
mod up;

pub use error::CommandError;

use crate::speech::say;

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// A command with its arguments.
#[derive(clap::Subcommand)]
pub enum Command {
    /// The app's side of the demonstration; `sumun demo` starts it
    #[command(hide = true)]
    AppSide,
    /// The catalogs of controls: list, show, search, map, check, export, import
    Catalog(catalog::CatalogArguments),
    /// The contract of the open API: list its calls, check one of one's own
    Contract(contract::ContractArguments),
    /// Tell the whole story on a fresh platform, attacks included, and leave the report
    Demo(demo::DemoArguments),
    /// Verify the journal and the access records from their files alone
    Journal(journal::JournalArguments),
    /// Institutions and their apps: register, list, stop, resume
    Participant(participant::ParticipantArguments),
    /// What enforces, proves and checks each row of each catalog
    Trace(trace::TraceArguments),
    /// Run everything in one process: the platform, the sandbox bank and the workbench
    Up(up::UpArguments),
}

/// Carries out one command.
pub fn run(command: Command) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match command {
        Command::AppSide => app_side::run(&mut std::io::stdin().lock(), &mut out),
        Command::Catalog(arguments) => catalog::run(&arguments, &mut out),
        Command::Contract(arguments) => contract::run(&arguments, &mut out),
        Command::Demo(arguments) => demo::run(&arguments, &mut out),
        Command::Journal(arguments) => journal::run(&arguments, &mut out),
        Command::Participant(arguments) => participant::run(&arguments, &mut out),
        Command::Trace(arguments) => trace::run(&arguments, &mut out),
        Command::Up(arguments) => up::run(&arguments, &mut out),
    }
}

/// The runtime of everything but the gateway, which has its own.
fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| CommandError::failure(say("fault-runtime").with("cause", error)))
}
