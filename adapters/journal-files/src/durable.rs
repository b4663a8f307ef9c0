//! Writing files so that they are there after the power failed.

use crate::JournalFileError;
use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// A file that is to be written whole or not at all.
pub(crate) struct NewFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// Writes the files: each is on disk, whole, when this returns. A file that
/// was there is replaced. After a crash some may be written and others not,
/// but none is torn.
pub(crate) fn write_files(files: &[NewFile]) -> Result<(), JournalFileError> {
    let folders: BTreeSet<_> = files.iter().filter_map(|file| file.path.parent()).collect();
    for folder in &folders {
        create_folder(folder)?;
    }
    // All drafts first and then all syncs: the first sync carries most of the others along.
    let drafts = files.iter().map(write_draft).collect::<Result<Vec<_>, _>>()?;
    for (draft, path) in &drafts {
        draft.sync_all().map_err(JournalFileError::unwritable(path))?;
    }
    for ((_, draft), file) in drafts.iter().zip(files) {
        std::fs::rename(draft, &file.path).map_err(JournalFileError::unwritable(&file.path))?;
    }
    folders.into_iter().try_for_each(sync_folder)
}

fn write_draft(file: &NewFile) -> Result<(File, PathBuf), JournalFileError> {
    let mut path = file.path.clone().into_os_string();
    path.push(".draft");
    let path = PathBuf::from(path);
    let opened = private_file().truncate(true).open(&path);
    let mut draft = opened.map_err(JournalFileError::unwritable(&path))?;
    draft.write_all(&file.bytes).map_err(JournalFileError::unwritable(&path))?;
    Ok((draft, path))
}

/// How to open a file for writing, or to make it for its owner alone. A
/// symbolic link under its name is not followed: it would lead to a file that
/// is not the folder's.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(FILE_MODE).custom_flags(libc::O_NOFOLLOW);
    options
}

/// Makes the folder and those above it, for their owner alone, each durably under its parent.
pub(crate) fn create_folder(folder: &Path) -> Result<(), JournalFileError> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_folder(parent)?;
    }
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(JournalFileError::unwritable(folder)(error)),
        _ => folder.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_folder),
    }
}

/// Makes what was created, renamed and removed in the folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), JournalFileError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(JournalFileError::unwritable(folder))
}

/// The bytes of a file, `None` where there is no such file.
pub(crate) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, JournalFileError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(JournalFileError::unreadable(path)(error)),
    }
}

/// Holds a folder for this process alone, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub(crate) fn take(folder: &Path) -> Result<Self, JournalFileError> {
        create_folder(folder)?;
        let path = folder.join(".lock");
        let opened = private_file().open(&path);
        let file = opened.map_err(JournalFileError::unwritable(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalFileError::InUse(folder.to_owned())),
            Err(TryLockError::Error(source)) => Err(JournalFileError::Unwritable { path, source }),
        }
    }
}
