//! One request of a browser to the bank's pages, and who is signed in.

use crate::Bank;
use crate::pages::fault;
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;
use sumun_banking::{BankingError, TransferJournal};
use sumun_identity::Customer;
use sumun_sign_in::Browser;
use sumun_web::ErrorPage;

/// A customer who is signed in.
pub(crate) type Visitor = sumun_sign_in::Visitor<Customer>;
/// Whether a customer is signed in.
pub(crate) type Presence = sumun_sign_in::Presence<Customer>;

/// A request to a page: the bank and the browser.
pub(crate) struct Visit {
    /// The bank.
    pub bank: Arc<Bank>,
    browser: Browser,
}

impl FromRequestParts<Arc<Bank>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, bank: &Arc<Bank>) -> Result<Self, Infallible> {
        Ok(Self { bank: Arc::clone(bank), browser: bank.entrance.browser(parts) })
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
        self.bank.entrance.customer(self).await.map_err(|failure| self.fail(failure))
    }

    /// The page that a fault becomes; its cause goes to the log.
    pub fn fail(&self, error: impl Into<BankingError>) -> ErrorPage {
        fault::page(&error.into(), &self.bank.site.messages, self.locale)
    }
}

/// Writes the journal for this customer.
pub(crate) fn journal_of(visitor: &Visitor) -> TransferJournal {
    TransferJournal::new(visitor.person.commitment_key.clone())
}
