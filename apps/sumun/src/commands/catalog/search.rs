//! `sumun catalog search`

use super::print::{json, padded, width, word};
use super::{CommandError, Format, Stop, View};
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use sumun_controls::{Catalog, Hit};

#[derive(clap::Args)]
pub(super) struct SearchArguments {
    /// The words, all of which must occur
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// How many rows to show at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct FoundRow<'a> {
    framework: &'a str,
    row: &'a str,
    title_ko: &'a str,
    title_en: &'a str,
    score: u32,
}

pub(super) fn run(catalog: &Catalog, arguments: &SearchArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let query = arguments.words.join(" ");
    if query.trim().is_empty() {
        return Err(CommandError::misuse(say("fault-no-word")).into());
    }
    let hits = catalog.search(&query);
    let shown = &hits[..hits.len().min(arguments.limit)];
    if arguments.view.format == Format::Json {
        return json(&shown.iter().map(found).collect::<Vec<_>>(), out);
    }
    let language = arguments.view.language();
    let names: Vec<String> = shown.iter().map(|hit| format!("{}/{}", hit.framework.id, hit.row.id)).collect();
    let columns = names.iter().map(|name| width(name)).max().unwrap_or(0);
    for (name, hit) in names.iter().zip(shown) {
        writeln!(out, "{}  {}", padded(name, columns), hit.row.title.in_language(language))?;
    }
    match hits.len() - shown.len() {
        0 if hits.is_empty() => writeln!(out, "{}", word(language, "검색 결과가 없습니다.", "Nothing found."))?,
        0 => {}
        more => writeln!(out, "{} {more}", word(language, "이 밖에 더 있는 항목 수:", "and more:"))?,
    }
    Ok(())
}

fn found<'a>(hit: &Hit<'a>) -> FoundRow<'a> {
    FoundRow {
        framework: hit.framework.id.as_str(),
        row: hit.row.id.as_str(),
        title_ko: &hit.row.title.ko,
        title_en: &hit.row.title.en,
        score: hit.score,
    }
}
