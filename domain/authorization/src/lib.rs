//! OAuth 2.0 rules: PAR, code, PKCE, client authentication, tokens.
//!
//! The shape is that of the FAPI 2.0 Security Profile: confidential apps only,
//! authenticated by `private_key_jwt` or `tls_client_auth`; requests are pushed
//! (RFC 9126); PKCE by S256; one response type; access tokens bound to the
//! certificate of the token request. There is no switch that makes it weaker.
//!
//! The way of one authorization, each step a type that only the step before it
//! can make:
//!
//! ```text
//! Parameters --authenticate--> AuthenticatedClient
//! Parameters --read--> AuthorizationRequest --push--> PushedRequest      (/par)
//! PushedRequest --open--> AwaitingDecision --approve--> Approval         (browser, /authorize)
//! StoredCode + TokenRequest + BoundClient --exchange--> IssuedToken   (mutual TLS, /token)
//! ```
//!
//! Nothing here reads a clock, draws randomness or knows HTTP.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod accounts;
mod client;
mod code;
mod decision;
mod entries;
mod error;
mod metadata;
mod parameters;
mod pkce;
mod request;
mod response;
mod shown;
mod store;
mod token;

#[cfg(test)]
mod tests;

pub use accounts::{AccountKind, AccountSummary, CustomerAccounts};
pub use client::{
    ASSERTION_LIFETIME_MAX, ASSERTION_REMEMBERED, ASSERTION_SKEW_MAX, AssertionUse, AuthenticatedClient,
    Authentication, AwaitingFirstUse, BoundClient, Credential,
};
pub use code::{AuthorizationCode, CODE_LIFETIME, CodeHash, Issue, IssuedCode, StoredCode, TokenRequest};
pub use decision::{Approval, Approve, Settled, Terms};
pub use entries::{RevocationReason, consent_granted, token_issued, token_revoked};
pub use error::{
    AuthorizationError, ClientFault, CustomerFault, GrantFault, PlatformFault, RequestFault, RequestUriFault,
};
pub use metadata::{Addresses, METADATA_PATH, Metadata};
pub use parameters::{Parameters, ParametersError};
pub use pkce::{CodeChallenge, NotAChallenge};
pub use request::{
    AuthorizationRequest, AwaitingDecision, DECISION_LIFETIME, NONCE_CHARACTERS_MAX, PushedRequest,
    REQUEST_URI_LIFETIME, REQUEST_URI_PREFIX, Reference, STATE_CHARACTERS_MAX,
};
pub use response::{code_response, denied_response};
pub use shown::{ShownFact, ShownTerms};
pub use store::{Approved, AuthorizationStore, Exchange, Outcome};
pub use token::{
    ACCOUNT_ACCESS, AccessTokenClaims, AuthorizationDetail, Confirmation, IssuedToken, RevokedToken,
    TOKEN_LIFETIME_MAX, TOKEN_TYPE, TokenPolicy, TokenPolicyError, TokenResponse,
};
