//! PDF by typst with embedded Korean fonts.
//!
//! A thin wrapper, and a crate of its own because typst is a long build. A
//! template is compiled in a closed world: it sees the files that the caller
//! gives it, [`KOREAN`] and the embedded fonts, and neither the disk, the
//! network, packages, the fonts of the system nor the clock. Data comes in as
//! a file (`json("data.json")`) and is never spliced into markup, so that no
//! text can become a command. The same input gives the same bytes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod world;

use std::fmt;
use std::thread;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};
use world::ClosedWorld;

pub use world::has_glyph;

/// What every template imports as `korean.typ`: `#show: korean` sets the
/// embedded font, and `words(text)` shows a text with its Korean words whole.
pub const KOREAN: &str = include_str!("korean.typ");

/// What is to be set.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The template, in typst markup.
    pub template: &'a str,
    /// Files that the template may read, by fixed names such as `data.json`.
    pub files: &'a [(&'static str, &'a [u8])],
    /// A text that identifies the document for ever; it becomes the PDF's id.
    pub identity: &'a str,
    /// When the document was made, in UTC: year, month, day, hour, minute, second.
    pub made_at: (i32, u8, u8, u8, u8, u8),
}

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// Why a document could not be set. Every variant is our own fault: the
/// template is ours, and data cannot break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypesetError {
    /// The template failed; one line for each complaint, with its line number.
    Template(Vec<String>),
    /// The date is not one of the calendar.
    Date,
    /// The thread that sets the document could not be started or died.
    Thread,
}

impl fmt::Display for TypesetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(complaints) => write!(f, "the template failed: {}", complaints.join("; ")),
            Self::Date => f.write_str("the date of the document does not exist"),
            Self::Thread => f.write_str("the thread that sets the document failed"),
        }
    }
}

impl std::error::Error for TypesetError {}

/// Sets a document. Takes a fraction of a second of one processor, so an async
/// caller gives it to a blocking thread.
///
/// # Errors
/// [`TypesetError`]; nothing of it depends on the outside world.
pub fn compile(input: &Input<'_>) -> Result<Pdf, TypesetError> {
    let (year, month, day, hour, minute, second) = input.made_at;
    let made_at = Datetime::from_ymd_hms(year, month, day, hour, minute, second).ok_or(TypesetError::Date)?;
    let world = ClosedWorld::new(input, made_at);
    // Deep tables need more stack than a worker thread has.
    let setting = move |identity: String| set(&world, made_at, identity);
    let identity = input.identity.to_owned();
    let worker = thread::Builder::new().name("typeset".into()).stack_size(32 << 20);
    let handle = worker.spawn(move || setting(identity)).map_err(|_| TypesetError::Thread)?;
    handle.join().map_err(|_| TypesetError::Thread)?
}

fn set(world: &ClosedWorld, made_at: Datetime, identity: String) -> Result<Pdf, TypesetError> {
    let complain = |errors: &[SourceDiagnostic]| TypesetError::Template(world.complaints(errors));
    let result = typst::compile::<PagedDocument>(world).output;
    let document = result.map_err(|errors| complain(&errors));
    let pdf = document.and_then(|document| {
        let options = PdfOptions {
            ident: Smart::Custom(identity),
            creator: Smart::Custom(Some("Sumun".to_owned())),
            timestamp: Some(Timestamp::new_utc(made_at)),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| complain(&errors))?;
        Ok(Pdf { bytes, pages: document.pages().len() })
    });
    // One report's data shall not stay in memory for the next.
    comemo::evict(0);
    pdf
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(template: &str, data: &str) -> Result<Pdf, TypesetError> {
        compile(&Input {
            template,
            files: &[("data.json", data.as_bytes())],
            identity: "test",
            made_at: (2026, 11, 23, 5, 5, 0),
        })
    }

    const SAY: &str = "#import \"korean.typ\": *\n#show: korean\n#words(json(\"data.json\").text)";

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        let once = set(SAY, r#"{"text": "수문은 문을 지킨다"}"#).unwrap();
        let twice = set(SAY, r#"{"text": "수문은 문을 지킨다"}"#).unwrap();
        assert_eq!(once, twice);
        assert_eq!(once.pages, 1);
        assert!(once.bytes.starts_with(b"%PDF-1.7"));
    }

    #[test]
    fn hostile_data_is_shown_and_never_run() {
        let hostile = r##"{"text": "#panic(1) #read(\"/etc/passwd\") *a* $x$ ]#"}"##;
        set(SAY, hostile).unwrap();
    }

    #[test]
    fn the_world_is_closed() {
        let attempts = [
            ("#read(\"/etc/passwd\")", "file not found"),
            ("#read(\"../../etc/passwd\")", ""),
            ("#import \"@preview/cetz:0.3.0\"", "access denied"),
            ("#image(\"nothing.png\")", "file not found"),
        ];
        for (template, reason) in attempts {
            let Err(TypesetError::Template(complaints)) = set(template, "{}") else { panic!("{template}") };
            assert!(complaints[0].starts_with("line 1: ") && complaints[0].contains(reason), "{complaints:?}");
        }
    }

    #[test]
    fn a_broken_template_names_its_line() {
        let Err(TypesetError::Template(complaints)) = set("fine\n\n#nothing()", "{}") else { panic!() };
        assert_eq!(complaints, ["line 3: unknown variable: nothing"]);
    }

    #[test]
    fn a_text_of_many_words_is_set() {
        let data = format!("{{\"text\": \"{}\"}}", "정보보호 정책을 수립한다. ".repeat(5_000));
        assert!(set(SAY, &data).unwrap().pages > 20);
    }

    #[test]
    fn a_word_without_end_is_cut_and_not_lost() {
        let data = format!("{{\"text\": \"{}\"}}", "가".repeat(5_000));
        assert!(set(SAY, &data).unwrap().pages >= 2);
    }

    #[test]
    fn the_embedded_fonts_have_what_reports_use() {
        for letter in "가힣수문守門·○△□◇‘’“”•※「」『』–—~①②③…%/()<>☑☐✓✗►▪喆ᄒᆞᆫ😀".chars()
        {
            assert!(has_glyph(letter), "{letter} U+{:04X}", u32::from(letter));
        }
        assert!(!has_glyph('𒀀') && !has_glyph('\u{f8ff}'));
    }

    #[test]
    fn an_impossible_date_is_refused() {
        let input = Input { template: "", files: &[], identity: "x", made_at: (2026, 2, 30, 0, 0, 0) };
        assert_eq!(compile(&input), Err(TypesetError::Date));
    }
}
