//! The gateway beside HAProxy in one run: the same core, the same backend, the
//! same load, the same certificate and token. `cargo bench -p
//! sumun-api-gateway --bench gateway`; needs Debian's haproxy, nginx, wrk and
//! cc, and two cores.
//!
//! CPU time per request is the figure to trust: requests per second and
//! latencies carry the noise of whatever else the machine does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "gateway/measure.rs"]
mod measure;
#[path = "gateway/served.rs"]
mod served;
#[path = "gateway/stage.rs"]
mod stage;

use measure::{Row, run};
use serde_json::json;
use stage::Stage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of each case; the sides take turns, and the median counts.
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == served::ROLE) {
        return served::serve(&arguments[place + 1]);
    }
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("gateway: run by `cargo bench`");
        return;
    }
    let stage = Stage::set();
    let mut rows: Vec<Row> = Vec::new();
    for (connections, seconds) in [(64, 6), (1, 4)] {
        let mut rounds = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for (side, measured) in stage.sides().into_iter().zip(&mut rounds) {
                measured.push(run(&stage, &side, connections, seconds));
            }
        }
        rows.extend(rounds.into_iter().map(Row::median));
    }
    println!("\n{}", Row::table(&rows));
    let rows: Vec<_> = rows.iter().map(Row::to_json).collect();
    println!("{}", json!({"bench": "gateway", "rounds": ROUNDS, "rows": rows}));
}
