//! All automation of the project: `cargo xtask test`, `tidy`, `bench`, `fixtures`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bench;
mod fixtures;
mod postgres;
mod shell;
mod suite;
mod test;
mod tidy;
mod tools;
mod trace;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <command>

  test       everything that .ci/run checks: fmt, clippy, tidy, cargo-deny, all tests
  tidy       the rules of the tree that no compiler knows (fast)
  trace      the links from clause to code and probe (fast; `test` also looks at the tests)
  bench      the benchmarks, in release; writes docs/benchmarks.md rows to standard output
  fixtures   makes again the files that tests compare with (golden texts and pictures)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["trace"] => trace::check(None),
        ["bench", names @ ..] => bench::run(names),
        ["fixtures"] => fixtures::run(),
        ["help" | "--help" | "-h"] => {
            shell::say(USAGE);
            Ok(())
        }
        _ => {
            shell::complain(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
