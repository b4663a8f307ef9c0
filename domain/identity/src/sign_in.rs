//! One attempt to sign in, from the form to the session.

use crate::{
    Account, IdentityStore, LoginName, Opening, PasswordCheck, Realm, Session, SessionOpening, SessionToken,
    SignInPolicy,
};
use sumun_ids::SessionId;
use sumun_journal::{Actor, Entry, EntryKind, StoreFailure};
use sumun_time::Timestamp;

/// What a person typed.
pub struct SignInForm {
    /// The login name.
    pub login: String,
    /// The password.
    pub password: String,
}

/// What a new session is made of; the caller draws both at random. A session
/// never takes over a token that the browser had before (no session fixation).
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The token for the cookie.
    pub token: SessionToken,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in.
    SignedIn {
        /// The new session.
        session: Session,
        /// How many live sessions of the same person it ended (PR-055); the page says so.
        ended_elsewhere: u32,
    },
    /// The name or the password is wrong; which of them is not said.
    Refused {
        /// How many more failures there may be before the name is locked.
        failures_left: u32,
    },
    /// The name is locked, whether or not the password was right.
    Locked {
        /// Until when.
        until: Timestamp,
    },
}

/// How people of one realm sign in.
pub struct SignIn<'a> {
    /// Where people are kept.
    pub store: &'a dyn IdentityStore,
    /// Whose page this is.
    pub realm: Realm,
    /// How many failures lock a name.
    pub policy: SignInPolicy,
}

impl SignIn<'_> {
    /// Checks a form and opens a session.
    ///
    /// `verify` runs the password check where blocking is fine, for example
    /// `|check| async { spawn_blocking(move || check.run()).await.unwrap_or(false) }`.
    ///
    /// Guesses that run side by side gain nothing: the success of one counts
    /// only if the name is not locked at the moment when its session is written.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn attempt<V, F>(
        &self,
        form: SignInForm,
        new_session: NewSession,
        now: Timestamp,
        verify: V,
    ) -> Result<SignInOutcome, StoreFailure>
    where
        V: FnOnce(PasswordCheck) -> F + Send,
        F: Future<Output = bool> + Send,
    {
        let Ok(login) = form.login.parse::<LoginName>() else {
            verify(PasswordCheck::new(None, form.password)).await;
            return Ok(SignInOutcome::Refused { failures_left: self.policy.failures_max.saturating_sub(1) });
        };
        let attempt = self.store.attempt(self.realm, &login).await?;
        if let Some(until) = self.policy.lock(&attempt.failures, now) {
            return Ok(SignInOutcome::Locked { until });
        }
        let hash = attempt.account.as_ref().map(|account| account.password.clone());
        let fits = verify(PasswordCheck::new(hash, form.password)).await;
        match attempt.account {
            Some(account) if fits => self.open(account, login, new_session, now).await,
            account => self.fail(account, login, now).await,
        }
    }

    async fn open(
        &self,
        account: Account,
        login: LoginName,
        new_session: NewSession,
        now: Timestamp,
    ) -> Result<SignInOutcome, StoreFailure> {
        let session = Session {
            id: new_session.id,
            person: account.person,
            token_hash: new_session.token.hash(),
            opened_at: now,
            seen_at: now,
            end: None,
        };
        let opening = SessionOpening { session: session.clone(), login, policy: self.policy };
        Ok(match self.store.open_session(&opening).await? {
            Opening::Opened { ended_elsewhere } => SignInOutcome::SignedIn { session, ended_elsewhere },
            Opening::Locked { until } => SignInOutcome::Locked { until },
        })
    }

    async fn fail(
        &self,
        account: Option<Account>,
        login: LoginName,
        now: Timestamp,
    ) -> Result<SignInOutcome, StoreFailure> {
        // A name that nobody has is locked like any other, but not worth an entry:
        // a guesser could fill the journal with it.
        let journal: Vec<Entry> = account.map(|account| self.locked_entry(account.actor, now)).into_iter().collect();
        let failures = self.store.record_failure(self.realm, &login, now, self.policy, &journal).await?;
        Ok(match self.policy.lock(&failures, now) {
            Some(until) => SignInOutcome::Locked { until },
            None => SignInOutcome::Refused { failures_left: self.policy.failures_left(&failures) },
        })
    }

    fn locked_entry(&self, person: Actor, now: Timestamp) -> Entry {
        Entry::new(now, EntryKind::SignInLocked, Actor::Platform, person)
            .with("failures", self.policy.failures_max)
            .with("locked_until", now.plus(self.policy.locked_for))
    }
}
