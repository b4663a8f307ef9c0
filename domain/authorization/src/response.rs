//! The authorization response: back to the app through the browser.

use crate::AuthorizationRequest;
use crate::parameters::percent_encode;

/// The address to which the browser goes with a code.
///
/// `iss` is there so that an app of several servers notices a mix-up (RFC 9207 section 2).
pub fn code_response(request: &AuthorizationRequest, issuer: &str, code: &str) -> String {
    response(request, issuer, ("code", code))
}

/// The address to which the browser goes when the customer denied (RFC 6749
/// section 4.1.2.1); `iss` is there as well (RFC 9207 section 2).
pub fn denied_response(request: &AuthorizationRequest, issuer: &str) -> String {
    response(request, issuer, ("error", "access_denied"))
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
