//! What the one binary costs to have and to start: its size, the time until
//! everything answers, its memory at rest, and the time of the demonstration.
//!
//! `cargo xtask bench binary`; one Markdown table on standard output.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a bench tells and may fail loudly"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_sumun");
/// How often the second start is repeated; the median is told.
const STARTS: usize = 5;
/// How long the platform rests before its memory is read.
const REST: Duration = Duration::from_secs(3);

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let size = fs::metadata(BINARY).expect("the binary").len();
    let first = start_and_stop(&data).0;
    let mut again: Vec<Duration> = Vec::new();
    let mut memory = 0;
    for _ in 0..STARTS {
        let (took, resident) = start_and_stop(&data);
        again.push(took);
        memory = resident;
    }
    again.sort_unstable();
    let demo = demo(&folder.path().join("demo"));
    println!("| what | figure |\n| --- | --- |");
    println!("| size of the binary | {:.1} MB |", size as f64 / 1e6);
    println!(
        "| first start, with keys, certificates and world, until everything answers | {:.2} s |",
        first.as_secs_f64()
    );
    println!("| later start, median of {STARTS} | {:.2} s |", again[STARTS / 2].as_secs_f64());
    println!("| resident memory, {} s after a start without calls | {:.1} MB |", REST.as_secs(), memory as f64 / 1e3);
    println!("| `sumun demo`, from start to exit | {:.1} s |", demo.as_secs_f64());
}

/// Starts on free ports, waits for the ready file, rests, reads the memory in kB, stops.
fn start_and_stop(data: &Path) -> (Duration, u64) {
    let ready = data.with_extension("ready");
    let _gone = fs::remove_file(&ready);
    let began = Instant::now();
    let mut child = up(data, &ready);
    while !ready.exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "not ready in a minute");
        assert!(child.try_wait().expect("the child").is_none(), "it ended before it was ready");
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = began.elapsed();
    std::thread::sleep(REST);
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("the child's status");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    let resident = resident.trim().trim_end_matches(" kB").parse().expect("a number of kB");
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert!(stopped.success() && child.wait().expect("the child").success(), "it did not stop in good order");
    (took, resident)
}

fn up(data: &Path, ready: &Path) -> Child {
    let mut command = Command::new(BINARY);
    command.arg("up").arg("--data").arg(data).arg("--ready-file").arg(ready).args(["--port-base", "17400"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the binary starts")
}

fn demo(out: &Path) -> Duration {
    let began = Instant::now();
    let status = Command::new(BINARY)
        .arg("demo")
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .status()
        .expect("the binary starts");
    assert!(status.success(), "the demonstration did not go as it should");
    began.elapsed()
}
