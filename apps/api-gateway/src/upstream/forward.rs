//! The request as the processor gets it.

use super::{Failed, Pool};
use crate::answer::{X_REQUEST_ID, id_header};
use crate::consents::KnownConsent;
use crate::tokens::TokenHeaders;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method, Request, Response, Uri};
use http_body_util::Full;
use sumun_ids::RequestId;
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
pub(crate) struct Onward {
    method: Method,
    target: Uri,
    headers: HeaderMap,
    body: Bytes,
}

/// What goes on besides the permit.
pub(crate) struct Cargo<'a> {
    pub(crate) id: RequestId,
    pub(crate) token: &'a TokenHeaders,
    pub(crate) consent: &'a KnownConsent,
    pub(crate) head: &'a http::request::Parts,
    pub(crate) body: Bytes,
}

impl Onward {
    /// Headers pass by an allow-list: the standard ones above and the
    /// contract's. So a caller's `authorization`, `forwarded`, `sumun-*` and
    /// whatever belongs to one hop (RFC 9110 section 7.6.1) stay behind.
    pub(crate) fn new(_: Permitted<'_>, requested: &Requested<'_>, cargo: Cargo<'_>) -> Self {
        let Cargo { id, token, consent, head, body } = cargo;
        let mut headers = HeaderMap::with_capacity(16);
        for (name, value) in &head.headers {
            if PASSED_ON.contains(name) || is_in_contract(requested.route(), name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let request_id = id_header(id);
        headers.insert(X_REQUEST_ID, request_id.clone());
        headers.insert(REQUEST, request_id);
        headers.insert(INSTITUTION, token.institution.clone());
        headers.insert(APP, token.app.clone());
        headers.insert(CUSTOMER, token.customer.clone());
        headers.insert(CONSENT, token.consent.clone());
        headers.insert(SCOPE, token.scope.clone());
        headers.insert(ACCOUNTS, consent.accounts.clone());
        Self { method: head.method.clone(), target: origin_form(&head.uri), headers, body }
    }

    /// Sends it and waits for the whole answer.
    pub(crate) async fn send(&self, pool: &Pool) -> Result<Response<Bytes>, Refusal> {
        // RFC 9110 section 9.2.2.
        let idempotent = self.method.is_idempotent();
        pool.send(idempotent, || self.request()).await.map_err(|failed| match failed {
            Failed::Unreachable => Refusal::ProcessorUnreachable,
            Failed::Broken => Refusal::ProcessorBroken,
            Failed::TimedOut => Refusal::ProcessorTimedOut,
        })
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}

fn is_in_contract(route: &Route, name: &HeaderName) -> bool {
    route.headers.iter().any(|known| known == name.as_str())
}

/// Path and query as they came, without scheme and host.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from)
}
