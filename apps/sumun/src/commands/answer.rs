//! How commands answer: for a person in one of two languages, or for a program.

use super::{CommandError, Format};
use crate::speech::{say, terminal};
use serde::Serialize;
use std::io::{ErrorKind, Write};
use sumun_controls::Language;
use sumun_web::Locale;

/// How to answer.
#[derive(clap::Args)]
pub struct View {
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The language of the text; by default that of the terminal
    #[arg(long, value_enum)]
    pub lang: Option<LanguageArgument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LanguageArgument {
    /// Korean
    Ko,
    /// English
    En,
}

impl View {
    /// The language of the answer.
    pub fn language(&self) -> Language {
        language(self.lang)
    }
}

/// The language that was asked for, or the terminal's.
pub fn language(asked: Option<LanguageArgument>) -> Language {
    let is_korean = asked.map_or(terminal() == Locale::Ko, |asked| asked == LanguageArgument::Ko);
    if is_korean { Language::Korean } else { Language::English }
}

/// Why a deed ends early.
pub enum Stop {
    /// The answer cannot be written.
    Write(std::io::Error),
    /// The call was wrong, or the work did not succeed.
    Command(CommandError),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<CommandError> for Stop {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

/// The end of a command whose answer somebody may have stopped reading: `sumun catalog list | head -1` is no failure.
pub fn ended(done: Result<(), Stop>) -> Result<(), CommandError> {
    match done {
        Ok(()) => Ok(()),
        Err(Stop::Command(error)) => Err(error),
        Err(Stop::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(Stop::Write(error)) => Err(CommandError::failure(say("fault-write-answer").with("cause", error))),
    }
}

/// Writes `value` as JSON for a program, with a line end.
pub fn json(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Stop> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// The word in the language of the answer.
pub fn word<'a>(language: Language, ko: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Korean => ko,
        Language::English => en,
    }
}

/// `text` with spaces up to `columns` of a terminal, on which a Korean letter takes two.
pub fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// How many columns of a terminal `text` takes.
pub fn width(text: &str) -> usize {
    let is_wide = |letter: char| matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}');
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}
