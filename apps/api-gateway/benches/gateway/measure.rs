//! One load on one side, and what it cost.

use crate::stage::{ACCOUNT, Side, Stage};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What was measured of one side under one load.
#[derive(Debug, Clone)]
pub struct Row {
    side: &'static str,
    connections: u32,
    requests_per_second: f64,
    p50_micros: f64,
    p99_micros: f64,
    cpu_micros_per_request: f64,
    failed: u64,
    load_average: f64,
    rounds_per_second: Vec<f64>,
}

/// Lets wrk call one side from the other core.
pub fn run(stage: &Stage, side: &Side, connections: u32, seconds: u32) -> Row {
    load(stage, side, connections, 1);
    let before = cpu_seconds(side.process);
    let report = load(stage, side, connections, seconds);
    let cpu = cpu_seconds(side.process) - before;
    let failed = number_after(&report, "Non-2xx or 3xx responses: ") as u64;
    let requests = number_before(&report, " requests in");
    let average = fs::read_to_string("/proc/loadavg").unwrap();
    let row = Row {
        side: side.name,
        connections,
        requests_per_second: number_after(&report, "Requests/sec:"),
        p50_micros: latency(&report, "50%"),
        p99_micros: latency(&report, "99%"),
        cpu_micros_per_request: cpu * 1e6 / requests.max(1.0),
        failed,
        load_average: average.split(' ').next().unwrap().parse().unwrap(),
        rounds_per_second: Vec::new(),
    };
    assert!(requests > 0.0 && failed == 0, "{} answered {failed} of {requests} calls wrongly:\n{report}", side.name);
    println!("{}", row.to_json());
    row
}

fn load(stage: &Stage, side: &Side, connections: u32, seconds: u32) -> String {
    let file = |name: &str| stage.folder.join(name);
    let mut wrk = Command::new("taskset");
    wrk.args(["-c", "1", "wrk", "-t1", "--latency"]).arg(format!("-c{connections}")).arg(format!("-d{seconds}s"));
    if side.tokens_are_new {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/gateway/many_tokens.lua");
        wrk.arg("-s").arg(script).env("BENCH_TOKENS", file("tokens.txt"));
    } else {
        wrk.args(["-H", &format!("Authorization: Bearer {}", stage.token)]);
    }
    let output = wrk
        .arg(format!("https://{}/v1/accounts/{ACCOUNT}/balance", side.address))
        .env("LD_PRELOAD", file("shim.so"))
        .env("BENCH_CERTIFICATE", file("client.pem"))
        .env("BENCH_KEY", file("client.key"))
        .output()
        .expect("wrk is needed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// User and system time of a process and all its threads.
fn cpu_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<f64>().unwrap();
    // utime and stime, in hundredths of a second on every Linux that we know.
    (ticks(11) + ticks(12)) / 100.0
}

fn number_after(report: &str, mark: &str) -> f64 {
    let rest = report.split(mark).nth(1).unwrap_or("0");
    rest.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn number_before(report: &str, mark: &str) -> f64 {
    let before = report.split(mark).next().unwrap_or("0");
    before.split_whitespace().last().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

/// A latency of wrk's table of percentiles in microseconds.
fn latency(report: &str, percentile: &str) -> f64 {
    let table = report.split("Latency Distribution").nth(1).unwrap_or("");
    let line = table.lines().map(str::trim).find(|line| line.starts_with(percentile)).unwrap_or("");
    let text = line.split_whitespace().nth(1).unwrap_or("");
    for (unit, micros) in [("us", 1.0), ("ms", 1e3), ("s", 1e6)] {
        if let Some(number) = text.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok()) {
            return number * micros;
        }
    }
    panic!("wrk told no latency {percentile}:\n{report}")
}

impl Row {
    /// The median of several rounds, each figure for itself.
    pub fn median(rounds: Vec<Self>) -> Self {
        let middle = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        Self {
            requests_per_second: middle(|row| row.requests_per_second),
            p50_micros: middle(|row| row.p50_micros),
            p99_micros: middle(|row| row.p99_micros),
            cpu_micros_per_request: middle(|row| row.cpu_micros_per_request),
            load_average: middle(|row| row.load_average),
            rounds_per_second: rounds.iter().map(|row| row.requests_per_second).collect(),
            ..rounds[0].clone()
        }
    }

    pub fn table(rows: &[Self]) -> String {
        let mut table = String::from(
            "| side | connections | requests/s | p50 µs | p99 µs | CPU µs/request | rounds, requests/s | load |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |\n",
        );
        for row in rows {
            let rounds: Vec<_> = row.rounds_per_second.iter().map(|figure| format!("{figure:.0}")).collect();
            table.push_str(&format!(
                "| {} | {} | {:.0} | {:.0} | {:.0} | {:.1} | {} | {:.1} |\n",
                row.side,
                row.connections,
                row.requests_per_second,
                row.p50_micros,
                row.p99_micros,
                row.cpu_micros_per_request,
                rounds.join(" "),
                row.load_average
            ));
        }
        table
    }

    pub fn to_json(&self) -> Value {
        json!({
            "side": self.side, "connections": self.connections, "requests_per_second": self.requests_per_second,
            "p50_micros": self.p50_micros, "p99_micros": self.p99_micros,
            "cpu_micros_per_request": self.cpu_micros_per_request, "failed": self.failed,
            "load_average": self.load_average, "rounds_per_second": self.rounds_per_second,
        })
    }
}
