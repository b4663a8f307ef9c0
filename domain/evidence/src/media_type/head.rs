//! What the first bytes of a file say.

use super::MediaType;

/// Letters at a place of a file, and the kind that begins so.
type Mark = (usize, &'static [u8], MediaType);

/// The marks that tell a kind by themselves. Sources: the formats' own
/// specifications; those of the rights managers have none and were read off
/// their files.
static MARKS: [Mark; 40] = {
    use MediaType as M;
    [
        (0, b"%PDF-", M::Pdf),
        (0, b"\x89PNG\r\n\x1a\n", M::Png),
        (0, &[0xff, 0xd8, 0xff], M::Jpeg),
        (0, b"GIF87a", M::Gif),
        (0, b"GIF89a", M::Gif),
        (0, b"II*\0", M::Tiff),
        (0, b"MM\0*", M::Tiff),
        (8, b"WEBP", M::WebP),
        (8, b"AVI ", M::Avi),
        (8, b"WAVE", M::Wav),
        (0, &[0x1a, 0x45, 0xdf, 0xa3], M::Matroska),
        (0, b"ID3", M::Mp3),
        (0, b"{\\rtf", M::Rtf),
        (0, b"HWP Document File V", M::Hwp),
        (0, b"SCDSA00", M::Protected),
        (0, b"\x9b DRMONE", M::Protected),
        (0, b"<DOCUMENT SAFER", M::Protected),
        (0, b".pfile", M::Protected),
        (0, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], M::Compound),
        (0, b"PK\x03\x04", M::Zip),
        (0, b"PK\x05\x06", M::Zip),
        (0, &[0x1f, 0x8b, 8], M::Gzip),
        (0, b"BZh", M::Bzip2),
        (0, &[0xfd, b'7', b'z', b'X', b'Z', 0], M::Xz),
        (0, &[0x28, 0xb5, 0x2f, 0xfd], M::Zstd),
        (257, b"ustar", M::Tar),
        (0, &[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c], M::SevenZip),
        (0, b"Rar!\x1a\x07", M::Rar),
        (0, b"ALZ\x01", M::Alz),
        (0, b"EGGA", M::Egg),
        (0, &[0xd4, 0xc3, 0xb2, 0xa1], M::Pcap),
        (0, &[0xa1, 0xb2, 0xc3, 0xd4], M::Pcap),
        (0, &[0x4d, 0x3c, 0xb2, 0xa1], M::Pcap),
        (0, &[0xa1, 0xb2, 0x3c, 0x4d], M::Pcap),
        (0, &[0x0a, 0x0d, 0x0d, 0x0a], M::Pcapng),
        (0, b"ElfFile\0", M::Evtx),
        (0, b"SQLite format 3\0", M::Sqlite),
        (0, &[0x7f, b'E', b'L', b'F'], M::Program),
        (0, &[0xcf, 0xfa, 0xed, 0xfe], M::Program),
        (0, &[0x4c, 0, 0, 0, 1, 0x14, 2, 0], M::Program),
    ]
};
/// Marks of few letters, which a text may begin with as well.
const SHORT: [MediaType; 5] = [MediaType::Mp3, MediaType::Bzip2, MediaType::Egg, MediaType::Tar, MediaType::Gif];

/// The kind of the file that begins with `head`.
pub(super) fn of_head(head: &[u8]) -> MediaType {
    let text = of_text(head);
    let fits = |(place, letters, _): &&Mark| head.get(*place..).is_some_and(|rest| rest.starts_with(letters));
    match MARKS.iter().find(fits).map(|(_, _, kind)| *kind) {
        Some(kind) if text.is_some() && SHORT.contains(&kind) => text.unwrap_or(kind),
        Some(kind)
            if matches!(kind, MediaType::WebP | MediaType::Avi | MediaType::Wav) && !head.starts_with(b"RIFF") =>
        {
            text.unwrap_or(MediaType::Binary)
        }
        Some(kind) => kind,
        None if head.get(4..8) == Some(b"ftyp") => of_brands(head),
        None => text.unwrap_or_else(|| of_weak_mark(head)),
    }
}

/// Marks of two bytes with what must stand behind them.
fn of_weak_mark(head: &[u8]) -> MediaType {
    let is_bitmap = head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
    let is_sound = matches!(head, [0xff, 0xfa | 0xfb | 0xf2 | 0xf3, ..]);
    match head {
        _ if is_bitmap => MediaType::Bmp,
        [b'M', b'Z', ..] => MediaType::Program,
        _ if is_sound => MediaType::Mp3,
        _ => MediaType::Binary,
    }
}

/// ISO/IEC 14496-12 section 4.3: the major brand, then those that it is compatible with.
fn of_brands(head: &[u8]) -> MediaType {
    let length = head.get(..4).map_or(0, |bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let end = usize::try_from(length).unwrap_or(usize::MAX).min(head.len());
    let brands = || head.get(8..end).unwrap_or_default().chunks_exact(4);
    let has = |wanted: &[&[u8; 4]]| brands().any(|brand| wanted.iter().any(|one| one.as_slice() == brand));
    match brands().next() {
        Some(b"qt  ") => MediaType::Mov,
        _ if has(&[b"avif", b"avis"]) => MediaType::Avif,
        _ if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) => MediaType::Heic,
        _ => MediaType::Mp4,
    }
}

/// JSON or text when `head` is text in UTF-8.
fn of_text(head: &[u8]) -> Option<MediaType> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return None,
    };
    // Logs hold the escape of colours, old files the end mark of DOS.
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\t'..='\r' | '\u{1a}' | '\u{1b}' | '\u{85}');
    if text.is_empty() || text.chars().any(strange) {
        return None;
    }
    match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
        Some('{' | '[') => Some(MediaType::Json),
        _ => Some(MediaType::Text),
    }
}
