//! The request as the processor gets it.

use super::{Failed, Pool};
use crate::answer::X_REQUEST_ID;
use crate::consents::KnownConsent;
use crate::tokens::TokenHeaders;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use sumun_consent::Scope;
use sumun_traffic::filter::account::Permitted;
use sumun_traffic::filter::method::Requested;
use sumun_traffic::{Refusal, Route};

/// Headers of every request that reach the processor, beside those of the contract.
const PASSED_ON: [HeaderName; 5] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    CONTENT_TYPE,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];

const REQUEST: HeaderName = HeaderName::from_static("sumun-request-id");
const INSTITUTION: HeaderName = HeaderName::from_static("sumun-institution-id");
const APP: HeaderName = HeaderName::from_static("sumun-app-id");
const CUSTOMER: HeaderName = HeaderName::from_static("sumun-customer-id");
const CONSENT: HeaderName = HeaderName::from_static("sumun-consent-id");
const SCOPE: HeaderName = HeaderName::from_static("sumun-scope");
const ACCOUNTS: HeaderName = HeaderName::from_static("sumun-accounts");

/// A request on its way to the processor. Only a call that every filter let
/// pass can be made into one.
pub(crate) struct Onward<'a> {
    route: &'a Route,
    scope: HeaderValue,
    cargo: Cargo<'a>,
}

/// What goes on besides the permit.
pub(crate) struct Cargo<'a> {
    pub(crate) id: HeaderValue,
    pub(crate) token: &'a TokenHeaders,
    pub(crate) consent: &'a KnownConsent,
    pub(crate) head: &'a http::request::Parts,
    pub(crate) body: Bytes,
}

impl<'a> Onward<'a> {
    pub(crate) fn new(permitted: Permitted<'_>, requested: &Requested<'a>, cargo: Cargo<'a>) -> Self {
        Self { route: requested.route(), scope: scope_list(&permitted, &cargo), cargo }
    }

    /// Sends it and waits for the whole answer, which keeps the call's place until its bytes have left.
    pub(crate) async fn send(&self, pool: &Pool) -> Result<Response<Bytes>, Refusal> {
        // RFC 9110 section 9.2.2.
        let idempotent = self.cargo.head.method.is_idempotent();
        let institution = &self.cargo.token.institution;
        pool.send(institution, idempotent, || self.request()).await.map_err(|failed| match failed {
            Failed::Unreachable => Refusal::ProcessorUnreachable,
            Failed::Broken => Refusal::ProcessorBroken,
            Failed::TimedOut => Refusal::ProcessorTimedOut,
        })
    }

    /// Headers pass by an allow-list: the standard ones above and the
    /// contract's. So a caller's `authorization`, `forwarded`, `sumun-*` and
    /// whatever belongs to one hop (RFC 9110 section 7.6.1) stay behind.
    fn request(&self) -> Request<Full<Bytes>> {
        let Cargo { id, token, consent, head, body } = &self.cargo;
        let mut request = Request::new(Full::new(body.clone()));
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = origin_form(&head.uri);
        let headers = request.headers_mut();
        headers.reserve(16);
        for (name, value) in &head.headers {
            if PASSED_ON.contains(name) || is_in_contract(self.route, name) {
                headers.append(name.clone(), value.clone());
            }
        }
        headers.insert(X_REQUEST_ID, id.clone());
        headers.insert(REQUEST, id.clone());
        headers.insert(INSTITUTION, token.institution.clone());
        headers.insert(APP, token.app.clone());
        headers.insert(CUSTOMER, token.customer.clone());
        headers.insert(CONSENT, token.consent.clone());
        headers.insert(SCOPE, self.scope.clone());
        headers.insert(ACCOUNTS, consent.accounts.clone());
        request
    }
}

/// What token and consent both allow. Almost always that is all of the token's
/// scopes, whose list was made when the token was verified.
fn scope_list(permitted: &Permitted<'_>, cargo: &Cargo<'_>) -> HeaderValue {
    let allowed = permitted.scoped().allowed();
    if allowed == permitted.scoped().consented().token().scopes() {
        return cargo.token.scope.clone();
    }
    // Names of scopes are plain letters: always a header value.
    HeaderValue::try_from(Scope::list(&allowed)).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn is_in_contract(route: &Route, name: &HeaderName) -> bool {
    route.headers.iter().any(|known| known == name.as_str())
}

/// Path and query as they came, without scheme and host.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from)
}
