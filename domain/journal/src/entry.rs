//! One entry and its canonical bytes.

use crate::{Actor, EntryKind, ParseActorError, ParseKindError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use sumun_time::Timestamp;

/// The version of the canonical form that this code writes.
const VERSION: u32 = 1;
/// The longest canonical form, in bytes: an entry bundle gives each entry a 16-bit length.
const BYTES_MAX: usize = 65_535;

/// One entry of the journal.
///
/// `subject` and `facts` never hold personal data: ids of the project,
/// hashes, commitments, sums and names of states only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EntryKind,
    /// Who did it.
    pub actor: Actor,
    /// What it happened to: mostly the text form of an id.
    pub subject: String,
    /// What else is to be remembered, by name.
    pub facts: BTreeMap<String, String>,
}

impl Entry {
    /// An entry without facts.
    pub fn new(at: Timestamp, kind: EntryKind, actor: Actor, subject: impl fmt::Display) -> Self {
        Self { at, kind, actor, subject: subject.to_string(), facts: BTreeMap::new() }
    }

    /// Adds the fact `name`; a fact of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    /// The one byte form of this entry: JSON on one line, names in ascending
    /// order, no spaces, time in microseconds UTC. These bytes are the leaf.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let wire = Wire {
            actor: self.actor.to_string(),
            at_micros: self.at.micros(),
            facts: self.facts.clone(),
            kind: self.kind.name().to_owned(),
            subject: self.subject.clone(),
            version: VERSION,
        };
        #[expect(clippy::expect_used, reason = "texts and integers always have a JSON form")]
        serde_json::to_vec(&wire).expect("an entry has a JSON form")
    }

    /// Reads canonical bytes. Bytes that say the same in another form are refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseEntryError> {
        let wire: Wire = serde_json::from_slice(bytes).map_err(ParseEntryError::Json)?;
        if wire.version != VERSION {
            return Err(ParseEntryError::Version(wire.version));
        }
        let entry = Self {
            at: Timestamp::from_micros(wire.at_micros),
            kind: wire.kind.parse().map_err(ParseEntryError::Kind)?,
            actor: wire.actor.parse().map_err(ParseEntryError::Actor)?,
            subject: wire.subject,
            facts: wire.facts,
        };
        if entry.canonical_bytes() == bytes { Ok(entry) } else { Err(ParseEntryError::NotCanonical) }
    }

    /// Whether the entry fits the 16-bit length of an entry bundle. A store
    /// refuses one that does not, before it is written.
    pub fn fits_a_bundle(&self) -> bool {
        self.canonical_bytes().len() <= BYTES_MAX
    }
}

/// Why bytes are not an entry.
#[derive(Debug)]
pub enum ParseEntryError {
    /// Not JSON of the right shape.
    Json(serde_json::Error),
    /// Written by a newer version.
    Version(u32),
    /// The kind is not known.
    Kind(ParseKindError),
    /// The actor is not one.
    Actor(ParseActorError),
    /// Right in content, but not in the one byte form.
    NotCanonical,
}

impl fmt::Display for ParseEntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => f.write_str("the entry is not JSON of the right shape"),
            Self::Version(version) => write!(f, "the entry has version {version}, but this is version {VERSION}"),
            Self::Kind(_) => f.write_str("the entry's kind cannot be read"),
            Self::Actor(_) => f.write_str("the entry's actor cannot be read"),
            Self::NotCanonical => f.write_str("the entry is not in its canonical form"),
        }
    }
}

impl std::error::Error for ParseEntryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(source) => Some(source),
            Self::Kind(source) => Some(source),
            Self::Actor(source) => Some(source),
            Self::Version(_) | Self::NotCanonical => None,
        }
    }
}

/// Fields in ascending order of their names, which is the order on the wire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    actor: String,
    at_micros: i64,
    facts: BTreeMap<String, String>,
    kind: String,
    subject: String,
    version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry() -> Entry {
        Entry::new(Timestamp::from_micros(1_795_237_200_000_001), EntryKind::TokenIssued, Actor::Platform, "tok_1")
            .with("scope", "balance")
            .with("expires_in", 600)
    }

    #[test]
    fn canonical_bytes_are_one_sorted_line() {
        assert_eq!(
            String::from_utf8(entry().canonical_bytes()).unwrap(),
            r#"{"actor":"platform","at_micros":1795237200000001,"facts":{"expires_in":"600","scope":"balance"},"kind":"token_issued","subject":"tok_1","version":1}"#
        );
    }

    #[test]
    fn another_form_of_the_same_content_is_refused() {
        let text = String::from_utf8(entry().canonical_bytes()).unwrap();
        let others = [
            text.replace(r#"{"actor""#, r#"{ "actor""#),
            text.replace(r#""expires_in":"600","scope":"balance""#, r#""scope":"balance","expires_in":"600""#),
            text.replace(r#""scope":"balance""#, r#""scope":"transfer","scope":"balance""#),
            text.replace("tok_1", "tok\\u005f1"),
            format!("{text}\n"),
        ];
        for other in others {
            assert!(matches!(Entry::parse(other.as_bytes()), Err(ParseEntryError::NotCanonical)), "{other}");
        }
        assert!(matches!(Entry::parse(text.replace(":1}", ":2}").as_bytes()), Err(ParseEntryError::Version(2))));
        assert!(matches!(Entry::parse(b"{}"), Err(ParseEntryError::Json(_))));
        let unknown = text.replace("token_issued", "token_baked");
        assert!(matches!(Entry::parse(unknown.as_bytes()), Err(ParseEntryError::Kind(_))));
        let nobody = text.replace("platform", "nobody");
        assert!(matches!(Entry::parse(nobody.as_bytes()), Err(ParseEntryError::Actor(_))));
    }

    proptest! {
        #[test]
        fn every_entry_round_trips(at: i64, subject in ".{0,40}", facts in prop::collection::btree_map(".{0,10}", ".{0,20}", 0..5)) {
            let mut entry = Entry::new(Timestamp::from_micros(at), EntryKind::ProbeRun, Actor::Platform, subject);
            entry.facts = facts;
            let bytes = entry.canonical_bytes();
            prop_assert!(!bytes.contains(&b'\n'));
            prop_assert_eq!(Entry::parse(&bytes).unwrap(), entry);
        }

        #[test]
        fn no_bytes_break_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Entry::parse(&bytes);
        }
    }
}
