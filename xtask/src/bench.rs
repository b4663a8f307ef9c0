//! `cargo xtask bench`: every benchmark of the project, in release.

use crate::shell;
use anyhow::{Result, bail};

/// A benchmark: the word to ask for it, its package and its bench target.
struct Bench {
    name: &'static str,
    package: &'static str,
    target: &'static str,
}

const BENCHES: &[Bench] = &[
    Bench { name: "gateway", package: "sumun-api-gateway", target: "gateway" },
    Bench { name: "store", package: "sumun-store", target: "commits" },
    Bench { name: "binary", package: "sumun", target: "binary" },
];

/// Runs the named benchmarks, or all of them.
pub fn run(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != **name)) {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("no benchmark is called {unknown}; there are {}", known.join(", "));
    }
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.contains(&bench.name)) {
        shell::step(bench.name, || {
            shell::run(shell::cargo().args(["bench", "--quiet", "--package", bench.package, "--bench", bench.target]))
        })?;
    }
    Ok(())
}
