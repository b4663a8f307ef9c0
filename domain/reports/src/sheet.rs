//! One sheet: one item from its criteria to its plan.

use crate::{Fulfilment, Verdict};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use sumun_time::Timestamp;

/// One sheet of chapter IV of source 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// 보안영역, such as 관리.
    pub domain: String,
    /// 점검분야, such as 1 정보보호 정책‧조직.
    pub area: Numbered,
    /// 보안점검 항목, such as 1.1.
    pub item: Numbered,
    /// 세부점검항목, such as 1.1.1; one in source 1, several where a framework
    /// joins them into one item, none where it has no such level.
    pub detailed: Vec<Numbered>,
    /// 점검기준 (A), at least one.
    pub criteria: Vec<Criterion>,
    /// 증빙자료 (B).
    pub evidence: Vec<Evidence>,
    /// 점검결과 (C) with 점검결과 요약 (D); `None` is 판정 전.
    pub judgement: Option<Judgement>,
    /// 향후 이행계획 (E), only when something remains to be done.
    pub plan: Option<RemediationPlan>,
}

/// An official number with its title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Numbered {
    /// The official number, such as `1.1`.
    pub number: String,
    /// The official title.
    pub title: String,
}

impl Numbered {
    /// A number with its title.
    pub fn new(number: impl Into<String>, title: impl Into<String>) -> Self {
        Self { number: number.into(), title: title.into() }
    }
}

/// 점검기준 (A): one requirement, as it was adapted to the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// The requirement.
    pub text: String,
    /// The footnotes to it, without the star. Reports that were made when
    /// there was one at most hold it, or null, under `note`.
    #[serde(alias = "note", deserialize_with = "one_or_several")]
    pub notes: Vec<String>,
    /// Whether it is met, where that was judged criterion by criterion.
    pub fulfilment: Option<Fulfilment>,
}

fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Notes {
        One(Option<String>),
        Several(Vec<String>),
    }
    Ok(match Notes::deserialize(deserializer)? {
        Notes::One(note) => note.into_iter().collect(),
        Notes::Several(notes) => notes,
    })
}

/// 증빙자료 (B): one file under its official name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// 자료{item}-{serial}, such as `자료1.1.1-1`.
    pub number: String,
    /// Its title, such as 정보보호최고책임자 인사발령서.
    pub title: String,
    /// Which revision of the file, from 1; all share the number.
    pub revision: u32,
    /// SHA-256 of the file: 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size of the file in bytes.
    pub size_bytes: u64,
}

impl Evidence {
    /// Number and title, and the revision when it is not the first:
    /// `자료12.1.1-4 암호키 관리대장 (버전 2)`.
    pub fn name(&self) -> String {
        match self.revision {
            0 | 1 => format!("{} {}", self.number, self.title),
            revision => format!("{} {} (버전 {revision})", self.number, self.title),
        }
    }
}

/// 점검결과 (C) and 점검결과 요약 (D).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// C.
    pub verdict: Verdict,
    /// D: for each criterion why it is met or not, citing B. At least one.
    pub summary: Vec<SummaryPoint>,
    /// Who judged, masked for print (문○○).
    pub judged_by: String,
    /// When.
    pub judged_at: Timestamp,
}

/// One point of 점검결과 요약 (D).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPoint {
    /// What it is about, shown in parentheses; may be empty.
    pub heading: String,
    /// What was found. The first line follows the heading when there is only
    /// one; several stand below it.
    pub lines: Vec<String>,
}

/// 향후 이행계획 (E).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemediationPlan {
    /// 목표시기.
    pub target: YearMonth,
    /// 세부 이행계획, at least one step.
    pub steps: Vec<String>,
}

/// A month of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, u8)", into = "(i32, u8)")]
pub struct YearMonth {
    year: i32,
    month: u8,
}

impl YearMonth {
    /// This month of this year, if `month` is 1 to 12.
    pub const fn new(year: i32, month: u8) -> Option<Self> {
        if month >= 1 && month <= 12 { Some(Self { year, month }) } else { None }
    }
}

impl TryFrom<(i32, u8)> for YearMonth {
    type Error = &'static str;

    fn try_from((year, month): (i32, u8)) -> Result<Self, &'static str> {
        Self::new(year, month).ok_or("a month is 1 to 12")
    }
}

impl From<YearMonth> for (i32, u8) {
    fn from(month: YearMonth) -> Self {
        (month.year, month.month)
    }
}

impl fmt::Display for YearMonth {
    /// `2027. 2.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}.", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_one_to_twelve() {
        assert_eq!(YearMonth::new(2027, 2).unwrap().to_string(), "2027. 2.");
        assert_eq!((YearMonth::new(2027, 0), YearMonth::new(2027, 13)), (None, None));
    }
}
