//! Institutions, their apps, certificates and key sets.
//!
//! What is registered here decides who may call at all: an institution is a
//! company with a business number, its access server shows a registered
//! certificate, and each of its apps has exact redirect addresses, one way of
//! authentication and the scopes that it may ask for.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod admission;
mod app;
mod certificate;
mod distinguished_name;
pub mod entries;
mod error;
mod form;
mod institution;
mod redirect;
mod store;

pub use admission::AdmissionFault;
pub use app::{App, AppDraft, ClientAuthentication, ConsentTerms};
pub use certificate::ClientCertificate;
pub use distinguished_name::{DistinguishedName, ParseDistinguishedNameError};
pub use error::ParticipantError;
pub use form::{AuthenticationMethod, FORM_BYTES_MAX, FormFault, InstitutionForm, RegistrationForm};
pub use institution::{BusinessNumber, Institution, InstitutionStatus, ParseBusinessNumberError};
pub use redirect::{RedirectUri, RedirectUriError};
pub use store::{Newcomer, ParticipantStore, Participants, Registration};
