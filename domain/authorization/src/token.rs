//! Access tokens: RFC 9068 JWTs, bound to a certificate (RFC 8705 section 3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sumun_consent::{Consent, Scope};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_time::{Span, Timestamp};

/// The longest that any access token lives: ten minutes.
pub const TOKEN_LIFETIME_MAX: Span = Span::from_seconds(600);

/// The JOSE header type of an access token (RFC 9068 section 2.1).
pub const TOKEN_TYPE: &str = "at+jwt";

/// How long access tokens live. A token that can move money dies first (PR-028).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPolicy {
    inquiry: Span,
    transfer: Span,
}

/// The two lifetimes break PR-028 or the ten minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPolicyError;

impl std::fmt::Display for TokenPolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a token lives at most ten minutes, and one with the transfer scope shorter than one without")
    }
}

impl std::error::Error for TokenPolicyError {}

impl TokenPolicy {
    /// Lifetimes of tokens without and with the transfer scope.
    ///
    /// # Errors
    /// [`TokenPolicyError`] unless 0 < `transfer` < `inquiry` <= ten minutes.
    pub fn new(inquiry: Span, transfer: Span) -> Result<Self, TokenPolicyError> {
        if Span::ZERO < transfer && transfer < inquiry && inquiry <= TOKEN_LIFETIME_MAX {
            Ok(Self { inquiry, transfer })
        } else {
            Err(TokenPolicyError)
        }
    }

    /// How long a token of these scopes lives.
    pub fn lifetime(&self, scopes: &[Scope]) -> Span {
        if scopes.contains(&Scope::Transfer) { self.transfer } else { self.inquiry }
    }
}

impl Default for TokenPolicy {
    /// Ten minutes, and five for a token that can move money.
    fn default() -> Self {
        Self { inquiry: TOKEN_LIFETIME_MAX, transfer: Span::from_seconds(300) }
    }
}

/// What is remembered of an access token: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// Its `jti`.
    pub id: TokenId,
    /// The institution that may use it.
    pub institution: InstitutionId,
    /// The app that may use it.
    pub app: AppId,
    /// The customer whose accounts it opens.
    pub customer: CustomerId,
    /// The consent that it carries out.
    pub consent: ConsentId,
    /// What it allows; never more than the consent.
    pub scopes: Vec<Scope>,
    /// SHA-256 of the certificate that it is bound to.
    pub certificate_thumbprint: [u8; 32],
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it dies; a whole second, as in the token.
    pub expires_at: Timestamp,
}

/// A token that died before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedToken {
    /// Its `jti`.
    pub id: TokenId,
    /// When it would have died anyway; after that nobody needs to remember it.
    pub expires_at: Timestamp,
}

/// The claims of an access token, in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer of the metadata document.
    pub iss: String,
    /// The customer.
    pub sub: CustomerId,
    /// The API gateway.
    pub aud: String,
    /// The app.
    pub client_id: AppId,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it dies, in seconds.
    pub exp: i64,
    /// The token's id.
    pub jti: TokenId,
    /// The scopes, separated by single spaces (RFC 8693 section 4.2).
    pub scope: String,
    /// The consent that it carries out.
    pub consent_id: ConsentId,
    /// The institution of the app.
    pub institution_id: InstitutionId,
    /// What it is bound to.
    pub cnf: Confirmation,
}

/// RFC 8705 section 3.1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// base64url of the SHA-256 of the certificate's DER form.
    #[serde(rename = "x5t#S256")]
    pub certificate_thumbprint: String,
}

impl AccessTokenClaims {
    /// The claims of `token`, for the gateway `audience`.
    pub fn of(token: &IssuedToken, issuer: &str, audience: &str) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: token.customer,
            aud: audience.to_owned(),
            client_id: token.app,
            iat: token.issued_at.seconds(),
            exp: token.expires_at.seconds(),
            jti: token.id,
            scope: Scope::list(&token.scopes),
            consent_id: token.consent,
            institution_id: token.institution,
            cnf: Confirmation { certificate_thumbprint: URL_SAFE_NO_PAD.encode(token.certificate_thumbprint) },
        }
    }
}

/// The one type of authorization details that this server grants: access to one account of the customer.
///
/// RFC 9396 section 2 leaves names of types to whoever defines them; this one is our choice.
pub const ACCOUNT_ACCESS: &str = "account_access";

/// What the customer granted on one account, as RFC 9396 section 2 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorizationDetail {
    /// Always [`ACCOUNT_ACCESS`].
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it counts: the address of the API gateway.
    pub locations: [String; 1],
    /// The account, `acc_…`, as the calls of the API name it.
    pub identifier: AccountId,
    /// What the token allows, ascending.
    pub actions: Vec<Scope>,
}

impl AuthorizationDetail {
    /// One entry for each account of `consent`, in ascending order; none for a
    /// consent that needs no account.
    pub fn of(token: &IssuedToken, consent: &Consent, gateway: &str) -> Vec<Self> {
        let entry = |account: &AccountId| Self {
            kind: ACCOUNT_ACCESS,
            locations: [gateway.to_owned()],
            identifier: *account,
            actions: token.scopes.clone(),
        };
        consent.accounts.iter().map(entry).collect()
    }
}

/// The answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Serialize)]
pub struct TokenResponse {
    /// The signed token.
    pub access_token: String,
    /// Always `Bearer` (RFC 8705 section 3: the binding is in the token).
    pub token_type: &'static str,
    /// Seconds until it dies.
    pub expires_in: i64,
    /// What it allows.
    pub scope: String,
    /// On which accounts (RFC 9396 section 7): from here an app learns which the customer chose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<AuthorizationDetail>,
}

impl TokenResponse {
    /// The answer that carries the signed form of `token`, which carries out `consent` at `gateway`.
    pub fn of(token: &IssuedToken, consent: &Consent, gateway: &str, access_token: String) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: token.expires_at.seconds() - token.issued_at.seconds(),
            scope: Scope::list(&token.scopes),
            authorization_details: AuthorizationDetail::of(token, consent, gateway),
        }
    }
}

impl std::fmt::Debug for TokenResponse {
    /// Without the token (PR-036).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("expires_in", &self.expires_in).field("scope", &self.scope).finish()
    }
}
