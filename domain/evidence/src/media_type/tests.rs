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

/// A file that counts how many bytes are read of it.
struct Counted<F> {
    file: F,
    bytes: usize,
    reads: usize,
}

impl<F: Read> Read for Counted<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes += read;
        self.reads += 1;
        Ok(read)
    }
}

impl<F: Seek> Seek for Counted<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn the_table_has_a_row_for_each_kind_and_every_ending_is_one() {
    let mut names = Vec::new();
    for (place, row) in rows().enumerate() {
        assert_eq!(row.kind as usize, place, "{:?}", row.kind);
        assert_eq!(MediaType::from_name(row.name), Some(row.kind), "names are unique and read back");
        assert!(!names.contains(&row.name));
        names.push(row.name);
        for ending in row.endings {
            assert_eq!(stem_and_ending(&format!("a.{ending}")), ("a", Some((*ending).to_owned())), "{ending}");
            assert_eq!(row.kind.ending(&format!("a.{ending}")), *ending, "{:?} keeps its own ending", row.kind);
        }
    }
    assert_eq!(names.len(), MediaType::Binary as usize + 1);
}

/// Nothing is handed out under an ending that a system runs, whatever it holds.
#[test]
fn no_kind_keeps_an_ending_that_is_run_on_opening() {
    for row in rows() {
        for ending in RUN_ON_OPENING {
            assert_eq!(row.kind.ending(&format!("조직도.{ending}")), row.endings[0], "{:?}", row.kind);
        }
    }
}

#[test]
fn an_ending_is_what_a_program_would_take_for_one() {
    for (name, stem, ending) in [
        ("장부.XLS", "장부", Some("xls")),
        ("backup.tar.gz", "backup", Some("tar.gz")),
        ("backup.TAR.XZ", "backup", Some("tar.xz")),
        (".tar.gz", ".tar", Some("gz")),
        ("a.b.csv", "a.b", Some("csv")),
        ("자료1.1.1-2 조직도", "자료1.1.1-2 조직도", None),
        (".htaccess", ".htaccess", None),
        ("문서.한글", "문서.한글", None),
        ("a.", "a.", None),
        ("a.123456789", "a.123456789", None),
        ("", "", None),
        ("타르.gz", "타르", Some("gz")),
    ] {
        assert_eq!(stem_and_ending(name), (stem, ending.map(str::to_owned)), "{name}");
    }
}

#[test]
fn a_container_keeps_an_ending_that_nobody_else_has() {
    for (kind, name, ending) in [
        (MediaType::Zip, "a.ipa", "ipa"),
        (MediaType::Zip, "a.docx", "zip"),
        (MediaType::Zip, "a.csv", "zip"),
        (MediaType::Compound, "a.mpp", "mpp"),
        (MediaType::Compound, "a.xls", "xls"),
        (MediaType::Compound, "a.txt", "cfb"),
        (MediaType::Xls, "a.doc", "xls"),
        (MediaType::Binary, "a.dwg", "dwg"),
        (MediaType::Binary, "a.csv", "csv"),
        (MediaType::Binary, "a.pdf", "bin"),
        (MediaType::Text, "a.har", "har"),
        (MediaType::Text, "a.docx", "txt"),
        (MediaType::Json, "a.log", "log"),
        (MediaType::Protected, "a.hwp", "hwp"),
        (MediaType::Protected, "a", "bin"),
        (MediaType::Png, "a.dat", "png"),
        (MediaType::Program, "a.pdf", "bin"),
    ] {
        assert_eq!(kind.ending(name), ending, "{kind:?} {name}");
    }
}

#[test]
fn content_tells_the_kind() {
    let archive = |names: &[&str]| names.iter().flat_map(|name| entry(name, b"x")).collect::<Vec<_>>();
    let cases: [(Vec<u8>, MediaType); 26] = [
        (vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0], MediaType::Compound),
        // Cut off: the directory at the end is missing.
        (archive(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), MediaType::Docx),
        (archive(&["[Content_Types].xml", "xl/workbook.xml"]), MediaType::Xlsx),
        (archive(&["[Content_Types].xml", "ppt/presentation.xml"]), MediaType::Pptx),
        (archive(&["word/a.txt"]), MediaType::Zip),
        (archive(&["AndroidManifest.xml"]), MediaType::Apk),
        (entry("mimetype", b"application/hwp+zip"), MediaType::Hwpx),
        (entry("mimetype", b"application/vnd.oasis.opendocument.text-template"), MediaType::Odt),
        (archive(&["a.txt"]), MediaType::Zip),
        (b"PK\x05\x06".to_vec(), MediaType::Zip),
        (b" {\"a\":1}".to_vec(), MediaType::Json),
        ("로그 검토 기록\n".into(), MediaType::Text),
        (b"<html><script>alert(1)</script>".to_vec(), MediaType::Text),
        (b"BZh is a word".to_vec(), MediaType::Text),
        (b"MZ is a word".to_vec(), MediaType::Text),
        (b"MZ\x90\0\x03".to_vec(), MediaType::Program),
        (b"\xc0\xcc\xc0\xa7".to_vec(), MediaType::Binary),
        (b"SCDSA002\0\0".to_vec(), MediaType::Protected),
        (b"\x9b DRMONE  This Document is encrypted".to_vec(), MediaType::Protected),
        (b"RIFF\x04\0\0\0WAVEfmt \0".to_vec(), MediaType::Wav),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ".to_vec(), MediaType::Mov),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic".to_vec(), MediaType::Heic),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif".to_vec(), MediaType::Avif),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41".to_vec(), MediaType::Mp4),
        (b"\xff\xff\xff\xffftyp".to_vec(), MediaType::Mp4),
        (Vec::new(), MediaType::Binary),
    ];
    for (content, kind) in cases {
        assert_eq!(MediaType::of_content(&content), kind, "{:?}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn a_head_that_ends_within_a_character_is_still_text() {
    let text = "가나다".as_bytes();
    assert_eq!(MediaType::of_content(&text[..text.len() - 1]), MediaType::Text);
}

#[test]
fn a_header_that_promises_more_than_there_is_does_not_break() {
    let mut bytes = entry("word/document.xml", b"");
    bytes.truncate(33);
    assert_eq!(MediaType::of_content(&bytes), MediaType::Zip);
    assert_eq!(MediaType::of_content(b"PK\x03\x04"), MediaType::Zip);
    let mut end = entry("a", b"x");
    end.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    assert_eq!(MediaType::of_content(&end), MediaType::Zip);
}

/// A compound file of `sectors` sectors, every one of which says that the next
/// of its chain is itself, so that the chain never ends.
fn circling(sectors: usize, difat: u32) -> Vec<u8> {
    let mut bytes = vec![0; 512 * (sectors + 1)];
    bytes[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    bytes[30] = 9;
    // Far behind what the header can name, so that every hop follows the second chain.
    let far = 0x00ff_ff00_u32;
    bytes[48..52].copy_from_slice(&far.to_le_bytes());
    bytes[68..72].copy_from_slice(&difat.to_le_bytes());
    bytes
}

#[test]
fn of_a_hostile_file_a_bounded_number_of_bytes_is_read() {
    let mut circle = circling(200, 0);
    circle[48..52].copy_from_slice(&3_u32.to_le_bytes());
    // The table lies in sector 0, and sector 3 follows itself.
    circle[76..80].copy_from_slice(&0_u32.to_le_bytes());
    circle[512 + 12..512 + 16].copy_from_slice(&3_u32.to_le_bytes());
    let mut many = Vec::new();
    for number in 0..60_000 {
        many.extend(entry(&format!("{number}"), b""));
    }
    let start = many.len() as u32;
    for number in 0..60_000_u32 {
        let name = number.to_string();
        many.extend(b"PK\x01\x02");
        many.extend([0; 24]);
        many.extend((name.len() as u16).to_le_bytes());
        many.extend([0; 16]);
        many.extend(name.bytes());
    }
    let length = many.len() as u32 - start;
    many.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    many.extend(length.to_le_bytes());
    many.extend(start.to_le_bytes());
    many.extend([0, 0]);
    for (content, kind) in
        [(circle, MediaType::Compound), (circling(200_000, 0), MediaType::Compound), (many, MediaType::Zip)]
    {
        let mut file = Counted { file: Cursor::new(&content), bytes: 0, reads: 0 };
        assert_eq!(MediaType::of_file(&mut file).unwrap(), kind);
        assert!(file.bytes <= LOOK_BYTES_MAX, "{} bytes", file.bytes);
        assert!(file.reads <= LOOK_BYTES_MAX / 32, "{} reads", file.reads);
    }
}

/// Directories of real files with every byte changed in turn: told or not, never a fault.
#[test]
fn a_broken_directory_is_a_kind_like_any_other() {
    let files: [&[u8]; 3] = [
        include_bytes!("../../tests/files/cfb.doc"),
        include_bytes!("../../tests/files/python.hwpx"),
        include_bytes!("../../tests/files/odfpy.odt"),
    ];
    for content in files {
        for place in 0..content.len() {
            for value in [0, 0x7f, 0xff] {
                let mut broken = content.to_vec();
                broken[place] = value;
                let _ = MediaType::of_content(&broken);
            }
            let _ = MediaType::of_content(&content[..place]);
        }
    }
}
