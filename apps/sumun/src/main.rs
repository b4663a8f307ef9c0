//! `sumun`: the one binary. It reads the command line and hands over; what a
//! command does is in `commands`, what runs is wired in `platform`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod catalogs;
mod commands;
mod demo;
mod help;
mod journey;
mod pages;
mod platform;
mod speech;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};
use commands::{Command, CommandError};
use speech::{say, terminal};
use std::io::Write;
use std::process::ExitCode;
use sumun_web::Locale;

/// A call of the gateway lives and dies with many small allocations, which
/// mimalloc serves without a lock (docs/decisions/0004-data-path.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sumun runs an open-finance platform over a made-up bank and a workbench in which people inspect its security
#[derive(Parser)]
#[command(name = "sumun", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let command = if terminal() == Locale::Ko { help::in_korean(command_line()) } else { command_line() };
    let read = command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    match read {
        Ok(arguments) => match commands::run(arguments.command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.report(),
        },
        Err(error) => misuse(&error),
    }
}

/// The command line as the arguments describe it.
fn command_line() -> clap::Command {
    Arguments::command()
}

/// Help and version go to standard output; anything else is one line on
/// standard error that says what is wrong and where to read on.
fn misuse(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render().to_string();
        let text = if terminal() == Locale::Ko { help::placeholders_in_korean(&text) } else { text };
        return match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let path = called(&command_line(), std::env::args_os().skip(1));
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return CommandError::misuse(say("fault-command-missing").with("command", path)).report();
    }
    if let Some(line) = (terminal() == Locale::Ko).then(|| help::misuse_in_korean(error, &path)).flatten() {
        return CommandError::misuse(line).report();
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
    CommandError::misuse(format!("{message}; see {path} --help")).report()
}

/// The command that the arguments lead to, as it is typed: the words before
/// the first that is no command of the one before it.
fn called(whole: &clap::Command, arguments: impl Iterator<Item = std::ffi::OsString>) -> String {
    let (mut path, mut command) = (whole.get_name().to_owned(), whole);
    for word in arguments {
        let Some(below) = word.to_str().and_then(|word| command.find_subcommand(word)) else { break };
        path = format!("{path} {}", below.get_name());
        command = below;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misuse_points_to_the_help_of_the_command_that_was_called() {
        for (words, path) in [
            (&["catalog"][..], "sumun catalog"),
            (&["journal", "verify", "--format", "xml"], "sumun journal verify"),
            (&["fly"], "sumun"),
            (&["up", "--port-base", "x"], "sumun up"),
        ] {
            assert_eq!(called(&command_line(), words.iter().map(Into::into)), path);
        }
    }
}
