//! `sumun catalog`: the catalogs of controls, listed, shown, searched, mapped, checked and exported.

mod check;
mod export;
mod import;
mod list;
mod map;
mod print;
mod search;
mod show;

use super::{CommandError, Format};
use crate::catalogs;
use std::io::{ErrorKind, Write};
use sumun_controls::{Catalog, Found, Framework, Language, Row};

/// Arguments of `sumun catalog`.
#[derive(clap::Args)]
pub struct CatalogArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(clap::Subcommand)]
enum Deed {
    /// List the frameworks with their counts
    List(View),
    /// Show a framework, or a row of one
    Show(show::ShowArguments),
    /// Search all rows in Korean and English; every word must occur
    Search(search::SearchArguments),
    /// Show how a framework or a row stands to other frameworks
    Map(map::MapArguments),
    /// Check a catalog folder, a framework's folder or a single file
    Check(check::CheckArguments),
    /// Export a framework
    Export(export::ExportArguments),
    /// Fill the empty slots of a framework from a company's own papers
    Import(import::ImportArguments),
}

/// How to answer.
#[derive(clap::Args)]
struct View {
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The language of the text
    #[arg(long, value_enum, default_value_t = LanguageArgument::Ko)]
    lang: LanguageArgument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LanguageArgument {
    /// Korean
    Ko,
    /// English
    En,
}

impl View {
    fn language(&self) -> Language {
        match self.lang {
            LanguageArgument::Ko => Language::Korean,
            LanguageArgument::En => Language::English,
        }
    }
}

/// Why a deed ends early.
enum Stop {
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

/// Carries out `sumun catalog ...`; exit code 2 for a broken file or an unknown name.
pub fn run(arguments: &CatalogArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let catalog = shipped()?;
    let done = match &arguments.deed {
        Deed::List(view) => list::run(&catalog, view, out),
        Deed::Show(arguments) => show::run(&catalog, arguments, out),
        Deed::Search(arguments) => search::run(&catalog, arguments, out),
        Deed::Map(arguments) => map::run(&catalog, arguments, out),
        Deed::Check(arguments) => check::run(arguments, out),
        Deed::Export(arguments) => export::run(&catalog, arguments, out),
        Deed::Import(arguments) => import::run(&catalog, arguments, out),
    };
    ended(done)
}

/// The catalogs of this build.
pub(super) fn shipped() -> Result<Catalog, CommandError> {
    catalogs::embedded()
        .map_err(|error| CommandError::failure(format!("the catalogs of this build are broken: {error}")))
}

/// The end of a command whose answer somebody may have stopped reading: `sumun catalog list | head -1` is no failure.
fn ended(done: Result<(), Stop>) -> Result<(), CommandError> {
    match done {
        Ok(()) => Ok(()),
        Err(Stop::Command(error)) => Err(error),
        Err(Stop::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(Stop::Write(error)) => Err(CommandError::failure(format!("cannot write the answer: {error}"))),
    }
}

/// A framework, or a row of one.
enum Named<'a> {
    Framework(&'a Framework),
    Row(&'a Framework, &'a Row),
}

/// What `name` stands for; exit code 2 when that is nothing, or several things.
fn named<'a>(catalog: &'a Catalog, name: &str) -> Result<Named<'a>, CommandError> {
    match catalog.find(name) {
        Found::Framework(framework) => Ok(Named::Framework(framework)),
        Found::Row(framework, row) => Ok(Named::Row(framework, row)),
        Found::Ambiguous(rows) => {
            let rows: Vec<String> =
                rows.iter().map(|(framework, row)| format!("{}/{}", framework.id, row.id)).collect();
            Err(CommandError::misuse(format!(
                "`{name}` is a row of several frameworks; say one of {}",
                rows.join(", ")
            )))
        }
        Found::Missing { suggestion } => Err(unknown(name, suggestion)),
    }
}

/// The framework that `name` stands for; exit code 2 when that is nothing, or a row.
fn framework_named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Framework, CommandError> {
    match named(catalog, name)? {
        Named::Framework(framework) => Ok(framework),
        Named::Row(framework, row) => {
            let message = format!("`{}` is a row; name its framework, `{}`", row.id, framework.id);
            Err(CommandError::misuse(message))
        }
    }
}

pub(super) fn unknown(name: &str, suggestion: Option<String>) -> CommandError {
    let shown: String = name.chars().take(80).collect();
    let mend = match suggestion {
        Some(suggestion) => format!("did you mean `{suggestion}`?"),
        None => "`sumun catalog list` names the frameworks, `sumun catalog show FRAMEWORK` its rows".to_owned(),
    };
    CommandError::misuse(format!("no framework or row is called `{shown}`; {mend}"))
}

#[cfg(test)]
mod tests;
