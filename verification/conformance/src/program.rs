//! The built program, run to its end.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No command that ends by itself takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {} {}", self.stdout, self.stderr))
    }
}

/// The program that cargo built beside these tests.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    let folder = test.parent().and_then(Path::parent).expect("tests are built two folders below the profile");
    let program = folder.join("sumun");
    assert!(program.is_file(), "{} is missing: run `cargo build -p sumun` first", program.display());
    program
}

/// Runs the program with `arguments` to its end.
pub fn run(arguments: &[&str]) -> Outcome {
    let mut command = command();
    command.args(arguments);
    run_to_end(&mut command, PATIENCE)
}

/// The program with the language of every terminal but a Korean one: tests quote English.
pub fn command() -> Command {
    let mut command = Command::new(program());
    command.env("LC_ALL", "C");
    command
}

/// Runs any command to its end, at most `patience` long.
pub fn run_to_end(command: &mut Command, patience: Duration) -> Outcome {
    try_run_to_end(command, patience).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Runs any command to its end; one that does not end within `patience` is killed.
///
/// # Errors
/// What it said until then.
pub fn try_run_to_end(command: &mut Command, patience: Duration) -> Result<Outcome, String> {
    let shown = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{shown} does not start: {error}"));
    let (stdout, stderr) = (gather(child.stdout.take()), gather(child.stderr.take()));
    let status = wait(&mut child, patience);
    if status.is_none() {
        let _killed = child.kill();
        let _reaped = child.wait();
    }
    let text = |gathered: thread::JoinHandle<String>| gathered.join().expect("a pipe is read to its end");
    let (stdout, stderr) = (text(stdout), text(stderr));
    match status {
        Some(status) => Ok(Outcome { code: status.code(), stdout, stderr }),
        None => Err(format!("{shown} did not end within {patience:?}: {stdout} {stderr}")),
    }
}

/// Waits for the end of `child`, or gives up.
pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn gather(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    let mut pipe = pipe.expect("the pipe was asked for");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _read = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
