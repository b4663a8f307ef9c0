//! `sumun`: the one binary. It reads the command line and hands over; what a
//! command does is in `commands`, what runs is wired in `platform`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod catalogs;
mod commands;
mod demo;
mod journey;
mod pages;
mod platform;

use clap::Parser;
use clap::error::ErrorKind;
use commands::{Command, CommandError};
use std::io::Write;
use std::process::ExitCode;

/// A call of the gateway lives and dies with many small allocations, which
/// mimalloc serves without a lock (docs/decisions/0004-data-path.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sumun (수문) runs an open-finance platform and proves that it is secure.
#[derive(Parser)]
#[command(name = "sumun", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => match commands::run(arguments.command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.report(),
        },
        Err(error) => misuse(&error),
    }
}

/// Help and version go to standard output; anything else is one line on
/// standard error that says what is wrong and where to read on.
fn misuse(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render().to_string();
        return match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return CommandError::misuse("a command is missing; `sumun --help` lists them").report();
    }
    let text = error.render().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let said =
        lines.first().map(|line| line.trim_start_matches("error: ")).unwrap_or("the arguments are not understood");
    let listed = lines.iter().skip(1).take_while(|line| line.starts_with(['<', '[']) || line.starts_with("--"));
    let tip = lines.iter().find_map(|line| line.strip_prefix("tip: "));
    let mut message = std::iter::once(said).chain(listed.copied()).collect::<Vec<_>>().join(" ");
    if let Some(tip) = tip {
        message = format!("{message}; {tip}");
    }
    CommandError::misuse(format!("{message}; see --help")).report()
}
