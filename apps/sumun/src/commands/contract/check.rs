//! `sumun contract check`

use super::list::Summary;
use crate::commands::answer::{Stop, View, json};
use crate::commands::json_place::place;
use crate::commands::text_file::read_text;
use crate::commands::{CommandError, Format};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use sumun_jose::JsonError;
use sumun_traffic::{Contract, ContractError};

/// No contract is longer; the gateway reads no more either.
const BYTES_MAX: usize = 4 << 20;

#[derive(clap::Args)]
pub(super) struct CheckArguments {
    /// A contract: an OpenAPI 3.1 document in JSON as contracts/README.md describes it
    path: PathBuf,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct Sound<'a> {
    ok: bool,
    file: &'a str,
    #[serde(flatten)]
    contract: Summary<'a>,
}

#[derive(Serialize)]
struct Faulty<'a> {
    ok: bool,
    file: &'a str,
    line: usize,
    column: usize,
    /// JSON pointer (RFC 6901).
    pointer: &'a str,
    expected: &'a str,
}

pub(super) fn run(arguments: &CheckArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let (file, text) = read_text(&arguments.path, BYTES_MAX)?;
    let is_json = arguments.view.format == Format::Json;
    match Contract::parse(text.as_bytes()) {
        Ok(contract) if is_json => json(&Sound { ok: true, file: &file, contract: Summary::of(&contract) }, out),
        Ok(contract) => {
            writeln!(out, "ok: {} {}, {} calls", contract.title_ko, contract.version, contract.routes().len())?;
            Ok(())
        }
        Err(error) => {
            let (line, column) = place_of(&error, &text);
            let ContractError { pointer, expected, .. } = &error;
            if is_json {
                json(&Faulty { ok: false, file: &file, line, column, pointer, expected }, out)?;
            }
            let shown = if pointer.is_empty() { "the document" } else { pointer };
            Err(CommandError::misuse(format!("{file}:{line}:{column}: at {shown}: expected {expected}")).into())
        }
    }
}

fn place_of(error: &ContractError, text: &str) -> (usize, usize) {
    match error.json {
        Some(JsonError::Syntax { line, column } | JsonError::DuplicateName { line, column }) => (line, column.max(1)),
        Some(_) => (1, 1),
        None => place(text, &error.pointer),
    }
}
