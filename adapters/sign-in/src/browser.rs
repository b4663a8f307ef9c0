//! One request of a browser: its language, its address, its cookies.

use crate::attempt::ENDED_ELSEWHERE;
use crate::{Origin, SentSignIn, Visitor};
use http::Uri;
use std::sync::Arc;
use sumun_identity::{Customer, FormKey, SessionToken, SignInForm};
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, Form, Locale, Notice, Page, SignedIn, Site};

/// What a request says before anybody is known.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The language of the answer.
    pub locale: Locale,
    /// Path and query.
    pub address: Uri,
    /// Where it comes from.
    pub origin: Origin,
    /// When it came.
    pub now: Timestamp,
    pub(crate) site: Arc<Site>,
    pub(crate) session_token: Option<SessionToken>,
    pub(crate) form_token: Option<SessionToken>,
}

impl Browser {
    /// The token of the session cookie, whether or not there is such a session.
    pub fn session_token(&self) -> Option<&SessionToken> {
        self.session_token.as_ref()
    }

    /// The value under `name` in the address's query, without escapes undone.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self.address.query().unwrap_or_default().split('&');
        pairs.find_map(|pair| pair.split_once('=').filter(|(found, _)| *found == name)).map(|(_, value)| value)
    }

    /// A page under this address.
    pub fn page(&self, title_key: &str) -> Page {
        self.site.page(self.locale, &self.address, title_key, self.now)
    }

    /// A page for a customer who is signed in. It tells of sessions elsewhere
    /// that this sign-in has just ended (PR-055).
    pub fn page_for(&self, visitor: &Visitor<Customer>, title_key: &str) -> Page {
        let mut page = self.page(title_key);
        page.signed_in = Some(SignedIn {
            name: sumun_mask::name(match self.locale {
                Locale::Ko => &visitor.person.name,
                Locale::En => visitor.person.name_in_english(),
            }),
            sign_out_href: "/sign-out".into(),
            until: Some(visitor.session.lasts_until(self.now)),
            ..SignedIn::default()
        });
        if self.query("notice") == Some(ENDED_ELSEWHERE) {
            let text = |part: &str| page.text(&format!("{ENDED_ELSEWHERE}-{part}")).to_string();
            page.notice = Some(Notice { title: text("title"), detail: text("detail") });
        }
        page
    }

    /// What was typed into the sign-in form, if it is the one that this browser
    /// was given: nobody can sign a browser in as somebody else.
    ///
    /// # Errors
    /// The page that says that the form is too old and leads back to a new
    /// one, or that a field stands more than once.
    pub fn sign_in_form(&self, form: &Form) -> Result<SentSignIn, ErrorPage> {
        let (csrf, once) = (form.exact("csrf")?, form.exact("once")?);
        let own = self.form_token.as_ref().filter(|token| token.accepts_csrf(csrf));
        let Some(key) = own.and_then(|token| FormKey::read(token, self.address.path(), once)) else {
            let back = self.address.path_and_query().map_or("/sign-in", |address| address.as_str());
            return Err(ErrorPage::stale_form(self.locale).back_to(back));
        };
        let typed = SignInForm { login: form.text("login")?.to_owned(), password: form.exact("password")?.to_owned() };
        Ok(SentSignIn { key, origin: self.origin, typed })
    }
}
