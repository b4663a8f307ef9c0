//! The customer's decision on a request.

use crate::{
    AccountSummary, AuthorizationCode, AuthorizationError, AwaitingDecision, CustomerFault, IssuedCode, PlatformFault,
    consent_granted,
};
use sumun_consent::{Consent, ConsentDisclosure, DisclosureDraft, Grant, consent_superseded};
use sumun_ids::{AccountId, AuthorizationRequestId, ConsentId, CustomerId};
use sumun_journal::{Actor, Entry};
use sumun_time::Timestamp;

/// The terms of a consent, in the language in which the customer reads them;
/// with the request's scopes and the chosen accounts they are the four facts of PR-019.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Why the app asks.
    pub purpose: String,
    /// When the consent ends by itself.
    pub expires_at: Timestamp,
    /// How the customer withdraws it before.
    pub withdrawal: String,
    /// What happens to the customer when the API is unavailable.
    pub outage_effect: String,
}

/// What an approval takes besides the request.
pub struct Approve<'a> {
    /// Who decides; signed in at this server, whatever the app says (PR-011).
    pub customer: CustomerId,
    /// The same, as the journal names them.
    pub actor: Actor,
    /// The app's purpose in each language in which it can be read.
    pub wordings: Vec<String>,
    /// The accounts that the bank says the customer holds.
    pub offered: &'a [AccountSummary],
    /// The accounts that the customer ticked.
    pub chosen: &'a [AccountId],
    /// The terms that were shown.
    pub terms: Terms,
    /// The id that the consent gets.
    pub consent: ConsentId,
    /// The code that the app gets.
    pub code: &'a AuthorizationCode,
    /// The instant of the decision.
    pub now: Timestamp,
}

/// An approved request: what is to be kept, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The request that is decided by it.
    pub request: AuthorizationRequestId,
    /// The consent that was given.
    pub consent: Consent,
    /// The code that lets the app fetch its token.
    pub code: IssuedCode,
    /// The customer, as the journal names them.
    pub actor: Actor,
    /// The app's purpose in each language in which it can be read.
    pub wordings: Vec<String>,
}

/// What an approval changes besides what it adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The older consents that end because of it.
    pub superseded: Vec<Consent>,
    /// What the journal says of all of it.
    pub entries: Vec<Entry>,
}

impl Approval {
    /// Settles what becomes of the consents that the app has of the customer, `standing` in the moment in which
    /// the approval is written: whoever approves in two browsers at once is left with one.
    pub fn settle(&self, standing: Vec<Consent>) -> Settled {
        let consents = standing.into_iter();
        let superseded: Vec<_> =
            consents.filter_map(|consent| consent.supersede(&self.consent, &self.wordings)).collect();
        let ends = superseded.iter().map(|consent| consent_superseded(self.actor, consent, &self.consent));
        let entries = std::iter::once(consent_granted(self)).chain(ends).collect();
        Settled { superseded, entries }
    }
}

impl AwaitingDecision {
    /// Whether the customer has to choose accounts.
    pub fn needs_account(&self) -> bool {
        self.request.scopes.iter().any(|scope| scope.needs_account())
    }

    /// The four facts of this request with these accounts; a page without all of them is not served (PR-019, PR-112).
    ///
    /// # Errors
    /// [`PlatformFault::Terms`] when the app's registered terms lack one.
    pub fn disclose(&self, terms: Terms, accounts: Vec<AccountId>) -> Result<ConsentDisclosure, PlatformFault> {
        let draft = DisclosureDraft {
            purpose: terms.purpose,
            scopes: self.request.scopes.clone(),
            accounts,
            expires_at: Some(terms.expires_at),
            withdrawal: terms.withdrawal,
            outage_effect: terms.outage_effect,
        };
        ConsentDisclosure::new(draft).map_err(|missing| PlatformFault::Terms(Box::new(missing)))
    }

    /// Grants exactly the chosen accounts and the shown scopes.
    ///
    /// # Errors
    /// [`CustomerFault`] when no account, or one of another customer, was
    /// chosen; [`PlatformFault::Terms`] when the registered terms make no consent.
    pub fn approve(&self, approve: Approve<'_>) -> Result<Approval, AuthorizationError> {
        let Approve { customer, actor, wordings, offered, chosen, terms, consent, code, now } = approve;
        if !chosen.iter().all(|id| offered.iter().any(|account| account.id == *id)) {
            return Err(CustomerFault::AccountOfAnother.into());
        }
        if self.needs_account() && chosen.is_empty() {
            return Err(CustomerFault::NoAccountChosen.into());
        }
        let request = &self.request;
        let grant = Grant {
            id: consent,
            customer,
            institution: request.institution,
            app: request.app,
            disclosure: self.disclose(terms, chosen.to_vec())?,
        };
        let consent = Consent::grant(grant, now).map_err(|error| PlatformFault::Terms(Box::new(error)))?;
        let code = IssuedCode {
            hash: code.hash(),
            app: request.app,
            institution: request.institution,
            customer,
            consent: consent.id,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge,
            scopes: consent.scopes.clone(),
            nonce: request.nonce.clone(),
            issued_at: now,
        };
        Ok(Approval { request: self.id, consent, code, actor, wordings })
    }
}
