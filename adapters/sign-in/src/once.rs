//! A sign-in form that is sent twice opens one session.

use crate::{Entrance, OpenedSession, Origin, SignInAnswer};
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use sumun_identity::{FormKey, SignInForm};
use sumun_journal::StoreFailure;
use sumun_time::{Span, Timestamp};

/// How long a second press of the sign-in form is answered as the first: two
/// presses are seconds apart. The token stays in memory and goes to no disk.
const REMEMBERED: Span = Span::from_minutes(1);
/// How many sign-ins are remembered at most; then the oldest is forgotten.
const REMEMBERED_MAX: usize = 256;

/// The sign-in form of a browser as it was sent. Only [`crate::Browser`] makes one.
pub struct SentSignIn {
    pub(crate) key: FormKey,
    pub(crate) origin: Origin,
    pub(crate) typed: SignInForm,
}

/// The sessions that were opened in the last minute, by the form that opened them.
#[derive(Clone, Default)]
pub(crate) struct JustOpened(Arc<Mutex<VecDeque<Opened>>>);

struct Opened {
    key: FormKey,
    typed: [u8; 32],
    at: Timestamp,
    session: OpenedSession,
}

impl Entrance {
    /// As [`Entrance::sign_in`], for the form of a page: pressing twice opens
    /// one session, and the browser, which forgets the first answer at the
    /// second press, gets it by the second.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn sign_in_once(&self, sent: SentSignIn) -> Result<SignInAnswer, StoreFailure> {
        let entrance = self.clone();
        let answered = tokio::spawn(async move {
            let SentSignIn { key, origin, typed } = sent;
            let _gate = entrance.gates.enter(key).await;
            let digest = digest(&key, &typed);
            if let Some(session) = entrance.just_opened.find(key, digest, entrance.clock.now()) {
                return Ok(SignInAnswer::Opened(session));
            }
            let answer = entrance.sign_in(origin, typed).await?;
            if let SignInAnswer::Opened(session) = &answer {
                entrance.just_opened.note(key, digest, entrance.clock.now(), session);
            }
            Ok(answer)
        });
        answered.await.unwrap_or_else(|_| Err(StoreFailure::lasting("a sign-in did not come to its end")))
    }
}

impl JustOpened {
    fn find(&self, key: FormKey, typed: [u8; 32], now: Timestamp) -> Option<OpenedSession> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| now.since(one.at) < REMEMBERED);
        all.iter().find(|one| one.key == key && one.typed == typed).map(|one| one.session.clone())
    }

    fn note(&self, key: FormKey, typed: [u8; 32], at: Timestamp, session: &OpenedSession) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == REMEMBERED_MAX {
            all.pop_front();
        }
        all.push_back(Opened { key, typed, at, session: session.clone() });
    }
}

/// What was typed: whoever types something else in the same form is another sign-in.
fn digest(key: &FormKey, typed: &SignInForm) -> [u8; 32] {
    let digest = Sha256::new_with_prefix(key.as_bytes()).chain_update(Sha256::digest(&typed.login));
    digest.chain_update(Sha256::digest(&typed.password)).finalize().into()
}
