//! The closed world in which a template is compiled.

use crate::{Input, KOREAN};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

/// A template with its files; nothing else can be reached from it.
pub(crate) struct ClosedWorld {
    main: Source,
    files: BTreeMap<String, Bytes>,
    today: Datetime,
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The text's own font in its two weights, then what shows the letters that it
/// lacks (`fonts/README.md`), in the order of `korean.typ`.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 8] = [
        include_bytes!("../fonts/NanumGothic.ttf"),
        include_bytes!("../fonts/NanumGothicBold.ttf"),
        include_bytes!("../fonts/NotoSansCJKkr-supplement.otf"),
        include_bytes!("../fonts/NotoSans-supplement.ttf"),
        include_bytes!("../fonts/NotoSansSymbols2-supplement.ttf"),
        include_bytes!("../fonts/NotoSansSymbols-supplement.ttf"),
        include_bytes!("../fonts/NotoSansMath-supplement.ttf"),
        include_bytes!("../fonts/NotoEmoji-supplement.ttf"),
    ];
    files.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)).collect()
});
/// How many of the fonts are weights of the text's own.
const OWN_FONTS: usize = 2;

static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// Whether the embedded fonts can show this letter.
pub fn has_glyph(letter: char) -> bool {
    let has = |font: &Font| font.info().coverage.contains(u32::from(letter));
    let (own, supplements) = FONTS.split_at(OWN_FONTS.min(FONTS.len()));
    own.iter().all(has) || supplements.iter().any(has)
}

impl ClosedWorld {
    pub(crate) fn new(input: &Input<'_>, today: Datetime) -> Self {
        let given = input.files.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::new(bytes.to_vec())));
        let ours = ("korean.typ".to_owned(), Bytes::from_string(KOREAN));
        Self { main: Source::detached(input.template), files: given.chain([ours]).collect(), today }
    }

    /// One line for each complaint of the compiler.
    pub(crate) fn complaints(&self, errors: &[SourceDiagnostic]) -> Vec<String> {
        let place = |error: &SourceDiagnostic| {
            let range = self.range(error.span)?;
            self.main.lines().byte_to_line(range.start).map(|line| format!("line {}: ", line + 1))
        };
        errors.iter().map(|error| format!("{}{}", place(error).unwrap_or_default(), error.message)).collect()
    }

    fn bytes(&self, id: FileId) -> FileResult<Bytes> {
        let path: &RootedPath = id.get();
        let VirtualRoot::Project = path.root() else { return Err(FileError::AccessDenied) };
        let name = path.vpath().get_without_slash();
        self.files.get(name).cloned().ok_or_else(|| FileError::NotFound(PathBuf::from(name)))
    }
}

impl World for ClosedWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let text = self.bytes(id)?.to_str().map_err(|_| FileError::InvalidUtf8)?.to_string();
        Ok(Source::new(id, text))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.bytes(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}
