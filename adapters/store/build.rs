//! Lists the migration files, so that adding one is adding a file.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir("migrations")?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();

    let mut list = String::from("&[\n");
    for file in &files {
        let (number, name) = number_and_name(file).ok_or_else(|| format!("{}: not NNNN_name.sql", file.display()))?;
        // Relative to the package: two checkouts may share a target folder.
        let path = format!("/{}", file.display());
        let sql = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))");
        writeln!(list, "    Migration {{ number: {number}, name: {name:?}, sql: {sql} }},")?;
    }
    list.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("migrations.rs"), list)?;
    Ok(())
}

fn number_and_name(file: &Path) -> Option<(u16, &str)> {
    let (number, name) = file.file_stem()?.to_str()?.split_once('_')?;
    (number.len() == 4).then(|| number.parse().ok().map(|number| (number, name)))?
}
