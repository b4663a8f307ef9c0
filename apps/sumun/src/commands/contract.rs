//! `sumun contract`: which calls the open API has, and whether a contract of one's own would be served.

mod check;
mod list;

use super::CommandError;
use super::answer::{Stop, View, ended};
use crate::speech::say;
use std::io::Write;
use sumun_api_gateway::OPEN_BANKING_CONTRACT;
use sumun_traffic::Contract;

/// Arguments of `sumun contract`.
#[derive(clap::Args)]
pub struct ContractArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(clap::Subcommand)]
enum Deed {
    /// List the calls of the contract of this build, with what each needs
    List(View),
    /// Check a contract of one's own as the gateway reads it
    Check(check::CheckArguments),
}

/// Carries out `sumun contract ...`; exit code 2 for a contract that the gateway would not serve.
pub fn run(arguments: &ContractArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let done = match &arguments.deed {
        Deed::List(view) => shipped().map_err(Stop::from).and_then(|contract| list::run(&contract, view, out)),
        Deed::Check(arguments) => check::run(arguments, out),
    };
    ended(done)
}

fn shipped() -> Result<Contract, CommandError> {
    Contract::parse(OPEN_BANKING_CONTRACT)
        .map_err(|error| CommandError::failure(say("fault-own-contract").with("cause", error)))
}
