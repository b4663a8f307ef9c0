//! Authorization server: pushed requests, sign-in, consent, tokens.
//!
//! Two sides, two listeners:
//!
//! | side | who comes | addresses |
//! | --- | --- | --- |
//! | browser | the customer; anybody for metadata | `/authorize`, `/sign-in`, `/sign-out`, `/consents`, `/jwks`, `/.well-known/oauth-authorization-server` |
//! | mutual TLS | apps' servers: with a client certificate; to `/par` also without, by a signed assertion | `/par`, `/token` |
//!
//! The life of one authorization: the app pushes its request (`mutual_tls/pushed.rs`),
//! sends the browser to `/authorize` (`pages/consent.rs`), the customer signs in
//! (`pages/sign_in.rs`) and decides, the app exchanges the code (`mutual_tls/token.rs`).
//! The rules are in `sumun-authorization`; here they are carried out in this
//! order: decide, write durably, tell the gateway, answer.
//!
//! `answer.rs` is the only place where a fault becomes an answer.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod browser;
mod completion;
mod discovery;
mod mutual_tls;
mod pages;
mod upkeep;
mod visit;

pub use upkeep::Upkeep;

use axum::Router;
use std::sync::Arc;
use sumun_authorization::{Addresses, AuthorizationStore, CustomerAccounts, TokenPolicy};
use sumun_consent::ConsentStore;
use sumun_events::Bus;
use sumun_identity::{IdentityStore, Realm};
use sumun_jose::{JwkSet, Signer};
use sumun_participants::ParticipantStore;
use sumun_sign_in::Entrance;
use sumun_system::{Clock, Random};
use sumun_web::{Bilingual, MessageSource, Messages, MessagesError, Site, WorldLabel};

/// The texts of this app's pages.
pub const MESSAGES: MessageSource = MessageSource {
    name: "authorization-server",
    ko: include_str!("../messages/ko.ftl"),
    en: include_str!("../messages/en.ftl"),
};

/// What the authorization server is assembled of.
#[derive(Clone)]
pub struct Parts {
    /// Where its two sides and the gateway are reached.
    pub addresses: Addresses,
    /// Institutions, apps and their certificates.
    pub participants: Arc<dyn ParticipantStore>,
    /// Customers' consents.
    pub consents: Arc<dyn ConsentStore>,
    /// How customers sign in.
    pub identities: Arc<dyn IdentityStore>,
    /// Requests, codes and tokens.
    pub authorizations: Arc<dyn AuthorizationStore>,
    /// The bank's answer to which accounts a customer holds.
    pub accounts: Arc<dyn CustomerAccounts>,
    /// The key that signs access tokens.
    pub signer: Arc<dyn Signer>,
    /// The public keys that verify access tokens, published at `/jwks`.
    pub key_set: JwkSet,
    /// Tells the gateway of consents and tokens.
    pub bus: Bus,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids, codes and session tokens come from.
    pub random: Arc<dyn Random>,
    /// How long access tokens live.
    pub token_policy: TokenPolicy,
    /// The bank's name on the pages.
    pub operator: Bilingual,
    /// Which world it is.
    pub world: WorldLabel,
}

/// The two sides, each for its own listener.
pub struct Routers {
    /// For a listener that asks for no certificate.
    pub browser: Router,
    /// For a listener that asks for a client certificate, refuses a wrong one, and lets in who shows none.
    pub mutual_tls: Router,
}

/// Assembles both sides.
///
/// # Errors
/// [`MessagesError`] when the texts of the two languages do not fit together.
pub fn routers(parts: Parts) -> Result<Routers, MessagesError> {
    let site = Arc::new(Site {
        messages: Messages::load(&[MESSAGES, sumun_sign_in::MESSAGES])?,
        operator: parts.operator.clone(),
        world: parts.world,
        home: "/consents".into(),
        version: env!("CARGO_PKG_VERSION"),
    });
    let Parts { identities, clock, random, .. } = parts.clone();
    let entrance = Entrance::new(Realm::Customer, Arc::clone(&site), identities, clock, random);
    let server = Arc::new(Server { parts, site, entrance, pace: mutual_tls::Pace::default() });
    Ok(Routers { browser: browser::router(Arc::clone(&server)), mutual_tls: mutual_tls::router(server) })
}

/// What the handlers of both sides share.
pub(crate) struct Server {
    pub(crate) parts: Parts,
    pub(crate) site: Arc<Site>,
    pub(crate) entrance: Entrance,
    pub(crate) pace: mutual_tls::Pace,
}
