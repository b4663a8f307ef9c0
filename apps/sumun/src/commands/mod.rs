//! What the command line can do: one file a command.

mod error;
mod journal;
mod up;

pub use error::CommandError;

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
    /// Verify the journal and the access records from their files alone
    Journal(journal::JournalArguments),
    /// Run everything in one process: the platform, the sandbox bank and the workbench
    Up(up::UpArguments),
}

/// Carries out one command.
pub fn run(command: Command) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    match command {
        Command::Journal(arguments) => journal::run(&arguments, &mut out),
        Command::Up(arguments) => up::run(&arguments, &mut out),
    }
}

/// The runtime of everything but the gateway, which has its own.
fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| CommandError::failure(format!("cannot start the runtime: {error}")))
}
