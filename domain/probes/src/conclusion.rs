//! What a probe says.

use crate::Kind;
use serde::{Deserialize, Serialize};

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Korean, 합니다체.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The same sentence twice.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }
}

/// What was concluded. Never a verdict: a person judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// 요건 확인: the requirement was seen to be met.
    Confirmed,
    /// 요건 불일치: the requirement was seen to be broken.
    Contradicted,
    /// 취약 확인: the weakness was shown.
    Shown,
    /// 발견 안 됨: what was tried did not show the weakness; not a pass.
    NotFound,
    /// 판단 불가: what was seen allows no conclusion.
    Undecided,
    /// 해당없음: the question does not arise for this target.
    NotApplicable,
}

impl Conclusion {
    /// Whether a probe of this kind may say so.
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Confirmed | Self::Contradicted => kind == Kind::Requirement,
            Self::Shown | Self::NotFound => kind == Kind::Weakness,
            Self::Undecided | Self::NotApplicable => true,
        }
    }

    /// The official word on pages and in reports.
    pub fn word_ko(self) -> &'static str {
        match self {
            Self::Confirmed => "요건 확인",
            Self::Contradicted => "요건 불일치",
            Self::Shown => "취약 확인",
            Self::NotFound => "발견 안 됨",
            Self::Undecided => "판단 불가",
            Self::NotApplicable => "해당없음",
        }
    }

    /// The same in English.
    pub fn word_en(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Contradicted => "contradicted",
            Self::Shown => "shown",
            Self::NotFound => "not found",
            Self::Undecided => "undecided",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// A conclusion with its reason. Every conclusion has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// What was concluded.
    pub conclusion: Conclusion,
    /// Why, from what was observed.
    pub reason: Text,
}

impl Judged {
    /// A conclusion for this reason.
    pub fn new(conclusion: Conclusion, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { conclusion, reason: Text::new(ko, en) }
    }
}
