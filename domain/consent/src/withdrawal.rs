//! How far a withdrawal reaches (PR-021).

use crate::{Consent, consent_withdrawn};
use sumun_ids::{ConsentId, CustomerId, InstitutionId};
use sumun_journal::{Actor, Entry};
use sumun_time::Timestamp;

/// What a customer withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One consent.
    Consent(ConsentId),
    /// Every consent that an institution has of the customer, whatever its app.
    Institution(InstitutionId),
}

/// A customer withdraws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Whose consents they are.
    pub customer: CustomerId,
    /// The customer, as the journal names them.
    pub actor: Actor,
    /// Which of them.
    pub reach: Reach,
    /// When.
    pub now: Timestamp,
}

/// What came of a withdrawal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Withdrawn {
    /// Those that were active and are ended now.
    pub ended: Vec<Consent>,
    /// Those within reach that had ended before.
    pub before: Vec<Consent>,
}

impl Withdrawal {
    /// Ends what is active of `consents`; what is not within reach is left out.
    pub fn decide(&self, consents: Vec<Consent>) -> Withdrawn {
        let mut withdrawn = Withdrawn::default();
        for consent in consents.into_iter().filter(|consent| self.reaches(consent)) {
            match consent.clone().withdraw(self.now) {
                Ok(ended) => withdrawn.ended.push(ended),
                Err(_) => withdrawn.before.push(consent),
            }
        }
        withdrawn
    }

    /// The entries about what was ended.
    pub fn entries(&self, withdrawn: &Withdrawn) -> Vec<Entry> {
        let entry = |consent| consent_withdrawn(self.actor, consent, self.now);
        withdrawn.ended.iter().map(entry).collect()
    }

    fn reaches(&self, consent: &Consent) -> bool {
        let within = match self.reach {
            Reach::Consent(id) => consent.id == id,
            Reach::Institution(institution) => consent.institution == institution,
        };
        within && consent.customer == self.customer
    }
}

impl Withdrawn {
    /// Every consent within reach; none of them is active any more.
    pub fn all(&self) -> impl Iterator<Item = &Consent> {
        self.ended.iter().chain(&self.before)
    }
}
