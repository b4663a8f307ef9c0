//! Forms that are sent once, however often somebody presses.
//!
//! A page's forms carry two hidden fields: `csrf`, which says that the page was
//! given to this browser, and `once`, a key that no other form has. Whoever
//! sends the form shows both and gets a [`Press`]; a deed is carried out for a
//! press, and the next press with the same key is told what the first one was:
//!
//! ```text
//! let press = visitor.press(&browser, &form)?;
//! let turn = match entrance.take_up(press, now).await? {
//!     TakenUp::Answered(location) => return Ok(Redirect::to(&location)),
//!     TakenUp::First(turn) => turn,
//! };
//! let location = turn.carry_out(location, deed).await?;
//! ```
//!
//! A press that comes while the first is under way waits for it. A deed goes to
//! its end although the browser left, which it does at the second press.

use crate::Entrance;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use sumun_identity::{FormAnswer, FormKey, IdentityStore, Person, Session, SessionToken};
use sumun_journal::StoreFailure;
use sumun_system::Random;
use sumun_time::Timestamp;
use tokio::sync::{Mutex as Gate, OwnedMutexGuard, oneshot};

/// What the forms of a page carry; `ui::sealed` of the components writes it.
#[derive(Clone)]
pub struct Forms {
    token: SessionToken,
    random: Arc<dyn Random>,
}

impl Forms {
    pub(crate) fn new(token: SessionToken, random: Arc<dyn Random>) -> Self {
        Self { token, random }
    }

    /// The hidden field of every form of the session.
    pub fn csrf(&self) -> String {
        self.token.csrf()
    }

    /// A new key for a form that is sent to `action`.
    pub fn key(&self, action: &str) -> String {
        let path = action.split('?').next().unwrap_or_default();
        FormKey::draw(&self.token, path, self.random.id_bytes())
    }
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forms(hidden)")
    }
}

/// A form of this session that somebody sent: proof that both hidden fields were good.
#[derive(Debug, Clone, Copy)]
pub struct Press {
    key: FormKey,
    person: Person,
}

impl Press {
    /// The press of a form that was sent to `path` in `session` with these hidden
    /// fields; `None` when they are not those of a form of this session.
    pub fn read(session: &Session, token: &SessionToken, path: &str, csrf: &str, once: &str) -> Option<Self> {
        let key = FormKey::read(token, path, once)?;
        token.accepts_csrf(csrf).then_some(Self { key, person: session.person })
    }
}

/// What a press finds.
pub enum TakenUp {
    /// The form was sent before; there it led.
    Answered(String),
    /// It was not, and nobody else sends it now.
    First(FormTurn),
}

/// The right to answer a form; others that send it wait until it is dropped.
pub struct FormTurn {
    press: Press,
    identities: Arc<dyn IdentityStore>,
    now: Timestamp,
    _gate: OwnedMutexGuard<()>,
}

impl Entrance {
    /// What the forms of a page carry that is shown in the session of `token`.
    pub fn forms(&self, token: &SessionToken) -> Forms {
        Forms::new(token.clone(), Arc::clone(&self.random))
    }

    /// Waits until nobody else sends the form of `press`, and says where it led if it was sent before.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn take_up(&self, press: Press, now: Timestamp) -> Result<TakenUp, StoreFailure> {
        let gate = self.gates.enter(press.key).await;
        let identities = Arc::clone(&self.identities);
        Ok(match identities.form_answer(press.key, press.person).await? {
            Some(location) => TakenUp::Answered(location),
            None => TakenUp::First(FormTurn { press, identities, now, _gate: gate }),
        })
    }
}

impl FormTurn {
    /// Carries out `deed` to its end and keeps `location` as the form's answer,
    /// in the transaction of the deed's first journal entry. Answers `location`,
    /// or where the form led when another process was faster.
    ///
    /// # Errors
    /// That of the deed, which leaves the form unanswered; [`StoreFailure`].
    pub async fn carry_out<E: From<StoreFailure> + Send + 'static>(
        self,
        location: String,
        deed: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> Result<String, E> {
        let done = tokio::spawn(async move {
            let Press { key, person } = self.press;
            let answer = FormAnswer { key, person, location, at: self.now };
            let (sender, outcome) = oneshot::channel();
            let deed = Box::pin(async move { drop(sender.send(deed.await)) });
            let kept = self.identities.answering(answer.clone(), deed).await;
            match outcome.await {
                Ok(Ok(())) if kept => Ok(answer.location),
                Ok(Ok(())) => Ok(self.identities.keep_form_answer(&answer).await.map(|()| answer.location)?),
                Ok(Err(error)) => match self.identities.form_answer(key, person).await {
                    Ok(Some(location)) => Ok(location),
                    Ok(None) | Err(_) => Err(error),
                },
                Err(_) => Err(StoreFailure::lasting(UNFINISHED).into()),
            }
        });
        done.await.unwrap_or_else(|_| Err(StoreFailure::lasting(UNFINISHED).into()))
    }
}

const UNFINISHED: &str = "the deed of a form did not come to its end";

/// One gate for each form that is being answered; only keys that the server drew come here.
pub(crate) struct Gates<K>(Arc<Mutex<HashMap<K, Weak<Gate<()>>>>>);

impl<K> Clone for Gates<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Default for Gates<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Hash + Eq> Gates<K> {
    /// Waits for the gate of `key`.
    pub async fn enter(&self, key: K) -> OwnedMutexGuard<()> {
        let gate = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            gates.retain(|_, gate| gate.strong_count() > 0);
            let known = gates.get(&key).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let new = Arc::new(Gate::new(()));
                gates.insert(key, Arc::downgrade(&new));
                new
            })
        };
        gate.lock_owned().await
    }
}
