//! `sumun catalog`: the catalogs of controls, listed, shown, searched, mapped, checked and exported.

mod check;
mod export;
mod import;
mod list;
mod map;
mod print;
mod search;
mod show;

use super::answer::{LanguageArgument, Stop, View, ended};
use super::{CommandError, Format};
use crate::catalogs;
use crate::speech::say;
use std::io::Write;
use sumun_controls::{Catalog, Found, Framework, Row};

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
    catalogs::embedded().map_err(|error| CommandError::failure(say("fault-own-catalogs").with("cause", error)))
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
            let several = say("fault-several-rows").with("name", name).with("rows", rows.join(", "));
            Err(CommandError::misuse(several))
        }
        Found::Missing { suggestion } => Err(unknown(name, suggestion)),
    }
}

/// The framework that `name` stands for; exit code 2 when that is nothing, or a row.
fn framework_named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Framework, CommandError> {
    match named(catalog, name)? {
        Named::Framework(framework) => Ok(framework),
        Named::Row(framework, row) => {
            let wanted = say("fault-row-of-framework").with("row", &row.id).with("framework", &framework.id);
            Err(CommandError::misuse(wanted))
        }
    }
}

pub(super) fn unknown(name: &str, suggestion: Option<String>) -> CommandError {
    let shown: String = name.chars().take(80).collect();
    let mend = match suggestion {
        Some(suggestion) => say("fault-unknown-name-near").with("near", suggestion),
        None => say("fault-unknown-name-list"),
    };
    CommandError::misuse(say("fault-unknown-name").with("name", shown).with("mend", mend))
}

#[cfg(test)]
mod tests;
