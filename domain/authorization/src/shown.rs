//! The terms that a consent page showed: a decision on other ones grants nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use sumun_participants::{App, Institution};

/// What is registered and shown, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownFact {
    /// Who asks: the names of the institution.
    Institution,
    /// The names of its app.
    Service,
    /// How the institution is reached.
    Contact,
    /// Why it wants access.
    Purpose,
    /// For how many days.
    Validity,
    /// What an outage means to the customer.
    OutageEffect,
}

impl ShownFact {
    /// Every fact, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Institution, Self::Service, Self::Contact, Self::Purpose, Self::Validity, Self::OutageEffect];
}

/// A SHA-256 of each fact, in all languages in which it is registered. The
/// form of the page carries it (base64url, separated by dots); it is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTerms([[u8; 32]; ShownFact::ALL.len()]);

impl ShownTerms {
    /// The terms as they are registered now.
    pub fn of(app: &App, institution: &Institution) -> Self {
        let terms = &app.consent_terms;
        let days = terms.valid_days.to_string();
        Self(ShownFact::ALL.map(|fact| match fact {
            ShownFact::Institution => digest(&[&institution.name_ko, &institution.name_en]),
            ShownFact::Service => digest(&[&app.name_ko, &app.name_en]),
            ShownFact::Contact => digest(&[&institution.contact]),
            ShownFact::Purpose => digest(&[&terms.purpose_ko, &terms.purpose_en]),
            ShownFact::Validity => digest(&[&days]),
            ShownFact::OutageEffect => digest(&[&terms.outage_effect_ko, &terms.outage_effect_en]),
        }))
    }

    /// What is not as it was on the page whose form says `shown`; everything
    /// when that is no value of ours.
    pub fn changed_since(&self, shown: &str) -> Vec<ShownFact> {
        let now = self.written();
        let shown: Vec<&str> = shown.split('.').collect();
        let known = shown.len() == now.len();
        let facts = ShownFact::ALL.into_iter().zip(now).enumerate();
        facts
            .filter(|(place, (_, now))| !known || shown.get(*place) != Some(&now.as_str()))
            .map(|(_, (fact, _))| fact)
            .collect()
    }

    fn written(&self) -> [String; ShownFact::ALL.len()] {
        self.0.map(|digest| URL_SAFE_NO_PAD.encode(digest))
    }
}

impl fmt::Display for ShownTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written().join("."))
    }
}

/// The length stands before each text, so that no two facts are written alike.
fn digest(texts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}
