//! One consent and its life.

use crate::{ConsentDisclosure, ConsentError, Scope};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId};
use sumun_time::{Span, Timestamp};

/// The longest validity of a consent: one year. No source sets a figure for
/// open banking (MyData allows five years); a year is the choice of this
/// platform, so that a forgotten consent dies.
pub const VALIDITY_MAX: Span = Span::from_days(366);

/// Who consents to what; everything else stands in the disclosure that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The id that the consent gets.
    pub id: ConsentId,
    /// Whose consent it is.
    pub customer: CustomerId,
    /// The institution that may use it.
    pub institution: InstitutionId,
    /// The app that may use it.
    pub app: AppId,
    /// What the customer was shown.
    pub disclosure: ConsentDisclosure,
}

/// Where a consent is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// It was given and nothing ended it; it still dies at `expires_at`.
    Active,
    /// Its customer withdrew it.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// It reached the end of its validity.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// Its customer gave the same app a new one for the same purpose, which counts in its place.
    Superseded {
        /// When.
        at: Timestamp,
    },
}

/// A customer's consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Whose consent it is.
    pub customer: CustomerId,
    /// The institution that may use it.
    pub institution: InstitutionId,
    /// The app that may use it.
    pub app: AppId,
    /// What the app may do, ascending.
    pub scopes: Vec<Scope>,
    /// The accounts that it may do it with, ascending.
    pub accounts: Vec<AccountId>,
    /// Why, in the words that the customer read.
    pub purpose: String,
    /// When it was given.
    pub granted_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The recorded state; [`Consent::state_at`] also sees the end of validity.
    pub state: ConsentState,
    /// The four facts as they were shown (PR-019, PR-020).
    pub disclosure: ConsentDisclosure,
}

impl Consent {
    /// A consent to exactly what `grant.disclosure` shows, given at `now`.
    ///
    /// # Errors
    /// [`ConsentError::AlreadyOver`] or [`ConsentError::ValidTooLong`].
    pub fn grant(grant: Grant, now: Timestamp) -> Result<Self, ConsentError> {
        let Grant { id, customer, institution, app, disclosure } = grant;
        let expires_at = disclosure.expires_at();
        if expires_at <= now {
            return Err(ConsentError::AlreadyOver);
        }
        if expires_at.since(now) > VALIDITY_MAX {
            return Err(ConsentError::ValidTooLong);
        }
        Ok(Self {
            id,
            customer,
            institution,
            app,
            scopes: disclosure.scopes().to_vec(),
            accounts: disclosure.accounts().to_vec(),
            purpose: disclosure.purpose().to_owned(),
            granted_at: now,
            expires_at,
            state: ConsentState::Active,
            disclosure,
        })
    }

    /// Where it is in its life at `now`: an active consent whose validity is
    /// over is expired, whether or not that was recorded yet.
    pub fn state_at(&self, now: Timestamp) -> ConsentState {
        match self.state {
            ConsentState::Active if self.expires_at <= now => ConsentState::Expired { at: self.expires_at },
            state => state,
        }
    }

    /// Whether it may be used at `now`.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state_at(now) == ConsentState::Active
    }

    /// Whether it lets its app use `scope`, at whatever time.
    pub fn covers(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Ends it by the will of its customer, at once (PR-021).
    ///
    /// # Errors
    /// [`ConsentError::Ended`] when it ended before.
    pub fn withdraw(self, now: Timestamp) -> Result<Self, ConsentError> {
        match self.state_at(now) {
            ConsentState::Active => Ok(Self { state: ConsentState::Withdrawn { at: now }, ..self }),
            ConsentState::Withdrawn { at } | ConsentState::Expired { at } | ConsentState::Superseded { at } => {
                Err(ConsentError::Ended { at })
            }
        }
    }

    /// Ends it because `newer` was given: the last word of a customer to an app about a purpose is the one that
    /// counts, so that whoever withdraws it has withdrawn all. `wordings` are the texts in which the app's one
    /// purpose is shown, one for each language. Answers `None` when `newer` leaves it as it is.
    ///
    /// No source says what a second consent does to the first; this is our choice.
    pub fn supersede(self, newer: &Self, wordings: &[String]) -> Option<Self> {
        let worded = |consent: &Self| wordings.contains(&consent.purpose);
        let same_purpose = self.purpose == newer.purpose || (worded(&self) && worded(newer));
        let same = self.id != newer.id && self.customer == newer.customer && self.app == newer.app && same_purpose;
        let now = newer.granted_at;
        (same && self.is_active(now)).then_some(Self { state: ConsentState::Superseded { at: now }, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DisclosureDraft;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn grant(valid_for: Span) -> Grant {
        let disclosure = ConsentDisclosure::new(DisclosureDraft {
            purpose: "purpose".to_owned(),
            scopes: vec![Scope::Balance],
            accounts: vec![AccountId::from_random([1; 16])],
            expires_at: Some(NOW.plus(valid_for)),
            withdrawal: "withdrawal".to_owned(),
            outage_effect: "outage".to_owned(),
        })
        .unwrap();
        Grant {
            id: ConsentId::from_random([2; 16]),
            customer: CustomerId::from_random([3; 16]),
            institution: InstitutionId::from_random([4; 16]),
            app: AppId::from_random([5; 16]),
            disclosure,
        }
    }

    #[test]
    fn pr_021_a_consent_dies_at_withdrawal_and_at_the_end_of_its_validity() {
        let consent = Consent::grant(grant(Span::from_days(90)), NOW).unwrap();
        assert!(consent.is_active(NOW));
        assert!(consent.is_active(consent.expires_at.minus(Span::from_micros(1))));
        assert!(!consent.is_active(consent.expires_at));

        let later = NOW.plus(Span::from_days(1));
        let withdrawn = consent.clone().withdraw(later).unwrap();
        assert!(!withdrawn.is_active(later));
        assert_eq!(withdrawn.withdraw(later.plus(Span::from_days(1))), Err(ConsentError::Ended { at: later }));
        let over = consent.expires_at;
        assert_eq!(consent.withdraw(over.plus(Span::from_days(1))), Err(ConsentError::Ended { at: over }));
    }

    #[test]
    fn a_new_consent_takes_the_place_of_the_same_customers_to_the_same_app_for_the_same_purpose() {
        let older = Consent::grant(grant(Span::from_days(90)), NOW).unwrap();
        let later = NOW.plus(Span::from_days(1));
        let other = Grant { id: ConsentId::from_random([9; 16]), ..grant(Span::from_days(90)) };
        let newer = Consent::grant(other, later).unwrap();
        let superseded = older.clone().supersede(&newer, &[]).unwrap();
        assert_eq!(superseded.state, ConsentState::Superseded { at: later });
        assert!(!superseded.is_active(later));
        assert_eq!(superseded.clone().withdraw(later), Err(ConsentError::Ended { at: later }));
        assert_eq!(superseded.supersede(&newer, &[]), None, "it ended once");

        let wordings = ["purpose".to_owned(), "목적".to_owned()];
        let read_in_korean = Consent { purpose: "목적".to_owned(), ..newer.clone() };
        assert!(older.clone().supersede(&read_in_korean, &wordings).is_some(), "one purpose in two languages");
        assert_eq!(older.clone().supersede(&read_in_korean, &[]), None, "another purpose");
        for newer in [
            Consent { customer: CustomerId::from_random([8; 16]), ..newer.clone() },
            Consent { app: AppId::from_random([8; 16]), ..newer.clone() },
            Consent { granted_at: older.expires_at, ..newer.clone() },
            older.clone(),
        ] {
            assert_eq!(older.clone().supersede(&newer, &wordings), None);
        }
    }

    #[test]
    fn validity_is_positive_and_at_most_a_year() {
        assert_eq!(Consent::grant(grant(Span::ZERO), NOW), Err(ConsentError::AlreadyOver));
        assert!(Consent::grant(grant(VALIDITY_MAX), NOW).is_ok());
        let too_long = Span::from_micros(VALIDITY_MAX.micros() + 1);
        assert_eq!(Consent::grant(grant(too_long), NOW), Err(ConsentError::ValidTooLong));
    }

    proptest! {
        #[test]
        fn an_ended_consent_is_never_active_again(valid in 1..31_000_000i64, withdrawn in 0..40_000_000i64, seen in 0..80_000_000i64) {
            let consent = Consent::grant(grant(Span::from_seconds(valid)), NOW).unwrap();
            let ended = match consent.clone().withdraw(NOW.plus(Span::from_seconds(withdrawn))) {
                Ok(withdrawn) => withdrawn,
                Err(_) => consent,
            };
            let end = withdrawn.min(valid);
            prop_assert!(seen < end || !ended.is_active(NOW.plus(Span::from_seconds(seen))));
        }
    }
}
