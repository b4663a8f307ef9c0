//! The authorization request: pushed by the app (RFC 9126), brought by the
//! browser, decided by the customer.
//!
//! Each step has its own type. Only [`AuthorizationRequest::read`] makes a
//! request, only [`PushedRequest::open`] and [`PushedRequest::decide`] make an
//! [`AwaitingDecision`], and only that can be approved or denied.

use crate::parameters::percent_encode;
use crate::{AuthorizationError, CodeChallenge, Parameters, RequestFault, RequestUriFault};
use std::fmt;
use sumun_consent::Scope;
use sumun_ids::{AppId, AuthorizationRequestId, InstitutionId};
use sumun_participants::App;
use sumun_time::{Date, Span, Timestamp};

/// How long a `request_uri` may be brought to the authorization endpoint.
/// FAPI 2.0 section 5.3.2.2 clause 12 asks for less than 600 s; nine minutes leave time to sign in.
pub const REQUEST_URI_LIFETIME: Span = Span::from_seconds(540);

/// How long after the last moment of its `request_uri` a page that was shown may still be decided on.
pub const DECISION_LIFETIME: Span = Span::from_seconds(300);

/// What a `request_uri` begins with (RFC 9126 section 2.2).
pub const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Longest `nonce`, in characters: what FAPI 2.0 section 5.3.2.2 clause 14 obliges to take; longer is refused, never cut.
pub const NONCE_CHARACTERS_MAX: usize = 64;

/// Longest `state`, in characters; FAPI 2.0 section 5.3.2.2 note 4 warns that it may exceed 1000.
pub const STATE_CHARACTERS_MAX: usize = 4096;

/// What an app asks the customer for, after every check that needs no customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The app that asks.
    pub app: AppId,
    /// Its institution.
    pub institution: InstitutionId,
    /// Where the answer goes; one of the app's registered addresses.
    pub redirect_uri: String,
    /// What is asked for, ascending; never empty.
    pub scopes: Vec<Scope>,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Kept for the flows of OpenID Connect.
    pub nonce: Option<String>,
    /// What the code's verifier must answer.
    pub challenge: CodeChallenge,
}

impl AuthorizationRequest {
    /// Checks a pushed request of the authenticated `app`: RFC 9126 section 2.1, FAPI 2.0 section 5.3.2.2. `gateway`
    /// is the one address for which tokens are made out.
    ///
    /// # Errors
    /// [`AuthorizationError::Request`], with the first rule that is broken.
    pub fn read(parameters: &Parameters, app: &App, gateway: &str) -> Result<Self, AuthorizationError> {
        if parameters.value("request_uri").is_some() {
            return Err(RequestFault::RequestUriPushed.into());
        }
        if parameters.value("request").is_some() {
            return Err(RequestFault::RequestObject.into());
        }
        understood(parameters, gateway)?;
        if required(parameters, "response_type")? != "code" {
            return Err(RequestFault::ResponseType.into());
        }
        if parameters.value("response_mode").is_some_and(|mode| mode != "query") {
            return Err(RequestFault::ResponseMode.into());
        }
        let redirect_uri = required(parameters, "redirect_uri")?;
        if !app.may_redirect_to(redirect_uri) {
            return Err(RequestFault::RedirectUri.into());
        }
        if required(parameters, "code_challenge_method")? != "S256" {
            return Err(RequestFault::ChallengeMethod.into());
        }
        let challenge =
            CodeChallenge::parse(required(parameters, "code_challenge")?).map_err(|_| RequestFault::Challenge)?;
        Ok(Self {
            app: app.id,
            institution: app.institution,
            redirect_uri: redirect_uri.to_owned(),
            scopes: scopes(parameters.value("scope").unwrap_or_default(), app)?,
            state: bounded(parameters, "state", STATE_CHARACTERS_MAX, is_visible)?,
            nonce: bounded(parameters, "nonce", NONCE_CHARACTERS_MAX, |letter| !letter.is_control())?,
            challenge,
        })
    }

    /// Gives the request its reference, from which on it waits for the browser.
    pub fn push(self, id: AuthorizationRequestId, now: Timestamp) -> PushedRequest {
        PushedRequest { id, request: self, expires_at: now.plus(REQUEST_URI_LIFETIME), decided: false }
    }
}

/// A request that waits for the customer's browser to bring its reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRequest {
    /// The random part of its `request_uri`: 128 bits.
    pub id: AuthorizationRequestId,
    /// What is asked for.
    pub request: AuthorizationRequest,
    /// From when on the authorization endpoint refuses it.
    pub expires_at: Timestamp,
    /// Whether the customer has approved or denied it.
    pub decided: bool,
}

impl PushedRequest {
    /// The `request_uri` of the answer to the app.
    pub fn request_uri(&self) -> String {
        format!("{REQUEST_URI_PREFIX}{}", self.id)
    }

    /// Opens the request for the page on which the customer decides.
    ///
    /// It may be opened again until the decision: browsers prefetch and
    /// reload, so one-time use is enforced where the customer decides (FAPI
    /// 2.0 section 5.3.2.2 note 3).
    ///
    /// # Errors
    /// [`RequestUriFault`] when it was pushed by another app, has expired or was decided on.
    pub fn open(self, app: AppId, now: Timestamp) -> Result<AwaitingDecision, RequestUriFault> {
        self.until(app, now, Span::ZERO)
    }

    /// Takes up the request for the decision that came from the page, which
    /// was shown in time and may have been read for a while.
    ///
    /// # Errors
    /// As [`PushedRequest::open`], five minutes later.
    pub fn decide(self, app: AppId, now: Timestamp) -> Result<AwaitingDecision, RequestUriFault> {
        self.until(app, now, DECISION_LIFETIME)
    }

    fn until(self, app: AppId, now: Timestamp, grace: Span) -> Result<AwaitingDecision, RequestUriFault> {
        // The order decides what a stranger learns: nothing of another app's request.
        if self.request.app != app {
            return Err(RequestUriFault::OfAnotherApp);
        }
        if self.decided {
            return Err(RequestUriFault::Decided);
        }
        if now >= self.expires_at.plus(grace) {
            return Err(RequestUriFault::Expired);
        }
        Ok(AwaitingDecision {
            id: self.id,
            pushed_at: self.expires_at.minus(REQUEST_URI_LIFETIME),
            decide_until: self.expires_at.plus(DECISION_LIFETIME),
            request: self.request,
        })
    }
}

/// A request that the customer may now approve or deny.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingDecision {
    /// The request's reference.
    pub id: AuthorizationRequestId,
    /// What is asked for.
    pub request: AuthorizationRequest,
    /// When the app pushed it.
    pub pushed_at: Timestamp,
    /// Until when the page can be sent back.
    pub decide_until: Timestamp,
}

impl AwaitingDecision {
    /// The last day of a consent of so many days. It counts from the day of the
    /// push, so that the page that is shown and the decision that comes back say the same.
    pub fn last_day(&self, valid_days: u16) -> Date {
        self.pushed_at.korean_date().plus_days(i32::from(valid_days))
    }

    /// When that day is over in Korea.
    pub fn consent_end(&self, valid_days: u16) -> Timestamp {
        self.last_day(valid_days).plus_days(1).korean_start()
    }
}

/// What the browser brings to the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The app that sent the browser.
    pub app: AppId,
    /// The request that it pushed before.
    pub id: AuthorizationRequestId,
}

impl Reference {
    /// Reads `client_id` and `request_uri`; other parameters are ignored, because only pushed ones count
    /// (FAPI 2.0 section 5.3.2.2 clause 3, RFC 9101 section 6.3).
    ///
    /// # Errors
    /// [`RequestUriFault::NotPushed`] when one is missing, [`RequestUriFault::Unknown`] when it cannot be ours.
    pub fn read(parameters: &Parameters) -> Result<Self, RequestUriFault> {
        let app = parameters.value("client_id").ok_or(RequestUriFault::NotPushed)?;
        let uri = parameters.value("request_uri").ok_or(RequestUriFault::NotPushed)?;
        let id = uri.strip_prefix(REQUEST_URI_PREFIX).ok_or(RequestUriFault::Unknown)?;
        Ok(Self {
            app: app.parse().map_err(|_| RequestUriFault::Unknown)?,
            id: id.parse().map_err(|_| RequestUriFault::Unknown)?,
        })
    }

    /// The same two parameters as a query, for the way back from the sign-in page.
    pub fn query(&self) -> String {
        let mut query = format!("client_id={}&request_uri=", self.app);
        percent_encode(&format!("{REQUEST_URI_PREFIX}{}", self.id), &mut query);
        query
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.id, self.app)
    }
}

/// Refuses what would change the reach of the token and is understood by nobody here; to ignore it would give the
/// app another token than it asked for.
///
/// Apps ask by scope and the customer chooses the accounts, so no type of authorization details is taken in a
/// request (RFC 9396 section 5). The one resource is the gateway (RFC 8707 section 2), with or without the slash
/// that stands for its root.
pub(crate) fn understood(parameters: &Parameters, gateway: &str) -> Result<(), RequestFault> {
    if parameters.value("authorization_details").is_some() {
        return Err(RequestFault::AuthorizationDetails);
    }
    match parameters.value("resource") {
        Some(resource) if resource.strip_suffix('/').unwrap_or(resource) != gateway => Err(RequestFault::Target),
        _ => Ok(()),
    }
}

/// The value of a parameter that must be there.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &'static str) -> Result<&'a str, RequestFault> {
    parameters.value(name).ok_or(RequestFault::Missing { parameter: name })
}

fn bounded(
    parameters: &Parameters,
    name: &'static str,
    characters_max: usize,
    is_allowed: fn(char) -> bool,
) -> Result<Option<String>, RequestFault> {
    match parameters.value(name) {
        Some(text) if text.chars().count() > characters_max => {
            Err(RequestFault::TooLong { parameter: name, characters_max })
        }
        Some(text) if !text.chars().all(is_allowed) => Err(RequestFault::Characters { parameter: name }),
        text => Ok(text.map(str::to_owned)),
    }
}

/// A `VSCHAR` of RFC 6749 appendix A, of which appendix A.5 makes a `state`.
fn is_visible(letter: char) -> bool {
    matches!(letter, ' '..='~')
}

/// RFC 6749 section 3.3, in any order; each must be known and registered for the app (PR-014).
fn scopes(text: &str, app: &App) -> Result<Vec<Scope>, RequestFault> {
    let scopes = Scope::parse_list(text).map_err(|_| RequestFault::Scope)?;
    if scopes.is_empty() || !scopes.iter().all(|scope| app.may_ask_for(scope.name())) {
        return Err(RequestFault::Scope);
    }
    Ok(scopes)
}
