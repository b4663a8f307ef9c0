//! `sumun catalog export`

use super::print::json;
use super::{CommandError, Stop, framework_named};
use crate::speech::say;
use std::io::Write;
use std::path::{Path, PathBuf};
use sumun_controls::Catalog;

#[derive(clap::Args)]
pub(super) struct ExportArguments {
    /// The framework
    id: String,
    /// The form: the catalog's own keys as JSON or TOML, or an OSCAL 1.2 catalog
    #[arg(long, value_enum, default_value_t = ExportFormat::Json)]
    format: ExportFormat,
    /// A new file to write instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// The keys of catalog files as JSON
    Json,
    /// One catalog file
    Toml,
    /// OSCAL 1.2 JSON
    Oscal,
}

pub(super) fn run(catalog: &Catalog, arguments: &ExportArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let framework = framework_named(catalog, &arguments.id)?;
    let mut document = Vec::new();
    match arguments.format {
        ExportFormat::Json => json(&framework.to_file(), &mut document)?,
        ExportFormat::Toml => document = framework.to_toml().into_bytes(),
        ExportFormat::Oscal => json(&sumun_render::oscal::catalog(catalog, framework), &mut document)?,
    }
    match &arguments.out {
        Some(path) => write_new(path, &document)?,
        None => out.write_all(&document)?,
    }
    Ok(())
}

/// Writes a file that does not exist yet, whole or not at all.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let place = path.display();
    let mut file = std::fs::File::create_new(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => CommandError::misuse(say("fault-out-exists").with("path", &place)),
        _ => CommandError::misuse(say("fault-out-unwritable").with("path", &place).with("cause", error)),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a file would look like a whole one.
        let _removed = std::fs::remove_file(path);
        CommandError::failure(say("fault-unwritable").with("path", &place).with("cause", error))
    })
}
