//! What a company knows of the empty slots, from a TOML file or the rows of a spreadsheet.

use super::text::{At, SourceText};
use super::{limits, within_file};
use crate::file::Text;
use crate::slots::SlotText;
use crate::{Bilingual, CatalogError, RowId};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotsFile {
    slot: Vec<SlotEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotEntry {
    number: RowId,
    title_ko: Text,
    title_en: Option<Text>,
    criterion_ko: Text,
    criterion_en: Option<Text>,
    #[serde(default)]
    online_only: bool,
}

impl SlotText {
    /// Reads a TOML file of `[[slot]]` tables (`catalogs/README.md`). A missing English text is the Korean one.
    ///
    /// # Errors
    /// The first fault with file, line, column and what was expected.
    pub fn read_toml(path: &str, text: &str) -> Result<Vec<Self>, CatalogError> {
        within_file(path, text)?;
        let file: At<SlotsFile> = At::read(SourceText::new(path.to_owned(), text))?;
        file.source.within("slots", file.value.slot.len(), limits::LIST_MAX)?;
        Ok(file.value.slot.into_iter().map(from_entry).collect())
    }

    /// Reads the sheets of a spreadsheet, each by its name and rows: those that have the headings. Above the items
    /// stands a row with `심사번호`, `항목` and `심사기준`, as in the official statement, and perhaps `적용`; white space
    /// in them does not count. What stands above that row is left aside; where it comes again it is no item.
    ///
    /// # Errors
    /// The first fault with file and sheet, row, column and what was expected.
    pub fn read_tables(path: &str, sheets: &[(String, Vec<Vec<String>>)]) -> Result<Vec<Self>, CatalogError> {
        let mut slots = Vec::new();
        let mut is_table = false;
        for (name, rows) in sheets {
            let place = if sheets.len() > 1 { Self::place_of_sheet(path, name) } else { path.to_owned() };
            if let Some(table) = Table::find(&place, rows) {
                is_table = true;
                slots.extend(table.slots(rows)?);
            }
        }
        if !is_table {
            return Err(no_headings(path));
        }
        match slots.len() > limits::LIST_MAX {
            true => Err(CatalogError::TooLarge { file: path.to_owned(), what: "slots", limit: limits::LIST_MAX }),
            false => Ok(slots),
        }
    }

    /// Whether the rows of a sheet have the headings, so that [`Self::read_tables`] reads it.
    pub fn is_table(rows: &[Vec<String>]) -> bool {
        Table::find("", rows).is_some()
    }

    /// How a sheet of a file is named in messages.
    pub fn place_of_sheet(path: &str, sheet: &str) -> String {
        format!("{path}[{}]", sumun_text::shown(sheet))
    }
}

fn no_headings(path: &str) -> CatalogError {
    CatalogError::Broken {
        file: path.to_owned(),
        line: 1,
        column: 1,
        found: format!("no row of headings in the first {HEADING_ROWS_MAX} rows of any sheet"),
        expected: "a row with `심사번호`, `항목` and `심사기준`".to_owned(),
    }
}

fn from_entry(entry: SlotEntry) -> SlotText {
    let both = |ko: Text, en: Option<Text>| {
        let en = en.unwrap_or_else(|| ko.clone());
        Bilingual::new(ko, en)
    };
    SlotText {
        number: entry.number,
        title: both(entry.title_ko, entry.title_en),
        criterion: both(entry.criterion_ko, entry.criterion_en),
        is_online_only: entry.online_only,
    }
}

/// Where the headings stand.
struct Table<'a> {
    path: &'a str,
    heading: usize,
    number: usize,
    title: usize,
    criterion: usize,
    applies: Option<usize>,
}

/// The headings are looked for in the first rows. Our choice.
const HEADING_ROWS_MAX: usize = 50;

impl<'a> Table<'a> {
    fn find(path: &'a str, rows: &[Vec<String>]) -> Option<Self> {
        rows.iter().take(HEADING_ROWS_MAX).enumerate().find_map(|(heading, row)| Self::at(path, heading, row))
    }

    /// The table whose headings this row is.
    fn at(path: &'a str, heading: usize, row: &[String]) -> Option<Self> {
        // A heading is broken or spaced out to fit its column.
        let is =
            |cell: &String, heading: &str| cell.chars().filter(|letter| !letter.is_whitespace()).eq(heading.chars());
        let column = |heading: &str| row.iter().position(|cell| is(cell, heading));
        let (number, title, criterion) = (column("심사번호")?, column("항목")?, column("심사기준")?);
        Some(Self { path, heading, number, title, criterion, applies: column("적용") })
    }

    fn slots(&self, rows: &[Vec<String>]) -> Result<Vec<SlotText>, CatalogError> {
        let is_item = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()) && Self::at("", 0, row).is_none();
        let below = rows.iter().enumerate().skip(self.heading + 1).filter(|(_, row)| is_item(row));
        below.map(|(place, row)| self.slot(place, row)).collect()
    }

    fn slot(&self, place: usize, row: &[String]) -> Result<SlotText, CatalogError> {
        let number = self.cell(place, row, self.number)?;
        let number = number
            .parse::<RowId>()
            .map_err(|_| self.fault(place, self.number, number, "an item number such as `S2-05-SE`"))?;
        let title = self.cell(place, row, self.title)?;
        let criterion = self.cell(place, row, self.criterion)?;
        let is_online_only = match self.applies.and_then(|column| row.get(column)).map_or("", String::as_str) {
            "온라인형" | "온라인" => true,
            "" | "공통" | "온라인형·오프라인형" => false,
            other => {
                return Err(self.fault(
                    place,
                    self.applies.unwrap_or_default(),
                    other,
                    "`온라인형`, `공통` or nothing",
                ));
            }
        };
        let (title, criterion) = (Bilingual::new(title, title), Bilingual::new(criterion, criterion));
        Ok(SlotText { number, title, criterion, is_online_only })
    }

    fn cell<'r>(&self, place: usize, row: &'r [String], column: usize) -> Result<&'r str, CatalogError> {
        let text = row.get(column).map_or("", String::as_str);
        match Text::try_from(text.to_owned()) {
            Ok(_) => Ok(text),
            Err(_) => Err(self.fault(place, column, text, "a text of visible letters, neither empty nor endless")),
        }
    }

    fn fault(&self, place: usize, column: usize, found: &str, expected: &str) -> CatalogError {
        let found: String = sumun_text::shown(found).chars().take(80).collect();
        CatalogError::Broken {
            file: self.path.to_owned(),
            line: place + 1,
            column: column + 1,
            found: format!("`{found}`"),
            expected: expected.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&[&str]]) -> Vec<Vec<String>> {
        lines.iter().map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_spreadsheet_is_read_below_its_headings() {
        let table = rows(&[
            &["상세 검토결과"],
            &["항목", "심사번호", "심사기준", "적용"],
            &["중요PC 통제", "S2-05-SE", "연결이 차단되어 있는가?"],
            &[],
            &["세션 관리", "S3-01-SE", "세션이 끊기는가?", "온라인형"],
        ]);
        let slots = SlotText::read_tables("a.xlsx", &[("항목".to_owned(), table)]).unwrap();
        assert_eq!(slots.len(), 2);
        assert!(slots[1].is_online_only && !slots[0].is_online_only);
        assert_eq!(slots[1].title.en, "세션 관리");
    }

    /// White space in headings, a second row of merged ones, headings again on the next page, sheets without any.
    #[test]
    fn headings_are_found_as_people_write_them() {
        let sheets = [
            ("작성 안내".to_owned(), rows(&[&["이 파일을 채워 주십시오."]])),
            (
                "S1".to_owned(),
                rows(&[
                    &["심사\n번호", "항 목", "심사\u{3000}기준", "적용"],
                    &["심사\n번호", "항 목", "심사\u{3000}기준", "비고"],
                    &["S1-01-SE", "접근통제", "차단되어 있는가?"],
                    &["심사번호", "항목", "심사기준", "적용"],
                    &["S1-02-SE", "세션 관리", "끊기는가?"],
                ]),
            ),
            ("S2".to_owned(), rows(&[&["심사번호", "항목", "심사기준"], &["S2-01-SE", "망분리", "분리되어 있는가?"]])),
        ];
        let slots = SlotText::read_tables("a.xlsx", &sheets).unwrap();
        assert_eq!(slots.len(), 3);
        assert_eq!(slots[1].number.as_str(), "S1-02-SE");
        let mut broken = sheets;
        broken[2].1[1][0] = "S2 01".to_owned();
        let fault = SlotText::read_tables("a.xlsx", &broken).unwrap_err().to_string();
        assert!(fault.starts_with("a.xlsx[S2]:2:1: found `S2 01`"), "{fault}");
    }

    #[test]
    fn a_fault_names_row_and_column() {
        let fault = |cells: &[&str]| {
            let table = rows(&[&["심사번호", "항목", "심사기준", "적용"], cells]);
            SlotText::read_tables("a.xlsx", &[("항목".to_owned(), table)]).unwrap_err().to_string()
        };
        assert!(fault(&["S1 01", "a", "b"]).starts_with("a.xlsx:2:1: found `S1 01`"));
        assert!(fault(&["S1-01", "a"]).starts_with("a.xlsx:2:3: found ``"));
        assert!(fault(&["S1-01", "a", "b", "가끔"]).starts_with("a.xlsx:2:4: found `가끔`; expected `온라인형`"));
        let hidden = fault(&["S1-01", "항목\u{202e}목항", "b"]);
        assert!(
            hidden.starts_with("a.xlsx:2:2: found `항목\u{fffd}목항`; expected a text of visible letters"),
            "{hidden}"
        );
        let none = SlotText::read_tables("a.xlsx", &[("항목".to_owned(), rows(&[&["a"]]))]).unwrap_err().to_string();
        assert!(none.contains("`심사번호`"));
    }

    #[test]
    fn a_toml_file_of_slots_refuses_unknown_keys() {
        let text = "[[slot]]\nnumber = \"S1-01\"\ntitle_ko = \"항목\"\ncriterion_ko = \"기준\"\nonline_only = true\n";
        let slots = SlotText::read_toml("a.toml", text).unwrap();
        assert!(slots[0].is_online_only);
        let fault = SlotText::read_toml("a.toml", &text.replace("online_only", "online")).unwrap_err().to_string();
        assert!(fault.starts_with("a.toml:5:1: found unknown field `online`"), "{fault}");
        let hidden = SlotText::read_toml("a.toml", &text.replace("항목", "항\u{200b}목")).unwrap_err().to_string();
        assert_eq!(hidden, "a.toml:3:12: found letters that nobody sees; expected visible letters");
    }
}
