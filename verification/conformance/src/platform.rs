//! A running platform of one's own: `sumun up` on free ports and a folder.

use crate::program::{command, run, wait};
use crate::ready::Ready;
use crate::volume::SmallVolume;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A first start in a debug build on a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// Live connections are drained for ten seconds at most.
const STOP_PATIENCE: Duration = Duration::from_secs(30);
/// How many ports `sumun up` takes.
pub const PORTS: u16 = 7;

/// A signal that asks for a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM, as a service manager sends it.
    Terminate,
    /// SIGINT, as Ctrl+C sends it.
    Interrupt,
}

/// How a platform ended.
#[derive(Debug)]
pub struct Stopped {
    /// The exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// `sumun up` in a process of its own. It is killed when this value is
/// dropped, and also when the test program ends without dropping it.
pub struct Running {
    child: Child,
    ready: Ready,
    outputs: TempDir,
    watcher: Watcher,
    _folder: Option<TempDir>,
}

/// How a start went.
enum Started {
    Ready(Box<Ready>),
    /// Somebody took a port between our look and the start.
    PortTaken,
}

impl Running {
    /// Starts in a new folder that is removed afterwards.
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let mut running = Self::start(&folder.path().join("data"));
        running.watcher = Watcher::over(running.child.id(), &[folder.path(), running.outputs.path()]);
        running._folder = Some(folder);
        running
    }

    /// Starts on `data` and waits until everything answers.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// As [`Self::start`], with more arguments.
    pub fn start_with(data: &Path, more: &[&str]) -> Self {
        Self::start_as(|command| command, data, more)
    }

    /// Starts on the folder `data` of a small volume.
    pub fn start_on(volume: &SmallVolume) -> Self {
        Self::start_as(|command| volume.enter(&command), &volume.inside("data"), &[])
    }

    /// Starts in a new folder where the system allows `hard` file descriptors and gives `soft` at first.
    pub fn start_with_descriptors(soft: u32, hard: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let mut running =
            Self::start_as(|command| with_descriptors(&command, soft, hard), &folder.path().join("data"), &[]);
        running.watcher = Watcher::over(running.child.id(), &[folder.path(), running.outputs.path()]);
        running._folder = Some(folder);
        running
    }

    /// How many file descriptors the process has open now.
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("a process has descriptors").count()
    }

    /// How many file descriptors the process may have open: its own limit and the system's for it.
    pub fn descriptors_allowed(&self) -> (u32, u32) {
        let limits = fs::read_to_string(format!("/proc/{}/limits", self.child.id())).expect("a process has limits");
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("a limit on files");
        let mut numbers = line.split_whitespace().map_while(|word| word.parse().ok());
        let mut next = || numbers.next().expect("two numbers");
        (next(), next())
    }

    fn start_as(enter: impl Fn(Command) -> Command, data: &Path, more: &[&str]) -> Self {
        for _ in 0..5 {
            let outputs = tempfile::tempdir().expect("a temporary folder is made");
            let mut child = spawn_as(&enter, data, free_port_block(), outputs.path(), more);
            if let Started::Ready(ready) = wait_until_ready(&mut child, outputs.path()) {
                let watcher = Watcher::over(child.id(), &[outputs.path()]);
                return Self { child, ready: *ready, outputs, watcher, _folder: None };
            }
        }
        panic!("no block of {PORTS} ports stayed free long enough for a start");
    }

    /// What the ready file says.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The ready file as it stands there.
    pub fn ready_text(&self) -> String {
        read(self.outputs.path(), "ready.json")
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.ready.data
    }

    /// How much memory the process has in use now, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process has a status");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        let kib: u64 = resident.trim().trim_end_matches(" kB").parse().expect("a number of kB");
        kib * 1024
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// Asks for a stop and waits for it.
    pub fn stop(mut self, signal: Signal) -> Stopped {
        let name = if signal == Signal::Terminate { "-TERM" } else { "-INT" };
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal was not sent");
        let status = wait(&mut self.child, STOP_PATIENCE);
        let status =
            status.unwrap_or_else(|| panic!("no stop within {STOP_PATIENCE:?} after {name}: {}", self.stderr()));
        Stopped { code: status.code(), stdout: self.stdout(), stderr: self.stderr() }
    }

    /// Stops in good order, sees to it that it was, and answers what was said on standard output.
    pub fn stop_well(self) -> String {
        let stopped = self.stop(Signal::Terminate);
        assert_eq!(stopped.code, Some(0), "{}", stopped.stderr);
        assert_eq!(stopped.stderr, "", "a stop in good order has nothing to complain of");
        stopped.stdout
    }

    /// Ends it as a power cut would: SIGKILL, nothing is finished.
    pub fn kill(mut self) {
        self.end();
    }

    /// What was said on standard output so far. The ready file comes first, so
    /// that a test waits for the stop to have all of it.
    fn stdout(&self) -> String {
        read(self.outputs.path(), "stdout")
    }

    /// What was said on standard error so far.
    pub fn stderr(&self) -> String {
        read(self.outputs.path(), "stderr")
    }

    fn end(&mut self) {
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
        self.watcher.disarm();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(data: &Path, port_base: u16, outputs: &Path, more: &[&str]) -> Child {
    spawn_as(&|command| command, data, port_base, outputs, more)
}

/// Starts the program on `data` without waiting; outputs and the ready file go
/// to `outputs`. `enter` may make the command one that runs elsewhere.
fn spawn_as(enter: &impl Fn(Command) -> Command, data: &Path, port_base: u16, outputs: &Path, more: &[&str]) -> Child {
    let file = |name: &str| File::create(outputs.join(name)).expect("an output file is made");
    let mut command = command();
    command.arg("up").arg("--data").arg(data).args(["--port-base", &port_base.to_string(), "--ready-file"]);
    command.arg(outputs.join("ready.json")).args(more);
    let mut command = enter(command);
    command.stdin(Stdio::null()).stdout(file("stdout")).stderr(file("stderr"));
    command.spawn().expect("the program starts")
}

/// `command` in a shell that sets the limits of file descriptors before it.
pub fn with_descriptors(command: &Command, soft: u32, hard: u32) -> Command {
    const SCRIPT: &str = r#"ulimit -S -n "$1" && ulimit -H -n "$2" && shift 2 && exec "$@""#;
    let mut limited = Command::new("sh");
    limited.args(["-c", SCRIPT, "limited", &soft.to_string(), &hard.to_string()]).arg(command.get_program());
    for (name, value) in command.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        limited.env(name, value);
    }
    limited.args(command.get_args());
    limited
}

/// Starts a platform and kills it after `delay`, wherever it is by then.
pub fn start_and_kill(data: &Path, delay: Duration) {
    let outputs = tempfile::tempdir().expect("a temporary folder is made");
    let mut child = spawn(data, free_port_block(), outputs.path(), &[]);
    thread::sleep(delay);
    let _killed = child.kill();
    let _reaped = child.wait();
}

fn wait_until_ready(child: &mut Child, outputs: &Path) -> Started {
    let (file, deadline) = (outputs.join("ready.json"), Instant::now() + START_PATIENCE);
    while !file.exists() {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            let complaint = read(outputs, "stderr");
            if complaint.contains("is in use; stop what runs there") {
                return Started::PortTaken;
            }
            panic!("`sumun up` ended with {status} before it was ready: {complaint}");
        }
        if Instant::now() > deadline {
            let _killed = child.kill();
            let _reaped = child.wait();
            panic!("`sumun up` was not ready within {START_PATIENCE:?}: {}", read(outputs, "stderr"));
        }
        thread::sleep(Duration::from_millis(10));
    }
    let text = fs::read(&file).expect("the ready file is read");
    let ready = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("the ready file: {error}"));
    Started::Ready(Box::new(ready))
}

fn read(folder: &Path, name: &str) -> String {
    let bytes = fs::read(folder.join(name)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first of [`PORTS`] ports in a row that nobody listens on. Ports from
/// 32768 up belong to outgoing connections, so the block lies below.
pub fn free_port_block() -> u16 {
    const FIRST: u16 = 12_000;
    const BLOCKS: u16 = 2_500;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at once begin at different places.
    let place = (std::process::id() as u16).wrapping_mul(31);
    for _ in 0..BLOCKS {
        let block = place.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % BLOCKS;
        let base = FIRST + block * PORTS;
        let free = |offset| TcpListener::bind((Ipv4Addr::LOCALHOST, base + offset)).is_ok();
        if (0..PORTS).all(free) {
            return base;
        }
    }
    panic!("no {PORTS} ports in a row are free");
}

/// What `sumun journal verify` says about a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries under the signed head.
    pub entries: u64,
    /// Sealed access records.
    pub records: u64,
    /// Records that were written after the last seal.
    pub records_not_sealed: u64,
}

/// Verifies the journal and the records of `data` offline; they must be sound.
pub fn verify_journal(data: &Path) -> Verified {
    let outcome = run(&["journal", "verify", "--format", "json", "--data", path_text(data)]);
    assert_eq!(outcome.code, Some(0), "{} {}", outcome.stdout, outcome.stderr);
    let answer = outcome.json();
    assert_eq!(answer["sound"], Value::Bool(true), "{answer}");
    let number = |name: &str| answer[name].as_u64().unwrap_or_else(|| panic!("no {name} in {answer}"));
    Verified {
        entries: number("entries"),
        records: number("records"),
        records_not_sealed: number("records_not_sealed"),
    }
}

/// A path as an argument.
pub fn path_text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// A shell that waits for the end of this test program. Statics are not
/// dropped when a program ends, so a shared platform would outlive it: when
/// the pipe to the shell breaks without a word, the shell kills the platform
/// and removes its folders.
struct Watcher {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Watcher {
    fn over(pid: u32, folders: &[&Path]) -> Self {
        const SCRIPT: &str = r#"pid=$1; shift; read -r word || { kill -KILL "$pid"; sleep 0.2; rm -rf -- "$@"; }"#;
        let folders: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "watcher", &pid.to_string()]).args(folders);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = command.spawn().expect("a shell starts");
        let pipe = shell.stdin.take();
        Self { shell, pipe }
    }

    fn disarm(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            let _told = pipe.write_all(b"done\n");
        }
        let _reaped = self.shell.wait();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.disarm();
    }
}
