//! Tables that somebody filled in a spreadsheet program, as rows of text.
//!
//! An XLSX file is a ZIP archive from outside: it is unpacked into nothing
//! first to know its true size, and cells are read one by one, because a
//! single cell in the last corner of a sheet would otherwise claim the memory
//! of the whole sheet.

use calamine::{Data, DataRef, Reader, Xlsx};
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

/// The rows of the first sheet, each as the texts of its cells from the first column; an empty row keeps its place.
///
/// # Errors
/// When the bytes are not an XLSX file or more than a table of this kind may be.
pub fn first_sheet(bytes: &[u8]) -> Result<Vec<Vec<String>>, SpreadsheetError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(SpreadsheetError::TooLarge);
    }
    check_unpacked_size(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = workbook.sheet_names();
    let name = names.first().ok_or_else(|| broken("it has no sheet"))?;
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(SpreadsheetError::TooLarge);
        }
        let text = text(cell.get_value());
        if !text.is_empty() {
            rows.entry(row).or_default().insert(column, text);
        }
    }
    Ok(filled_up(rows))
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

fn text(value: &DataRef<'_>) -> String {
    Data::from(value.clone()).to_string().trim().to_owned()
}

fn filled_up(rows: BTreeMap<u32, BTreeMap<u32, String>>) -> Vec<Vec<String>> {
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
        let rows = first_sheet(&workbook(&cells)).unwrap();
        assert_eq!(rows[0], ["심사번호", "항목"]);
        assert!(rows[1].is_empty());
        assert_eq!(rows[2], ["S1-01-SE", "", "7"]);
    }

    #[test]
    fn a_cell_in_the_last_corner_claims_no_memory() {
        let cells =
            format!(r#"<row r="1">{}</row><row r="1048576">{}</row>"#, cell("A1", "x"), cell("XFD1048576", "y"));
        assert!(matches!(first_sheet(&workbook(&cells)), Err(SpreadsheetError::TooLarge)));
    }

    #[test]
    fn a_sheet_that_swells_when_unpacked_is_refused() {
        let swollen = " ".repeat(65 << 20);
        assert!(matches!(first_sheet(&workbook(&swollen)), Err(SpreadsheetError::TooLarge)));
    }

    #[test]
    fn another_file_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old binary format", b"title,number\n"] {
            assert!(matches!(first_sheet(bytes), Err(SpreadsheetError::Broken(_))));
        }
    }
}
