//! `sumun catalog check`

use super::print::{Summary, json};
use super::{CommandError, Format, Stop, View};
use crate::catalogs;
use crate::commands::text_file::read_text;
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use sumun_controls::{Catalog, CatalogError, limits, load, load_over};

const DEPTH_MAX: usize = 8;

#[derive(clap::Args)]
pub(super) struct CheckArguments {
    /// A catalog folder with its vocabulary.toml, or a part that is checked within the catalogs of this build
    path: PathBuf,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct Sound {
    ok: bool,
    files: usize,
    frameworks: Vec<Summary>,
    mappings: usize,
}

#[derive(Serialize)]
struct Faulty<'a> {
    ok: bool,
    file: &'a str,
    line: usize,
    column: usize,
    found: &'a str,
    expected: String,
}

pub(super) fn run(arguments: &CheckArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let files = read(&arguments.path)?;
    let count = files.len();
    let is_whole = arguments.path.join("vocabulary.toml").is_file();
    let loaded = if is_whole { load(files.into_iter()) } else { load_over(catalogs::files(), files) };
    match loaded {
        Ok(catalog) => Ok(say_sound(&catalog, count, arguments.view.format, out)?),
        Err(error) => {
            if arguments.view.format == Format::Json {
                say_faulty(&error, out)?;
            }
            Err(CommandError::misuse(error.to_string()).into())
        }
    }
}

fn say_sound(catalog: &Catalog, files: usize, format: Format, out: &mut dyn Write) -> Result<(), Stop> {
    let mappings = catalog.crosswalks().iter().map(|crosswalk| crosswalk.mappings.len()).sum();
    let frameworks: Vec<Summary> = catalog.frameworks().iter().map(Summary::of).collect();
    if format == Format::Json {
        return json(&Sound { ok: true, files, frameworks, mappings }, out);
    }
    let rows: usize = catalog.frameworks().iter().map(|framework| framework.rows().len()).sum();
    let sound = say("catalog-sound").count("files", files).count("frameworks", frameworks.len());
    writeln!(out, "{}", sound.count("rows", rows).count("mappings", mappings))?;
    Ok(())
}

fn say_faulty(error: &CatalogError, out: &mut dyn Write) -> Result<(), Stop> {
    let faulty = match error {
        CatalogError::Broken { file, line, column, found, expected } => {
            Faulty { ok: false, file, line: *line, column: *column, found, expected: expected.clone() }
        }
        CatalogError::TooLarge { file, what, limit } => {
            Faulty { ok: false, file, line: 1, column: 1, found: what, expected: format!("at most {limit}") }
        }
    };
    json(&faulty, out)
}

/// The TOML files of a folder, or the one file.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>, CommandError> {
    let mut paths = Vec::new();
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => collect(path, 0, &mut paths)?,
        Ok(_) => paths.push(path.to_owned()),
        Err(error) => {
            let unreadable = say("fault-catalog-unreadable").with("path", path.display()).with("cause", error);
            return Err(CommandError::misuse(unreadable));
        }
    }
    if paths.is_empty() {
        return Err(CommandError::misuse(say("fault-no-toml").with("path", path.display())));
    }
    paths.sort();
    paths.iter().map(|path| read_file(path)).collect()
}

fn collect(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let cannot = |error: std::io::Error| {
        CommandError::misuse(say("fault-unreadable").with("path", folder.display()).with("cause", error))
    };
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let path = entry.path();
        // A link is not followed: it could lead around in a circle.
        let is_folder = entry.file_type().map_err(cannot)?.is_dir();
        if is_folder && depth < DEPTH_MAX {
            collect(&path, depth + 1, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
        if paths.len() > limits::FILES_MAX {
            let many = say("fault-too-many-files").with("path", folder.display()).count("count", limits::FILES_MAX);
            return Err(CommandError::misuse(many));
        }
    }
    Ok(())
}

pub(super) fn read_file(path: &Path) -> Result<(String, String), CommandError> {
    read_text(path, limits::FILE_BYTES_MAX)
}
