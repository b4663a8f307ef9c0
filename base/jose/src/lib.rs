//! JWS in compact form and JWK: PS256, ES256, EdDSA and nothing else.
//!
//! The algorithms are an allow-list without a switch: there is no `none`, no
//! RS256 and no symmetric key, so a token cannot choose a weaker one (RFC 8725
//! section 3.1). JSON with a repeated name, base64url with padding and any
//! critical header are refused. Keys are parsed once, when they are read, and
//! a key that exists is a key that verifies.
//!
//! Which issuer, audience and time a token must have is a rule and lives in
//! the domain crates; here is only whether it says what its signer signed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod algorithm;
mod compact;
mod encoding;
mod json;
mod jwk;
mod key;
mod key_set;
mod media_type;
mod sign;

pub use algorithm::Algorithm;
pub use compact::{COMPACT_BYTES_MAX, CompactJws, Header, JwsError, VerifiedJws};
pub use encoding::{base64url_decode, base64url_encode, sha256, thumbprint_sha256};
pub use json::{JsonError, JsonLimits, from_json_strict, parse_json_composed, parse_json_strict};
pub use jwk::{Jwk, JwkError};
pub use key::{InvalidSignature, VerifyingKey};
pub use key_set::{JwkSet, JwkSetError};
pub use media_type::is_json_media_type;
pub use sign::{SignFailure, Signer, SigningKey, sign_compact};
