//! ZIP archives, told apart by their parts (APPNOTE 4.3).
//!
//! The names stand in the directory at the end of the file. Where it cannot be
//! found, because the archive was cut off, the heads of the first parts are read.

use super::{Look, MediaType, u16_at, u32_at};
use std::io::{self, Read, Seek};

/// What the part `mimetype` holds (OCF 3.3, ODF 3.3 part 2, KS X 6101), and the kind. Templates go on behind it.
const MIMETYPES: [(&str, MediaType); 6] = [
    ("application/hwp+zip", MediaType::Hwpx),
    ("application/vnd.oasis.opendocument.text", MediaType::Odt),
    ("application/vnd.oasis.opendocument.spreadsheet", MediaType::Ods),
    ("application/vnd.oasis.opendocument.presentation", MediaType::Odp),
    ("application/vnd.oasis.opendocument.graphics", MediaType::Odg),
    ("application/epub+zip", MediaType::Epub),
];
/// Folders of a package that has `[Content_Types].xml` (ECMA-376 part 2), and the kind.
const PACKAGES: [(&[u8], MediaType); 4] =
    [(b"word/", MediaType::Docx), (b"xl/", MediaType::Xlsx), (b"ppt/", MediaType::Pptx), (b"visio/", MediaType::Vsdx)];
/// Single parts, and the kind.
const PARTS: [(&[u8], MediaType); 2] =
    [(b"Contents/content.hpf", MediaType::Hwpx), (b"AndroidManifest.xml", MediaType::Apk)];
/// How much of the directory is read. Our choice: about five thousand names.
const DIRECTORY_BYTES_MAX: usize = 512 * 1024;

/// The kind of an archive that begins with `head`; [`MediaType::Zip`] when its parts say nothing.
pub(super) fn of_parts<F: Read + Seek>(look: &mut Look<'_, F>, head: &[u8]) -> io::Result<MediaType> {
    let parts = match directory(look)? {
        Some(directory) => parts_of_directory(&directory),
        None => parts_of_head(head),
    };
    if let Some(part) = parts.iter().find(|part| part.name == b"mimetype") {
        // Its length stands before it, behind a name and an extra field.
        let start = look.at(part.offset, 30 + 1024)?;
        let length = |place| usize::from(u16_at(&start, place).unwrap_or(0));
        let content = start.get(30 + length(26) + length(28)..).unwrap_or_default();
        // A template goes on in a word of its own; a longer name comes first nowhere in the table.
        let found = MIMETYPES.iter().find(|(name, _)| content.starts_with(name.as_bytes()));
        if let Some((_, kind)) = found {
            return Ok(*kind);
        }
    }
    let is_package = parts.iter().any(|part| part.name == b"[Content_Types].xml");
    let of_package = |(folder, kind): &(&[u8], MediaType)| {
        (is_package && parts.iter().any(|part| part.name.starts_with(folder))).then_some(*kind)
    };
    let of_part = |(name, kind): &(&[u8], MediaType)| parts.iter().any(|part| part.name == *name).then_some(*kind);
    let told = PACKAGES.iter().find_map(of_package).or_else(|| PARTS.iter().find_map(of_part));
    Ok(told.unwrap_or(MediaType::Zip))
}

struct Part {
    name: Vec<u8>,
    offset: u64,
}

/// The directory (4.3.12), found by the record at the end (4.3.16).
fn directory<F: Read + Seek>(look: &mut Look<'_, F>) -> io::Result<Option<Vec<u8>>> {
    /// The record without its comment, and the longest comment.
    const END_BYTES: u64 = 22 + 0xffff;
    let start = look.length()?.saturating_sub(END_BYTES);
    let tail = look.at(start, END_BYTES as usize)?;
    let Some(place) = tail.windows(4).rposition(|window| window == b"PK\x05\x06") else { return Ok(None) };
    let (Some(length), Some(offset)) = (u32_at(&tail, place + 12), u32_at(&tail, place + 16)) else { return Ok(None) };
    let bytes = look.at(u64::from(offset), DIRECTORY_BYTES_MAX.min(length as usize))?;
    Ok(Some(bytes).filter(|bytes| bytes.starts_with(b"PK\x01\x02")))
}

fn parts_of_directory(directory: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = directory;
    while rest.starts_with(b"PK\x01\x02") {
        let length = |place| u16_at(rest, place).map(usize::from);
        let (Some(name), Some(extra), Some(comment)) = (length(28), length(30), length(32)) else { break };
        let (Some(offset), Some(letters)) = (u32_at(rest, 42), rest.get(46..46 + name)) else { break };
        parts.push(Part { name: letters.to_vec(), offset: u64::from(offset) });
        rest = rest.get(46 + name + extra + comment..).unwrap_or_default();
    }
    parts
}

fn parts_of_head(head: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (offset, _) in head.windows(4).enumerate().filter(|(_, window)| window == b"PK\x03\x04") {
        let length = u16_at(head, offset + 26).map_or(0, usize::from);
        let name = head.get(offset + 30..offset + 30 + length).unwrap_or_default().to_vec();
        parts.push(Part { name, offset: offset as u64 });
    }
    parts
}
