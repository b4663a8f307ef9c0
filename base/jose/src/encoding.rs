//! Base64url and SHA-256, as JOSE uses them.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Base64url without padding (RFC 7515 section 2).
pub fn base64url_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url. Padding, white space, other alphabets and a last character
/// with spare bits set are refused, so that each value has one text form.
pub fn base64url_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// The SHA-256 of a certificate in DER: `x5t#S256` of RFC 8705 section 3.1 before its base64url.
pub fn thumbprint_sha256(certificate_der: &[u8]) -> [u8; 32] {
    sha256(certificate_der)
}
