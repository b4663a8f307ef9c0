//! One request of a browser to this server, and who is signed in.

use crate::Server;
use crate::answer::{Answer, log};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;
use sumun_authorization::AuthorizationError;
use sumun_identity::Customer;
use sumun_sign_in::Browser;
use sumun_web::ErrorPage;

/// A customer who is signed in.
pub(crate) type Visitor = sumun_sign_in::Visitor<Customer>;
/// Whether a customer is signed in.
pub(crate) type Presence = sumun_sign_in::Presence<Customer>;

/// A request to a page: the server and the browser.
pub(crate) struct Visit {
    /// The server.
    pub server: Arc<Server>,
    browser: Browser,
}

impl FromRequestParts<Arc<Server>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Infallible> {
        Ok(Self { server: Arc::clone(server), browser: server.entrance.browser(parts) })
    }
}

impl Deref for Visit {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Visit {
    /// Who is signed in, if anybody.
    ///
    /// # Errors
    /// The page for a store that failed.
    pub async fn presence(&self) -> Result<Presence, ErrorPage> {
        self.server.entrance.customer(self).await.map_err(|failure| self.fail("session", failure))
    }

    /// The page that a fault becomes; its cause goes to the log.
    pub fn fail(&self, place: &'static str, error: impl Into<AuthorizationError>) -> ErrorPage {
        let error = error.into();
        log(place, &error);
        Answer::of(&error).into_page(&self.server.site.messages, self.locale)
    }
}
