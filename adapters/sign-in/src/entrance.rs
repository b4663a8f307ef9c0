//! The entrance of one app: its two cookies, and who comes in by them.

use crate::attempt::OpenedSession;
use crate::forms::Gates;
use crate::once::JustOpened;
use crate::turns::Turns;
use crate::{Browser, Origin, Presence, Visitor};
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderValue, header};
use std::sync::Arc;
use sumun_identity::{
    Customer, FormKey, IdentityStore, Person, Realm, Resumed, Session, SessionCookie, SessionEnd, SessionToken, Staff,
    resume,
};
use sumun_journal::StoreFailure;
use sumun_system::{Clock, Random};
use sumun_time::Timestamp;
use sumun_transport::PeerAddress;
use sumun_web::{Locale, Site};

/// Where one app's people come in and go out. Cheap to clone; every clone is the same entrance.
#[derive(Clone)]
pub struct Entrance {
    pub(crate) realm: Realm,
    pub(crate) identities: Arc<dyn IdentityStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) turns: Turns,
    pub(crate) gates: Gates<FormKey>,
    pub(crate) just_opened: JustOpened,
    site: Arc<Site>,
}

impl Entrance {
    /// The entrance for the people of `realm` to the pages of `site`.
    pub fn new(
        realm: Realm,
        site: Arc<Site>,
        identities: Arc<dyn IdentityStore>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            realm,
            identities,
            clock,
            random,
            turns: Turns::default(),
            gates: Gates::default(),
            just_opened: JustOpened::default(),
            site,
        }
    }

    /// What a request says of its browser.
    pub fn browser(&self, request: &Parts) -> Browser {
        let cookies = || request.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        Browser {
            locale: Locale::of_request(&request.uri, &request.headers),
            address: request.uri.clone(),
            origin: Origin::of(request.extensions.get::<PeerAddress>().map(|peer| peer.0.ip())),
            now: self.clock.now(),
            site: Arc::clone(&self.site),
            session_token: self.session_cookie().read(cookies()),
            form_token: self.form_cookie().read(cookies()),
        }
    }

    /// The customer at this browser. A member of staff is nobody here.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn customer(&self, browser: &Browser) -> Result<Presence<Customer>, StoreFailure> {
        match self.resume(browser.session_token(), browser.now).await? {
            Presence::Away(end) => Ok(Presence::Away(end)),
            Presence::SignedIn(visitor) => {
                let Person::Customer(id) = visitor.person else { return Ok(Presence::Away(None)) };
                Ok(visitor.known_as(self.identities.customer(id).await?))
            }
        }
    }

    /// The member of staff who shows `token`. A customer is nobody here.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn staff(&self, token: Option<&SessionToken>, now: Timestamp) -> Result<Presence<Staff>, StoreFailure> {
        match self.resume(token, now).await? {
            Presence::Away(end) => Ok(Presence::Away(end)),
            Presence::SignedIn(visitor) => {
                let Person::Staff(id) = visitor.person else { return Ok(Presence::Away(None)) };
                Ok(visitor.known_as(self.identities.staff(id).await?))
            }
        }
    }

    /// Sends a browser on after it signed in, with the session's cookie.
    /// `address` is one of the app's own pages.
    pub fn lead_on(&self, opened: &OpenedSession, address: &str) -> Response {
        let mut response = Redirect::to(address).into_response();
        set_cookie(&mut response, &self.session_cookie().set(&opened.token));
        set_cookie(&mut response, &self.form_cookie().clear());
        response
    }

    /// Ends a session, because its person signs out.
    ///
    /// # Errors
    /// [`StoreFailure`].
    pub async fn end(&self, session: &Session) -> Result<(), StoreFailure> {
        self.identities.end_session(session, SessionEnd::SignedOut, self.clock.now()).await
    }

    /// Takes the session's cookie away and leads to the sign-in page, which says so.
    pub fn signed_out(&self) -> Response {
        let mut response = Redirect::to(SIGNED_OUT_ADDRESS).into_response();
        set_cookie(&mut response, &self.session_cookie().clear());
        response
    }

    /// Whose live session `token` is, by id.
    async fn resume(&self, token: Option<&SessionToken>, now: Timestamp) -> Result<Presence<Person>, StoreFailure> {
        let Some(token) = token else { return Ok(Presence::Away(None)) };
        Ok(match resume(self.identities.as_ref(), token, now).await? {
            Resumed::Live(session) => {
                Presence::SignedIn(Box::new(Visitor { person: session.person, session, token: token.clone() }))
            }
            Resumed::Ended(end) => Presence::Away(Some(end)),
            Resumed::Unknown => Presence::Away(None),
        })
    }

    /// The cookie of a session. Cookies are shared by all ports of a host, and
    /// all of a realm's apps take the same one: confirming a transfer at the
    /// bank does not sign a customer out of the consent pages.
    fn session_cookie(&self) -> SessionCookie {
        SessionCookie::new(match self.realm {
            Realm::Customer => "customer",
            Realm::Staff => "staff",
        })
    }

    /// The cookie to which the sign-in form is bound before anybody is signed in.
    pub(crate) fn form_cookie(&self) -> SessionCookie {
        SessionCookie::new(match self.realm {
            Realm::Customer => "customer-form",
            Realm::Staff => "staff-form",
        })
    }
}

/// Where a browser is led that has just signed out.
const SIGNED_OUT_ADDRESS: &str = "/sign-in?ended=signed_out";

/// Adds a cookie; a cookie's text is always a header.
pub(crate) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
