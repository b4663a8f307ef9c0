//! Software keys, the private CA and certificates.
//!
//! Private keys live in files that their owner alone may read (PR-044), one
//! file per key, written whole or not at all. Beside the key the file says
//! what it is for, when it was made and until when it may be used (PR-048,
//! PR-049); `openssl pkey -in FILE` reads it as it is.
//!
//! [`KeyFolder`] has every key that one installation needs. A module that
//! keeps its keys elsewhere, such as PKCS#11, only has to be a
//! [`Signer`](sumun_jose::Signer).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod authority;
mod certificate;
mod checkpoint;
mod error;
mod folder;
mod pem;
mod private_file;
mod record;
mod request;
mod software;

pub use authority::{AuthorityProfile, CertificateAuthority, ClientProfile, IssuedCertificate, ServerProfile};
pub use certificate::{CertificateFacts, certificate_pem, subject_dn};
pub use checkpoint::{CheckpointSigner, Ed25519Verifier};
pub use error::KeyError;
pub use folder::{KeyFolder, SecretKey, StoredKey};
pub use record::{KeyPurpose, KeyRecord};
pub use request::{CertificateRequest, CertificateRequestError};
pub use software::SoftwareKey;
