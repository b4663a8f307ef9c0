//! `sumun trace`: what enforces, proves and checks each row of each catalog.

use super::catalog::{shipped, unknown};
use super::{CommandError, Format};
use serde::Serialize;
use std::io::{ErrorKind, Write};
use sumun_controls::{Catalog, Found, Framework, TraceLine};

/// Arguments of `sumun trace`.
#[derive(clap::Args)]
pub struct TraceArguments {
    /// Only the rows of this framework
    #[arg(long, value_name = "ID")]
    framework: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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

/// Carries out `sumun trace`: every row is there, most of them open at first.
pub fn run(arguments: &TraceArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let catalog = shipped()?;
    let framework = arguments.framework.as_deref().map(|name| framework_named(&catalog, name)).transpose()?;
    let lines: Vec<TraceLine<'_>> = catalog.trace(framework.map(|framework| &framework.id)).collect();
    let written = match arguments.format {
        Format::Json => write_json(&lines, out),
        Format::Text => write_text(&lines, out),
    };
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::failure(format!("cannot write the answer: {error}")))
        }
        _ => Ok(()),
    }
}

fn framework_named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Framework, CommandError> {
    match catalog.find(name) {
        Found::Framework(framework) => Ok(framework),
        Found::Missing { suggestion } => Err(unknown(name, suggestion)),
        Found::Row(..) | Found::Ambiguous(_) => {
            Err(CommandError::misuse(format!("`{name}` is a row; `sumun catalog list` names the frameworks")))
        }
    }
}

fn write_json(lines: &[TraceLine<'_>], out: &mut dyn Write) -> std::io::Result<()> {
    let traced = |line: &TraceLine<'_>| -> Result<serde_json::Value, serde_json::Error> {
        let (enforced_by, probes) = line.link.map_or((&[][..], &[][..]), |link| (&link.enforced_by, &link.probes));
        serde_json::to_value(Traced {
            framework: line.framework.id.as_str(),
            edition: line.framework.edition.as_str(),
            row: line.row.id.as_str(),
            title_ko: &line.row.title.ko,
            title_en: &line.row.title.en,
            state: if line.is_open() { "open" } else { "linked" },
            enforced_by,
            test: line.link.and_then(|link| link.test.as_deref()),
            probes,
        })
    };
    let lines: Vec<serde_json::Value> = lines.iter().map(traced).collect::<Result<_, _>>()?;
    serde_json::to_writer_pretty(&mut *out, &lines)?;
    writeln!(out)
}

fn write_text(lines: &[TraceLine<'_>], out: &mut dyn Write) -> std::io::Result<()> {
    for line in lines {
        let (name, title) = (format!("{}/{}", line.framework.id, line.row.id), &line.row.title.ko);
        let Some(link) = line.link else {
            writeln!(out, "open    {name}  {title}")?;
            continue;
        };
        writeln!(out, "linked  {name}  {title}")?;
        link.enforced_by.iter().try_for_each(|item| writeln!(out, "          enforced by  {item}"))?;
        link.test.iter().try_for_each(|test| writeln!(out, "          proved by    {test}"))?;
        link.probes.iter().try_for_each(|probe| writeln!(out, "          checked by   {probe}"))?;
    }
    let open = lines.iter().filter(|line| line.is_open()).count();
    writeln!(out, "{} rows, {} linked, {open} open", lines.len(), lines.len() - open)
}
