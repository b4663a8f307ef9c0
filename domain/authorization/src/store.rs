//! What the authorization server keeps.

use crate::{Approval, AssertionUse, CodeHash, IssuedToken, PushedRequest, RevokedToken, StoredCode};
use sumun_consent::Consent;
use sumun_ids::{AuthorizationRequestId, InstitutionId, TokenId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

/// Whether a write was the first of its kind, or came too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was the first, and it is durable.
    First,
    /// Another was there before; nothing was written, and no entry either.
    TooLate,
}

/// What came of an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Approved {
    /// It was the first decision, and it is durable.
    First {
        /// The older consents that it ended.
        superseded: Vec<Consent>,
    },
    /// The request was decided before; nothing was written, and no entry either.
    TooLate,
}

/// What came of the exchange of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Exchange {
    /// The token is kept, durably.
    Issued,
    /// The code was exchanged before; nothing was written.
    UsedBefore,
    /// The consent behind the code has ended since it was looked at; nothing was written.
    ConsentEnded,
}

/// Pushed requests, codes, assertions and issued tokens, each until it expires.
///
/// Everything is keyed by institution first. Entries given to a write become
/// durable with it, or not at all.
#[async_trait::async_trait]
pub trait AuthorizationStore: Send + Sync {
    /// Remembers that a client assertion was used; [`Outcome::TooLate`] when it was used before (RFC 7523 section 3).
    async fn spend_assertion(&self, assertion: &AssertionUse) -> Result<Outcome, StoreFailure>;

    /// Keeps a pushed request.
    async fn push(&self, request: &PushedRequest) -> Result<(), StoreFailure>;

    /// The pushed request, decided or not, unless it was pruned.
    async fn pushed(
        &self,
        institution: InstitutionId,
        id: AuthorizationRequestId,
    ) -> Result<Option<PushedRequest>, StoreFailure>;

    /// Marks the request as decided, keeps the consent and the code, and carries out what [`Approval::settle`] says
    /// of the consents that stand in that moment, all or nothing; [`Approved::TooLate`] when it was decided before.
    async fn approve(&self, approval: &Approval) -> Result<Approved, StoreFailure>;

    /// Marks the request as decided; [`Outcome::TooLate`] when it was decided before.
    async fn deny(&self, institution: InstitutionId, id: AuthorizationRequestId) -> Result<Outcome, StoreFailure>;

    /// The code with this hash that was issued to an app of `institution`.
    async fn code(&self, institution: InstitutionId, hash: CodeHash) -> Result<Option<StoredCode>, StoreFailure>;

    /// Marks the code as exchanged for `token` and keeps what is remembered of
    /// the token, if its consent stands in the moment of its issue.
    async fn exchange(&self, code: CodeHash, token: &IssuedToken, journal: &[Entry]) -> Result<Exchange, StoreFailure>;

    /// Revokes a token at `now`; [`Outcome::TooLate`] when it was revoked before or is not known.
    async fn revoke(
        &self,
        institution: InstitutionId,
        id: TokenId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Outcome, StoreFailure>;

    /// Every token that was revoked and would still live at `now`: what a gateway must know when it starts.
    async fn revoked_tokens(&self, now: Timestamp) -> Result<Vec<RevokedToken>, StoreFailure>;

    /// Forgets what has expired, at most `rows_max` rows of each kind, and
    /// answers how many rows went. A code is kept as long as its token could
    /// live, so that a replay is still noticed.
    async fn prune(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure>;
}
