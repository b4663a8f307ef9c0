//! One attempt to sign in: few passwords are checked at once.

use crate::Entrance;
use std::sync::Arc;
use std::time::Duration;
use sumun_identity::{NewSession, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy};
use sumun_ids::SessionId;
use sumun_journal::StoreFailure;
use sumun_time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many passwords an entrance checks at once; each takes 19 MiB and a core for tens of milliseconds.
const CHECKS_MAX: usize = 4;

/// How long a sign-in waits for its turn before it is told to come again, after as long.
const TURN_WAIT_MAX: Duration = Duration::from_secs(5);

/// What came of an attempt.
#[derive(Debug)]
pub enum SignInAnswer {
    /// A session was opened.
    Opened(OpenedSession),
    /// None was.
    Refused(RefusedSignIn),
}

/// A session that was just opened.
#[derive(Debug)]
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
    /// Checks name and password and opens a session.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn sign_in(&self, form: SignInForm) -> Result<SignInAnswer, StoreFailure> {
        let login = form.login.clone();
        Ok(match self.attempt(form).await? {
            Ok(opened) => SignInAnswer::Opened(opened),
            Err(fault) => {
                // Neither name nor address: what was typed can be a password in the wrong field (PR-036).
                tracing::info!(realm = self.realm.name(), ?fault, "sign-in refused");
                SignInAnswer::Refused(RefusedSignIn { login, fault })
            }
        })
    }

    async fn attempt(&self, form: SignInForm) -> Result<Result<OpenedSession, SignInFault>, StoreFailure> {
        let typed = [("login", form.login.trim()), ("password", &form.password)];
        let missing: Vec<_> = typed.into_iter().filter(|(_, value)| value.is_empty()).map(|(field, _)| field).collect();
        if !missing.is_empty() {
            return Ok(Err(SignInFault::Missing(missing)));
        }
        let Some(turn) = self.turns.next().await else { return Ok(Err(SignInFault::Busy)) };
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

/// The turns in which passwords are checked.
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    wait_max: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self::new(CHECKS_MAX, TURN_WAIT_MAX)
    }
}

impl Turns {
    pub(crate) fn new(checks_max: usize, wait_max: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(checks_max)), wait_max }
    }

    /// Waits for a turn, in the order of arrival; `None` when it does not come in time.
    pub(crate) async fn next(&self) -> Option<Turn> {
        let permit = tokio::time::timeout(self.wait_max, Arc::clone(&self.free).acquire_owned()).await;
        Some(Turn { permit: permit.ok()?.ok()? })
    }
}

/// One turn, taken until it is dropped or used up.
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
}

impl Turn {
    /// Runs `check` on a blocking thread. The turn lasts as long as the
    /// thread works, also when the visitor has left and nobody waits for the
    /// answer any more: otherwise visitors who come and go would fill the memory.
    pub(crate) async fn take(self, check: impl FnOnce() -> bool + Send + 'static) -> bool {
        let run = move || {
            let fits = check();
            drop(self.permit);
            fits
        };
        tokio::task::spawn_blocking(run).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_visitor_who_leaves_does_not_free_the_turn_of_a_check_that_still_runs() {
        let turns = Turns::new(1, Duration::from_millis(20));
        let (finish, finished) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let turn = turns.next().await.unwrap();
        let visitor = tokio::spawn(turn.take(move || {
            let _ = begin.send(());
            finished.recv().is_ok()
        }));
        begun.await.unwrap();
        visitor.abort();
        assert!(visitor.await.unwrap_err().is_cancelled());
        assert!(turns.next().await.is_none(), "the thread still works");
        finish.send(()).unwrap();
        let patient = Turns { free: Arc::clone(&turns.free), wait_max: Duration::from_secs(60) };
        assert!(patient.next().await.is_some());
    }
}
