//! Room on the volume that is kept for what must go on when the rest is full.

use crate::{FLOOR_BYTES, VolumeSpace};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How large the reserve is: 48 MiB. With [`RELEASE_BYTES`] it is as large as
/// [`FLOOR_BYTES`], so that what may not use the floor cannot use the reserve
/// either once it is given up. Our choice, as the floor is.
pub const RESERVE_BYTES: u64 = 48 * 1024 * 1024;
/// Below this much free room the reserve is given up: 16 MiB, which the money
/// path does not use up between two looks.
pub const RELEASE_BYTES: u64 = FLOOR_BYTES - RESERVE_BYTES;
/// The file in a data folder.
const FILE: &str = "reserve";

/// How much room there is, by what may still be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Everything may be done.
    Ample,
    /// What can wait is refused: uploads and whatever else asks [`VolumeSpace::has_room_for`].
    Scarce,
    /// The reserve is given up: sign-in, withdrawal, transfers and their
    /// records live on it until the operator makes room.
    Released,
}

/// What is to be done about the reserve, and how much room there is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep(Room),
    Release,
    Lay,
}

/// The rule: with so many bytes free and the reserve there or not, what now?
/// It is laid again only where the floor is left beside it, so that it does
/// not come and go.
const fn step(available: u64, is_laid: bool) -> Step {
    match is_laid {
        true if available < RELEASE_BYTES => Step::Release,
        true if available < FLOOR_BYTES => Step::Keep(Room::Scarce),
        true => Step::Keep(Room::Ample),
        false if available >= RESERVE_BYTES + FLOOR_BYTES => Step::Lay,
        false => Step::Keep(Room::Released),
    }
}

/// A file of [`RESERVE_BYTES`] in the data folder, with blocks of its own. As
/// long as it is there nobody else on the volume can use them; when the volume
/// runs full it is removed, and what must go on goes on.
#[derive(Debug)]
pub struct Reserve {
    path: PathBuf,
    room: Mutex<Room>,
}

impl Reserve {
    /// The reserve of a data folder, as it was left: nothing is laid or
    /// removed before the first [look](Self::look).
    pub fn of(folder: &Path) -> Self {
        Self { path: folder.join(FILE), room: Mutex::new(Room::Ample) }
    }

    /// How much room there was at the last look.
    pub fn room(&self) -> Room {
        *self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks how much room there is, and lays the reserve or gives it up.
    ///
    /// # Errors
    /// What the system says when the volume cannot be asked or the file not
    /// be removed. That it cannot be laid for want of room is no error.
    pub fn look(&self) -> io::Result<Room> {
        let mut known = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let is_laid =
            std::fs::symlink_metadata(&self.path).is_ok_and(|file| file.is_file() && file.len() >= RESERVE_BYTES);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let room = match step(VolumeSpace::of(folder)?.available, is_laid) {
            Step::Keep(room) => room,
            Step::Release => {
                remove(&self.path)?;
                Room::Released
            }
            Step::Lay => match lay(&self.path) {
                Ok(()) => Room::Ample,
                Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                    remove(&self.path)?;
                    Room::Released
                }
                Err(error) => return Err(error),
            },
        };
        *known = room;
        Ok(room)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the file with all of its blocks, for its owner alone. What a start
/// that was killed left of it is made anew; a link in its place is not followed.
fn lay(path: &Path) -> io::Result<()> {
    remove(path)?;
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path)?;
    let allocated = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, RESERVE_BYTES);
    match allocated.map_err(io::Error::from) {
        // Not every file system can give blocks that were not written.
        Err(error) if error.kind() == ErrorKind::Unsupported => fill(file),
        allocated => allocated,
    }
}

fn fill(mut file: File) -> io::Result<()> {
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..RESERVE_BYTES / zeros.len() as u64 {
        file.write_all(&zeros)?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn the_reserve_goes_when_it_is_needed_and_comes_back_when_there_is_room() {
        for (available, is_laid, expected) in [
            (500 * MIB, true, Step::Keep(Room::Ample)),
            (64 * MIB, true, Step::Keep(Room::Ample)),
            (64 * MIB - 1, true, Step::Keep(Room::Scarce)),
            (16 * MIB, true, Step::Keep(Room::Scarce)),
            (16 * MIB - 1, true, Step::Release),
            (0, true, Step::Release),
            (0, false, Step::Keep(Room::Released)),
            (112 * MIB - 1, false, Step::Keep(Room::Released)),
            (112 * MIB, false, Step::Lay),
        ] {
            assert_eq!(step(available, is_laid), expected, "{available} {is_laid}");
        }
    }

    #[test]
    fn what_was_given_up_is_not_for_those_who_ask_for_room() {
        // At the moment of the release and with all of the reserve added, an upload finds no room.
        let after = VolumeSpace { total: u64::MAX, available: RELEASE_BYTES - 1 + RESERVE_BYTES };
        assert!(!after.has_room_for(0));
    }

    #[test]
    fn the_file_has_its_blocks_and_is_its_owners_alone() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(folder.path());
        // What a killed start left is made anew.
        std::fs::write(folder.path().join(FILE), "half").unwrap();
        assert_eq!(reserve.look().unwrap(), Room::Ample, "this test needs 112 MiB of free room");
        let file = std::fs::metadata(folder.path().join(FILE)).unwrap();
        assert!(file.len() == RESERVE_BYTES && file.blocks() * 512 >= RESERVE_BYTES, "{file:?}");
        assert_eq!(file.mode() & 0o777, 0o600);
        assert_eq!((reserve.look().unwrap(), reserve.room()), (Room::Ample, Room::Ample));
    }

    #[test]
    fn a_link_in_its_place_leads_nowhere() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("mine"), "mine").unwrap();
        std::os::unix::fs::symlink(other.path().join("mine"), folder.path().join(FILE)).unwrap();
        Reserve::of(folder.path()).look().unwrap();
        assert_eq!(std::fs::read_to_string(other.path().join("mine")).unwrap(), "mine");
    }
}
