//! `sumun trace`: what enforces, proves and checks each row of each catalog.

mod text;

use super::answer::{Stop, View, ended, json};
use super::catalog::{shipped, unknown};
use super::{CommandError, Format};
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use sumun_controls::{Catalog, Found, Framework, Link, TraceLine};

/// Arguments of `sumun trace`.
#[derive(clap::Args)]
pub struct TraceArguments {
    /// Only the rows of this framework
    #[arg(long, value_name = "ID")]
    framework: Option<String>,
    #[command(flatten)]
    view: View,
}

/// How far a row has come. Only people say whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// A test of its own proves it.
    Proved,
    /// Code enforces it; no test is its own.
    Enforced,
    /// A probe can look at it from outside, no more.
    Checked,
    /// Nothing yet.
    Open,
}

impl Standing {
    const ALL: [Self; 4] = [Self::Proved, Self::Enforced, Self::Checked, Self::Open];

    fn of(link: Option<&Link>) -> Self {
        match link {
            None => Self::Open,
            Some(link) if link.test.is_some() => Self::Proved,
            Some(link) if !link.enforced_by.is_empty() => Self::Enforced,
            Some(_) => Self::Checked,
        }
    }
}

#[derive(Serialize)]
struct Traced<'a> {
    framework: &'a str,
    edition: &'a str,
    row: &'a str,
    title_ko: &'a str,
    title_en: &'a str,
    state: &'static str,
    enforced_by: &'a [String],
    test: Option<&'a str>,
    probes: &'a [String],
}

impl<'a> Traced<'a> {
    fn of(line: &TraceLine<'a>) -> Self {
        let (enforced_by, probes) = line.link.map_or((&[][..], &[][..]), |link| (&link.enforced_by, &link.probes));
        Self {
            framework: line.framework.id.as_str(),
            edition: line.framework.edition.as_str(),
            row: line.row.id.as_str(),
            title_ko: &line.row.title.ko,
            title_en: &line.row.title.en,
            state: if line.is_open() { "open" } else { "linked" },
            enforced_by,
            test: line.link.and_then(|link| link.test.as_deref()),
            probes,
        }
    }
}

/// Carries out `sumun trace`: every row is there, most of them open at first.
pub fn run(arguments: &TraceArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let catalog = shipped()?;
    let framework = arguments.framework.as_deref().map(|name| framework_named(&catalog, name)).transpose()?;
    let lines: Vec<TraceLine<'_>> = catalog.trace(framework.map(|framework| &framework.id)).collect();
    ended(match arguments.view.format {
        Format::Json => json(&lines.iter().map(Traced::of).collect::<Vec<_>>(), out),
        Format::Text => text::write(&lines, arguments.view.language(), out).map_err(Stop::from),
    })
}

fn framework_named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Framework, CommandError> {
    match catalog.find(name) {
        Found::Framework(framework) => Ok(framework),
        Found::Missing { suggestion } => Err(unknown(name, suggestion)),
        Found::Row(..) | Found::Ambiguous(_) => Err(CommandError::misuse(say("fault-trace-row").with("name", name))),
    }
}

#[cfg(test)]
mod tests;
