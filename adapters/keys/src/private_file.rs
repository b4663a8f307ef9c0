//! Files that their owner alone may read, written whole or not at all.

use crate::KeyError;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
const PUBLIC_FILE_MODE: u32 = 0o644;
/// Followed by the process's id, so that two processes never write one draft.
const DRAFT_EXTENSION: &str = "draft-";

/// Makes the folder, or checks that nobody but its owner may put files into it.
pub(crate) fn prepare_folder(folder: &Path) -> Result<(), KeyError> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder);
    made.map_err(KeyError::unwritable(folder))?;
    let metadata = folder.metadata().map_err(KeyError::unreadable(folder))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(KeyError::OpenToOthers { path: folder.to_owned(), mode, expected: FOLDER_MODE });
    }
    Ok(())
}

/// The text of a private file, or `None` where there is no such file. A file
/// that others may read or write is refused (PR-044).
pub(crate) fn read(path: &Path) -> Result<Option<String>, KeyError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(KeyError::unreadable(path)(error)),
    };
    // The permissions of the file that is read, not of whatever has its name a moment later.
    let metadata = file.metadata().map_err(KeyError::unreadable(path))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyError::OpenToOthers { path: path.to_owned(), mode, expected: FILE_MODE });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(KeyError::unreadable(path))?;
    Ok(Some(text))
}

/// Removes drafts that a process left behind when it ended while it wrote.
/// Called when every key is there, so that nobody else writes one.
pub(crate) fn remove_drafts(folder: &Path) -> Result<(), KeyError> {
    for file in folder.read_dir().map_err(KeyError::unreadable(folder))? {
        let path = file.map_err(KeyError::unreadable(folder))?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        if extension.is_some_and(|extension| extension.starts_with(DRAFT_EXTENSION)) {
            std::fs::remove_file(&path).map_err(KeyError::unwritable(&path))?;
        }
    }
    Ok(())
}

/// Writes a private file that must not exist yet. Answers whether it was
/// written: `false` when another process was first, whose file then stands.
pub(crate) fn create(path: &Path, text: &str) -> Result<bool, KeyError> {
    let draft = draft_of(path, text, FILE_MODE)?;
    // A link, unlike a rename, never replaces a key that is already there.
    let linked = std::fs::hard_link(&draft, path);
    let removed = std::fs::remove_file(&draft);
    match linked {
        Ok(()) => {
            removed.map_err(KeyError::unwritable(&draft))?;
            sync_folder_of(path)?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(KeyError::unwritable(path)(error)),
    }
}

/// Writes a file that everybody may read, in place of an earlier one.
pub(crate) fn publish(path: &Path, text: &str) -> Result<(), KeyError> {
    let draft = draft_of(path, text, PUBLIC_FILE_MODE)?;
    std::fs::rename(&draft, path).map_err(KeyError::unwritable(path))?;
    sync_folder_of(path)
}

fn draft_of(path: &Path, text: &str, mode: u32) -> Result<std::path::PathBuf, KeyError> {
    let draft = path.with_extension(format!("{DRAFT_EXTENSION}{}", std::process::id()));
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(KeyError::unwritable(&draft)(error)),
        _ => {}
    }
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft);
    let mut file = opened.map_err(KeyError::unwritable(&draft))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(KeyError::unwritable(&draft))?;
    Ok(draft)
}

fn sync_folder_of(path: &Path) -> Result<(), KeyError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(KeyError::unwritable(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pr_044_a_key_file_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pem");
        assert!(read(&path).unwrap().is_none());
        assert!(create(&path, "secret").unwrap());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(read(&path).unwrap().as_deref(), Some("secret"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 0600"), "{error}");
    }

    #[test]
    fn a_key_is_never_replaced_and_no_draft_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pem");
        assert!(create(&path, "first").unwrap());
        assert!(!create(&path, "second").unwrap());
        assert_eq!(read(&path).unwrap().as_deref(), Some("first"));
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn m_5_4_na_18_keys_in_a_folder_that_others_may_write_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        prepare_folder(&keys).unwrap();
        assert_eq!(keys.metadata().unwrap().permissions().mode() & 0o7777, 0o700);
        std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o770)).unwrap();
        assert!(matches!(prepare_folder(&keys), Err(KeyError::OpenToOthers { mode: 0o770, .. })));
    }
}
