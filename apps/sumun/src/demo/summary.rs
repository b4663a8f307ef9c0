//! `summary.json`: what a program reads after `sumun demo`.

use serde::{Deserialize, Serialize};

/// The whole outcome. Every count is measured, none is assumed.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The deeds of the story, in order.
    pub steps: Vec<Step>,
    /// The attacks, each with what the platform answered.
    pub attacks: Vec<Attack>,
    /// Whether the sum over all accounts is what it was before.
    pub ledger_conserved: bool,
    /// Whether the journal and the access records verify from the files alone.
    pub journal_verified: bool,
    /// Check items of the engagement.
    pub items_total: usize,
    /// Pieces of evidence of the engagement.
    pub evidence_count: usize,
    /// Pages of the report.
    pub report_pages: usize,
    /// How long the whole story took, in seconds.
    pub elapsed_seconds: f64,
}

/// One deed.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Stable name.
    pub name: String,
    /// Whether it went as it should.
    pub ok: bool,
    /// What was seen.
    pub detail: String,
}

/// One attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attack {
    /// Stable name.
    pub name: String,
    /// Whether it was refused, and the state is as before.
    pub refused: bool,
    /// The HTTP status.
    pub status: u16,
    /// The stable problem code.
    pub code: String,
}

/// How many attacks the story holds; a story that lost one is not as it should be.
pub const ATTACKS_EXPECTED: usize = 5;

impl Summary {
    /// Whether all is as it should be.
    pub fn is_as_it_should_be(&self) -> bool {
        let attacks = self.attacks.len() >= ATTACKS_EXPECTED && self.attacks.iter().all(|attack| attack.refused);
        let steps = !self.steps.is_empty() && self.steps.iter().all(|step| step.ok);
        let inspection = self.items_total == 30 && self.evidence_count > 0 && self.report_pages > 0;
        steps && attacks && inspection && self.ledger_conserved && self.journal_verified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Summary {
        let attack = |name: &str| Attack { name: name.to_owned(), refused: true, status: 401, code: "x".to_owned() };
        Summary {
            steps: vec![Step { name: "registration".to_owned(), ok: true, detail: String::new() }],
            attacks: ["a", "b", "c", "d", "e"].map(attack).into(),
            ledger_conserved: true,
            journal_verified: true,
            items_total: 30,
            evidence_count: 4,
            report_pages: 33,
            elapsed_seconds: 1.0,
        }
    }

    #[test]
    fn one_fault_is_enough_to_fail() {
        assert!(good().is_as_it_should_be());
        let faults: [fn(&mut Summary); 8] = [
            |summary| summary.steps[0].ok = false,
            |summary| summary.steps.clear(),
            |summary| summary.attacks[2].refused = false,
            |summary| summary.attacks.truncate(4),
            |summary| summary.ledger_conserved = false,
            |summary| summary.journal_verified = false,
            |summary| summary.items_total = 29,
            |summary| summary.report_pages = 0,
        ];
        for break_it in faults {
            let mut summary = good();
            break_it(&mut summary);
            assert!(!summary.is_as_it_should_be(), "{summary:?}");
        }
    }
}
