//! Did the customer grant what the call does?

use super::consent::Consented;
use super::method::Requested;
use crate::Refusal;
use sumun_consent::Scope;

/// A consented call whose scope the customer granted.
#[derive(Debug, Clone, Copy)]
pub struct Scoped<'a> {
    consented: Consented<'a>,
}

impl<'a> Scoped<'a> {
    /// Token and consent.
    pub fn consented(&self) -> Consented<'a> {
        self.consented
    }

    /// What token and consent both allow, in the order of [`Scope::ALL`].
    pub fn allowed(&self) -> Vec<Scope> {
        let (token, consent) = (self.consented.token().scopes(), &self.consented.consent().scopes);
        Scope::ALL.into_iter().filter(|scope| token.contains(scope) && consent.contains(scope)).collect()
    }
}

/// The operation's scope must stand in the token and in the consent (PR-014):
/// a token never carries more than the consent that it stands on. An operation
/// without a scope tells what these two allow, whatever that is.
pub fn permit<'a>(consented: Consented<'a>, requested: &Requested<'_>) -> Result<Scoped<'a>, Refusal> {
    let Some(needed) = requested.route().scope else { return Ok(Scoped { consented }) };
    let granted = consented.token().scopes().contains(&needed) && consented.consent().scopes.contains(&needed);
    if granted { Ok(Scoped { consented }) } else { Err(Refusal::ScopeInsufficient { needed }) }
}
