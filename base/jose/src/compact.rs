//! JWS in compact form (RFC 7515 section 7.1).

use crate::{Algorithm, InvalidSignature, JsonError, JsonLimits, JwkSet, VerifyingKey};
use crate::{base64url_decode, parse_json_strict};
use serde_json::{Map, Value};
use std::fmt;

/// The longest compact form that is read, in bytes.
pub const COMPACT_BYTES_MAX: usize = 16 * 1024;

/// A JWS that was taken apart and not yet verified: nothing that it says is to be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactJws<'a> {
    signing_input: &'a str,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The header's members that mean something here; others are ignored (RFC 7515 section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `alg`, one of the allow-list.
    pub algorithm: Algorithm,
    /// `kid`, which key signed.
    pub key_id: Option<String>,
    /// `typ`, what kind of thing it is, for example `at+jwt`.
    pub typ: Option<String>,
}

/// A JWS whose signature was verified: its payload is what the key's owner signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedJws {
    /// The header, which the signature covers too.
    pub header: Header,
    /// The payload's bytes.
    pub payload: Vec<u8>,
}

/// Why a text is not a JWS that may be trusted. All faults are the sender's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwsError {
    /// Longer than [`COMPACT_BYTES_MAX`].
    TooLong,
    /// Not three parts of unpadded base64url.
    Shape,
    /// The header is not JSON that may be read.
    Header(JsonError),
    /// A header member has the wrong type.
    HeaderMember(&'static str),
    /// `alg` is absent, `none`, or not on the allow-list.
    Algorithm,
    /// The header asks for an extension that is not understood (`crit`).
    Critical,
    /// No key of the set is the one that the header means.
    UnknownKey,
    /// The key is for another algorithm than the header names.
    AlgorithmOfKey,
    /// The signature is not the key's.
    Signature(InvalidSignature),
    /// The payload is not a JSON object that may be read.
    Claims(JsonError),
}

impl fmt::Display for JwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the token is longer than {COMPACT_BYTES_MAX} bytes"),
            Self::Shape => f.write_str("the token is not three parts of unpadded base64url"),
            Self::Header(_) => f.write_str("the token's header cannot be read"),
            Self::HeaderMember(name) => write!(f, "the token's header member `{name}` is not a text"),
            Self::Algorithm => f.write_str("the token's algorithm is not PS256, ES256, EdDSA or Ed25519"),
            Self::Critical => f.write_str("the token needs an extension that is not understood"),
            Self::UnknownKey => f.write_str("the token's key is not known"),
            Self::AlgorithmOfKey => f.write_str("the token's algorithm is not the one of its key"),
            Self::Signature(_) => f.write_str("the token was not signed by its key"),
            Self::Claims(_) => f.write_str("the token's claims cannot be read"),
        }
    }
}

impl std::error::Error for JwsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Header(source) | Self::Claims(source) => Some(source),
            Self::Signature(source) => Some(source),
            _ => None,
        }
    }
}

impl<'a> CompactJws<'a> {
    /// Takes a compact form apart; nothing is verified yet.
    pub fn parse(text: &'a str) -> Result<Self, JwsError> {
        if text.len() > COMPACT_BYTES_MAX {
            return Err(JwsError::TooLong);
        }
        let (signing_input, signature) = text.rsplit_once('.').ok_or(JwsError::Shape)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Shape)?;
        let decode = |part| base64url_decode(part).ok_or(JwsError::Shape);
        let header = Header::parse(&decode(header)?)?;
        Ok(Self { signing_input, header, payload: decode(payload)?, signature: decode(signature)? })
    }

    /// The header, unverified: only to find the key.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The claims, unverified: only to find the key of whoever the token says it is from.
    pub fn unverified_claims(&self) -> Result<Map<String, Value>, JwsError> {
        parse_claims(&self.payload)
    }

    /// Verifies the signature. The header's algorithm must be the key's own
    /// (RFC 8725 section 3.1).
    pub fn verify(self, key: &VerifyingKey) -> Result<VerifiedJws, JwsError> {
        if self.header.algorithm != key.algorithm() {
            return Err(JwsError::AlgorithmOfKey);
        }
        key.verify(self.signing_input.as_bytes(), &self.signature).map_err(JwsError::Signature)?;
        Ok(VerifiedJws { header: self.header, payload: self.payload })
    }

    /// Verifies the signature with the key of `keys` that the header means.
    pub fn verify_with(self, keys: &JwkSet) -> Result<VerifiedJws, JwsError> {
        let key = keys.select(self.header.key_id.as_deref(), self.header.algorithm).ok_or(JwsError::UnknownKey)?;
        self.verify(key.verifying_key())
    }
}

impl VerifiedJws {
    /// The payload as a JSON object, read strictly.
    pub fn claims(&self) -> Result<Map<String, Value>, JwsError> {
        parse_claims(&self.payload)
    }
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, JwsError> {
        let members = object(bytes).map_err(JwsError::Header)?;
        // RFC 7515 section 4.1.11: no extension is understood here, so none can be critical.
        if members.contains_key("crit") {
            return Err(JwsError::Critical);
        }
        let algorithm = members.get("alg").and_then(Value::as_str).and_then(Algorithm::from_name);
        Ok(Self {
            algorithm: algorithm.ok_or(JwsError::Algorithm)?,
            key_id: optional_text(&members, "kid")?,
            typ: optional_text(&members, "typ")?,
        })
    }
}

fn optional_text(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, JwsError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(JwsError::HeaderMember(name)),
    }
}

fn parse_claims(payload: &[u8]) -> Result<Map<String, Value>, JwsError> {
    object(payload).map_err(JwsError::Claims)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    match parse_json_strict(bytes, JsonLimits::TOKEN)? {
        Value::Object(members) => Ok(members),
        _ => Err(JsonError::Shape("an object".to_owned())),
    }
}

#[cfg(test)]
mod tests;
