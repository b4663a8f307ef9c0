//! `sumun catalog list`

use super::print::{Summary, json, padded, width, word};
use super::{Format, Stop, View};
use std::io::Write;
use sumun_controls::Catalog;

pub(super) fn run(catalog: &Catalog, view: &View, out: &mut dyn Write) -> Result<(), Stop> {
    if view.format == Format::Json {
        return json(&catalog.current_frameworks().map(Summary::of).collect::<Vec<_>>(), out);
    }
    let language = view.language();
    let headings = [
        word(language, "식별자", "id"),
        word(language, "판", "edition"),
        word(language, "영역", "domains"),
        word(language, "분야", "areas"),
        word(language, "항목", "items"),
        word(language, "세부", "detailed"),
        word(language, "제목", "title"),
    ];
    let mut table = vec![headings.map(str::to_owned)];
    for framework in catalog.current_frameworks() {
        let counts = framework.counts();
        let number = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
        table.push([
            framework.id.to_string(),
            framework.edition.to_string(),
            number(counts.domains),
            number(counts.areas),
            number(counts.items),
            number(counts.detailed_items),
            framework.title.in_language(language).to_owned(),
        ]);
    }
    let columns: Vec<usize> =
        (0..headings.len()).map(|column| table.iter().map(|line| width(&line[column])).max().unwrap_or(0)).collect();
    for line in &table {
        let cells: Vec<String> = line.iter().zip(&columns).map(|(cell, columns)| padded(cell, *columns)).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
