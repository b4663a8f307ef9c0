//! `cargo xtask fixtures`: makes the golden files again, on purpose and in the open.

use crate::shell;
use anyhow::Result;

/// Runs the golden tests with permission to write what they compare with. The
/// difference is then read and committed by a person.
pub fn run() -> Result<()> {
    let mut tests = shell::cargo();
    tests
        .args(["test", "--workspace", "--quiet", "golden"])
        .env("SUMUN_UPDATE_GOLDEN", "1")
        .env("INSTA_UPDATE", "always");
    shell::run(&mut tests)?;
    shell::run(std::process::Command::new("git").current_dir(shell::root()).args(["status", "--short"]))
}
