//! How much room is left where the data folder is.

use std::io;
use std::path::Path;

/// What one volume has, in bytes, as `statvfs` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeSpace {
    /// How large the volume is.
    pub total: u64,
    /// How much of it this process may still write; what only root may is not counted.
    pub available: u64,
}

impl VolumeSpace {
    /// The space of the volume on which `path` lies: a file or folder that is there.
    ///
    /// # Errors
    /// What the system says, such as that there is no such path.
    pub fn of(path: &Path) -> io::Result<Self> {
        let volume = rustix::fs::statvfs(path)?;
        let bytes = |blocks: u64| blocks.saturating_mul(volume.f_frsize);
        Ok(Self { total: bytes(volume.f_blocks), available: bytes(volume.f_bavail) })
    }

    /// Whether `more` bytes can be written and [`FLOOR_BYTES`] are still left
    /// for what must go on: sign-in, the withdrawal of a consent, transfers and
    /// the records of calls. Whoever writes anything else asks first, and while
    /// a long file comes in again and again, since others write too.
    pub const fn has_room_for(&self, more: u64) -> bool {
        self.available >= FLOOR_BYTES.saturating_add(more)
    }
}

/// How many bytes of the volume nobody but the money path, sign-in and
/// withdrawal may use: 64 MiB. Our choice: some ten thousand deeds with their
/// journal entries, and the write-ahead log of the store.
pub const FLOOR_BYTES: u64 = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_has_no_more_room_than_it_is_large() {
        let folder = tempfile::tempdir().unwrap();
        let space = VolumeSpace::of(folder.path()).unwrap();
        assert!(space.total > 0 && space.available <= space.total, "{space:?}");
        assert_eq!(VolumeSpace::of(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn the_floor_is_left_whatever_is_written() {
        let space = VolumeSpace { total: u64::MAX, available: FLOOR_BYTES + 10 };
        assert!(space.has_room_for(0) && space.has_room_for(10));
        assert!(!space.has_room_for(11) && !space.has_room_for(u64::MAX));
        assert!(!VolumeSpace { available: FLOOR_BYTES - 1, ..space }.has_room_for(0));
    }
}
