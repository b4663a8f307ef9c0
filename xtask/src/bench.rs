//! `cargo xtask bench`: every benchmark of the project, in release.

use crate::{postgres, shell};
use anyhow::{Result, bail};

/// A benchmark: the word to ask for it, its package and its bench target.
struct Bench {
    name: &'static str,
    package: &'static str,
    target: &'static str,
    needs_postgres: bool,
}

const BENCHES: &[Bench] = &[
    Bench { name: "gateway", package: "sumun-api-gateway", target: "gateway", needs_postgres: false },
    Bench { name: "store", package: "sumun-store", target: "commits", needs_postgres: true },
    Bench { name: "files", package: "sumun-journal-files", target: "throughput", needs_postgres: false },
    Bench { name: "binary", package: "sumun", target: "binary", needs_postgres: false },
];

/// Runs the named benchmarks, or all of them.
pub fn run(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != **name)) {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("no benchmark is called {unknown}; there are {}", known.join(", "));
    }
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.contains(&bench.name)) {
        shell::step(bench.name, || bench.run())?;
    }
    Ok(())
}

impl Bench {
    fn run(&self) -> Result<()> {
        let server = if self.needs_postgres { Some(postgres::Server::start()?) } else { None };
        let mut bench = shell::cargo();
        bench.args(["bench", "--quiet", "--package", self.package, "--bench", self.target]);
        if let Some(server) = &server {
            bench.env("SUMUN_TEST_POSTGRES", server.dsn());
        }
        shell::run(&mut bench)
    }
}
