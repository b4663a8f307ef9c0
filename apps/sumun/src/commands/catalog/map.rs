//! `sumun catalog map`

use super::print::{json, padded, width, word};
use super::{CommandError, LanguageArgument, Named, Stop, named};
use crate::commands::answer::language;
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use sumun_controls::{Catalog, Framework, Language, Row};

#[derive(clap::Args)]
pub(super) struct MapArguments {
    /// A framework, `framework/row`, or a row that one framework alone has
    id: String,
    /// Only mappings to this framework
    #[arg(long, value_name = "FRAMEWORK")]
    to: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = MapFormat::Text)]
    format: MapFormat,
    /// The language of the text; by default that of the terminal
    #[arg(long, value_enum)]
    lang: Option<LanguageArgument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MapFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// An OSCAL 1.2 mapping collection of a framework
    Oscal,
}

#[derive(Serialize)]
pub(super) struct MappedRow<'a> {
    from_framework: &'a str,
    from: &'a str,
    relation: &'static str,
    to_framework: &'a str,
    to: &'a str,
    to_title_ko: &'a str,
    to_title_en: &'a str,
    rationale_ko: &'a str,
    rationale_en: &'a str,
    author: &'a str,
}

pub(super) fn run(catalog: &Catalog, arguments: &MapArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let target = arguments.to.as_deref().map(|name| super::framework_named(catalog, name)).transpose()?;
    let found = named(catalog, &arguments.id)?;
    if arguments.format == MapFormat::Oscal {
        return oscal(catalog, &found, out);
    }
    let mapped: Vec<MappedRow<'_>> = match found {
        Named::Framework(framework) => {
            framework.rows().iter().flat_map(|row| of_row(catalog, framework, row, target)).collect()
        }
        Named::Row(framework, row) => of_row(catalog, framework, row, target),
    };
    match arguments.format {
        MapFormat::Json => json(&mapped, out),
        MapFormat::Text | MapFormat::Oscal => text(&mapped, language(arguments.lang), out),
    }
}

fn oscal(catalog: &Catalog, found: &Named<'_>, out: &mut dyn Write) -> Result<(), Stop> {
    let Named::Framework(framework) = found else {
        return Err(CommandError::misuse(say("fault-map-needs-framework")).into());
    };
    match sumun_render::oscal::mapping_collection(catalog, framework) {
        Some(document) => json(&document, out),
        None => Err(CommandError::misuse(say("fault-no-crosswalk").with("framework", &framework.id)).into()),
    }
}

pub(super) fn of_row<'a>(
    catalog: &'a Catalog,
    framework: &'a Framework,
    row: &'a Row,
    target: Option<&Framework>,
) -> Vec<MappedRow<'a>> {
    let wanted = |id: &sumun_controls::FrameworkId| target.is_none_or(|target| target.id == *id);
    let mappings = catalog.mappings(&framework.id, &row.id).filter(|mapped| wanted(mapped.framework));
    let entry = |mapped: sumun_controls::Mapped<'a>| {
        let other = catalog.row(mapped.framework, mapped.row)?;
        Some(MappedRow {
            from_framework: framework.id.as_str(),
            from: row.id.as_str(),
            relation: mapped.relation.as_str(),
            to_framework: mapped.framework.as_str(),
            to: mapped.row.as_str(),
            to_title_ko: &other.title.ko,
            to_title_en: &other.title.en,
            rationale_ko: &mapped.rationale.ko,
            rationale_en: &mapped.rationale.en,
            author: mapped.author,
        })
    };
    mappings.filter_map(entry).collect()
}

fn text(mapped: &[MappedRow<'_>], language: Language, out: &mut dyn Write) -> Result<(), Stop> {
    if mapped.is_empty() {
        writeln!(out, "{}", word(language, "대응하는 항목이 없습니다.", "Nothing is mapped."))?;
    }
    let from_columns = mapped.iter().map(|entry| width(entry.from)).max().unwrap_or(0);
    for entry in mapped {
        let relation = sumun_controls::Relation::ALL.into_iter().find(|relation| relation.as_str() == entry.relation);
        let relation =
            relation.map_or_else(|| entry.relation.to_owned(), |it| it.title().in_language(language).to_owned());
        let (title, rationale) = match language {
            Language::Korean => (entry.to_title_ko, entry.rationale_ko),
            Language::English => (entry.to_title_en, entry.rationale_en),
        };
        let from = padded(entry.from, from_columns);
        writeln!(out, "{from}  {}  {}/{}  {title}", padded(&relation, 10), entry.to_framework, entry.to)?;
        writeln!(out, "{}    {rationale}", " ".repeat(from_columns))?;
    }
    Ok(())
}
