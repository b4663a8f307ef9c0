//! Tokens that were verified before.

use http::HeaderValue;
use quick_cache::sync::Cache;
use std::fmt::Display;
use std::sync::Arc;
use sumun_consent::Scope;
use sumun_jose::sha256;
use sumun_time::Timestamp;
use sumun_traffic::filter::certificate::KnownPeer;
use sumun_traffic::filter::token::{self, BearerText, VerifiedToken};
use sumun_traffic::{Refusal, Snapshot};

/// Remembers which tokens were verified, because a signature costs more than
/// all other checks together. The key is the SHA-256 of the token and the
/// certificate that it came with; the token itself is not kept (PR-036). What
/// can change after verification (time, revocation, certificate, owner,
/// consent) is asked for every call; a change of keys or participants makes
/// the snapshot's epoch grow, and every token is then verified again.
pub(crate) struct Tokens {
    verified: Cache<Key, Arc<KnownToken>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    token: [u8; 32],
    thumbprint: [u8; 32],
}

/// A verified token together with what the processor is told of it.
#[derive(Debug)]
pub(crate) struct KnownToken {
    pub(crate) verified: VerifiedToken,
    pub(crate) told: TokenHeaders,
}

/// Header values that are the same for every call with one token.
#[derive(Debug)]
pub(crate) struct TokenHeaders {
    pub(crate) institution: HeaderValue,
    pub(crate) app: HeaderValue,
    pub(crate) customer: HeaderValue,
    pub(crate) consent: HeaderValue,
    pub(crate) scope: HeaderValue,
}

impl Tokens {
    pub(crate) fn new(entries: usize) -> Self {
        Self { verified: Cache::new(entries.max(1)) }
    }

    /// The token behind `bearer`, verified now or before.
    pub(crate) fn verify(
        &self,
        snapshot: &Snapshot,
        peer: &KnownPeer,
        bearer: BearerText<'_>,
        now: Timestamp,
    ) -> Result<Arc<KnownToken>, Refusal> {
        let key = Key { token: sha256(bearer.text().as_bytes()), thumbprint: peer.thumbprint() };
        if let Some(known) = self.verified.get(&key)
            && known.verified.epoch() == snapshot.epoch
        {
            return Ok(known);
        }
        let verified = token::verify(snapshot, bearer, now)?;
        let known = Arc::new(KnownToken { told: TokenHeaders::of(&verified), verified });
        // A token on a foreign certificate is refused right after this and must not fill the table.
        if *known.verified.thumbprint() == peer.thumbprint() {
            self.verified.insert(key, Arc::clone(&known));
        }
        Ok(known)
    }
}

impl TokenHeaders {
    fn of(token: &VerifiedToken) -> Self {
        Self {
            institution: header(token.institution()),
            app: header(token.app()),
            customer: header(token.customer()),
            consent: header(token.consent()),
            scope: header(Scope::list(token.scopes())),
        }
    }
}

fn header(value: impl Display) -> HeaderValue {
    // Ids and scope names are plain letters: always a header value.
    HeaderValue::try_from(value.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
