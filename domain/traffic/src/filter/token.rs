//! Is there an access token, and do we believe it?

use crate::{Refusal, Snapshot};
use serde::Deserialize;
use sumun_consent::Scope;
use sumun_ids::{AppId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_jose::{CompactJws, JsonLimits, JwsError, base64url_decode, from_json_strict};
use sumun_time::{Span, Timestamp};

/// The longest life of an access token; a longer one was not made by our rules.
pub const LIFETIME_MAX: Span = Span::from_minutes(10);

/// How far the authorization server's clock may be ahead of ours.
const CLOCK_SKEW_MAX: Span = Span::from_seconds(5);

/// The text of a bearer token, not yet believed. It must never be logged (PR-036).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BearerText<'a>(&'a str);

impl<'a> BearerText<'a> {
    /// The text itself, to look it up.
    pub fn text(&self) -> &'a str {
        self.0
    }
}

/// An access token whose signature, issuer, audience and kind are right. It
/// can still have expired since: [`VerifiedToken::live`] asks for each call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    id: TokenId,
    customer: CustomerId,
    app: AppId,
    institution: InstitutionId,
    consent: ConsentId,
    scopes: Vec<Scope>,
    thumbprint: [u8; 32],
    expires_at: Timestamp,
    epoch: u64,
}

/// A verified token that is alive at the moment of the call.
#[derive(Debug, Clone, Copy)]
pub struct LiveToken<'a> {
    token: &'a VerifiedToken,
}

impl<'a> LiveToken<'a> {
    /// The token.
    pub fn token(&self) -> &'a VerifiedToken {
        self.token
    }
}

/// Takes the token from the `Authorization` headers. It must stand there
/// once and nowhere else: a token in a query ends up in logs (RFC 6750
/// section 5.3).
pub fn bearer<'a>(
    mut authorization: impl Iterator<Item = &'a [u8]>,
    query: Option<&str>,
) -> Result<BearerText<'a>, Refusal> {
    if query.is_some_and(|query| query.split('&').any(|pair| names_a_token(pair.as_bytes()))) {
        return Err(Refusal::TokenPlacement);
    }
    let value = authorization.next().ok_or(Refusal::TokenMissing)?;
    if authorization.next().is_some() {
        return Err(Refusal::TokenPlacement);
    }
    let value = std::str::from_utf8(value).map_err(|_| Refusal::TokenPlacement)?;
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::TokenPlacement)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::TokenMissing);
    }
    let token = token.trim_matches(' ');
    if token.is_empty() || token.contains([' ', ',']) {
        return Err(Refusal::TokenPlacement);
    }
    Ok(BearerText(token))
}

/// Whether a pair of a query is called `access_token`, however its letters are
/// escaped: whoever reads the query or its log decodes it (RFC 3986 section 6.2.2.2).
fn names_a_token(pair: &[u8]) -> bool {
    let mut letters = pair.split(|byte| *byte == b'=').next().unwrap_or_default().iter().copied();
    let name = std::iter::from_fn(|| match letters.next()? {
        b'%' => {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (letters.next().and_then(digit), letters.next().and_then(digit));
            Some(high.zip(low).map_or(0, |(high, low)| (high << 4 | low) as u8))
        }
        byte => Some(byte),
    });
    name.eq(*b"access_token")
}

/// Verifies a token: form, algorithm, key, signature, kind, issuer, audience,
/// times (RFC 9068 section 4).
pub fn verify(snapshot: &Snapshot, bearer: BearerText<'_>, now: Timestamp) -> Result<VerifiedToken, Refusal> {
    let authority = &snapshot.authority;
    let jws = CompactJws::parse(bearer.0).map_err(refused)?;
    let is_access_token = jws.header().typ.as_deref().is_some_and(is_access_token_type);
    let payload = jws.verify_with(&authority.keys).map_err(refused)?.payload;
    let claims: Claims = from_json_strict(&payload, JsonLimits::TOKEN).map_err(|_| Refusal::TokenMalformed)?;
    if !is_access_token || claims.iss != authority.issuer || !claims.aud.names(&authority.audience) {
        return Err(Refusal::TokenForeign);
    }
    let (issued_at, expires_at) = (Timestamp::from_seconds(claims.iat), Timestamp::from_seconds(claims.exp));
    if expires_at <= now {
        return Err(Refusal::TokenExpired);
    }
    let latest_start = Timestamp::from_seconds(claims.nbf.unwrap_or(claims.iat).max(claims.iat));
    if latest_start > now.plus(CLOCK_SKEW_MAX) || expires_at.since(issued_at) > LIFETIME_MAX {
        return Err(Refusal::TokenUntimely);
    }
    let thumbprint = base64url_decode(&claims.cnf.thumbprint).and_then(|bytes| bytes.try_into().ok());
    Ok(VerifiedToken {
        id: claims.jti,
        customer: claims.sub,
        app: claims.client_id,
        institution: claims.institution_id,
        consent: claims.consent_id,
        scopes: Scope::parse_list(&claims.scope).map_err(|_| Refusal::TokenMalformed)?,
        thumbprint: thumbprint.ok_or(Refusal::TokenMalformed)?,
        expires_at,
        epoch: snapshot.epoch,
    })
}

impl VerifiedToken {
    /// Asks what can change after verification: time, and revocation.
    pub fn live(&self, now: Timestamp, revoked: bool) -> Result<LiveToken<'_>, Refusal> {
        if self.expires_at <= now {
            return Err(Refusal::TokenExpired);
        }
        if revoked {
            return Err(Refusal::TokenRevoked);
        }
        Ok(LiveToken { token: self })
    }

    /// `jti`.
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// The customer.
    pub fn customer(&self) -> CustomerId {
        self.customer
    }

    /// The app.
    pub fn app(&self) -> AppId {
        self.app
    }

    /// The institution of the app.
    pub fn institution(&self) -> InstitutionId {
        self.institution
    }

    /// The consent that it carries out.
    pub fn consent(&self) -> ConsentId {
        self.consent
    }

    /// What it allows.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// SHA-256 of the certificate that it is bound to.
    pub fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// When it dies.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The epoch of the snapshot that it was verified under.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }
}

/// RFC 9068 section 2.1, with the long form of RFC 7515 section 4.1.9.
fn is_access_token_type(typ: &str) -> bool {
    let typ = typ.get(..12).filter(|start| start.eq_ignore_ascii_case("application/")).map_or(typ, |_| &typ[12..]);
    typ.eq_ignore_ascii_case("at+jwt")
}

fn refused(error: JwsError) -> Refusal {
    match error {
        JwsError::TooLong | JwsError::Shape | JwsError::Header(_) | JwsError::HeaderMember(_) | JwsError::Claims(_) => {
            Refusal::TokenMalformed
        }
        JwsError::Algorithm
        | JwsError::Critical
        | JwsError::UnknownKey
        | JwsError::AlgorithmOfKey
        | JwsError::Signature(_) => Refusal::TokenUntrusted,
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: CustomerId,
    aud: Audience,
    client_id: AppId,
    iat: i64,
    nbf: Option<i64>,
    exp: i64,
    jti: TokenId,
    scope: String,
    consent_id: ConsentId,
    institution_id: InstitutionId,
    cnf: Confirmation,
}

#[derive(Deserialize)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
}

/// RFC 7519 section 4.1.3: one audience or a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}
