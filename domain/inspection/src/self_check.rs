//! The self-check that may stand in for the inspection (source 2, line 40).

use crate::{InputFault, text};
use std::collections::BTreeSet;
use sumun_evidence::ItemCode;

/// What the institution found for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfCheckAnswer {
    /// The item.
    pub item: ItemCode,
    /// Whether it is satisfied (충족 여부).
    pub satisfied: bool,
    /// Anything to add; may be empty.
    pub note: String,
}

/// The institution's own answer for each item, handed to the operator. It is
/// not a judgement: nobody else has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfCheck {
    answers: Vec<SelfCheckAnswer>,
}

impl SelfCheck {
    /// Takes the answers if they are for exactly `items`, each once.
    ///
    /// # Errors
    /// [`InputFault::SelfCheckIncomplete`] when they are not, [`InputFault::Note`]
    /// when a note is too long.
    pub fn new(mut answers: Vec<SelfCheckAnswer>, items: &[ItemCode]) -> Result<Self, InputFault> {
        let answered: BTreeSet<_> = answers.iter().map(|answer| &answer.item).collect();
        let expected: BTreeSet<_> = items.iter().collect();
        if answered.len() != answers.len() || answered != expected {
            return Err(InputFault::SelfCheckIncomplete);
        }
        for answer in &mut answers {
            if !answer.note.trim().is_empty() {
                answer.note = text::bounded(&answer.note, text::SHORT_CHARACTERS_MAX, InputFault::Note)?;
            }
        }
        answers.sort_by(|one, other| one.item.cmp(&other.item));
        Ok(Self { answers })
    }

    /// The answers by item.
    pub fn answers(&self) -> &[SelfCheckAnswer] {
        &self.answers
    }

    /// Answers as they were stored.
    pub fn stored(answers: Vec<SelfCheckAnswer>) -> Self {
        Self { answers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_self_check_answers_each_item_exactly_once() {
        let items: Vec<ItemCode> = ["OBI-01", "OBI-02"].iter().map(|code| code.parse().unwrap()).collect();
        let answer = |item: &str| SelfCheckAnswer { item: item.parse().unwrap(), satisfied: true, note: String::new() };
        assert_eq!(SelfCheck::new(vec![answer("OBI-02"), answer("OBI-01")], &items).unwrap().answers().len(), 2);
        for wrong in [vec![], vec!["OBI-01"], vec!["OBI-01", "OBI-01"], vec!["OBI-01", "OBI-02", "OBI-03"]] {
            let answers = wrong.into_iter().map(answer).collect();
            assert_eq!(SelfCheck::new(answers, &items), Err(InputFault::SelfCheckIncomplete));
        }
    }
}
