//! Words, tones and shapes of the vocabulary.

use sumun_inspection::{CriterionResult, FindingState, InstitutionKind, Risk, StageKind, Turn, Verdict};
use sumun_web::{Locale, Page, Status};

/// A text of the catalog in the language of the page.
pub(super) fn said(text: &sumun_controls::Bilingual, locale: Locale) -> String {
    match locale {
        Locale::Ko => text.ko.clone(),
        Locale::En => text.en.clone(),
    }
}

/// The badge of a verdict; none is 판정 전.
pub(super) const fn verdict_status(verdict: Option<Verdict>) -> Status {
    match verdict {
        Some(Verdict::Implemented) => Status::Implemented,
        Some(Verdict::Partial) => Status::Partial,
        Some(Verdict::NotImplemented) => Status::NotImplemented,
        Some(Verdict::NotApplicable) => Status::NotApplicable,
        None => Status::NotJudged,
    }
}

/// The badge of an answer to a criterion.
pub(super) const fn criterion_status(result: CriterionResult) -> Status {
    match result {
        CriterionResult::Met => Status::Met,
        CriterionResult::PartlyMet => Status::PartlyMet,
        CriterionResult::NotMet => Status::NotMet,
    }
}

/// The badge of a finding.
pub(super) const fn finding_status(state: FindingState) -> Status {
    match state {
        FindingState::Repairing => Status::Repairing,
        FindingState::AwaitingConfirmation => Status::ReviewRequested,
        FindingState::Confirmed => Status::RepairConfirmed,
    }
}

/// The badge of a weight.
pub(super) const fn risk_status(risk: Risk) -> Status {
    match risk {
        Risk::High => Status::RiskHigh,
        Risk::Medium => Status::RiskMedium,
        Risk::Low => Status::RiskLow,
    }
}

/// The badge of what a probe concluded, by its stable word.
pub(super) fn outcome_status(outcome: &str) -> Status {
    match outcome {
        "confirmed" => Status::Confirmed,
        "contradicted" => Status::Contradicted,
        "shown" => Status::WeaknessShown,
        "not_found" => Status::WeaknessNotFound,
        "not_applicable" => Status::NotApplicable,
        _ => Status::Undecided,
    }
}

/// The name of a stage.
pub(super) fn stage(page: &Page, kind: StageKind) -> String {
    page.text(&format!("stage-{}", kind.name().replace('_', "-"))).to_string()
}

/// Whose turn it is.
pub(super) fn turn(page: &Page, turn: Turn) -> String {
    let key = match turn {
        Turn::Applicant => "turn-applicant",
        Turn::Inspector => "turn-inspector",
        Turn::Both => "turn-both",
        Turn::Nobody => "turn-nobody",
    };
    page.text(key).to_string()
}

/// The key of the name of a kind of institution.
pub(super) const fn kind_key(kind: InstitutionKind) -> &'static str {
    match kind {
        InstitutionKind::Bank => "kind-bank",
        InstitutionKind::ElectronicFinancialBusiness => "kind-electronic-financial-business",
        InstitutionKind::Other => "kind-other",
    }
}

/// One part of a bar.
pub(super) struct Segment {
    pub class: &'static str,
    pub x: String,
    pub width: String,
}

/// How many items have which verdict, as a bar and in words.
pub(super) struct Bar {
    pub label: String,
    pub segments: Vec<Segment>,
    pub counts: Vec<(Status, u32)>,
}

/// The width of a bar in units of its view box.
const BAR_WIDTH: f64 = 200.0;

impl Bar {
    /// `verdicts` of a group of items that is called `name`.
    pub fn of(page: &Page, name: &str, verdicts: &[Option<Verdict>]) -> Self {
        let kinds = Verdict::ALL.iter().map(|verdict| Some(*verdict)).chain([None]);
        let counts: Vec<(Status, u32)> = kinds
            .map(|kind| (verdict_status(kind), verdicts.iter().filter(|verdict| **verdict == kind).count() as u32))
            .collect();
        let words: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(status, count)| format!("{} {count}", page.text(status.key())))
            .collect();
        let total = f64::from(counts.iter().map(|(_, count)| count).sum::<u32>().max(1));
        let mut segments = Vec::new();
        let mut before = 0.0;
        for (status, count) in counts.iter().filter(|(_, count)| *count > 0) {
            let width = BAR_WIDTH * f64::from(*count) / total;
            // One unit stays free, so that neighbours are told apart without colour.
            let shape = Segment {
                class: status.class(),
                x: format!("{before:.1}"),
                width: format!("{:.1}", (width - 1.0).max(0.5)),
            };
            segments.push(shape);
            before += width;
        }
        Self { label: format!("{name}: {}", words.join(", ")), segments, counts }
    }
}
/// Says which letters of `texts`, which go into the report, it cannot print; empty when it can print all.
pub(super) fn unprintable<'a>(page: &Page, texts: impl IntoIterator<Item = &'a String>) -> String {
    let mut letters = Vec::new();
    for letter in texts.into_iter().flat_map(|text| sumun_render::unprintable(text)) {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    if letters.is_empty() {
        return String::new();
    }
    let letters: Vec<String> =
        letters.iter().map(|letter| format!("{letter} (U+{:04X})", u32::from(*letter))).collect();
    page.text("letters-unprintable").with("letters", letters.join(", ")).to_string()
}
