//! The authorization response: back to the app through the browser.

use crate::AuthorizationRequest;
use crate::parameters::percent_encode;

/// Why an app gets no code (RFC 6749 section 4.1.2.1), as far as the app may be told through the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseError {
    /// The customer denied, or has nothing that could be granted.
    AccessDenied,
    /// The platform failed.
    ServerError,
    /// The platform cannot answer at the moment.
    TemporarilyUnavailable,
}

impl ResponseError {
    /// The `error` parameter.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// The address to which the browser goes with a code.
///
/// `iss` is there so that an app of several servers notices a mix-up (RFC 9207 section 2).
pub fn code_response(request: &AuthorizationRequest, issuer: &str, code: &str) -> String {
    response(request, issuer, ("code", code))
}

/// The address to which the browser goes without one; `iss` is there as well (RFC 9207 section 2).
pub fn error_response(request: &AuthorizationRequest, issuer: &str, error: ResponseError) -> String {
    response(request, issuer, ("error", error.code()))
}

fn response(request: &AuthorizationRequest, issuer: &str, outcome: (&str, &str)) -> String {
    // A registered address may have a query of its own, which stays (RFC 6749 section 3.1.2).
    let mut address = request.redirect_uri.clone();
    let mut separator = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    let state = request.state.as_deref().map(|state| ("state", state));
    for (name, value) in [outcome, ("iss", issuer)].into_iter().chain(state) {
        address.push_str(separator);
        address.push_str(name);
        address.push('=');
        percent_encode(value, &mut address);
        separator = "&";
    }
    address
}
