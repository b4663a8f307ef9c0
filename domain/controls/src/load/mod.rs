//! From texts to one checked catalog.

mod calendar;
mod crosswalk;
mod framework;
mod links;
mod overlay;
mod parameter;
mod reference;
mod row;
mod slots;
mod text;

use crate::file::{
    AnomaliesFile, CalendarFile, CrosswalkFile, DocumentsFile, FrameworkFile, LinksFile, RowsFile, VocabularyFile,
};
use crate::{Catalog, CatalogError};
use text::{At, SourceText};
use toml::de::{DeTable, DeValue};

/// How much a catalog may hold, so that a hostile file costs little.
pub mod limits {
    /// Bytes of one file.
    pub const FILE_BYTES_MAX: usize = 4 << 20;
    /// Bytes of all files together.
    pub const TOTAL_BYTES_MAX: usize = 64 << 20;
    /// Files.
    pub const FILES_MAX: usize = 2_000;
    /// Rows of all frameworks together.
    pub const ROWS_MAX: usize = 50_000;
    /// Entries of one list of a row.
    pub const LIST_MAX: usize = 256;
}

/// Turns the files of a catalog, as pairs of path and text, into one catalog in which nothing dangles.
///
/// The paths only name files in messages; what a file is stands in the file. The order of the files is the order of
/// what they hold.
///
/// # Errors
/// The first fault with file, line, column and what was expected.
pub fn load<Path, Body>(files: impl Iterator<Item = (Path, Body)>) -> Result<Catalog, CatalogError>
where
    Path: Into<String>,
    Body: Into<String>,
{
    let mut parts = Parts::default();
    let mut bytes = 0;
    for (count, (path, body)) in files.enumerate() {
        let body: String = body.into();
        let source = SourceText::new(path.into(), &body);
        bytes += source.text.len();
        within_file(&source.path, &source.text)?;
        source.within("bytes in all files", bytes, limits::TOTAL_BYTES_MAX)?;
        source.within("files", count + 1, limits::FILES_MAX)?;
        parts.sort_in(source)?;
    }
    let mut catalog = Catalog::default();
    parts.vocabulary.into_iter().try_for_each(|file| reference::add_vocabulary(&mut catalog, file))?;
    parts.documents.into_iter().try_for_each(|file| reference::add_documents(&mut catalog, file))?;
    parts.anomalies.into_iter().try_for_each(|file| reference::add_anomalies(&mut catalog, file))?;
    framework::add_all(&mut catalog, parts.frameworks, parts.rows)?;
    parts.crosswalks.into_iter().try_for_each(|file| crosswalk::add(&mut catalog, file))?;
    parts.links.into_iter().try_for_each(|file| links::add(&mut catalog, file))?;
    parts.calendars.into_iter().try_for_each(|file| calendar::add(&mut catalog, file))?;
    Ok(catalog)
}

/// Loads `given` as a part of the catalog `base`: what `given` brings replaces its like there, the rest stays.
///
/// A framework can so be checked alone although its terms, documents and crosswalks stand in other files.
///
/// # Errors
/// As [`load`].
pub fn load_over(base: Vec<(String, String)>, given: Vec<(String, String)>) -> Result<Catalog, CatalogError> {
    // A file that is too large must not be parsed, not even to see what it is.
    given.iter().try_for_each(|(path, text)| within_file(path, text))?;
    load(overlay::overlay(base, given).into_iter())
}

fn within_file(path: &str, text: &str) -> Result<(), CatalogError> {
    let (what, limit) = ("bytes in one file", limits::FILE_BYTES_MAX);
    match text.len() > limit {
        true => Err(CatalogError::TooLarge { file: path.to_owned(), what, limit }),
        false => Ok(()),
    }
}

/// The files by what they are.
#[derive(Default)]
struct Parts {
    vocabulary: Vec<At<VocabularyFile>>,
    documents: Vec<At<DocumentsFile>>,
    anomalies: Vec<At<AnomaliesFile>>,
    frameworks: Vec<At<FrameworkFile>>,
    rows: Vec<At<RowsFile>>,
    crosswalks: Vec<At<CrosswalkFile>>,
    links: Vec<At<LinksFile>>,
    calendars: Vec<At<CalendarFile>>,
}

impl Parts {
    /// What a file is, its keys say: `[framework]` is a header, `framework` with `edition` are rows, and so on.
    fn sort_in(&mut self, source: SourceText) -> Result<(), CatalogError> {
        let table = DeTable::parse(&source.text).map_err(|error| source.toml_fault(&error))?;
        let keys = table.get_ref();
        let framework = keys.get("framework").map(|value| value.get_ref());
        if matches!(framework, Some(DeValue::Table(_))) {
            self.frameworks.push(At::read(source)?);
        } else if framework.is_some() && keys.contains_key("edition") {
            self.rows.push(At::read(source)?);
        } else if framework.is_some() {
            self.links.push(At::read(source)?);
        } else if keys.contains_key("crosswalk") {
            self.crosswalks.push(At::read(source)?);
        } else if keys.contains_key("calendar") {
            self.calendars.push(At::read(source)?);
        } else if keys.contains_key("term") {
            self.vocabulary.push(At::read(source)?);
        } else if keys.contains_key("document") {
            self.documents.push(At::read(source)?);
        } else if keys.contains_key("anomaly") {
            self.anomalies.push(At::read(source)?);
        } else {
            let expected = "one of the tables `[framework]`, `[crosswalk]`, `[calendar]`, `[[term]]`, `[[document]]`, \
                            `[[anomaly]]`, or the key `framework` at the top of a file of rows or links";
            return Err(source.fault(0..0, "a file without any of these", expected));
        }
        Ok(())
    }
}
