//! The kinds of files, as one table.

/// The kind of an evidence file. It decides nothing but the ending of its name:
/// every file is handed out as a download, never drawn inside our pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A GIF picture.
    Gif,
    /// A Windows bitmap.
    Bmp,
    /// A TIFF picture; cameras keep their raw pictures in it under endings of their own.
    Tiff,
    /// A WebP picture.
    WebP,
    /// A HEIF picture, as telephones take them.
    Heic,
    /// An AVIF picture.
    Avif,
    /// A film or sound in MPEG-4 form.
    Mp4,
    /// A QuickTime film.
    Mov,
    /// A Matroska or WebM film.
    Matroska,
    /// An AVI film.
    Avi,
    /// A WAVE sound.
    Wav,
    /// An MP3 sound.
    Mp3,
    /// Rich text; Word also writes it under `.doc`.
    Rtf,
    /// A Word document (OOXML).
    Docx,
    /// A workbook (OOXML).
    Xlsx,
    /// A presentation (OOXML).
    Pptx,
    /// A Visio drawing (OOXML).
    Vsdx,
    /// A Hangul document in the open form (OWPML).
    Hwpx,
    /// A text document (ODF).
    Odt,
    /// A spreadsheet (ODF).
    Ods,
    /// A presentation (ODF).
    Odp,
    /// A drawing (ODF).
    Odg,
    /// A book (EPUB).
    Epub,
    /// An Android app.
    Apk,
    /// A Hangul document, version 3 or 5.
    Hwp,
    /// A Word document of before 2007.
    Doc,
    /// A workbook of before 2007.
    Xls,
    /// A presentation of before 2007.
    Ppt,
    /// An Outlook message.
    Msg,
    /// A Visio drawing of before 2013.
    Vsd,
    /// An OOXML document under a password (MS-OFFCRYPTO), which is a compound file.
    Locked,
    /// A document under rights management, which only its owner's program opens.
    Protected,
    /// Another compound file (MS-CFB).
    Compound,
    /// Another ZIP archive.
    Zip,
    /// A file packed with gzip.
    Gzip,
    /// A file packed with bzip2.
    Bzip2,
    /// A file packed with xz.
    Xz,
    /// A file packed with Zstandard.
    Zstd,
    /// A tar archive.
    Tar,
    /// A 7-Zip archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// An archive of ALZip.
    Alz,
    /// A later archive of ALZip.
    Egg,
    /// Captured packets.
    Pcap,
    /// Captured packets in the newer form.
    Pcapng,
    /// An event log of Windows.
    Evtx,
    /// An SQLite database.
    Sqlite,
    /// A program, or a link that starts one.
    Program,
    /// JSON.
    Json,
    /// Text in UTF-8.
    Text,
    /// Anything else, such as text in another encoding.
    Binary,
}

/// Which endings a kind admits beside its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Admits {
    /// None.
    Own,
    /// Those that the table does not know: a container of many kinds.
    Unknown,
    /// Those, and the endings of these kinds, which its content may be.
    UnknownAnd(&'static [MediaType]),
    /// Every one: what is inside cannot be seen.
    Every,
}

/// One kind.
#[derive(Debug)]
pub(super) struct Row {
    pub kind: MediaType,
    /// The name of IANA's registry, or the one in common use.
    pub name: &'static str,
    /// Its own endings, the one for a file without an ending first.
    pub endings: &'static [&'static str],
    pub admits: Admits,
}

impl Row {
    pub fn has(&self, ending: &str) -> bool {
        self.endings.contains(&ending)
    }
}

const fn own(kind: MediaType, name: &'static str, endings: &'static [&'static str]) -> Row {
    Row { kind, name, endings, admits: Admits::Own }
}

const fn container(kind: MediaType, name: &'static str, endings: &'static [&'static str]) -> Row {
    Row { kind, name, endings, admits: Admits::Unknown }
}

/// What a compound file may be whose streams say nothing: it may be broken, or
/// was kept before its streams were looked at.
const COMPOUND: &[MediaType] = &[
    MediaType::Hwp,
    MediaType::Doc,
    MediaType::Xls,
    MediaType::Ppt,
    MediaType::Msg,
    MediaType::Vsd,
    MediaType::Locked,
];
/// Text of any encoding.
const TEXT: &[MediaType] = &[MediaType::Text, MediaType::Json];

/// Every kind, in the order of the enum.
static TABLE: [Row; 54] = {
    use MediaType as M;
    [
        own(M::Pdf, "application/pdf", &["pdf", "ai"]),
        own(M::Png, "image/png", &["png"]),
        own(M::Jpeg, "image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
        own(M::Gif, "image/gif", &["gif"]),
        own(M::Bmp, "image/bmp", &["bmp", "dib"]),
        container(M::Tiff, "image/tiff", &["tif", "tiff"]),
        own(M::WebP, "image/webp", &["webp"]),
        own(M::Heic, "image/heic", &["heic", "heif", "hif"]),
        own(M::Avif, "image/avif", &["avif"]),
        own(M::Mp4, "video/mp4", &["mp4", "m4v", "m4a", "mov", "3gp", "3g2"]),
        own(M::Mov, "video/quicktime", &["mov", "qt"]),
        own(M::Matroska, "video/x-matroska", &["mkv", "webm", "mka"]),
        own(M::Avi, "video/x-msvideo", &["avi"]),
        own(M::Wav, "audio/wav", &["wav"]),
        own(M::Mp3, "audio/mpeg", &["mp3"]),
        own(M::Rtf, "application/rtf", &["rtf", "doc"]),
        own(
            M::Docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            &["docx", "docm", "dotx", "dotm"],
        ),
        own(
            M::Xlsx,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            &["xlsx", "xlsm", "xlsb", "xltx", "xltm", "xlam"],
        ),
        own(
            M::Pptx,
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
        ),
        own(M::Vsdx, "application/vnd.ms-visio.drawing", &["vsdx", "vsdm", "vstx"]),
        own(M::Hwpx, "application/hwp+zip", &["hwpx", "hwtx"]),
        own(M::Odt, "application/vnd.oasis.opendocument.text", &["odt", "ott", "odm"]),
        own(M::Ods, "application/vnd.oasis.opendocument.spreadsheet", &["ods", "ots"]),
        own(M::Odp, "application/vnd.oasis.opendocument.presentation", &["odp", "otp"]),
        own(M::Odg, "application/vnd.oasis.opendocument.graphics", &["odg", "otg"]),
        own(M::Epub, "application/epub+zip", &["epub"]),
        own(M::Apk, "application/vnd.android.package-archive", &["apk"]),
        own(M::Hwp, "application/x-hwp", &["hwp", "hwt"]),
        own(M::Doc, "application/msword", &["doc", "dot", "wbk"]),
        own(M::Xls, "application/vnd.ms-excel", &["xls", "xlt", "xla"]),
        own(M::Ppt, "application/vnd.ms-powerpoint", &["ppt", "pps", "pot"]),
        own(M::Msg, "application/vnd.ms-outlook", &["msg", "oft"]),
        own(M::Vsd, "application/vnd.visio", &["vsd", "vst", "vss"]),
        own(
            M::Locked,
            "application/x-ooxml-protected",
            &["docx", "docm", "dotx", "xlsx", "xlsm", "xlsb", "xltx", "pptx", "pptm", "ppsx", "potx"],
        ),
        Row { kind: M::Protected, name: "application/x-protected", endings: &["bin"], admits: Admits::Every },
        Row { kind: M::Compound, name: "application/x-cfb", endings: &["cfb"], admits: Admits::UnknownAnd(COMPOUND) },
        container(M::Zip, "application/zip", &["zip"]),
        container(M::Gzip, "application/gzip", &["gz", "tgz", "tar.gz"]),
        container(M::Bzip2, "application/x-bzip2", &["bz2", "tbz2", "tar.bz2"]),
        container(M::Xz, "application/x-xz", &["xz", "txz", "tar.xz"]),
        container(M::Zstd, "application/zstd", &["zst", "tzst", "tar.zst"]),
        container(M::Tar, "application/x-tar", &["tar"]),
        own(M::SevenZip, "application/x-7z-compressed", &["7z"]),
        own(M::Rar, "application/vnd.rar", &["rar"]),
        own(M::Alz, "application/x-alz", &["alz"]),
        own(M::Egg, "application/x-egg", &["egg"]),
        own(M::Pcap, "application/vnd.tcpdump.pcap", &["pcap", "cap", "dmp"]),
        own(M::Pcapng, "application/x-pcapng", &["pcapng", "pcap", "ntar"]),
        own(M::Evtx, "application/x-evtx", &["evtx"]),
        container(M::Sqlite, "application/vnd.sqlite3", &["sqlite", "sqlite3", "db", "db3"]),
        own(M::Program, "application/x-msdownload", &["bin"]),
        Row { kind: M::Json, name: "application/json", endings: &["json"], admits: Admits::UnknownAnd(TEXT) },
        Row {
            kind: M::Text,
            name: "text/plain",
            endings: &[
                "txt", "csv", "tsv", "log", "md", "xml", "html", "htm", "svg", "eml", "ini", "cfg", "conf", "yml",
                "yaml", "toml", "sql", "pem", "cer", "key", "py", "sh", "java", "c", "h",
            ],
            admits: Admits::UnknownAnd(TEXT),
        },
        Row { kind: M::Binary, name: "application/octet-stream", endings: &["bin"], admits: Admits::UnknownAnd(TEXT) },
    ]
};

/// Every kind.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    TABLE.iter()
}

/// What is known of `kind`.
pub(super) fn row(kind: MediaType) -> &'static Row {
    &TABLE[kind as usize]
}
