//! Did the customer grant what the call does?

use super::consent::Consented;
use super::method::Requested;
use crate::Refusal;

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
}

/// The operation's scope must stand in the token and in the consent (PR-014):
/// a token never carries more than the consent that it stands on.
pub fn permit<'a>(consented: Consented<'a>, requested: &Requested<'_>) -> Result<Scoped<'a>, Refusal> {
    let needed = requested.route().scope;
    let granted = consented.token().scopes().contains(&needed) && consented.consent().scopes.contains(&needed);
    if granted { Ok(Scoped { consented }) } else { Err(Refusal::ScopeInsufficient { needed }) }
}
