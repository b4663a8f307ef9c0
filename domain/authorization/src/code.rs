//! The authorization code and its exchange for an access token.

use crate::request::{required, understood};
use crate::{
    AuthorizationError, BoundClient, CodeChallenge, GrantFault, IssuedToken, Parameters, RequestFault, RevokedToken,
    TokenPolicy,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use sumun_consent::{Consent, Scope};
use sumun_ids::{AppId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_time::{Span, Timestamp};

/// How long a code may be exchanged: FAPI 2.0 section 5.3.2.1 clause 11 allows 60 s.
pub const CODE_LIFETIME: Span = Span::from_seconds(60);

/// The secret that travels through the browser: 256 random bits. Only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode(String);

impl AuthorizationCode {
    /// The code of these random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The `code` parameter.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> CodeHash {
        CodeHash::of(&self.0)
    }
}

impl fmt::Debug for AuthorizationCode {
    /// Hidden (PR-036).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(hidden)")
    }
}

/// SHA-256 of a code. A code has 256 random bits, so its hash needs no salt and no slowness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    /// The hash of a code, or of whatever was sent as one.
    pub fn of(code: &str) -> Self {
        Self(Sha256::digest(code.as_bytes()).into())
    }
}

/// A code that was sent to an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// What is kept of the secret.
    pub hash: CodeHash,
    /// The app that may exchange it.
    pub app: AppId,
    /// The app's institution.
    pub institution: InstitutionId,
    /// The customer who approved.
    pub customer: CustomerId,
    /// The consent that the token will carry out.
    pub consent: ConsentId,
    /// The address that it was sent to.
    pub redirect_uri: String,
    /// What the verifier must answer.
    pub challenge: CodeChallenge,
    /// What the token will allow.
    pub scopes: Vec<Scope>,
    /// The request's nonce, for the flows of OpenID Connect.
    pub nonce: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// A code as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// The code.
    pub code: IssuedCode,
    /// The token that it was exchanged for, once it was.
    pub exchanged_for: Option<RevokedToken>,
}

/// A token request, read but not yet judged.
pub struct TokenRequest<'a> {
    /// The hash of the code that was sent.
    pub code: CodeHash,
    verifier: &'a str,
    redirect_uri: &'a str,
}

impl<'a> TokenRequest<'a> {
    /// Reads a token request (RFC 6749 section 4.1.3, RFC 7636 section 4.5). `gateway` is the one address for which
    /// tokens are made out.
    ///
    /// What the grant demands is known only when the code was found, so a
    /// verifier or an address that is left out or empty is judged there, as a
    /// wrong one is: `invalid_grant` (RFC 7636 section 4.6, RFC 6749 section 5.2).
    ///
    /// # Errors
    /// [`AuthorizationError::Request`] when the grant type is another, the code is missing, or
    /// the request asks for a resource or for details that nobody here understands.
    pub fn read(parameters: &'a Parameters, gateway: &str) -> Result<Self, AuthorizationError> {
        if required(parameters, "grant_type")? != "authorization_code" {
            return Err(RequestFault::GrantType.into());
        }
        understood(parameters, gateway)?;
        Ok(Self {
            code: CodeHash::of(required(parameters, "code")?),
            verifier: parameters.value("code_verifier").unwrap_or_default(),
            redirect_uri: parameters.value("redirect_uri").unwrap_or_default(),
        })
    }
}

impl StoredCode {
    /// The token that must die because its code came a second time (RFC 6749
    /// section 4.1.2): one of the two who sent it was not the app.
    ///
    /// Only the app that the code was issued to can cause this.
    pub fn replayed_by(&self, client: &BoundClient) -> Option<RevokedToken> {
        self.exchanged_for.filter(|_| self.code.app == client.app())
    }

    /// Exchanges the code for a token that is bound to the certificate of this very request.
    ///
    /// # Errors
    /// [`GrantFault`], with the first rule that is broken.
    pub fn exchange(
        &self,
        request: &TokenRequest<'_>,
        client: &BoundClient,
        consent: &Consent,
        issue: &Issue<'_>,
    ) -> Result<IssuedToken, GrantFault> {
        let code = &self.code;
        if code.app != client.app() || code.hash != request.code {
            return Err(GrantFault::CodeOfAnotherApp);
        }
        if self.exchanged_for.is_some() {
            return Err(GrantFault::CodeReplayed);
        }
        if issue.now >= code.issued_at.plus(CODE_LIFETIME) {
            return Err(GrantFault::CodeExpired);
        }
        if request.redirect_uri != code.redirect_uri {
            return Err(GrantFault::RedirectUri);
        }
        if !code.challenge.is_answered_by(request.verifier) {
            return Err(GrantFault::Verifier);
        }
        // PR-021: a consent may have been withdrawn in the seconds since it was given.
        if consent.id != code.consent || !consent.is_active(issue.now) {
            return Err(GrantFault::ConsentEnded);
        }
        Ok(issue.token(code, client, consent))
    }
}

/// What the server adds to a token.
pub struct Issue<'a> {
    /// The new token's id.
    pub id: TokenId,
    /// How long tokens live.
    pub policy: &'a TokenPolicy,
    /// The instant of the token request.
    pub now: Timestamp,
}

impl Issue<'_> {
    fn token(&self, code: &IssuedCode, client: &BoundClient, consent: &Consent) -> IssuedToken {
        // Whole seconds, as the token says it; and never longer than the consent.
        let issued_at = Timestamp::from_seconds(self.now.seconds());
        let expires_at = issued_at.plus(self.policy.lifetime(&code.scopes));
        let consent_end = Timestamp::from_seconds(consent.expires_at.seconds());
        IssuedToken {
            id: self.id,
            institution: code.institution,
            app: code.app,
            customer: code.customer,
            consent: code.consent,
            scopes: code.scopes.clone(),
            certificate_thumbprint: *client.certificate_thumbprint(),
            issued_at,
            expires_at: expires_at.min(consent_end),
        }
    }
}
