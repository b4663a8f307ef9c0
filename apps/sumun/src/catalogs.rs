//! The catalogs that the binary carries.

use include_dir::{Dir, DirEntry, include_dir};
use sumun_controls::{Catalog, CatalogError};

static CATALOGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalogs");

/// Every carried file with its path below `catalogs/`, sorted by path.
pub fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&CATALOGS, &mut files);
    files.sort();
    files
}

/// The catalogs, loaded.
///
/// # Errors
/// When a carried file is broken; the whole-catalog tests keep that from being released.
pub fn embedded() -> Result<Catalog, CatalogError> {
    sumun_controls::load(files().into_iter())
}

fn collect(folder: &Dir<'_>, files: &mut Vec<(String, String)>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => collect(folder, files),
            DirEntry::File(file) => {
                let is_catalog = file.path().extension().is_some_and(|extension| extension == "toml");
                if let (true, Some(text)) = (is_catalog, file.contents_utf8()) {
                    files.push((file.path().to_string_lossy().into_owned(), text.to_owned()));
                }
            }
        }
    }
}
