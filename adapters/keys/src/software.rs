//! Private keys that this process holds itself.

use crate::pem::{self, PRIVATE_KEY};
use crate::{KeyError, KeyRecord, private_file};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use std::fmt;
use std::path::Path;
use sumun_jose::{Algorithm, Jwk, SignFailure, Signer, SigningKey};

/// A private key for ES256 or EdDSA in memory, from and to PKCS#8.
pub struct SoftwareKey {
    signing_key: SigningKey,
    pkcs8_der: Vec<u8>,
}

impl SoftwareKey {
    /// Makes a new key of the machine's randomness; [`KeyError::Profile`] for PS256.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let document = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8v1(&random),
            Algorithm::Ps256 => {
                return Err(KeyError::Profile("RSA keys verify here, but are never made or signed with"));
            }
        };
        let document = document.map_err(KeyError::generation)?;
        Self::from_pkcs8(algorithm, document.as_ref())
            .ok_or_else(|| KeyError::generation("a new key was not read back"))
    }

    /// Reads a key from PKCS#8 in DER; `None` where it is not one of `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8_der: &[u8]) -> Option<Self> {
        let signing_key = SigningKey::from_pkcs8(algorithm, pkcs8_der)?;
        Some(Self { signing_key, pkcs8_der: pkcs8_der.to_vec() })
    }

    /// Reads a key from PKCS#8 in PEM; `None` where it is not one of `algorithm`.
    pub fn from_pem(algorithm: Algorithm, text: &str) -> Option<Self> {
        Self::from_pkcs8(algorithm, &pem::decode(PRIVATE_KEY, text)?)
    }

    /// The private key as PKCS#8 in PEM. Whoever has it is the key.
    pub fn private_key_pem(&self) -> String {
        pem::encode(PRIVATE_KEY, &self.pkcs8_der)
    }

    /// The public key.
    pub fn public(&self) -> &Jwk {
        self.signing_key.public()
    }

    /// The public key's bytes: the uncompressed point of 65 bytes, or the 32 bytes of Ed25519.
    pub fn public_bytes(&self) -> &[u8] {
        self.signing_key.public_bytes()
    }

    /// Reads the key file at `path`, `None` where there is none.
    pub(crate) fn read(path: &Path, algorithm: Algorithm) -> Result<Option<(Self, String)>, KeyError> {
        let Some(text) = private_file::read(path)? else { return Ok(None) };
        let key = Self::from_pem(algorithm, &text).ok_or_else(|| KeyError::broken(path, "a private key"))?;
        Ok(Some((key, text)))
    }

    /// Writes the key with its record to `path`, unless a key is there.
    pub(crate) fn write_new(&self, path: &Path, record: &KeyRecord) -> Result<bool, KeyError> {
        private_file::create(path, &(record.header() + &self.private_key_pem()))
    }
}

impl Signer for SoftwareKey {
    fn algorithm(&self) -> Algorithm {
        self.signing_key.algorithm()
    }

    fn key_id(&self) -> &str {
        self.signing_key.key_id()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFailure> {
        self.signing_key.sign(message)
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareKey({}, hidden)", self.key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_through_pkcs8_and_sign() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let key = SoftwareKey::generate(algorithm).unwrap();
            let again = SoftwareKey::from_pem(algorithm, &key.private_key_pem()).unwrap();
            assert_eq!(again.public(), key.public());
            let signature = again.sign(b"message").unwrap();
            assert!(key.public().verifying_key().verify(b"message", &signature).is_ok());
            assert!(key.public().verifying_key().verify(b"massage", &signature).is_err());
        }
        assert!(matches!(SoftwareKey::generate(Algorithm::Ps256), Err(KeyError::Profile(_))));
        let ed25519 = SoftwareKey::generate(Algorithm::EdDsa).unwrap();
        assert!(SoftwareKey::from_pem(Algorithm::Es256, &ed25519.private_key_pem()).is_none());
    }

    #[test]
    fn a_key_is_not_printed() {
        let key = SoftwareKey::generate(Algorithm::Es256).unwrap();
        assert_eq!(format!("{key:?}"), format!("SoftwareKey({}, hidden)", key.key_id()));
    }
}
