//! The test programs of the workspace: built once, run one by one, their
//! outcomes kept by name so that the trace can ask which tests really ran.

use crate::shell;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Ignored,
}

/// Outcomes by `package::target::path::of::test`; the target is left out for
/// unit tests, so that a name reads like a path in the source.
pub type Outcomes = BTreeMap<String, Outcome>;

struct TestProgram {
    package: String,
    /// Name of the integration test, or nothing for the unit tests of a library or program.
    target: Option<String>,
    executable: PathBuf,
    folder: PathBuf,
}

/// Builds every test program, and the programs that they start.
pub fn build_and_run(environment: &[(String, String)]) -> Result<Outcomes> {
    shell::run(shell::cargo().args(["build", "--workspace", "--bins", "--quiet"]))?;
    let programs = build()?;
    let mut outcomes = Outcomes::new();
    let mut failed = Vec::new();
    for program in &programs {
        if !run(program, environment, &mut outcomes)? {
            failed.push(program.name());
        }
    }
    let passed = outcomes.values().filter(|&&outcome| outcome == Outcome::Passed).count();
    let broken = outcomes.values().filter(|&&outcome| outcome == Outcome::Failed).count();
    shell::say(&format!("{passed} passed, {broken} failed"));
    if !failed.is_empty() {
        for (name, _) in outcomes.iter().filter(|(_, outcome)| **outcome == Outcome::Failed) {
            shell::complain(&format!("failed: {name}"));
        }
        bail!("test programs that failed: {}", failed.join(", "));
    }
    Ok(outcomes)
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

fn build() -> Result<Vec<TestProgram>> {
    let arguments =
        ["test", "--workspace", "--lib", "--bins", "--tests", "--no-run", "--message-format=json-render-diagnostics"];
    let text = shell::read(shell::cargo().args(arguments))?;
    let mut programs = Vec::new();
    for line in text.lines() {
        let message: Message = serde_json::from_str(line).context("cargo's build messages")?;
        let is_test = message.reason == "compiler-artifact" && message.profile.is_some_and(|profile| profile.test);
        let (Some(executable), Some(manifest), Some(target)) =
            (message.executable, message.manifest_path, message.target)
        else {
            continue;
        };
        if !is_test {
            continue;
        }
        let folder = manifest.parent().context("a manifest has a folder")?.to_path_buf();
        let is_integration = target.kind.iter().any(|kind| kind == "test");
        programs.push(TestProgram {
            package: package_name(&manifest)?,
            target: is_integration.then_some(target.name),
            executable,
            folder,
        });
    }
    programs.sort_by_key(TestProgram::name);
    Ok(programs)
}

fn package_name(manifest: &std::path::Path) -> Result<String> {
    let text = std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let table: toml::Table = text.parse().with_context(|| manifest.display().to_string())?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    Ok(name.context("a package has a name")?.replace('-', "_"))
}

impl TestProgram {
    fn name(&self) -> String {
        match &self.target {
            Some(target) => format!("{}::{target}", self.package),
            None => self.package.clone(),
        }
    }
}

fn run(program: &TestProgram, environment: &[(String, String)], outcomes: &mut Outcomes) -> Result<bool> {
    shell::say(&format!("-- {}", program.name()));
    let mut command = Command::new(&program.executable);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.arg("--color=never").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| program.executable.display().to_string())?;
    let output = child.stdout.take().context("the output was piped")?;
    for line in BufReader::new(output).lines() {
        let line = line.context("reading a test program's output")?;
        match parse_line(&line) {
            Some((_, Outcome::Passed)) => {}
            _ if line.is_empty() || line.starts_with("running ") => {}
            _ => shell::say(&line),
        }
        if let Some((test, outcome)) = parse_line(&line) {
            outcomes.insert(format!("{}::{test}", program.name()), outcome);
        }
    }
    Ok(child.wait()?.success())
}

/// Reads a line of the standard test harness: `test path::of::test ... ok`.
fn parse_line(line: &str) -> Option<(&str, Outcome)> {
    let (test, word) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let test = test.strip_suffix(" - should panic").unwrap_or(test);
    match word.split([' ', ',']).next()? {
        "ok" => Some((test, Outcome::Passed)),
        "FAILED" => Some((test, Outcome::Failed)),
        "ignored" => Some((test, Outcome::Ignored)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_harness_are_read() {
        assert_eq!(parse_line("test a::b ... ok"), Some(("a::b", Outcome::Passed)));
        assert_eq!(parse_line("test a::b - should panic ... ok"), Some(("a::b", Outcome::Passed)));
        assert_eq!(parse_line("test a ... FAILED"), Some(("a", Outcome::Failed)));
        assert_eq!(parse_line("test a ... ignored, for a reason"), Some(("a", Outcome::Ignored)));
        assert_eq!(parse_line("test result: ok. 3 passed; 0 failed"), None);
    }
}
