//! What the app's side is told: what an outsider has in hands before the first
//! call, and nothing of the platform's inside.

use crate::journey::{App, Assertions, Customer, JourneyError};
use crate::platform::open_client;
use crate::platform::world::WorldCertificate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use sumun_participants::AuthenticationMethod;
use sumun_system::{Clock, Random, SystemClock, SystemRandom};
use sumun_transport::certificates_from_pem;

/// The brief: one JSON object on standard input. A test reads it and finds no
/// path of the data folder and no account in it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    /// The certificate of the open authority, PEM.
    pub authority_pem: String,
    /// Where the platform is.
    pub addresses: OutsideAddresses,
    /// The two institutions, each with a customer of its app.
    pub parties: [Party; 2],
    /// Who is to be paid, as the payee tells it.
    pub payee: Payee,
}

/// Base addresses that a customer and an app are given.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideAddresses {
    /// The authorization server, which is the issuer too.
    pub authorization: String,
    /// Its mutual-TLS side (RFC 8705 section 5).
    pub authorization_mtls: String,
    /// The gateway.
    pub gateway: String,
    /// The bank's own pages.
    pub bank: String,
}

/// An institution's app as its registration and its own keys describe it, and
/// a customer who uses it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The OAuth client id.
    pub client_id: String,
    /// The registered way back.
    pub redirect_uri: String,
    /// How the app proves that it is itself.
    pub token_endpoint_auth_method: AuthenticationMethod,
    /// Certificate and key of the access server.
    pub certificate: WorldCertificate,
    /// The app's own ES256 key in PEM, for an app that signs.
    pub app_key_pem: Option<String>,
    /// The customer's login name.
    pub login: String,
    /// The customer's password.
    pub password: String,
}

/// Who is to be paid.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    /// Code of the payee's bank.
    pub bank_code: String,
    /// Number of the payee's account.
    pub account_number: String,
}

impl Brief {
    /// The app of a party, at its access server.
    pub fn app(&self, place: usize) -> Result<App, JourneyError> {
        let party = &self.parties[place];
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let issuer = self.addresses.authorization.clone();
        let signs = |key: &String| Assertions::new(key, issuer, &clock, &random);
        Ok(App {
            client: open_client(&self.root()?, Some(&party.certificate))?,
            client_id: party.client_id.clone(),
            assertions: party.app_key_pem.as_ref().map(signs).transpose()?,
            redirect_uri: party.redirect_uri.clone(),
            authorization_mutual: self.addresses.authorization_mtls.clone(),
            gateway: self.addresses.gateway.clone(),
        })
    }

    /// The customer of a party, at a browser of their own.
    pub fn customer(&self, place: usize) -> Result<Customer, JourneyError> {
        let Party { login, password, .. } = &self.parties[place];
        let OutsideAddresses { authorization, bank, .. } = self.addresses.clone();
        Ok(Customer::new(open_client(&self.root()?, None)?, (login, password), authorization, bank))
    }

    /// The authority's certificate, DER.
    fn root(&self) -> Result<Vec<u8>, JourneyError> {
        let read = certificates_from_pem(&self.authority_pem).map_err(|error| JourneyError::new(error.to_string()))?;
        read.into_iter().next().ok_or_else(|| JourneyError::new("the brief has no certificate of the authority"))
    }
}

/// Random bytes for one authorization.
pub fn random_bytes() -> [u8; 64] {
    let mut bytes = [0; 64];
    SystemRandom.fill(&mut bytes);
    bytes
}

/// A fresh idempotency key.
pub fn fresh_key() -> String {
    SystemRandom.id_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
