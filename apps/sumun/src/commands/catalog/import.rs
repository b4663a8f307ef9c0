//! `sumun catalog import`

use super::check::read_file;
use super::export::write_new;
use super::print::{json, word};
use super::{CommandError, Format, Stop, View, framework_named};
use crate::commands::text_file::read_bytes;
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use sumun_controls::{Catalog, SlotText};
use sumun_render::spreadsheet::{self, SheetRows};

const SPREADSHEET_BYTES_MAX: usize = 8 << 20;

#[derive(clap::Args)]
pub(super) struct ImportArguments {
    /// The framework with empty slots, `robo-advisor-review`
    id: String,
    /// The company's items: a .toml file of `[[slot]]` tables, or an .xlsx file with 심사번호, 항목 and 심사기준
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The new data file; by default the framework's id with `.toml`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct Imported<'a> {
    framework: &'a str,
    file: String,
    filled: usize,
    empty: usize,
    already_public: Vec<String>,
}

pub(super) fn run(catalog: &Catalog, arguments: &ImportArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let framework = framework_named(catalog, &arguments.id)?;
    let texts = read(&arguments.from)?;
    let filling = framework.fill_slots(texts).map_err(|error| {
        let unfit = say("fault-slots-unfit").with("path", arguments.from.display());
        CommandError::misuse(unfit.with("framework", &framework.id).with("cause", error))
    })?;
    let path = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", framework.id)));
    write_new(&path, filling.framework.to_toml().as_bytes())?;
    let imported = Imported {
        framework: framework.id.as_str(),
        file: path.display().to_string(),
        filled: filling.filled,
        empty: filling.empty,
        already_public: filling.already_public.iter().map(ToString::to_string).collect(),
    };
    if arguments.view.format == Format::Json {
        return json(&imported, out);
    }
    let language = arguments.view.language();
    let (filled, empty) = (word(language, "채움", "filled"), word(language, "비어 있음", "empty"));
    writeln!(out, "{}: {filled} {}, {empty} {}", imported.file, imported.filled, imported.empty)?;
    for number in &imported.already_public {
        let note = word(language, "항목은 공개되어 있어 바꾸지 않았습니다.", "is public and stays as it is.");
        writeln!(out, "{number} {note}")?;
    }
    Ok(())
}

/// A cell that says nothing certain, in a sheet that is read.
fn unreadable(place: &str, sheet: &SheetRows) -> Option<String> {
    let cell = sheet.unreadable.as_ref().filter(|_| SlotText::is_table(&sheet.rows))?;
    let place = SlotText::place_of_sheet(place, &sheet.name);
    Some(format!("{place}:{}:{}: found {}; expected {}", cell.row, cell.column, cell.found, cell.expected))
}

fn read(path: &Path) -> Result<Vec<SlotText>, CommandError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let texts = match extension.as_deref() {
        Some("toml") => {
            let (place, text) = read_file(path)?;
            SlotText::read_toml(&place, &text)
        }
        Some("xlsx") => {
            let bytes = read_bytes(path, SPREADSHEET_BYTES_MAX)?;
            let place = path.display().to_string();
            let sheets =
                spreadsheet::sheets(&bytes).map_err(|error| CommandError::misuse(format!("{place}:1:1: {error}")))?;
            if let Some(fault) = sheets.iter().find_map(|sheet| unreadable(&place, sheet)) {
                return Err(CommandError::misuse(fault));
            }
            let tables: Vec<_> = sheets.into_iter().map(|sheet| (sheet.name, sheet.rows)).collect();
            SlotText::read_tables(&place, &tables)
        }
        _ => {
            return Err(CommandError::misuse(say("fault-slots-kind").with("path", path.display())));
        }
    };
    texts.map_err(|error| CommandError::misuse(error.to_string()))
}
