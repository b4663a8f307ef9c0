//! A whole report: cover, sheets, evidence, journal.

use crate::{Evidence, Sheet, Verdict};
use serde::{Deserialize, Serialize};
use sumun_time::{Date, Timestamp};

/// A report before its rules were checked: plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDraft {
    /// What the report is about.
    pub cover: Cover,
    /// One sheet for each item, in official order.
    pub sheets: Vec<Sheet>,
    /// The journal as it stood when the report was made.
    pub journal: Option<JournalCheckpoint>,
}

/// What the report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Title, such as 이용기관 보안점검 결과보고서.
    pub title: String,
    /// Number of the engagement, such as 2026-OB-0147.
    pub engagement_number: String,
    /// Which report of the engagement it is, counted from 1.
    pub revision: u32,
    /// 이용기관: whose security was inspected.
    pub institution: String,
    /// 점검기관: who inspected.
    pub inspector: String,
    /// 운영기관, where one is involved.
    pub operator: Option<String>,
    /// The catalog, such as 오픈뱅킹 이용기관 보안점검 30항목.
    pub catalog: String,
    /// Edition of the catalog that the judgements rest on.
    pub edition: String,
    /// The stage of the engagement, such as 서면점검.
    pub stage: String,
    /// First day of the inspection.
    pub from: Date,
    /// Last day, `None` while it runs.
    pub to: Option<Date>,
    /// When the report was made.
    pub issued_at: Timestamp,
    /// Words of the world label such as 시연 데이터, printed on every page;
    /// `None` in production.
    pub world: Option<String>,
    /// Who signs.
    pub signatures: Vec<Signature>,
}

/// One who signs a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// As what, such as 정보보호최고책임자.
    pub role: String,
    /// Name, masked for print.
    pub name: String,
    /// When, `None` while it is open.
    pub signed_on: Option<Date>,
}

/// A signed checkpoint of the journal (C2SP tlog-checkpoint).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalCheckpoint {
    /// Name of the log.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Root hash in base64.
    pub root: String,
}

/// A report that keeps the rules of its sheets. Made by [`ReportDraft::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EngagementReport(pub(crate) ReportDraft);

/// How many sheets have which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VerdictCounts {
    /// 이행.
    pub implemented: usize,
    /// 부분이행.
    pub partial: usize,
    /// 미이행.
    pub not_implemented: usize,
    /// 해당없음.
    pub not_applicable: usize,
    /// 판정 전.
    pub not_judged: usize,
}

/// One line of the summary table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AreaSummary {
    /// 보안영역.
    pub domain: String,
    /// Number of the area.
    pub number: String,
    /// Title of the area.
    pub title: String,
    /// Its verdicts.
    pub counts: VerdictCounts,
}

/// A piece of evidence with the items that it is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceUse<'a> {
    /// The evidence.
    pub evidence: &'a Evidence,
    /// Numbers of the items whose sheets list it.
    pub items: Vec<&'a str>,
}

impl EngagementReport {
    /// What the report is about.
    pub fn cover(&self) -> &Cover {
        &self.0.cover
    }

    /// Its sheets in official order.
    pub fn sheets(&self) -> &[Sheet] {
        &self.0.sheets
    }

    /// The journal as it stood when the report was made.
    pub fn journal(&self) -> Option<&JournalCheckpoint> {
        self.0.journal.as_ref()
    }

    /// The verdicts of all sheets.
    pub fn counts(&self) -> VerdictCounts {
        count(self.sheets().iter())
    }

    /// The verdicts by area, in the order in which the areas first appear.
    pub fn areas(&self) -> Vec<AreaSummary> {
        let mut areas: Vec<AreaSummary> = Vec::new();
        for sheet in self.sheets() {
            let same = |area: &AreaSummary| area.domain == sheet.domain && area.number == sheet.area.number;
            if areas.iter().any(same) {
                continue;
            }
            let members = self
                .sheets()
                .iter()
                .filter(|other| other.domain == sheet.domain && other.area.number == sheet.area.number);
            areas.push(AreaSummary {
                domain: sheet.domain.clone(),
                number: sheet.area.number.clone(),
                title: sheet.area.title.clone(),
                counts: count(members),
            });
        }
        areas
    }

    /// Every piece of evidence once, in the order of the sheets.
    pub fn evidence(&self) -> Vec<EvidenceUse<'_>> {
        let mut uses: Vec<EvidenceUse<'_>> = Vec::new();
        for sheet in self.sheets() {
            for evidence in &sheet.evidence {
                let same = |known: &&mut EvidenceUse<'_>| known.evidence == evidence;
                match uses.iter_mut().find(same) {
                    Some(known) => known.items.push(&sheet.item.number),
                    None => uses.push(EvidenceUse { evidence, items: vec![&sheet.item.number] }),
                }
            }
        }
        uses
    }

    /// Citations such as 자료1.1.1-4 in summaries (D) that name no evidence of
    /// the report, each with the number of its item. They do not make a report
    /// impossible, but a reader will look for what is not there.
    pub fn dangling_citations(&self) -> Vec<(&str, &str)> {
        let known = self.evidence();
        let mut dangling = Vec::new();
        for sheet in self.sheets() {
            let points = sheet.judgement.iter().flat_map(|judgement| &judgement.summary);
            for cited in points.flat_map(|point| &point.lines).flat_map(|line| citations(line)) {
                if !known.iter().any(|used| used.evidence.number == cited) {
                    dangling.push((sheet.item.number.as_str(), cited));
                }
            }
        }
        dangling
    }
}

impl VerdictCounts {
    /// All sheets counted.
    pub const fn total(&self) -> usize {
        self.implemented + self.partial + self.not_implemented + self.not_applicable + self.not_judged
    }
}

fn count<'a>(sheets: impl Iterator<Item = &'a Sheet>) -> VerdictCounts {
    let mut counts = VerdictCounts::default();
    for sheet in sheets {
        let place = match sheet.judgement.as_ref().map(|judgement| judgement.verdict) {
            Some(Verdict::Implemented) => &mut counts.implemented,
            Some(Verdict::Partial) => &mut counts.partial,
            Some(Verdict::NotImplemented) => &mut counts.not_implemented,
            Some(Verdict::NotApplicable) => &mut counts.not_applicable,
            None => &mut counts.not_judged,
        };
        *place += 1;
    }
    counts
}

/// Every 자료{digits and dots}-{digits} in a text.
fn citations(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("자료").filter_map(|(start, word)| {
        let rest = &text[start + word.len()..];
        let number = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let serial = rest[number..].strip_prefix('-')?;
        let digits = serial.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(serial.len());
        (number > 0 && digits > 0).then(|| &text[start..start + word.len() + number + 1 + digits])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_are_found_in_running_text() {
        let found: Vec<&str> = citations("자료1.1.1-1에 따라, 자료12.1.1-10과 자료집-3, 자료 1.1-1, 자료2.1").collect();
        assert_eq!(found, ["자료1.1.1-1", "자료12.1.1-10"]);
    }
}
