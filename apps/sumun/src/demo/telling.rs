//! What is told of the story. The app's side tells it from a process of its
//! own, a JSON object a line.

use super::summary::Attack;
use crate::journey::JourneyError;
use crate::speech::Saying;
use serde::{Deserialize, Serialize};
use std::io::Write;

/// One thing that is told.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// A heading.
    Chapter(Saying),
    /// What is being done now.
    Doing(Saying),
    /// A deed that is over.
    Step {
        /// Stable name.
        name: String,
        /// Whether it went as it should.
        ok: bool,
        /// What was seen.
        said: Saying,
    },
    /// An attack and how the platform answered it.
    Attack(Attack),
}

/// Tells it, a line each. Nobody at the other end is an error: the story is
/// told to somebody or not at all.
pub struct Reporter<'a>(pub &'a mut dyn Write);

impl Reporter<'_> {
    /// A heading of the story.
    pub fn chapter(&mut self, said: Saying) -> Result<(), JourneyError> {
        self.tell(&Telling::Chapter(said))
    }

    /// What is being done now.
    pub fn doing(&mut self, said: Saying) -> Result<(), JourneyError> {
        self.tell(&Telling::Doing(said))
    }

    /// A step that is over.
    pub fn step(&mut self, name: &str, ok: bool, said: Saying) -> Result<(), JourneyError> {
        self.tell(&Telling::Step { name: name.to_owned(), ok, said })
    }

    /// An attack and how the platform answered it.
    pub fn attack(&mut self, attack: Attack) -> Result<(), JourneyError> {
        self.tell(&Telling::Attack(attack))
    }

    fn tell(&mut self, telling: &Telling) -> Result<(), JourneyError> {
        let told = serde_json::to_string(telling).map_err(std::io::Error::from);
        let told = told.and_then(|line| writeln!(self.0, "{line}").and_then(|()| self.0.flush()));
        told.map_err(|error| JourneyError::new(format!("nobody listens: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::say;

    #[test]
    fn what_is_told_arrives_as_it_was_told() {
        let attack = Attack { name: "a".to_owned(), refused: true, status: 401, code: "x".to_owned() };
        let said = say("demo-said-executed").with("state", "줄\n바꿈").count("before", 3_200_000);
        let mut lines = Vec::new();
        let mut reporter = Reporter(&mut lines);
        reporter.chapter(say("demo-chapter-attacks")).unwrap();
        reporter.doing(say("demo-doing-consent")).unwrap();
        reporter.step("balance", false, said.clone()).unwrap();
        reporter.attack(attack.clone()).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        let told: Vec<Telling> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let expected = [
            Telling::Chapter(say("demo-chapter-attacks")),
            Telling::Doing(say("demo-doing-consent")),
            Telling::Step { name: "balance".to_owned(), ok: false, said },
            Telling::Attack(attack),
        ];
        assert_eq!(told, expected);
    }
}
