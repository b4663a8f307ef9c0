//! For whom a call is made: what the gateway established, out of its headers.

use super::problem::ApiFault;
use crate::Bank;
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use std::str::FromStr;
use std::sync::Arc;
use sumun_banking::{Caller, IdempotencyKey, TransferJournal};
use sumun_consent::Scope;
use sumun_ids::AccountId;

/// A call that the gateway let through.
#[derive(Debug)]
pub(crate) struct Call {
    /// Who calls for whom under which consent.
    pub caller: Caller,
    /// What the customer granted and the token carries.
    scopes: Vec<Scope>,
}

impl Call {
    /// What consent and token both allow.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Goes on only when the customer granted `scope`. The gateway checks this
    /// too; the bank takes nobody's word for it.
    pub fn needs(&self, scope: Scope) -> Result<(), ApiFault> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(ApiFault::ScopeInsufficient) }
    }
}

impl FromRequestParts<Arc<Bank>> for Call {
    type Rejection = ApiFault;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Bank>) -> Result<Self, ApiFault> {
        let headers = &parts.headers;
        let accounts = once(headers, "sumun-accounts")?;
        let accounts: Result<Vec<AccountId>, _> =
            accounts.split(',').filter(|id| !id.is_empty()).map(str::parse).collect();
        let scopes: Result<Vec<Scope>, _> =
            once(headers, "sumun-scope")?.split_ascii_whitespace().map(str::parse).collect();
        Ok(Self {
            caller: Caller {
                institution: parsed(headers, "sumun-institution-id")?,
                app: parsed(headers, "sumun-app-id")?,
                customer: parsed(headers, "sumun-customer-id")?,
                consent: parsed(headers, "sumun-consent-id")?,
                accounts: accounts.map_err(|_| ApiFault::CallerUnclear { header: "sumun-accounts" })?,
            },
            scopes: scopes.map_err(|_| ApiFault::CallerUnclear { header: "sumun-scope" })?,
        })
    }
}

/// The key by which the app names its request.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<IdempotencyKey, ApiFault> {
    let mut values = headers.get_all("idempotency-key").iter();
    let value = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    if values.next().is_some() {
        let twice = sumun_banking::FieldFault { field: "idempotency-key", expected: "one value" };
        return Err(ApiFault::from(twice));
    }
    Ok(value.parse()?)
}

/// Writes the journal for the customer of a call.
pub(crate) async fn journal_of(bank: &Bank, caller: &Caller) -> Result<TransferJournal, ApiFault> {
    match bank.parts.identities.customer(caller.customer).await? {
        Some(customer) => Ok(TransferJournal::new(customer.commitment_key)),
        None => Err(ApiFault::CallerUnclear { header: "sumun-customer-id" }),
    }
}

fn parsed<T: FromStr>(headers: &HeaderMap, header: &'static str) -> Result<T, ApiFault> {
    once(headers, header)?.parse().map_err(|_| ApiFault::CallerUnclear { header })
}

/// A header that stands exactly once.
fn once<'a>(headers: &'a HeaderMap, header: &'static str) -> Result<&'a str, ApiFault> {
    let mut values = headers.get_all(header).iter();
    match (values.next().and_then(|value| value.to_str().ok()), values.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(ApiFault::CallerUnclear { header }),
    }
}
