//! Client authentication: `private_key_jwt` (RFC 7523) and `tls_client_auth`
//! (RFC 8705 section 2.1), and nothing else (FAPI 2.0 section 5.3.2.1 clause 6).
//!
//! Whatever the method, a token request comes over mutual TLS with a registered
//! certificate of the app's own institution, because tokens are bound to it
//! (PR-040). To push a request, an app of `private_key_jwt` needs none: its
//! registered method decides (RFC 9126 section 2). One that is shown must be right.

use crate::{AuthorizationError, ClientFault, Parameters};
use serde_json::{Map, Value};
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::{CompactJws, JwsError, VerifiedJws, sha256};
use sumun_participants::{App, ClientAuthentication, ClientCertificate, Institution, InstitutionStatus};
use sumun_time::{Span, Timestamp};

/// How far in the future `iat` and `nbf` of an assertion may lie. FAPI 2.0
/// section 5.3.2.1 clause 13: 10 s must be accepted, more than 60 s refused.
pub const ASSERTION_SKEW_MAX: Span = Span::from_seconds(60);

/// How far ahead `exp` of an assertion may lie (RFC 7523 section 3 lets the
/// server choose): it bounds how long a used one must be remembered.
pub const ASSERTION_LIFETIME_MAX: Span = Span::from_seconds(600);

/// How long a used assertion is remembered after it expired: longer than a
/// request can be on its way from the look at the clock to the store.
pub const ASSERTION_REMEMBERED: Span = Span::from_seconds(120);

/// The only type of client assertion (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Longest `jti`, in bytes.
const ASSERTION_ID_BYTES_MAX: usize = 256;

/// What a request shows of who sends it; nothing of it is verified yet.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// A signed assertion of this app.
    Assertion {
        /// The app that the assertion speaks for, as it says itself.
        app: AppId,
        /// The compact JWS.
        text: &'a str,
    },
    /// Only the app's id: the certificate must do.
    Certificate {
        /// The app, from `client_id`.
        app: AppId,
    },
}

impl<'a> Credential<'a> {
    /// Finds the one credential of a request. `authorization_header` says whether it carried an
    /// `Authorization` header: that would be a second method (RFC 6749 section 2.3) or one that is not supported.
    ///
    /// # Errors
    /// [`ClientFault`] when there is none, more than one, or one that cannot be ours.
    pub fn find(parameters: &'a Parameters, authorization_header: bool) -> Result<Self, ClientFault> {
        let client_id = parameters.value("client_id");
        let assertion = parameters.value("client_assertion");
        if authorization_header || parameters.value("client_secret").is_some() {
            let several = assertion.is_some();
            return Err(if several { ClientFault::SeveralMethods } else { ClientFault::MethodNotSupported });
        }
        match (assertion, parameters.value("client_assertion_type")) {
            (None, None) => {
                let app = client_id.ok_or(ClientFault::NoCredential)?;
                Ok(Self::Certificate { app: app.parse().map_err(|_| ClientFault::AppUnknown)? })
            }
            (Some(text), Some(ASSERTION_TYPE)) => {
                let app = speaker(text)?;
                // RFC 7521 section 4.2: client_id is not needed, but may not contradict.
                match client_id {
                    Some(id) if id != app.to_string() => Err(ClientFault::IdentifierMismatch),
                    _ => Ok(Self::Assertion { app, text }),
                }
            }
            _ => Err(ClientFault::MethodNotSupported),
        }
    }

    /// The app that the request says it comes from.
    pub fn app(&self) -> AppId {
        match self {
            Self::Assertion { app, .. } | Self::Certificate { app } => *app,
        }
    }

    /// Verifies the credential against what is registered. `certificate` is the
    /// registration of the certificate that the live connection showed, if it showed one.
    ///
    /// # Errors
    /// [`AuthorizationError::Client`], with the first rule that is broken.
    pub fn authenticate(
        &self,
        app: &App,
        institution: &Institution,
        certificate: Option<&ClientCertificate>,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Authentication, AuthorizationError> {
        self.need_certificate(certificate.is_some())?;
        if app.id != self.app() || institution.id != app.institution {
            return Err(ClientFault::AppUnknown.into());
        }
        if institution.status != InstitutionStatus::Active {
            return Err(ClientFault::InstitutionNotActive.into());
        }
        if let Some(certificate) = certificate {
            // PR-013, PR-030: whoever the app is, the connection must be its institution's.
            if certificate.institution != app.institution {
                return Err(ClientFault::CertificateOfAnotherInstitution.into());
            }
            // A connection may live longer than the certificate that opened it.
            if !certificate.is_valid_at(now) {
                return Err(ClientFault::CertificateExpired.into());
            }
        }
        let client = AuthenticatedClient {
            app: app.id,
            institution: app.institution,
            certificate_thumbprint: certificate.map(|certificate| certificate.thumbprint),
        };
        match (self, &app.authentication) {
            (Self::Assertion { text, .. }, ClientAuthentication::PrivateKeyJwt) => {
                let assertion = verify_assertion(text, app, issuer, now)?;
                Ok(Authentication::AwaitsFirstUse(AwaitingFirstUse { client, assertion }))
            }
            (Self::Certificate { .. }, ClientAuthentication::TlsClientAuth { subject_dn }) => {
                if certificate.is_none_or(|certificate| certificate.subject_dn != *subject_dn) {
                    return Err(ClientFault::CertificateSubject.into());
                }
                Ok(Authentication::Complete(client))
            }
            _ => Err(ClientFault::MethodNotRegistered.into()),
        }
    }

    /// Whether this credential can count on a connection that `shows` a certificate or does not. To be asked
    /// before anything is looked up: the answer must say nothing of what is registered.
    ///
    /// # Errors
    /// [`ClientFault::CertificateMissing`] for the app's id alone.
    pub fn need_certificate(&self, shows: bool) -> Result<(), ClientFault> {
        match self {
            Self::Certificate { .. } if !shows => Err(ClientFault::CertificateMissing),
            Self::Certificate { .. } | Self::Assertion { .. } => Ok(()),
        }
    }
}

/// How far authentication got.
#[must_use]
pub enum Authentication {
    /// The client is who it says.
    Complete(AuthenticatedClient),
    /// The client is who it says, unless its assertion was used before.
    AwaitsFirstUse(AwaitingFirstUse),
}

/// A client whose assertion is good and must still be found unused.
#[must_use]
pub struct AwaitingFirstUse {
    client: AuthenticatedClient,
    assertion: AssertionUse,
}

impl AwaitingFirstUse {
    /// What the store has to remember.
    pub fn assertion(&self) -> &AssertionUse {
        &self.assertion
    }

    /// The client, when the store says that this was the first use (RFC 7523 section 3).
    ///
    /// # Errors
    /// [`ClientFault::AssertionReplayed`] when it was not.
    pub fn settle(self, outcome: crate::Outcome) -> Result<AuthenticatedClient, ClientFault> {
        match outcome {
            crate::Outcome::First => Ok(self.client),
            crate::Outcome::TooLate => Err(ClientFault::AssertionReplayed),
        }
    }
}

/// One use of one client assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionUse {
    /// The app's institution.
    pub institution: InstitutionId,
    /// The app that signed it.
    pub app: AppId,
    /// SHA-256 of its `jti`.
    pub id_hash: [u8; 32],
    /// When it expires; [`ASSERTION_REMEMBERED`] later it can be forgotten.
    pub expires_at: Timestamp,
}

/// An app that proved who it is. Only [`Credential::authenticate`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthenticatedClient {
    app: AppId,
    institution: InstitutionId,
    certificate_thumbprint: Option<[u8; 32]>,
}

impl AuthenticatedClient {
    /// The app.
    pub const fn app(&self) -> AppId {
        self.app
    }

    /// Its institution.
    pub const fn institution(&self) -> InstitutionId {
        self.institution
    }

    /// The client, if its connection showed a certificate to which a token can be bound.
    ///
    /// # Errors
    /// [`ClientFault::CertificateMissing`] when it did not.
    pub fn bound(self) -> Result<BoundClient, ClientFault> {
        let certificate_thumbprint = self.certificate_thumbprint.ok_or(ClientFault::CertificateMissing)?;
        Ok(BoundClient { app: self.app, institution: self.institution, certificate_thumbprint })
    }
}

/// An app that proved who it is on a connection with its institution's
/// certificate: the only one that a token is made for (PR-040, FAPI 2.0 section 5.3.2.1 clause 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundClient {
    app: AppId,
    institution: InstitutionId,
    certificate_thumbprint: [u8; 32],
}

impl BoundClient {
    /// The app.
    pub const fn app(&self) -> AppId {
        self.app
    }

    /// Its institution.
    pub const fn institution(&self) -> InstitutionId {
        self.institution
    }

    /// SHA-256 of the certificate of its connection, to which tokens are bound.
    pub const fn certificate_thumbprint(&self) -> &[u8; 32] {
        &self.certificate_thumbprint
    }
}

/// The app that an assertion says it speaks for; only to find its keys.
fn speaker(text: &str) -> Result<AppId, ClientFault> {
    let claims = CompactJws::parse(text).and_then(|jws| jws.unverified_claims()).map_err(jws_fault)?;
    let text_claim = |name| claims.get(name).and_then(Value::as_str).ok_or(ClientFault::AssertionIssuer);
    text_claim("sub")?.parse().map_err(|_| ClientFault::AppUnknown)
}

fn verify_assertion(text: &str, app: &App, issuer: &str, now: Timestamp) -> Result<AssertionUse, ClientFault> {
    let verified = CompactJws::parse(text).and_then(|jws| jws.verify_with(&app.jwks)).map_err(jws_fault)?;
    let claims = verified.claims().map_err(jws_fault)?;
    if is_of_another_type(&verified) {
        return Err(ClientFault::AssertionMalformed);
    }
    let id = app.id.to_string();
    if [claims.get("iss"), claims.get("sub")].iter().any(|claim| claim.and_then(Value::as_str) != Some(&id)) {
        return Err(ClientFault::AssertionIssuer);
    }
    // FAPI 2.0 section 5.3.2.1 clause 8: the issuer and only it, as a string and not in an array.
    if claims.get("aud").and_then(Value::as_str) != Some(issuer) {
        return Err(ClientFault::AssertionAudience);
    }
    let expires_at = check_times(&claims, now)?;
    let jti = claims.get("jti").and_then(Value::as_str).unwrap_or_default();
    if jti.is_empty() || jti.len() > ASSERTION_ID_BYTES_MAX {
        return Err(ClientFault::AssertionIdentifier);
    }
    Ok(AssertionUse { institution: app.institution, app: app.id, id_hash: sha256(jti.as_bytes()), expires_at })
}

/// RFC 8725 section 3.11: a token made for another purpose, such as an access token, is no assertion.
fn is_of_another_type(verified: &VerifiedJws) -> bool {
    let plain = |typ: &str| typ.eq_ignore_ascii_case("jwt") || typ.eq_ignore_ascii_case("client-authentication+jwt");
    verified.header.typ.as_deref().is_some_and(|typ| !plain(typ))
}

fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, ClientFault> {
    let expires_at = instant(claims, "exp")?.ok_or(ClientFault::AssertionExpired)?;
    if expires_at <= now {
        return Err(ClientFault::AssertionExpired);
    }
    if expires_at.since(now) > ASSERTION_LIFETIME_MAX {
        return Err(ClientFault::AssertionLifetime);
    }
    for name in ["iat", "nbf"] {
        if instant(claims, name)?.is_some_and(|at| at.since(now) > ASSERTION_SKEW_MAX) {
            return Err(ClientFault::AssertionFromTheFuture);
        }
    }
    Ok(expires_at)
}

/// A `NumericDate` (RFC 7519 section 2), which may have a fraction.
fn instant(claims: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, ClientFault> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            let seconds = value.as_f64().filter(|seconds| (0.0..=1e11).contains(seconds));
            let seconds = seconds.ok_or(ClientFault::AssertionMalformed)?;
            Ok(Some(Timestamp::from_micros((seconds * 1e6) as i64)))
        }
    }
}

fn jws_fault(error: JwsError) -> ClientFault {
    match error {
        JwsError::Algorithm | JwsError::AlgorithmOfKey => ClientFault::AssertionAlgorithm,
        JwsError::Signature(_) | JwsError::UnknownKey => ClientFault::AssertionSignature,
        JwsError::TooLong
        | JwsError::Shape
        | JwsError::Header(_)
        | JwsError::HeaderMember(_)
        | JwsError::Critical
        | JwsError::Claims(_) => ClientFault::AssertionMalformed,
    }
}
