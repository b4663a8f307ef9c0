//! Signing in and out.

use crate::access::{Member, Visit};
use crate::error::{AccessFault, PlatformFault, WorkbenchError};
use std::time::Duration;
use sumun_identity::{NewSession, Realm, SessionEnd, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy};
use sumun_ids::SessionId;

/// How long a sign-in waits for its turn before it is told to come again.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// A member of staff who has just signed in.
pub(crate) struct SignedIn {
    /// What the browser or program shows from now on.
    pub token: SessionToken,
    /// How many older sessions this one ended (PR-055).
    pub ended_elsewhere: u32,
}

/// Checks name and password and opens a session.
pub(crate) async fn sign_in(visit: &Visit, login: &str, password: &str) -> Result<SignedIn, WorkbenchError> {
    let workbench = &visit.workbench;
    let turn = tokio::time::timeout(TURN_TIMEOUT, workbench.turns.passwords.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(PlatformFault::Busy.into()) };
    let token = SessionToken::from_random(workbench.parts.random.secret_bytes());
    let session = NewSession { id: SessionId::from_random(workbench.parts.random.id_bytes()), token: token.clone() };
    let form = SignInForm { login: login.to_owned(), password: password.to_owned() };
    let sign_in =
        SignIn { store: workbench.parts.identities.as_ref(), realm: Realm::Staff, policy: SignInPolicy::STANDARD };
    let outcome = sign_in.attempt(form, session, visit.now, |check| async {
        tokio::task::spawn_blocking(move || check.run()).await.unwrap_or(false)
    });
    match outcome.await? {
        SignInOutcome::SignedIn { ended_elsewhere, .. } => Ok(SignedIn { token, ended_elsewhere }),
        SignInOutcome::Refused { .. } => Err(AccessFault::SignInRefused.into()),
        SignInOutcome::Locked { until } => Err(AccessFault::SignInLocked(until).into()),
    }
}

/// Ends the session.
pub(crate) async fn sign_out(member: &Member) -> Result<(), WorkbenchError> {
    let identities = &member.workbench().parts.identities;
    Ok(identities.end_session(&member.session, SessionEnd::SignedOut, member.visit.now).await?)
}
