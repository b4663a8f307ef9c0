//! Is the account in the consent?

use super::body::JsonBody;
use super::method::Requested;
use super::scope::Scoped;
use crate::contract::AccountLocation;
use crate::{ConsentFacts, Refusal};
use serde_json::Value;
use sumun_ids::AccountId;

/// A call that every filter let pass: only this can be sent on to the processor.
#[derive(Debug, Clone, Copy)]
pub struct Permitted<'a> {
    scoped: Scoped<'a>,
}

impl<'a> Permitted<'a> {
    /// Token, consent and scope that it passed with.
    pub fn scoped(&self) -> Scoped<'a> {
        self.scoped
    }
}

/// An account in the path is looked at before the body is read.
pub fn in_path(scoped: &Scoped<'_>, requested: &Requested<'_>) -> Result<(), Refusal> {
    match &requested.route().account {
        Some(AccountLocation::Path(name)) => {
            named(scoped.consented().consent(), requested.parameter(name).unwrap_or_default())
        }
        Some(AccountLocation::Body(_)) | None => Ok(()),
    }
}

/// The account that the call is about, wherever the contract puts it, must
/// stand in the consent (PR-012).
pub fn permit<'a>(scoped: Scoped<'a>, requested: &Requested<'_>, body: &JsonBody) -> Result<Permitted<'a>, Refusal> {
    in_path(&scoped, requested)?;
    if let Some(AccountLocation::Body(name)) = &requested.route().account {
        let account = body.member(name).and_then(Value::as_str);
        let account = account.ok_or_else(|| Refusal::AccountMissing { field: name.clone() })?;
        named(scoped.consented().consent(), account)?;
    }
    Ok(Permitted { scoped })
}

fn named(consent: &ConsentFacts, account: &str) -> Result<(), Refusal> {
    match account.parse::<AccountId>() {
        Ok(account) if consent.accounts.contains(&account) => Ok(()),
        // An account that cannot exist and one of somebody else are answered alike.
        _ => Err(Refusal::AccountNotConsented),
    }
}
