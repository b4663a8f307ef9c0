//! Does the customer's consent still stand?

use super::binding::BoundToken;
use super::method::Requested;
use super::token::VerifiedToken;
use crate::{ConsentFacts, Refusal, Standing};
use sumun_consent::Scope;
use sumun_time::Timestamp;

/// A bound token together with the consent that it carries out, which stands.
#[derive(Debug, Clone, Copy)]
pub struct Consented<'a> {
    token: &'a VerifiedToken,
    consent: &'a ConsentFacts,
}

impl<'a> Consented<'a> {
    /// The token.
    pub fn token(&self) -> &'a VerifiedToken {
        self.token
    }

    /// The consent.
    pub fn consent(&self) -> &'a ConsentFacts {
        self.consent
    }
}

/// Looks at the consent of the token, if the table has it. A withdrawn or
/// expired consent kills its tokens at once (PR-021); a consent of another
/// customer, app or institution never serves.
pub fn stand<'a>(
    bound: BoundToken<'a>,
    consent: Option<&'a ConsentFacts>,
    now: Timestamp,
) -> Result<Consented<'a>, Refusal> {
    let token = bound.token();
    let consent = consent.ok_or(Refusal::ConsentEnded)?;
    let same = consent.id == token.consent()
        && consent.customer == token.customer()
        && consent.app == token.app()
        && consent.institution == token.institution();
    if !same {
        return Err(Refusal::ConsentMismatch);
    }
    if consent.standing == Standing::Stopped {
        return Err(Refusal::ConsentEnded);
    }
    if consent.expires_at <= now {
        return Err(Refusal::ConsentExpired);
    }
    Ok(Consented { token, consent })
}

/// Asks once more when the answer is there: what a call discloses does not
/// leave after the customer took the consent back or the token was revoked,
/// although both stood when the call went on (PR-021). A call that moves money
/// is told its answer all the same: what it did is done, and an app that is
/// not told would guess.
pub fn disclose(requested: &Requested<'_>, stands: bool, revoked: bool) -> Result<(), Refusal> {
    match requested.route().scope {
        Some(Scope::Transfer) => Ok(()),
        None | Some(Scope::AccountHolder | Scope::Balance | Scope::Transactions) if revoked => {
            Err(Refusal::TokenRevoked)
        }
        None | Some(Scope::AccountHolder | Scope::Balance | Scope::Transactions) if !stands => {
            Err(Refusal::ConsentEnded)
        }
        None | Some(Scope::AccountHolder | Scope::Balance | Scope::Transactions) => Ok(()),
    }
}
