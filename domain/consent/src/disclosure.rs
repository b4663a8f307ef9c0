//! The four facts that a customer is shown before consenting (PR-019).

use crate::Scope;
use serde::{Deserialize, Serialize};
use std::fmt;
use sumun_ids::AccountId;
use sumun_time::Timestamp;

/// One of the four facts of PR-019.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Why the app wants access or gives orders.
    Purpose,
    /// Which data can be reached and which transactions can be ordered.
    Reach,
    /// Until when the consent is valid and how it is withdrawn.
    Validity,
    /// What happens to the customer when the API is unavailable.
    OutageEffect,
}

/// A fact of PR-019 is missing or blank, so there is nothing to consent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingFact(pub Fact);

impl fmt::Display for MissingFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Fact::Purpose => "the disclosure lacks the purpose of access",
            Fact::Reach => "the disclosure lacks the data that can be reached and the transactions that can be ordered",
            Fact::Validity => "the disclosure lacks the validity or the way of withdrawal",
            Fact::OutageEffect => "the disclosure lacks the effect when the API is unavailable",
        })
    }
}

impl std::error::Error for MissingFact {}

/// The facts as far as they are known; [`ConsentDisclosure::new`] asks for all.
///
/// Texts are in the language in which the customer read them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureDraft {
    /// Why the app wants access or gives orders.
    pub purpose: String,
    /// What the app may do.
    pub scopes: Vec<Scope>,
    /// The accounts that it may do it with; empty when the scopes need none.
    pub accounts: Vec<AccountId>,
    /// When the consent ends.
    pub expires_at: Option<Timestamp>,
    /// How the customer withdraws it before.
    pub withdrawal: String,
    /// What happens to the customer when the API is unavailable.
    pub outage_effect: String,
}

/// The four facts as they were shown; it cannot be built with one missing.
///
/// It is kept with the consent, so that the customer can see it at any later
/// time (PR-020) exactly as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DisclosureDraft", into = "DisclosureDraft")]
pub struct ConsentDisclosure {
    purpose: String,
    scopes: Vec<Scope>,
    accounts: Vec<AccountId>,
    expires_at: Timestamp,
    withdrawal: String,
    outage_effect: String,
}

impl ConsentDisclosure {
    /// Takes a draft that has all four facts. Scopes and accounts are put in
    /// ascending order without repetition.
    ///
    /// # Errors
    /// The first fact that is missing; a blank text is a missing one, and so is
    /// a reach without a scope or without the account that a scope needs.
    pub fn new(draft: DisclosureDraft) -> Result<Self, MissingFact> {
        let DisclosureDraft { purpose, mut scopes, mut accounts, expires_at, withdrawal, outage_effect } = draft;
        scopes.sort_unstable();
        scopes.dedup();
        accounts.sort_unstable();
        accounts.dedup();
        let lacks_account = accounts.is_empty() && scopes.iter().any(|scope| scope.needs_account());
        if is_blank(&purpose) {
            return Err(MissingFact(Fact::Purpose));
        }
        if scopes.is_empty() || lacks_account {
            return Err(MissingFact(Fact::Reach));
        }
        let expires_at = expires_at.filter(|_| !is_blank(&withdrawal)).ok_or(MissingFact(Fact::Validity))?;
        if is_blank(&outage_effect) {
            return Err(MissingFact(Fact::OutageEffect));
        }
        Ok(Self { purpose, scopes, accounts, expires_at, withdrawal, outage_effect })
    }

    /// Why the app wants access or gives orders.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What the app may do, ascending.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// The accounts that it may do it with, ascending; empty when the scopes need none.
    pub fn accounts(&self) -> &[AccountId] {
        &self.accounts
    }

    /// When the consent ends.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// How the customer withdraws it before.
    pub fn withdrawal(&self) -> &str {
        &self.withdrawal
    }

    /// What happens to the customer when the API is unavailable.
    pub fn outage_effect(&self) -> &str {
        &self.outage_effect
    }
}

impl TryFrom<DisclosureDraft> for ConsentDisclosure {
    type Error = MissingFact;

    fn try_from(draft: DisclosureDraft) -> Result<Self, MissingFact> {
        Self::new(draft)
    }
}

impl From<ConsentDisclosure> for DisclosureDraft {
    fn from(disclosure: ConsentDisclosure) -> Self {
        let ConsentDisclosure { purpose, scopes, accounts, expires_at, withdrawal, outage_effect } = disclosure;
        Self { purpose, scopes, accounts, expires_at: Some(expires_at), withdrawal, outage_effect }
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> DisclosureDraft {
        DisclosureDraft {
            purpose: "가계부에 잔액을 보여 주기".to_owned(),
            scopes: vec![Scope::Transfer, Scope::Balance, Scope::Balance],
            accounts: vec![AccountId::from_random([1; 16])],
            expires_at: Some(Timestamp::from_seconds(1)),
            withdrawal: "동의 관리 화면에서 철회".to_owned(),
            outage_effect: "잔액이 갱신되지 않음".to_owned(),
        }
    }

    #[test]
    fn pr_019_a_disclosure_without_any_of_the_four_facts_is_not_accepted() {
        type Spoil = fn(&mut DisclosureDraft);
        let broken: [(Fact, Spoil); 7] = [
            (Fact::Purpose, |draft| draft.purpose = " \u{3000}\n".to_owned()),
            (Fact::Reach, |draft| draft.scopes.clear()),
            (Fact::Reach, |draft| draft.accounts.clear()),
            (Fact::Validity, |draft| draft.expires_at = None),
            (Fact::Validity, |draft| draft.withdrawal.clear()),
            (Fact::OutageEffect, |draft| draft.outage_effect.clear()),
            (Fact::Purpose, |draft| *draft = DisclosureDraft::default()),
        ];
        for (fact, spoil) in broken {
            let mut draft = draft();
            spoil(&mut draft);
            assert_eq!(ConsentDisclosure::new(draft), Err(MissingFact(fact)));
        }
        assert_eq!(ConsentDisclosure::new(draft()).unwrap().scopes(), [Scope::Balance, Scope::Transfer]);
    }

    #[test]
    fn an_account_holder_inquiry_needs_no_account_of_the_customer() {
        let draft = DisclosureDraft { scopes: vec![Scope::AccountHolder], accounts: vec![], ..draft() };
        assert!(ConsentDisclosure::new(draft).is_ok());
    }
}
