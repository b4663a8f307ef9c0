//! Who is signed in.

use sumun_identity::{Person, Session, SessionEnd, SessionToken};
use sumun_web::{ErrorPage, Form, Locale};

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
    /// The hidden field of every form of this session.
    pub fn csrf(&self) -> String {
        self.token.csrf()
    }

    /// Whether `form` was made for this session.
    ///
    /// # Errors
    /// The page that says that the form is too old.
    pub fn check_form(&self, form: &Form, locale: Locale) -> Result<(), ErrorPage> {
        if self.token.accepts_csrf(form.exact("csrf")?) { Ok(()) } else { Err(ErrorPage::stale_form(locale)) }
    }
}
