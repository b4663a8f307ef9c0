//! One request of a browser: its language, its cookies, who is signed in.

use crate::Bank;
use crate::pages::fault;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderValue, Uri, header};
use std::convert::Infallible;
use std::sync::Arc;
use sumun_banking::{BankingError, TransferJournal};
use sumun_identity::{Customer, Person, Resumed, Session, SessionCookie, SessionEnd, SessionToken, resume};
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, Form, Locale, Page, SignedIn};

/// The cookie of a signed-in customer. The authorization server's pages use
/// the same name, so that on one host one sign-in serves both.
pub(crate) const SESSION_COOKIE: SessionCookie = SessionCookie::new("customer");

/// The cookie to which the sign-in form is bound before anybody is signed in.
pub(crate) const FORM_COOKIE: SessionCookie = SessionCookie::new("customer-form");

/// A request to a page.
pub(crate) struct Visit {
    /// The bank.
    pub bank: Arc<Bank>,
    /// The language of the answer.
    pub locale: Locale,
    /// Path and query.
    pub address: Uri,
    /// When it came.
    pub now: Timestamp,
    session_token: Option<SessionToken>,
    form_token: Option<SessionToken>,
}

/// A customer who is signed in.
pub(crate) struct Visitor {
    /// Who.
    pub customer: Customer,
    /// The session.
    pub session: Session,
    token: SessionToken,
}

/// Whether somebody is signed in.
pub(crate) enum Presence {
    /// Somebody is.
    SignedIn(Box<Visitor>),
    /// Nobody is; why the browser's last session ended, if it had one.
    Away(Option<SessionEnd>),
}

impl FromRequestParts<Arc<Bank>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, bank: &Arc<Bank>) -> Result<Self, Infallible> {
        let cookies = || parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        Ok(Self {
            bank: Arc::clone(bank),
            locale: Locale::of_request(&parts.uri, &parts.headers),
            address: parts.uri.clone(),
            now: bank.parts.clock.now(),
            session_token: SESSION_COOKIE.read(cookies()),
            form_token: FORM_COOKIE.read(cookies()),
        })
    }
}

impl Visit {
    /// Who is signed in, if anybody. A member of staff is nobody here.
    ///
    /// # Errors
    /// The page for a store that failed.
    pub async fn presence(&self) -> Result<Presence, ErrorPage> {
        let Some(token) = &self.session_token else { return Ok(Presence::Away(None)) };
        let identities = self.bank.parts.identities.as_ref();
        let resumed = resume(identities, token, self.now).await.map_err(|failure| self.fail(failure))?;
        let session = match resumed {
            Resumed::Live(session) => session,
            Resumed::Ended(end) => return Ok(Presence::Away(Some(end))),
            Resumed::Unknown => return Ok(Presence::Away(None)),
        };
        let Person::Customer(id) = session.person else { return Ok(Presence::Away(None)) };
        let customer = identities.customer(id).await.map_err(|failure| self.fail(failure))?;
        Ok(match customer {
            Some(customer) => Presence::SignedIn(Box::new(Visitor { customer, session, token: token.clone() })),
            None => Presence::Away(None),
        })
    }

    /// A page under this address.
    pub fn page(&self, title_key: &str) -> Page {
        self.bank.site.page(self.locale, &self.address, title_key, self.now)
    }

    /// A page for somebody who is signed in.
    pub fn page_for(&self, visitor: &Visitor, title_key: &str) -> Page {
        let mut page = self.page(title_key);
        page.signed_in = Some(SignedIn {
            name: sumun_mask::name(&visitor.customer.name),
            sign_out_href: "/sign-out".into(),
            ..SignedIn::default()
        });
        page
    }

    /// The value under `name` in the address's query, without escapes.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self.address.query().unwrap_or_default().split('&');
        pairs.find_map(|pair| pair.split_once('=').filter(|(found, _)| *found == name)).map(|(_, value)| value)
    }

    /// The page that a fault becomes; its cause goes to the log.
    pub fn fail(&self, error: impl Into<BankingError>) -> ErrorPage {
        fault::page(&error.into(), &self.bank.site.messages, self.locale)
    }

    /// The token that the sign-in form is bound to: the browser's own, or a new one.
    pub fn form_token(&self) -> SessionToken {
        let new = || SessionToken::from_random(self.bank.parts.random.secret_bytes());
        self.form_token.clone().unwrap_or_else(new)
    }

    /// Whether `form` is the sign-in form that this browser was given.
    ///
    /// # Errors
    /// The page that says that the form is too old.
    pub fn check_sign_in_form(&self, form: &Form) -> Result<(), ErrorPage> {
        let field = form.exact("csrf")?;
        let known = self.form_token.as_ref().is_some_and(|token| token.accepts_csrf(field));
        if known { Ok(()) } else { Err(ErrorPage::stale_form(self.locale)) }
    }
}

impl Visitor {
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

    /// Writes the journal for this customer.
    pub fn journal(&self) -> TransferJournal {
        TransferJournal::new(self.customer.commitment_key.clone())
    }
}

/// A cookie as a header; a cookie's text is always one.
pub(crate) fn cookie_header(cookie: &str) -> HeaderValue {
    HeaderValue::from_str(cookie).unwrap_or(HeaderValue::from_static(""))
}
