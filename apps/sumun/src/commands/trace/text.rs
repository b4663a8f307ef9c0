//! The trace for people: what the words mean, the rows under their areas, and how many there are of each.

use super::Standing;
use crate::commands::answer::{padded, width, word};
use std::io::{Result as Written, Write};
use sumun_controls::{Framework, Language, Link, Row, TraceLine};

/// Writes all `lines`, which stand together by framework.
pub(super) fn write(lines: &[TraceLine<'_>], language: Language, out: &mut dyn Write) -> Written<()> {
    legend(language, out)?;
    for lines in lines.chunk_by(|line, next| line.framework.id == next.framework.id) {
        if let Some(first) = lines.first() {
            rows(first.framework, lines, language, out)?;
        }
    }
    writeln!(out)?;
    counts(lines, language, out)
}

impl Standing {
    fn word(self, language: Language) -> &'static str {
        match self {
            Self::Proved => word(language, "증명", "proved"),
            Self::Enforced => word(language, "시행", "enforced"),
            Self::Checked => word(language, "점검", "checked"),
            Self::Open => word(language, "미연결", "open"),
        }
    }

    fn meaning(self, language: Language) -> &'static str {
        match self {
            Self::Proved => word(
                language,
                "코드가 시행하고, 그 행만의 테스트가 증명합니다.",
                "code enforces the row, and a test of its own proves it",
            ),
            Self::Enforced => word(
                language,
                "코드가 시행하지만, 그 행만의 테스트는 아직 없습니다.",
                "code enforces the row; it has no test of its own yet",
            ),
            Self::Checked => word(
                language,
                "자동 점검(프로브)이 밖에서 살펴봅니다. 여기서 시행하지는 않습니다.",
                "a probe can look at it from outside; nothing here enforces it",
            ),
            Self::Open => word(
                language,
                "아직 아무것도 없거나, 일부만 있거나, 소프트웨어만으로는 지킬 수 없습니다.",
                "nothing yet, only a part, or not for software alone",
            ),
        }
    }
}

/// What the first word of a row means; only people say whether a requirement is met.
fn legend(language: Language, out: &mut dyn Write) -> Written<()> {
    let columns = columns(language);
    for standing in Standing::ALL {
        writeln!(out, "{}  {}", padded(standing.word(language), columns), standing.meaning(language))?;
    }
    writeln!(
        out,
        "{}",
        word(
            language,
            "어느 것도 요건을 충족했다는 판정이 아닙니다. 판정은 사람이 합니다.",
            "None of these is a verdict: whether a requirement is met is for people to say.",
        )
    )
}

fn rows(framework: &Framework, lines: &[TraceLine<'_>], language: Language, out: &mut dyn Write) -> Written<()> {
    let title = framework.title.in_language(language);
    writeln!(out, "\n{title}  ({}, {})", framework.id, framework.edition)?;
    let (standings, ids) = (columns(language), lines.iter().map(|line| width(line.row.id.as_str())).max().unwrap_or(0));
    let mut area = None;
    for line in lines {
        let place = place_of(framework, line.row, language);
        if place != area {
            if let Some(place) = &place {
                writeln!(out, "\n{place}")?;
            }
            area = place;
        }
        let standing = padded(Standing::of(line.link).word(language), standings);
        let id = padded(line.row.id.as_str(), ids);
        writeln!(out, "  {standing}  {id}  {}", line.row.title.in_language(language))?;
        if let Some(link) = line.link {
            paths(link, language, &" ".repeat(standings + ids + 6), out)?;
        }
    }
    Ok(())
}

/// Domain and area of a row, as far as there are any.
fn place_of(framework: &Framework, row: &Row, language: Language) -> Option<String> {
    let area = framework.area_of(row)?;
    let number = area.number.as_deref().map(|number| format!("{number}. ")).unwrap_or_default();
    let domain = framework.domain_of(row).map(|domain| format!("{} > ", domain.title.in_language(language)));
    Some(format!("{}{number}{}", domain.unwrap_or_default(), area.title.in_language(language)))
}

fn paths(link: &Link, language: Language, indent: &str, out: &mut dyn Write) -> Written<()> {
    let kinds = [
        (word(language, "코드", "code"), link.enforced_by.as_slice()),
        (word(language, "테스트", "test"), link.test.as_slice()),
        (word(language, "자동 점검", "probe"), link.probes.as_slice()),
    ];
    let columns = kinds.iter().map(|(kind, _)| width(kind)).max().unwrap_or(0);
    for (kind, paths) in kinds {
        for path in paths {
            writeln!(out, "{indent}{}  {path}", padded(kind, columns))?;
        }
    }
    Ok(())
}

/// One line for each framework, and one for all where there are several.
fn counts(lines: &[TraceLine<'_>], language: Language, out: &mut dyn Write) -> Written<()> {
    let mut table = vec![heading(language)];
    let frameworks: Vec<_> = lines.chunk_by(|line, next| line.framework.id == next.framework.id).collect();
    for lines in &frameworks {
        let id = lines.first().map_or("", |line| line.framework.id.as_str());
        table.push(counted(id, lines));
    }
    if frameworks.len() > 1 {
        table.push(counted(word(language, "모두", "all"), lines));
    }
    let widths: Vec<usize> =
        (0..table[0].len()).map(|place| table.iter().map(|cells| width(&cells[place])).max().unwrap_or(0)).collect();
    for cells in &table {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

fn heading(language: Language) -> Vec<String> {
    let words = Standing::ALL.map(|standing| standing.word(language));
    let words = [word(language, "식별자", "id")].into_iter().chain(words).chain([word(language, "전체", "rows")]);
    words.map(str::to_owned).collect()
}

fn counted(name: &str, lines: &[TraceLine<'_>]) -> Vec<String> {
    let count = |standing: Standing| lines.iter().filter(|line| Standing::of(line.link) == standing).count();
    let numbers = Standing::ALL.map(count).into_iter().chain([lines.len()]);
    std::iter::once(name.to_owned()).chain(numbers.map(|number| number.to_string())).collect()
}

/// How wide the first word of a row is.
fn columns(language: Language) -> usize {
    Standing::ALL.into_iter().map(|standing| width(standing.word(language))).max().unwrap_or(0)
}
