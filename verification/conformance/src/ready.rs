//! The ready file as a reader outside sees it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use sumun_transport::{Client, ClientLimits, ClientTls, Identity};

/// The one JSON object that `--ready-file` receives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ready {
    /// Version of the program.
    pub version: String,
    /// The process.
    pub pid: u32,
    /// RFC 3339.
    pub ready_at: String,
    /// The data folder.
    pub data: PathBuf,
    /// Base address of each component.
    pub addresses: Addresses,
    /// The issuer of tokens.
    pub issuer: String,
    /// The authority of the open side.
    pub ca: Authority,
    /// The demonstration world.
    pub world: World,
}

/// Base addresses, `https://...` without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// The start page.
    pub start: String,
    /// The browser side of the authorization server.
    pub authorization: String,
    /// Its mutual-TLS side.
    pub authorization_mtls: String,
    /// The API gateway.
    pub gateway: String,
    /// The bank's own pages.
    pub bank: String,
    /// The inspection workbench.
    pub workbench: String,
    /// The API processor.
    pub processor: String,
}

/// A certificate authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Authority {
    /// Its certificate.
    pub certificate_pem: String,
    /// The file that holds it.
    pub file: PathBuf,
}

/// The demonstration world.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct World {
    /// How it is labelled.
    pub label: String,
    /// When it was made.
    pub created_at: String,
    /// Two institutions.
    pub institutions: Vec<Institution>,
    /// People with bank accounts.
    pub customers: Vec<Login>,
    /// People who work there.
    pub staff: Vec<Login>,
    /// Who is paid.
    pub payee: Payee,
    /// Certificates that must be refused.
    pub unfit: Unfit,
}

/// An institution with its app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Institution {
    /// `ins_...`
    pub id: String,
    /// The OAuth client id.
    pub app: String,
    /// How the app authenticates: `tls_client_auth` or `private_key_jwt`.
    pub client_authentication: String,
    /// The app's own ES256 key, PEM.
    pub app_key_pem: String,
    /// The certificate of its access server.
    pub certificate: Certificate,
}

/// A certificate with its key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Certificate {
    /// The chain, PEM.
    pub certificate_pem: String,
    /// The key, PEM.
    pub key_pem: String,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Login {
    /// Id of the person.
    pub id: String,
    /// Login name.
    pub login: String,
    /// Password.
    pub password: String,
}

/// Somebody at another bank who is paid, as the payee tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Payee {
    /// Code of the bank.
    pub bank_code: String,
    /// Number of the account.
    pub account_number: String,
    /// Whole name of its holder.
    pub holder_name: String,
}

/// Certificates of the first institution with one fault each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unfit {
    /// Of an authority that nobody trusts.
    pub wrong_authority: Certificate,
    /// Ended yesterday.
    pub expired: Certificate,
}

impl Ready {
    /// TLS that trusts the open authority and shows `certificate`, or none.
    pub fn tls(&self, certificate: Option<&Certificate>) -> ClientTls {
        let identity = certificate.map(|certificate| {
            Identity::from_pem(&certificate.certificate_pem, &certificate.key_pem).expect("the world's PEM is read")
        });
        ClientTls::new(&[der_of(&self.ca.certificate_pem)], identity).expect("the world's certificates fit together")
    }

    /// A client that trusts the open authority and shows `certificate`, or none.
    pub fn client(&self, certificate: Option<&Certificate>) -> Client {
        Client::new(&self.tls(certificate), ClientLimits::default())
    }

    /// The customer with this login name.
    pub fn customer(&self, login: &str) -> &Login {
        self.world.customers.iter().find(|customer| customer.login == login).expect("the world has this customer")
    }

    /// The member of staff with this login name.
    pub fn staff(&self, login: &str) -> &Login {
        self.world.staff.iter().find(|person| person.login == login).expect("the world has this member of staff")
    }
}

/// The socket of a base address.
pub(crate) fn socket(address: &str) -> SocketAddr {
    let address = address.strip_prefix("https://").unwrap_or(address);
    address.parse().unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// The bytes of a PEM block.
pub(crate) fn der_of(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).expect("a PEM block is base64")
}
