//! `sumun catalog show`

use super::map::{MappedRow, of_row};
use super::print::{Summary, json, padded, width, word};
use super::{Format, Named, Stop, View, named};
use serde::Serialize;
use std::io::{Result as Written, Write};
use sumun_controls::{
    Catalog, Framework, FrameworkFile, Language, Level, Modality, ParameterValue, Row, RowFile, Source, Term, TermKind,
};

#[derive(clap::Args)]
pub(super) struct ShowArguments {
    /// A framework, `framework/row`, or a row that one framework alone has
    id: String,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct ShownFramework {
    #[serde(flatten)]
    summary: Summary,
    #[serde(flatten)]
    file: FrameworkFile,
}

#[derive(Serialize)]
struct ShownRow<'a> {
    framework: &'a str,
    edition: &'a str,
    level: &'static str,
    #[serde(flatten)]
    row: RowFile,
    domain_title_ko: Option<&'a str>,
    domain_title_en: Option<&'a str>,
    area_title_ko: Option<&'a str>,
    area_title_en: Option<&'a str>,
    detailed_items: Vec<RowFile>,
    mappings: Vec<MappedRow<'a>>,
}

pub(super) fn run(catalog: &Catalog, arguments: &ShowArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let language = arguments.view.language();
    match (named(catalog, &arguments.id)?, arguments.view.format) {
        (Named::Framework(framework), Format::Json) => {
            json(&ShownFramework { summary: Summary::of(framework), file: framework.to_file() }, out)
        }
        (Named::Row(framework, row), Format::Json) => json(&shown(catalog, framework, row), out),
        (Named::Framework(framework), Format::Text) => Ok(framework_text(catalog, framework, language, out)?),
        (Named::Row(framework, row), Format::Text) => Ok(RowText { catalog, framework, row, language }.write(out)?),
    }
}

fn shown<'a>(catalog: &'a Catalog, framework: &'a Framework, row: &'a Row) -> ShownRow<'a> {
    let (domain, area) = (framework.domain_of(row), framework.area_of(row));
    ShownRow {
        framework: framework.id.as_str(),
        edition: framework.edition.as_str(),
        level: row.level.as_str(),
        row: row.to_file(),
        domain_title_ko: domain.map(|domain| domain.title.ko.as_str()),
        domain_title_en: domain.map(|domain| domain.title.en.as_str()),
        area_title_ko: area.map(|area| area.title.ko.as_str()),
        area_title_en: area.map(|area| area.title.en.as_str()),
        detailed_items: framework.detailed_items_of(&row.id).map(Row::to_file).collect(),
        mappings: of_row(catalog, framework, row, None),
    }
}

fn framework_text(catalog: &Catalog, framework: &Framework, language: Language, out: &mut dyn Write) -> Written<()> {
    let counts = framework.counts();
    writeln!(out, "{}  ({}, {})", framework.title.in_language(language), framework.id, framework.edition)?;
    writeln!(out, "{}", framework.description.in_language(language))?;
    if let Some(note) = &framework.edition_note {
        writeln!(out, "{}", note.in_language(language))?;
    }
    let numbers = [
        (word(language, "영역", "domains"), counts.domains),
        (word(language, "분야", "areas"), counts.areas),
        (word(language, "항목", "items"), counts.items),
        (word(language, "세부점검항목", "detailed items"), counts.detailed_items),
    ];
    let numbers: Vec<String> = numbers.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n}")).collect();
    writeln!(out, "{}", numbers.join(", "))?;
    anomalies(catalog, &framework.anomalies, language, out)?;
    let columns = framework.rows().iter().map(|row| width(row.id.as_str())).max().unwrap_or(0);
    let mut heading = None;
    for row in framework.rows() {
        let area = framework.area_of(row).map(|area| &area.id);
        if heading != Some(area) {
            heading = Some(area);
            writeln!(out)?;
            if let Some(place) = place_of(framework, row, language) {
                writeln!(out, "{place}")?;
            }
        }
        let indent = if row.level == Level::DetailedItem { "    " } else { "  " };
        writeln!(out, "{indent}{}  {}", padded(row.id.as_str(), columns), row.title.in_language(language))?;
    }
    Ok(())
}

/// Domain and area, as far as there are any.
fn place_of(framework: &Framework, row: &Row, language: Language) -> Option<String> {
    let area = framework.area_of(row)?;
    let number = area.number.as_deref().map(|number| format!("{number}. ")).unwrap_or_default();
    let area = format!("{number}{}", area.title.in_language(language));
    let domain = framework.domain_of(row).map(|domain| domain.title.in_language(language));
    Some(domain.map_or_else(|| area.clone(), |domain| format!("{domain} > {area}")))
}

fn anomalies(catalog: &Catalog, numbers: &[u32], language: Language, out: &mut dyn Write) -> Written<()> {
    for anomaly in numbers.iter().filter_map(|number| catalog.anomaly(*number)) {
        let label = word(language, "원문 모순", "contradiction");
        writeln!(out, "{label} {}: {}", anomaly.number, anomaly.text.in_language(language))?;
    }
    Ok(())
}

/// One row for people.
struct RowText<'a> {
    catalog: &'a Catalog,
    framework: &'a Framework,
    row: &'a Row,
    language: Language,
}

impl RowText<'_> {
    fn write(&self, out: &mut dyn Write) -> Written<()> {
        let (row, language) = (self.row, self.language);
        writeln!(out, "{}/{}  ({})", self.framework.id, row.id, self.framework.edition)?;
        // The official title is Korean, whatever the language of the answer.
        writeln!(out, "{}", row.title.ko)?;
        if language == Language::English {
            writeln!(out, "{}", row.title.en)?;
        }
        if let Some(place) = place_of(self.framework, row, language) {
            writeln!(out, "{place}")?;
        }
        writeln!(out, "\n{}", row.explanation.in_language(language))?;
        self.write_duties(out)?;
        self.write_texts(out)?;
        self.write_parameters(out)?;
        self.write_places(out)
    }

    fn write_duties(&self, out: &mut dyn Write) -> Written<()> {
        let row = self.row;
        if let Some(predicate) = &row.applies_when {
            writeln!(out, "{}: {predicate}", self.word("적용 조건", "applies when"))?;
        }
        if let Some(modality) = row.modality {
            writeln!(out, "{}: {}", self.word("강제성", "modality"), self.modality(modality))?;
        }
        if !row.subjects.is_empty() {
            let subjects: Vec<String> =
                row.subjects.iter().map(|subject| self.term(TermKind::Actor, subject)).collect();
            writeln!(out, "{}: {}", self.word("주체", "subjects"), subjects.join(", "))?;
        }
        Ok(())
    }

    fn write_texts(&self, out: &mut dyn Write) -> Written<()> {
        let row = self.row;
        self.heading(!row.criteria.is_empty(), "점검기준", "criteria", out)?;
        for criterion in &row.criteria {
            let text = criterion.text.in_language(self.language);
            writeln!(out, "  {} [{}] {text}", criterion.id, self.modality(criterion.modality))?;
            for note in &criterion.notes {
                writeln!(out, "    - {}", note.in_language(self.language))?;
            }
        }
        self.heading(!row.evidence_examples.is_empty(), "증빙자료 예시", "examples of evidence", out)?;
        for example in &row.evidence_examples {
            writeln!(out, "  - {}", example.name.in_language(self.language))?;
        }
        self.heading(!row.countermeasures.is_empty(), "대책", "countermeasures", out)?;
        for measure in &row.countermeasures {
            let actor = self.term(TermKind::Actor, &measure.actor);
            writeln!(out, "  [{actor}] {}", measure.text.in_language(self.language))?;
        }
        self.heading(!row.parts.is_empty(), "기타", "more", out)?;
        for part in &row.parts {
            let kind = self.term(TermKind::Part, &part.kind);
            writeln!(out, "  [{kind}] {}", part.text.in_language(self.language))?;
        }
        self.heading(!row.legal_references.is_empty(), "참고 법규", "legal references", out)?;
        for law in &row.legal_references {
            writeln!(out, "  - {}", law.reference.in_language(self.language))?;
        }
        Ok(())
    }

    fn write_parameters(&self, out: &mut dyn Write) -> Written<()> {
        self.heading(!self.row.parameters.is_empty(), "값", "parameters", out)?;
        for parameter in &self.row.parameters {
            let label = parameter.label.in_language(self.language);
            let value = match &parameter.value {
                ParameterValue::Unset => self.word("수치 없음", "no number given").to_owned(),
                value => value.to_string(),
            };
            writeln!(out, "  {label}: {value} [{}] ({})", self.modality(parameter.modality), parameter.name)?;
        }
        Ok(())
    }

    fn write_places(&self, out: &mut dyn Write) -> Written<()> {
        let details: Vec<&Row> = self.framework.detailed_items_of(&self.row.id).collect();
        self.heading(!details.is_empty(), "세부점검항목", "detailed items", out)?;
        for detail in details {
            writeln!(out, "  {}  {}", detail.id, detail.title.in_language(self.language))?;
        }
        let mapped: Vec<_> = self.catalog.mappings(&self.framework.id, &self.row.id).collect();
        self.heading(!mapped.is_empty(), "대응 관계", "mapped", out)?;
        for mapped in mapped {
            let relation = mapped.relation.title();
            let title = self.catalog.row(mapped.framework, mapped.row).map(|row| row.title.in_language(self.language));
            let relation = relation.in_language(self.language);
            writeln!(out, "  {relation}  {}/{}  {}", mapped.framework, mapped.row, title.unwrap_or_default())?;
        }
        self.heading(true, "출처", "source", out)?;
        for source in &self.row.sources {
            writeln!(out, "  {}", self.source(source))?;
        }
        anomalies(self.catalog, &self.row.anomalies, self.language, out)
    }

    fn source(&self, source: &Source) -> String {
        let document = self.catalog.document(&source.document);
        let title = document.map_or(source.document.as_str(), |document| document.title.in_language(self.language));
        let lines = source.lines.as_ref().map(|lines| format!("{} {lines}", self.word("행", "lines")));
        let parts = [Some(title.to_owned()), source.place.clone(), lines];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn term(&self, kind: TermKind, id: &Term) -> String {
        let term = self.catalog.term(kind, id);
        term.map_or_else(|| id.to_string(), |term| term.title.in_language(self.language).to_owned())
    }

    fn modality(&self, modality: Modality) -> String {
        modality.title().in_language(self.language).to_owned()
    }

    fn heading(&self, is_needed: bool, ko: &'static str, en: &'static str, out: &mut dyn Write) -> Written<()> {
        if is_needed { writeln!(out, "\n{}", self.word(ko, en)) } else { Ok(()) }
    }

    fn word(&self, ko: &'static str, en: &'static str) -> &'static str {
        word(self.language, ko, en)
    }
}
