//! Tables that somebody filled in a spreadsheet program, as rows of text.
//!
//! An XLSX file is a ZIP archive from outside: it is unpacked into nothing
//! first to know its true size, and cells are read one by one, because a
//! single cell in the last corner of a sheet would otherwise claim the memory
//! of the whole sheet.
//!
//! A cell is read as its author sees it: a date by its format, a formula by the
//! value that was computed last, a merged cell in all the places that it covers.
//! What cannot be read so is said with its place, never given as another text.

mod number_format;

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read};

const FILE_BYTES_MAX: usize = 8 << 20;
const UNPACKED_BYTES_MAX: u64 = 64 << 20;
const ENTRIES_MAX: usize = 1_000;
const ROWS_MAX: u32 = 10_000;
const COLUMNS_MAX: u32 = 64;

/// Why a file is not a table that can be read.
#[derive(Debug)]
pub enum SpreadsheetError {
    /// The file is not an XLSX file, or a broken one.
    Broken(String),
    /// The file is larger than any such table has to be.
    TooLarge,
}

/// A sheet that people see, as its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRows {
    /// Its name.
    pub name: String,
    /// Each row as the texts of its cells from the first column; an empty row keeps its place.
    pub rows: Vec<Vec<String>>,
    /// The first cell that cannot be read as its author sees it; it is empty in the rows.
    pub unreadable: Option<UnreadableCell>,
}

/// A cell that cannot be read as its author sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableCell {
    /// The row, from 1.
    pub row: u32,
    /// The column, from 1.
    pub column: u32,
    /// What stands there.
    pub found: String,
    /// What was wanted there.
    pub expected: &'static str,
}

impl fmt::Display for SpreadsheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(reason) => write!(f, "not a readable XLSX file: {reason}"),
            Self::TooLarge => write!(
                f,
                "too large; expected at most {} MiB, {ROWS_MAX} rows and {COLUMNS_MAX} columns",
                FILE_BYTES_MAX >> 20
            ),
        }
    }
}

impl std::error::Error for SpreadsheetError {}

/// The sheets that people see, in their order: hidden ones and charts are left aside.
///
/// # Errors
/// When the bytes are not an XLSX file or more than a table of this kind may be.
pub fn sheets(bytes: &[u8]) -> Result<Vec<SheetRows>, SpreadsheetError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(SpreadsheetError::TooLarge);
    }
    check_unpacked_size(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let is_shown =
        |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let names: Vec<String> =
        workbook.sheets_metadata().iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() {
        return Err(broken("it has no sheet"));
    }
    names.into_iter().map(|name| sheet(&mut workbook, name)).collect()
}

type Rows = BTreeMap<u32, BTreeMap<u32, String>>;

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: String) -> Result<SheetRows, SpreadsheetError> {
    let is_1904 = workbook.has_1904_epoch();
    let merged = workbook.merge_cells_by_sheet_name(&name).map_err(broken)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
    let (mut rows, mut unreadable) = (Rows::new(), None);
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(broken)? {
        let (row, column) = cell.get_position();
        let format = cells.styles().get(style).and_then(|style| style.number_format.as_ref());
        let format =
            (format.and_then(|format| format.format_id), format.map_or("General", |format| &format.format_code));
        let text = text(cell.get_value(), format, is_1904).unwrap_or_else(|(found, expected)| {
            unreadable.get_or_insert(UnreadableCell { row: row + 1, column: column + 1, found, expected });
            String::new()
        });
        if text.is_empty() {
            continue;
        }
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(SpreadsheetError::TooLarge);
        }
        rows.entry(row).or_default().insert(column, text);
    }
    merged.iter().for_each(|region| spread(region, &mut rows));
    Ok(SheetRows { name, rows: filled_up(rows), unreadable })
}

/// Repeats the text of a merged cell in every place that it covers, as far as the table goes.
fn spread(region: &Dimensions, rows: &mut Rows) {
    let ((first_row, first_column), (last_row, last_column)) = (region.start, region.end);
    let Some(text) = rows.get(&first_row).and_then(|row| row.get(&first_column)).cloned() else { return };
    let table_end = rows.keys().next_back().copied().unwrap_or(0);
    for row in first_row..=last_row.min(table_end) {
        for column in first_column..=last_column.min(COLUMNS_MAX - 1) {
            rows.entry(row).or_default().entry(column).or_insert_with(|| text.clone());
        }
    }
}

/// The text of a cell, or what stands there and what was wanted.
fn text(value: &DataRef<'_>, (id, code): (Option<u32>, &str), is_1904: bool) -> Result<String, (String, &'static str)> {
    let number = |value: f64| {
        let unreadable = || (format!("{} in the format {code}", number_format::general(value)), EXPECTED_FORMAT);
        number_format::shown(value, id, code, is_1904).ok_or_else(unreadable)
    };
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => prose(text),
        DataRef::SharedString(text) => prose(text),
        DataRef::Int(value) => number(*value as f64)?,
        DataRef::Float(value) => number(*value)?,
        DataRef::DateTime(moment) => number(moment.as_f64())?,
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.strip_suffix("T00:00:00").unwrap_or(text).replace('T', " ")
        }
        DataRef::Error(error) => return Err((error.to_string(), "a value; the formula in this cell has none")),
    };
    Ok(text)
}

const EXPECTED_FORMAT: &str = "a text, or a number in a format of digits, a percentage, a sum or a date";

/// The text in its one spelling; `_x000D_` is how such files write a carriage return (ECMA-376 part 1, 22.9.2.19).
fn prose(text: &str) -> String {
    sumun_text::prose(&text.replace("_x000D_", "\r").replace("_x000d_", "\r")).trim().to_owned()
}

/// Unpacks every entry into nothing and stops when that is too much: the sizes in the archive may lie.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), SpreadsheetError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(SpreadsheetError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(broken)?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(broken)?;
        left = left.checked_sub(read).ok_or(SpreadsheetError::TooLarge)?;
    }
    Ok(())
}

fn broken(reason: impl fmt::Display) -> SpreadsheetError {
    SpreadsheetError::Broken(reason.to_string())
}

fn filled_up(rows: Rows) -> Vec<Vec<String>> {
    let count = rows.keys().next_back().map_or(0, |last| last + 1);
    let mut table = Vec::new();
    for row in 0..count {
        let width = rows.get(&row).and_then(|cells| cells.keys().next_back()).map_or(0, |last| last + 1);
        let cell = |column| rows.get(&row).and_then(|cells| cells.get(&column)).cloned().unwrap_or_default();
        table.push((0..width).map(cell).collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
    const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="항목" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

    fn workbook(cells: &str) -> Vec<u8> {
        let sheet = format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>"#
        );
        let parts = [
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", LINKS),
            ("xl/worksheets/sheet1.xml", &sheet),
        ];
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn cell(place: &str, text: &str) -> String {
        format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    }

    #[test]
    fn a_sheet_becomes_rows_of_text_in_their_places() {
        let cells = format!(
            r#"<row r="1">{}{}</row><row r="3">{}<c r="C3"><v>7</v></c></row>"#,
            cell("A1", "심사번호"),
            cell("B1", " 항목 "),
            cell("A3", "S1-01-SE")
        );
        let rows = sheets(&workbook(&cells)).unwrap().remove(0).rows;
        assert_eq!(rows[0], ["심사번호", "항목"]);
        assert!(rows[1].is_empty());
        assert_eq!(rows[2], ["S1-01-SE", "", "7"]);
    }

    #[test]
    fn what_cannot_be_read_as_it_is_seen_is_said_with_its_place() {
        let error = r#"<row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>"#;
        let sheet = sheets(&workbook(error)).unwrap().remove(0);
        let cell = sheet.unreadable.unwrap();
        assert_eq!((cell.row, cell.column, cell.found.as_str()), (2, 2, "#N/A"));
        let text = format!(r#"<row r="1">{}<c r="B1" t="b"><v>1</v></c></row>"#, cell_of_prose());
        let sheet = sheets(&workbook(&text)).unwrap().remove(0);
        assert_eq!((sheet.rows[0].clone(), sheet.unreadable), (vec!["각\n나".to_owned(), "TRUE".to_owned()], None));
    }

    /// Decomposed, with the carriage return of such files and a letter that shows nothing.
    fn cell_of_prose() -> String {
        cell("A1", " \u{1100}\u{1161}\u{11a8}_x000D_\n\u{200b}나 ")
    }

    #[test]
    fn a_merged_cell_says_the_same_in_all_its_places() {
        let cells = format!(r#"<row r="1">{}</row><row r="3">{}</row>"#, cell("A1", "제목"), cell("C3", "끝"));
        let merged = r#"</sheetData><mergeCells count="1"><mergeCell ref="A1:B1048576"/></mergeCells><sheetData>"#;
        let sheet = sheets(&workbook(&format!("{cells}{merged}"))).unwrap().remove(0);
        assert_eq!(sheet.rows, [vec!["제목", "제목"], vec!["제목", "제목"], vec!["제목", "제목", "끝"]]);
    }

    #[test]
    fn a_cell_in_the_last_corner_claims_no_memory() {
        let cells =
            format!(r#"<row r="1">{}</row><row r="1048576">{}</row>"#, cell("A1", "x"), cell("XFD1048576", "y"));
        assert!(matches!(sheets(&workbook(&cells)), Err(SpreadsheetError::TooLarge)));
    }

    #[test]
    fn a_sheet_that_swells_when_unpacked_is_refused() {
        let swollen = " ".repeat(65 << 20);
        assert!(matches!(sheets(&workbook(&swollen)), Err(SpreadsheetError::TooLarge)));
    }

    #[test]
    fn another_file_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old binary format", b"title,number\n"] {
            assert!(matches!(sheets(bytes), Err(SpreadsheetError::Broken(_))));
        }
    }
}
