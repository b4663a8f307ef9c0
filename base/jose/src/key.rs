//! Public keys that verify.

use crate::Algorithm;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PSS_2048_8192_SHA256};
use std::fmt;

/// The smallest RSA modulus in bits (RFC 7518 section 3.5).
const RSA_BITS_MIN: usize = 2048;
/// The largest RSA modulus in bits: beyond it a verification is a burden that a stranger can choose.
const RSA_BITS_MAX: usize = 8192;
/// The smallest public exponent (NIST SP 800-56B section 6.2).
const RSA_EXPONENT_MIN: u64 = 65_537;

/// A public key, parsed once, with the one algorithm that it verifies.
pub struct VerifyingKey {
    algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

/// The signature was not made by this key over this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature is not valid")
    }
}

impl std::error::Error for InvalidSignature {}

impl VerifyingKey {
    /// An Ed25519 key of its 32 bytes (RFC 8032), or `None` where they are not one.
    pub fn ed25519(public_key: &[u8]) -> Option<Self> {
        let parsed = ParsedPublicKey::new(&ED25519, public_key).ok()?;
        (public_key.len() == 32).then_some(Self { algorithm: Algorithm::EdDsa, parsed })
    }

    /// A P-256 key of its coordinates, 32 bytes each, or `None` where they are not a point of the curve.
    pub fn p256(x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != 32 || y.len() != 32 {
            return None;
        }
        let point = [&[4], x, y].concat();
        let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).ok()?;
        Some(Self { algorithm: Algorithm::Es256, parsed })
    }

    /// An RSA key of its modulus and exponent, big endian without leading
    /// zeros, or `None` where the modulus has fewer than 2048 bits or the
    /// exponent is below 65537.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let leading_zeros = modulus.first()?.leading_zeros() as usize;
        let bits = modulus.len() * 8 - leading_zeros;
        if leading_zeros >= 8 || !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) || !exponent_is_sound(exponent) {
            return None;
        }
        let components = PublicKeyComponents { n: modulus, e: exponent };
        let parsed = components.to_parsed_public_key(&RSA_PSS_2048_8192_SHA256).ok()?;
        Some(Self { algorithm: Algorithm::Ps256, parsed })
    }

    /// The one algorithm that this key verifies.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's over `message`. ES256 signatures are
    /// the 64 bytes of RFC 7518 section 3.4, not DER.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.parsed.verify_sig(message, signature).map_err(|_| InvalidSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.algorithm)
    }
}

fn exponent_is_sound(exponent: &[u8]) -> bool {
    let significant = exponent.first().is_some_and(|first| *first != 0) && exponent.len() <= 8;
    let value = exponent.iter().fold(0u64, |value, byte| (value << 8) | u64::from(*byte));
    significant && value >= RSA_EXPONENT_MIN && value % 2 == 1
}
