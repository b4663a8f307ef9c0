//! What a folder holds, so that a test can say that nothing was written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below `folder` with its content, and every folder with nothing.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    gather(folder, &mut found);
    found
}

fn gather(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder of the test can be read") {
        let path = entry.expect("a folder of the test can be read").path();
        if path.is_dir() {
            gather(&path, found);
            found.insert(path, Vec::new());
        } else {
            // A file that cannot be read counts as empty: that it is there is what shows.
            let bytes = fs::read(&path).unwrap_or_default();
            found.insert(path, bytes);
        }
    }
}
