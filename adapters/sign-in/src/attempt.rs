//! One attempt to sign in: few passwords are checked at once.

use crate::turns::TURN_WAIT_MAX;
use crate::{Entrance, Origin};
use sha2::{Digest as _, Sha256};
use sumun_identity::{NewSession, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy};
use sumun_ids::SessionId;
use sumun_journal::StoreFailure;
use sumun_time::Timestamp;

/// What came of an attempt.
#[derive(Debug)]
pub enum SignInAnswer {
    /// A session was opened.
    Opened(OpenedSession),
    /// None was.
    Refused(RefusedSignIn),
}

/// A session that was just opened.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// What the browser or program shows from now on.
    pub token: SessionToken,
    /// How many older sessions of the same person it ended (PR-055).
    pub ended_elsewhere: u32,
}

/// The word in an address that tells the next page of sessions that were ended.
pub(crate) const ENDED_ELSEWHERE: &str = "ended-elsewhere";

impl OpenedSession {
    /// `address`, with a word that lets the page behind it tell the customer of
    /// sessions elsewhere that were ended, if there were any.
    pub fn telling(&self, address: impl Into<String>) -> String {
        let address = address.into();
        let joint = if address.contains('?') { '&' } else { '?' };
        if self.ended_elsewhere > 0 { format!("{address}{joint}notice={ENDED_ELSEWHERE}") } else { address }
    }
}

/// A sign-in that was refused.
#[derive(Debug)]
pub struct RefusedSignIn {
    /// The name as it was typed, for the form that comes again.
    pub login: String,
    /// Why.
    pub fault: SignInFault,
}

/// Why a sign-in is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInFault {
    /// These fields are empty: `login`, `password`.
    Missing(Vec<&'static str>),
    /// The name or the password is wrong; which of them is not said.
    Wrong,
    /// Too many failures.
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// Too many are signing in: it was not this one's turn within five seconds.
    Busy,
}

impl SignInFault {
    /// After how many seconds it is worth another try, for `Retry-After`;
    /// `None` when the person has to do something else first.
    pub fn retry_seconds(&self, now: Timestamp) -> Option<u64> {
        match self {
            Self::Missing(_) | Self::Wrong => None,
            Self::Locked { until } => {
                let left = until.since(now).to_std();
                Some((left.as_secs() + u64::from(left.subsec_nanos() > 0)).max(1))
            }
            Self::Busy => Some(TURN_WAIT_MAX.as_secs()),
        }
    }
}

impl Entrance {
    /// Checks name and password and opens a session for somebody at `origin`.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn sign_in(&self, origin: Origin, form: SignInForm) -> Result<SignInAnswer, StoreFailure> {
        let login = form.login.clone();
        Ok(match self.attempt(origin, form).await? {
            Ok(opened) => SignInAnswer::Opened(opened),
            Err(fault) => {
                // Neither name nor address: what was typed can be a password in the wrong field (PR-036).
                tracing::info!(realm = self.realm.name(), ?fault, "sign-in refused");
                SignInAnswer::Refused(RefusedSignIn { login, fault })
            }
        })
    }

    async fn attempt(
        &self,
        origin: Origin,
        form: SignInForm,
    ) -> Result<Result<OpenedSession, SignInFault>, StoreFailure> {
        let typed = [("login", form.login.trim()), ("password", &form.password)];
        let missing: Vec<_> = typed.into_iter().filter(|(_, value)| value.is_empty()).map(|(field, _)| field).collect();
        if !missing.is_empty() {
            return Ok(Err(SignInFault::Missing(missing)));
        }
        let login = Sha256::digest(form.login.trim().to_ascii_lowercase()).into();
        let Some(turn) = self.turns.next(origin, login).await else { return Ok(Err(SignInFault::Busy)) };
        let token = SessionToken::from_random(self.random.secret_bytes());
        let session = NewSession { id: SessionId::from_random(self.random.id_bytes()), token: token.clone() };
        let sign_in = SignIn { store: self.identities.as_ref(), realm: self.realm, policy: SignInPolicy::STANDARD };
        let outcome = sign_in.attempt(form, session, self.clock.now(), |check| turn.take(move || check.run()));
        Ok(match outcome.await? {
            SignInOutcome::SignedIn { ended_elsewhere, .. } => Ok(OpenedSession { token, ended_elsewhere }),
            SignInOutcome::Refused { .. } => Err(SignInFault::Wrong),
            SignInOutcome::Locked { until } => Err(SignInFault::Locked { until }),
        })
    }
}
