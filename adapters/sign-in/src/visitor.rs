//! Who is signed in.

use crate::{Browser, Press};
use sumun_identity::{Person, Session, SessionEnd, SessionToken};
use sumun_web::{ErrorPage, Form};

/// Whether somebody is signed in; `P` is who that can be, a `Customer` or `Staff`.
#[derive(Debug)]
pub enum Presence<P> {
    /// Somebody is.
    SignedIn(Box<Visitor<P>>),
    /// Nobody is; why the browser's last session ended, if it had one.
    Away(Option<SessionEnd>),
}

/// Somebody who is signed in.
#[derive(Debug)]
pub struct Visitor<P> {
    /// Who.
    pub person: P,
    /// The session.
    pub session: Session,
    /// What the browser or program showed for it.
    pub token: SessionToken,
}

impl Visitor<Person> {
    /// The same session with the whole person instead of the id; nobody, if there is no such person.
    pub(crate) fn known_as<P>(self, person: Option<P>) -> Presence<P> {
        let Self { session, token, .. } = self;
        person.map_or(Presence::Away(None), |person| Presence::SignedIn(Box::new(Visitor { person, session, token })))
    }
}

impl<P> Visitor<P> {
    /// The press of `form`, if it was made for this session.
    ///
    /// # Errors
    /// The page that says that the form is too old.
    pub fn press(&self, browser: &Browser, form: &Form) -> Result<Press, ErrorPage> {
        let (csrf, once) = (form.exact("csrf")?, form.exact("once")?);
        let press = Press::read(&self.session, &self.token, browser.address.path(), csrf, once);
        press.ok_or_else(|| ErrorPage::stale_form(browser.locale))
    }
}
