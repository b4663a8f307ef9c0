//! What kind of file it is, told by its content, and the ending under which it is handed out.
//!
//! The sender's ending is kept unless the content contradicts it: a colleague
//! opens `장부.xls` with the program that wrote it. Which endings a content
//! admits is one table, [`table`](self::table). Two containers hold many kinds:
//! compound files are told apart by their streams, ZIP archives by their parts.

mod archive;
mod compound;
mod head;
mod table;

use std::io::{self, Cursor, Read, Seek, SeekFrom};
pub use table::MediaType;
use table::{Admits, row, rows};

/// The most bytes of one file that are read to tell its kind, wherever they
/// lie: a hostile file cannot ask for more. Our choice.
pub const LOOK_BYTES_MAX: usize = 1024 * 1024;
/// How many bytes of the beginning are looked at.
const HEAD_BYTES: usize = 16 * 1024;
/// The longest ending, in letters. Our choice.
const ENDING_LETTERS_MAX: usize = 8;

/// Endings that Windows or macOS run when somebody opens the file, that make
/// them run or fetch another, or mount as a disk whose files have lost the mark of the web: no evidence is handed out under them. Our choice, after
/// Microsoft's list of attachments that Outlook blocks.
const RUN_ON_OPENING: [&str; 52] = [
    "app", "appref", "appx", "bat", "chm", "cmd", "com", "command", "cpl", "desktop", "diagcab", "dll", "exe",
    "gadget", "hta", "img", "inf", "iqy", "iso", "isp", "jar", "jnlp", "js", "jse", "lnk", "mde", "msc", "msi", "msix",
    "msp", "mst", "one", "pif", "pkg", "ps1", "psm1", "pyz", "pyzw", "reg", "scf", "scr", "sct", "slk", "sys",
    "terminal", "url", "vbe", "vbs", "vhd", "vhdx", "wsf", "xll",
];

impl MediaType {
    /// The kind of the file `file`, of which at most [`LOOK_BYTES_MAX`] bytes are read.
    ///
    /// # Errors
    /// Those of `file`. A content that is broken is a kind like any other.
    pub fn of_file(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let mut look = Look { file, left_bytes: LOOK_BYTES_MAX };
        let head = look.at(0, HEAD_BYTES)?;
        match head::of_head(&head) {
            Self::Compound => compound::of_streams(&mut look),
            Self::Zip => archive::of_parts(&mut look, &head),
            told => Ok(told),
        }
    }

    /// The kind of the file with this content.
    pub fn of_content(content: &[u8]) -> Self {
        // A slice in memory has no faults of its own.
        Self::of_file(&mut Cursor::new(content)).unwrap_or(Self::Binary)
    }

    /// The name of IANA's registry, or the one in common use where it has none.
    pub fn name(self) -> &'static str {
        row(self).name
    }

    /// The kind with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        rows().find(|row| row.name == name).map(|row| row.kind)
    }

    /// The ending under which a file of this kind is handed out, without its
    /// dot, when its sender called it `file_name`: the sender's, in small
    /// letters, unless the content contradicts it or [the system would run
    /// it](RUN_ON_OPENING); then the kind's own.
    pub fn ending(self, file_name: &str) -> String {
        let sent = stem_and_ending(file_name).1.filter(|ending| self.admits(ending));
        sent.unwrap_or_else(|| row(self).endings[0].to_owned())
    }

    fn admits(self, ending: &str) -> bool {
        let row = row(self);
        let known = || rows().any(|row| row.has(ending));
        if RUN_ON_OPENING.contains(&ending) {
            return false;
        }
        row.has(ending)
            || match row.admits {
                Admits::Own => false,
                Admits::Unknown => !known(),
                Admits::UnknownAnd(kinds) => !known() || kinds.iter().any(|kind| self::row(*kind).has(ending)),
                Admits::Every => true,
            }
    }
}

/// `file_name` cut before its ending, and the ending in small letters without
/// its dot. What stands behind the last dot is an ending when it is one to eight
/// letters or digits of ASCII; `tar.gz` and its like are one.
pub fn stem_and_ending(file_name: &str) -> (&str, Option<String>) {
    let is_ending = |text: &str| {
        (1..=ENDING_LETTERS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match file_name.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) && !stem.is_empty() => {
            let ending = ending.to_ascii_lowercase();
            let packed = matches!(ending.as_str(), "gz" | "bz2" | "xz" | "zst");
            match stem.len().checked_sub(4).and_then(|place| stem.split_at_checked(place)) {
                Some((stem, tail)) if packed && !stem.is_empty() && tail.eq_ignore_ascii_case(".tar") => {
                    (stem, Some(format!("tar.{ending}")))
                }
                _ => (stem, Some(ending)),
            }
        }
        _ => (file_name, None),
    }
}

/// A file of which a bounded number of bytes is read.
struct Look<'a, F> {
    file: &'a mut F,
    left_bytes: usize,
}

impl<F: Read + Seek> Look<'_, F> {
    /// Up to `length` bytes from `offset`; fewer where the file or the bound ends.
    fn at(&mut self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        /// What a read costs at least, so that their number is bounded too.
        const COST_BYTES_MIN: usize = 64;
        let length = length.min(self.left_bytes);
        self.left_bytes = self.left_bytes.saturating_sub(length.max(COST_BYTES_MIN));
        self.file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        Read::take(&mut *self.file, length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn length(&mut self) -> io::Result<u64> {
        self.file.seek(SeekFrom::End(0))
    }
}

/// Two bytes at `place`, the low one first.
fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    bytes.get(place..place.checked_add(2)?).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// Four bytes at `place`, the low one first.
fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
#[path = "media_type/tests.rs"]
mod tests;
