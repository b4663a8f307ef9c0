//! A certificate chain with its private key.

use crate::TlsError;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Who this side of a connection is: a certificate chain, own certificate
/// first, and the private key of the first.
pub struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Identity {
    /// From DER: the chain, own certificate first, and a PKCS#8 private key.
    pub fn from_der(chain: Vec<Vec<u8>>, key_pkcs8: Vec<u8>) -> Self {
        Self {
            chain: chain.into_iter().map(CertificateDer::from).collect(),
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key_pkcs8)),
        }
    }

    /// From PEM: the chain, own certificate first, and the private key.
    ///
    /// # Errors
    /// [`TlsError::Pem`] when either text holds no such object.
    pub fn from_pem(chain: &str, key: &str) -> Result<Self, TlsError> {
        let chain = certificates_from_pem(chain)?;
        let key =
            PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| TlsError::Pem { expected: "private key" })?;
        Ok(Self { chain: chain.into_iter().map(CertificateDer::from).collect(), key })
    }
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

impl std::fmt::Debug for Identity {
    /// Never shows the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

/// The certificates of a PEM text as DER, in order.
///
/// # Errors
/// [`TlsError::Pem`] when there is none or one is broken.
pub fn certificates_from_pem(text: &str) -> Result<Vec<Vec<u8>>, TlsError> {
    let broken = TlsError::Pem { expected: "certificate" };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found.into_iter().map(|der| der.to_vec()).collect()),
        _ => Err(broken),
    }
}

/// The private key of a PEM text as PKCS#8 DER.
///
/// # Errors
/// [`TlsError::Pem`] when there is none in PKCS#8.
pub fn private_key_from_pem(text: &str) -> Result<Vec<u8>, TlsError> {
    match PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()) {
        Ok(key) => Ok(key.secret_pkcs8_der().to_vec()),
        Err(_) => Err(TlsError::Pem { expected: "PKCS#8 private key" }),
    }
}
