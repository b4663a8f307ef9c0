//! Access tokens that died before their time.

use papaya::HashMap;
use sumun_ids::TokenId;
use sumun_time::Timestamp;

#[derive(Debug, Default)]
pub(crate) struct Revocations {
    dead: HashMap<TokenId, Timestamp>,
}

impl Revocations {
    /// Kills a token; when it returns no later call is carried by it.
    pub(crate) fn add(&self, token: TokenId, expires_at: Timestamp) {
        self.dead.pin().insert(token, expires_at);
    }

    pub(crate) fn contains(&self, token: TokenId) -> bool {
        !self.dead.is_empty() && self.dead.pin().contains_key(&token)
    }

    /// Forgets tokens that would be dead anyway.
    pub(crate) fn sweep(&self, now: Timestamp) {
        self.dead.pin().retain(|_, expires_at| *expires_at > now);
    }
}
