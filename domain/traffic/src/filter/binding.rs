//! Does the token belong to whoever shows it?

use super::certificate::KnownPeer;
use super::token::{LiveToken, VerifiedToken};
use crate::{Refusal, Snapshot};

/// A live token in the hands of the institution and on the certificate that it
/// was issued for.
#[derive(Debug, Clone, Copy)]
pub struct BoundToken<'a> {
    token: &'a VerifiedToken,
}

impl<'a> BoundToken<'a> {
    /// The token.
    pub fn token(&self) -> &'a VerifiedToken {
        self.token
    }
}

/// Compares the token with the live connection, for every call, also when the
/// token was verified before: the certificate (RFC 8705 section 3, PR-030), and
/// the institution and the app's owner (PR-013), so that a certificate of one
/// institution never carries the token of another.
pub fn bind<'a>(snapshot: &Snapshot, peer: &KnownPeer, live: LiveToken<'a>) -> Result<BoundToken<'a>, Refusal> {
    let token = live.token();
    if *token.thumbprint() != peer.thumbprint() {
        return Err(Refusal::TokenOfAnotherCertificate);
    }
    let owner = snapshot.apps.get(&token.app());
    if token.institution() != peer.institution() || owner != Some(&peer.institution()) {
        return Err(Refusal::TokenOfAnotherInstitution);
    }
    Ok(BoundToken { token })
}
