//! The verdicts of the sheet and how criteria lead to one.

use serde::{Deserialize, Serialize};

/// 점검결과 (C): what a person decided about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 이행: every criterion is met.
    Implemented,
    /// 부분이행: some criterion is met, or one is met in part.
    Partial,
    /// 미이행: no criterion is met.
    NotImplemented,
    /// 해당없음 (source 5): the item does not apply, with the reason.
    NotApplicable,
}

impl Verdict {
    /// Every verdict, in the order of the sheet.
    pub const ALL: [Self; 4] = [Self::Implemented, Self::Partial, Self::NotImplemented, Self::NotApplicable];

    /// The official word.
    pub const fn korean(self) -> &'static str {
        match self {
            Self::Implemented => "이행",
            Self::Partial => "부분이행",
            Self::NotImplemented => "미이행",
            Self::NotApplicable => "해당없음",
        }
    }

    /// Whether something remains to be done, so that a plan (E) has its place.
    pub const fn leaves_a_gap(self) -> bool {
        matches!(self, Self::Partial | Self::NotImplemented)
    }
}

/// Whether one criterion is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// 충족.
    Met,
    /// 일부 충족.
    PartlyMet,
    /// 미충족.
    NotMet,
}

/// The verdict that the criteria lead to (source 1, chapter IV, on C): all met
/// is 이행, none met is 미이행, anything else is 부분이행. The guide's own
/// example has a criterion that is half met, which therefore counts as
/// 부분이행. `None` without criteria.
pub fn derive_verdict(criteria: &[Fulfilment]) -> Option<Verdict> {
    let all = |wanted| criteria.iter().all(|&fulfilment| fulfilment == wanted);
    match criteria {
        [] => None,
        _ if all(Fulfilment::Met) => Some(Verdict::Implemented),
        _ if all(Fulfilment::NotMet) => Some(Verdict::NotImplemented),
        _ => Some(Verdict::Partial),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Fulfilment::{Met, NotMet, PartlyMet};

    #[test]
    fn fsi_guide_chapter_4_c_follows_from_the_criteria() {
        let cases: [(&[Fulfilment], Option<Verdict>); 7] = [
            (&[Met, Met], Some(Verdict::Implemented)),
            (&[Met, NotMet], Some(Verdict::Partial)),
            (&[NotMet, NotMet], Some(Verdict::NotImplemented)),
            (&[Met, PartlyMet], Some(Verdict::Partial)),
            (&[PartlyMet], Some(Verdict::Partial)),
            (&[PartlyMet, NotMet], Some(Verdict::Partial)),
            (&[], None),
        ];
        for (criteria, verdict) in cases {
            assert_eq!(derive_verdict(criteria), verdict, "{criteria:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn one_criterion_more_never_turns_a_gap_into_implemented(codes in proptest::collection::vec(0u8..3, 1..8)) {
            let criteria: Vec<Fulfilment> = codes.iter().map(|code| [Met, PartlyMet, NotMet][usize::from(*code)]).collect();
            let before = derive_verdict(&criteria[..criteria.len() - 1]);
            let after = derive_verdict(&criteria);
            proptest::prop_assert!(before != Some(Verdict::Partial) || after == Some(Verdict::Partial));
            proptest::prop_assert!(before != Some(Verdict::NotImplemented) || after != Some(Verdict::Implemented));
        }
    }
}
