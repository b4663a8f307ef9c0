//! API processor and sandbox bank.
//!
//! Two sides, two listeners:
//!
//! | side | who comes | addresses |
//! | --- | --- | --- |
//! | internal | the gateway alone, with its certificate | `/v1/…` of `contracts/open-banking` |
//! | customer | the customer's browser: the second channel | `/transfers`, `/notices`, `/accounts`, `/sign-in` |
//!
//! The life of a transfer: the app asks (`internal/transfers.rs`), the customer
//! confirms on the bank's own page (`pages/confirm.rs`), the app executes by
//! repeating the terms. The rules are in `sumun-banking` and decide inside of
//! the store's transaction; here calls become values and decisions answers.
//!
//! `internal/problem.rs` is the only place where a fault becomes an answer to
//! an app, `pages/fault.rs` the only one where it becomes a page.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod internal;
mod pages;
mod visit;

use axum::Router;
use std::sync::Arc;
use sumun_banking::{BankingStore, TransferLimits};
use sumun_identity::{IdentityStore, Realm};
use sumun_participants::ParticipantStore;
use sumun_sign_in::Entrance;
use sumun_system::{Clock, Random};
use sumun_web::{Bilingual, MessageSource, Messages, MessagesError, Site, WorldLabel};

/// The texts of this app's pages.
pub const MESSAGES: MessageSource = MessageSource {
    name: "api-processor",
    ko: include_str!("../messages/ko.ftl"),
    en: include_str!("../messages/en.ftl"),
};

/// What the API processor is assembled of.
#[derive(Clone)]
pub struct Parts {
    /// The bank's books.
    pub banking: Arc<dyn BankingStore>,
    /// How customers sign in, and the key under which the journal commits to each.
    pub identities: Arc<dyn IdentityStore>,
    /// The names of institutions and apps.
    pub participants: Arc<dyn ParticipantStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids, confirmation numbers and session tokens come from.
    pub random: Arc<dyn Random>,
    /// How much may be moved under one consent.
    pub limits: TransferLimits,
    /// SHA-256 of each certificate (DER) that the gateway may show; no other caller is answered (PR-001, PR-008).
    pub gateway_certificates: Vec<[u8; 32]>,
    /// The customer's list of consents at the authorization server, with scheme and host.
    pub consents_address: String,
    /// The bank's name on the pages.
    pub operator: Bilingual,
    /// Which world it is.
    pub world: WorldLabel,
}

/// The two sides, each for its own listener.
pub struct Routers {
    /// For a listener that requires a client certificate.
    pub internal: Router,
    /// For a listener that asks for no certificate.
    pub customer: Router,
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
        home: "/transfers".into(),
        version: env!("CARGO_PKG_VERSION"),
    });
    let Parts { identities, clock, random, .. } = parts.clone();
    let entrance = Entrance::new(Realm::Customer, Arc::clone(&site), identities, clock, random);
    let bank = Arc::new(Bank { parts, site, entrance });
    Ok(Routers { internal: internal::router(Arc::clone(&bank)), customer: pages::router(bank) })
}

/// What the handlers of both sides share.
pub(crate) struct Bank {
    pub(crate) parts: Parts,
    pub(crate) site: Arc<Site>,
    pub(crate) entrance: Entrance,
}
