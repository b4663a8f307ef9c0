//! `cargo xtask test`: every check, cheapest first, one step a line.

use crate::{postgres, shell, suite, tidy, tools, trace};
use anyhow::Result;
use std::process::Command;

/// Runs every check; what `.ci/run` runs.
pub fn run() -> Result<()> {
    shell::step("format", || shell::run(shell::cargo().args(["fmt", "--all", "--check"])))?;
    shell::step("tidy", tidy::run)?;
    let tools = shell::step("tools", tools::ensure)?;
    shell::step("licences, bans and sources", || {
        let mut deny = Command::new(&tools.cargo_deny);
        shell::run(deny.current_dir(shell::root()).args([
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]))
    })?;
    shell::step("clippy", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        shell::run(shell::cargo().args(arguments))
    })?;
    let server = shell::step("PostgreSQL for the contract suite", postgres::Server::start)?;
    let environment = [
        ("SUMUN_TEST_POSTGRES".to_owned(), server.dsn()),
        ("SUMUN_TRESTLE".to_owned(), tools.trestle.display().to_string()),
        ("SUMUN_SCHEMATHESIS".to_owned(), tools.schemathesis.display().to_string()),
        ("SUMUN_CACHE".to_owned(), tools::cache()?.display().to_string()),
    ];
    let outcomes = shell::step("tests", || suite::build_and_run(&environment))?;
    drop(server);
    shell::step("trace", || trace::check(Some(&outcomes)))
}
