//! Institutions, their apps, certificates and key sets.
//!
//! What is registered here decides who may call at all: an institution is a
//! company with a business number, its access server shows a registered
//! certificate, and each of its apps has exact redirect addresses, one way of
//! authentication and the scopes that it may ask for.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod app;
mod certificate;
mod distinguished_name;
mod error;
mod institution;
mod redirect;
mod store;

pub use app::{App, AppDraft, ClientAuthentication, ConsentTerms};
pub use certificate::ClientCertificate;
pub use distinguished_name::{DistinguishedName, ParseDistinguishedNameError};
pub use error::ParticipantError;
pub use institution::{BusinessNumber, Institution, InstitutionStatus, ParseBusinessNumberError};
pub use redirect::{RedirectUri, RedirectUriError};
pub use store::{ParticipantStore, Participants, Registration};
