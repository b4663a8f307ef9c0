//! What kind of file it is, told by its content and never by its name.

/// How many bytes of the beginning of a file [`MediaType::of_content`] wants to see.
pub const SNIFF_BYTES: usize = 16 * 1024;

/// The kind of an evidence file. It is shown to people and decides nothing:
/// every file is handed out as a download, never drawn inside our pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A Word document (OOXML).
    Docx,
    /// A workbook (OOXML).
    Xlsx,
    /// A presentation (OOXML).
    Pptx,
    /// A Hangul document in the open form (OWPML).
    Hwpx,
    /// An OLE compound file: Hangul 5, or Office before 2007.
    Compound,
    /// Another ZIP archive.
    Zip,
    /// JSON.
    Json,
    /// Text in UTF-8.
    Text,
    /// Anything else.
    Binary,
}

impl MediaType {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Hwpx,
        Self::Compound,
        Self::Zip,
        Self::Json,
        Self::Text,
        Self::Binary,
    ];

    /// The kind of the file that begins with `head`, which holds at least
    /// [`SNIFF_BYTES`] bytes or the whole file.
    pub fn of_content(head: &[u8]) -> Self {
        const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        match head {
            _ if head.starts_with(b"%PDF-") => Self::Pdf,
            _ if head.starts_with(b"\x89PNG\r\n\x1a\n") => Self::Png,
            _ if head.starts_with(&[0xff, 0xd8, 0xff]) => Self::Jpeg,
            _ if head.starts_with(OLE) => Self::Compound,
            _ if head.starts_with(b"PK\x03\x04") => of_archive(head),
            _ if head.starts_with(b"PK\x05\x06") => Self::Zip,
            _ => of_text(head),
        }
    }

    /// The name of IANA's registry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Hwpx => "application/hwp+zip",
            Self::Compound => "application/x-cfb",
            Self::Zip => "application/zip",
            Self::Json => "application/json",
            Self::Text => "text/plain",
            Self::Binary => "application/octet-stream",
        }
    }

    /// The kind with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The short word that people know, such as `PDF`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Docx => "DOCX",
            Self::Xlsx => "XLSX",
            Self::Pptx => "PPTX",
            Self::Hwpx => "HWPX",
            Self::Compound => "HWP·DOC·XLS",
            Self::Zip => "ZIP",
            Self::Json => "JSON",
            Self::Text => "TXT",
            Self::Binary => "BIN",
        }
    }

    /// The ending that a downloaded file of this kind gets, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Hwpx => "hwpx",
            Self::Compound => "hwp",
            Self::Zip => "zip",
            Self::Json => "json",
            Self::Text => "txt",
            Self::Binary => "bin",
        }
    }
}

/// Looks at the names of the entries whose headers lie within `head` (APPNOTE 4.3.7).
fn of_archive(head: &[u8]) -> MediaType {
    let mut rest = head;
    while let Some(place) = find(rest, b"PK\x03\x04") {
        let header = &rest[place..];
        let length = header.get(26..28).map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
        let name = header.get(30..30 + length).unwrap_or_default();
        let kind = match name {
            b"mimetype"
                if header[30 + length..]
                    .iter()
                    .take(64)
                    .copied()
                    .collect::<Vec<_>>()
                    .starts_with(b"application/hwp+zip") =>
            {
                Some(MediaType::Hwpx)
            }
            _ if name.starts_with(b"word/") => Some(MediaType::Docx),
            _ if name.starts_with(b"xl/") => Some(MediaType::Xlsx),
            _ if name.starts_with(b"ppt/") => Some(MediaType::Pptx),
            _ => None,
        };
        if let Some(kind) = kind {
            return kind;
        }
        rest = &header[4..];
    }
    MediaType::Zip
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn of_text(head: &[u8]) -> MediaType {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return MediaType::Binary,
    };
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    if text.chars().any(strange) {
        return MediaType::Binary;
    }
    match text.trim_start_matches('\u{feff}').trim_start().chars().next() {
        Some('{' | '[') => MediaType::Json,
        _ => MediaType::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ZIP local file header with this name and content, stored.
    fn entry(name: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend((content.len() as u32).to_le_bytes());
        bytes.extend((content.len() as u32).to_le_bytes());
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn content_tells_the_kind() {
        let archive = |names: &[&str]| names.iter().flat_map(|name| entry(name, b"x")).collect::<Vec<_>>();
        let cases: [(Vec<u8>, MediaType); 13] = [
            (b"%PDF-1.7\n".to_vec(), MediaType::Pdf),
            (b"\x89PNG\r\n\x1a\nrest".to_vec(), MediaType::Png),
            (vec![0xff, 0xd8, 0xff, 0xe0], MediaType::Jpeg),
            (vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0], MediaType::Compound),
            (archive(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), MediaType::Docx),
            (archive(&["[Content_Types].xml", "xl/workbook.xml"]), MediaType::Xlsx),
            (archive(&["[Content_Types].xml", "ppt/presentation.xml"]), MediaType::Pptx),
            (entry("mimetype", b"application/hwp+zip"), MediaType::Hwpx),
            (archive(&["a.txt"]), MediaType::Zip),
            (b" {\"a\":1}".to_vec(), MediaType::Json),
            ("로그 검토 기록\n".into(), MediaType::Text),
            (b"MZ\x90\0\x03".to_vec(), MediaType::Binary),
            (b"\xc0\xcc\xc0\xa7".to_vec(), MediaType::Binary),
        ];
        for (content, kind) in cases {
            assert_eq!(MediaType::of_content(&content), kind);
        }
    }

    #[test]
    fn a_head_that_ends_within_a_character_is_still_text() {
        let text = "가나다".as_bytes();
        assert_eq!(MediaType::of_content(&text[..text.len() - 1]), MediaType::Text);
    }

    #[test]
    fn a_page_with_script_is_plain_text() {
        assert_eq!(MediaType::of_content(b"<html><script>alert(1)</script>"), MediaType::Text);
    }

    #[test]
    fn a_header_that_promises_more_than_there_is_does_not_break() {
        let mut bytes = entry("word/document.xml", b"");
        bytes.truncate(33);
        assert_eq!(MediaType::of_content(&bytes), MediaType::Zip);
        assert_eq!(MediaType::of_content(b"PK\x03\x04"), MediaType::Zip);
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for kind in MediaType::ALL {
            assert_eq!(MediaType::from_name(kind.name()), Some(kind));
        }
    }
}
