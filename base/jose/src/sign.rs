//! Keys that sign.

use crate::{Algorithm, Jwk, base64url_encode};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde::Serialize;
use serde_json::json;
use std::error::Error;
use std::fmt;

/// A private key that signs, wherever it lives: in memory, in a file, in a module.
pub trait Signer: Send + Sync {
    /// The algorithm of its signatures.
    fn algorithm(&self) -> Algorithm;

    /// The `kid` under which its public key is published.
    fn key_id(&self) -> &str;

    /// Signs `message`. ES256 answers the 64 bytes of RFC 7518 section 3.4.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFailure>;
}

/// A key could not sign: the fault is ours or the key module's, never the caller's.
#[derive(Debug)]
pub struct SignFailure {
    source: Box<dyn Error + Send + Sync>,
}

impl SignFailure {
    /// A failure with its cause.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

impl fmt::Display for SignFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key could not sign")
    }
}

impl Error for SignFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Signs `claims` as a JWS in compact form with `alg`, `kid` and `typ` in its header.
pub fn sign_compact(signer: &dyn Signer, typ: &str, claims: &impl Serialize) -> Result<String, SignFailure> {
    let header = json!({"alg": signer.algorithm().name(), "kid": signer.key_id(), "typ": typ});
    let payload = serde_json::to_vec(claims).map_err(SignFailure::new)?;
    let mut text = base64url_encode(header.to_string().as_bytes());
    text.push('.');
    text.push_str(&base64url_encode(&payload));
    let signature = signer.sign(text.as_bytes())?;
    text.push('.');
    text.push_str(&base64url_encode(&signature));
    Ok(text)
}

/// A private key in memory: ES256 or EdDSA. RSA keys do not sign here: one RSA
/// signature costs as much as fifteen ECDSA signatures.
pub struct SigningKey {
    pair: Pair,
    public: Jwk,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Reads a private key from PKCS#8; `None` where it is not one of `algorithm`.
    /// The `kid` is the RFC 7638 thumbprint of the public key.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8_der: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8_der).ok()?;
                let point = pair.public_key().as_ref();
                let public = Jwk::from_p256(point.get(1..33)?, point.get(33..65)?).ok()?;
                Some(Self { pair: Pair::P256(pair), public })
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8_der).ok()?;
                let public = Jwk::from_ed25519(pair.public_key().as_ref()).ok()?;
                Some(Self { pair: Pair::Ed25519(pair), public })
            }
            Algorithm::Ps256 => None,
        }
    }

    /// The public key.
    pub fn public(&self) -> &Jwk {
        &self.public
    }

    /// The public key's bytes: the uncompressed point of 65 bytes, or the 32 bytes of Ed25519.
    pub fn public_bytes(&self) -> &[u8] {
        match &self.pair {
            Pair::P256(pair) => pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    fn key_id(&self) -> &str {
        self.public.key_id()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFailure> {
        let signature = match &self.pair {
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), message),
            Pair::Ed25519(pair) => pair.try_sign(message),
        };
        signature.map(|signature| signature.as_ref().to_vec()).map_err(SignFailure::new)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, hidden)", self.public.key_id())
    }
}
