//! Files that are made anew under names that anybody can foresee. Whoever may
//! write beside them could put a symbolic link there: it is never followed, so
//! that nothing is emptied or filled but the file itself.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Makes an empty file for its owner alone in place of whatever has its name,
/// such as what a start that was killed left behind.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    create_with(&mut options, path)
}

/// The same with the permissions that the process gives by itself.
pub fn create(path: &Path) -> io::Result<File> {
    create_with(&mut OpenOptions::new(), path)
}

fn create_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    options.write(true).create_new(true).open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, new) = (folder.path().join("victim"), folder.path().join("a.new"));
        fs::write(&victim, "mine").unwrap();
        for make in [create, create_private] {
            let _removed = fs::remove_file(&new);
            std::os::unix::fs::symlink(&victim, &new).unwrap();
            make(&new).unwrap().write_all(b"ours").unwrap();
            assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
            assert!(!new.symlink_metadata().unwrap().is_symlink());
        }
        assert_eq!(new.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
