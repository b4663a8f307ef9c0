//! A certificate signing request that somebody else made (PKCS#10, RFC 2986).

use crate::certificate::attribute;
use crate::pem;
use rcgen::SubjectPublicKeyInfo;
use std::fmt;
use sumun_jose::VerifyingKey;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

/// RFC 7468 section 7, and the older label that some tools still write.
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// Signatures that a request may carry. SHA-1 is not among them.
const SIGNATURES: [&str; 6] = [
    // ecdsa-with-SHA256, ecdsa-with-SHA384 (RFC 5758 section 3.2)
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    // sha256-, sha384- and sha512WithRSAEncryption, RSASSA-PSS (RFC 4055 section 5)
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.113549.1.1.10",
];

/// The curves of `id-ecPublicKey` that a request may have: P-256 and P-384.
const CURVES: [&str; 2] = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

/// A request whose sender showed, by its signature, to have the private key
/// that belongs to the public key in it. Everything else in it is a wish.
pub struct CertificateRequest {
    key: SubjectPublicKeyInfo,
    common_name: Option<String>,
    serial_number: Option<String>,
}

/// Why a text is not a request that may be answered. All of these are the sender's to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateRequestError {
    /// No PEM block of a certificate request.
    NoRequest,
    /// A private key stands beside the request.
    PrivateKey,
    /// The block is not exactly one PKCS#10 request in DER.
    Malformed,
    /// The key is of a kind or size that is not taken.
    Key,
    /// The request is signed in a way that is not taken, such as with SHA-1.
    SignatureAlgorithm,
    /// The signature was not made by the private key of the request's public key.
    Signature,
}

impl fmt::Display for CertificateRequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRequest => "found no certificate request; expected a PEM block CERTIFICATE REQUEST",
            Self::PrivateKey => {
                "found a private key; expected the certificate request alone, because the key never leaves its owner"
            }
            Self::Malformed => "found a damaged certificate request; expected PKCS#10 in DER (RFC 2986)",
            Self::Key => "found a key of another kind; expected P-256, P-384 or RSA with 2048 to 8192 bits",
            Self::SignatureAlgorithm => {
                "found another signature; expected ECDSA or RSA with SHA-256 or stronger over the request"
            }
            Self::Signature => {
                "found a signature that does not verify; expected one by the private key of the request's public key"
            }
        })
    }
}

impl std::error::Error for CertificateRequestError {}

impl CertificateRequest {
    /// Reads a request in PEM and verifies its own signature (RFC 2986 section 4.2).
    ///
    /// # Errors
    /// [`CertificateRequestError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, CertificateRequestError> {
        if text.contains("PRIVATE KEY-----") {
            return Err(CertificateRequestError::PrivateKey);
        }
        let label = LABELS.into_iter().find(|label| text.contains(&format!("-----BEGIN {label}-----")));
        let der = pem::decode(label.ok_or(CertificateRequestError::NoRequest)?, text);
        let der = der.ok_or(CertificateRequestError::Malformed)?;
        let Ok(([], request)) = X509CertificationRequest::from_der(&der) else {
            return Err(CertificateRequestError::Malformed);
        };
        let info = &request.certification_request_info;
        if !is_sound_key(&request) {
            return Err(CertificateRequestError::Key);
        }
        let key = SubjectPublicKeyInfo::from_der(info.subject_pki.raw).map_err(|_| CertificateRequestError::Key)?;
        if !SIGNATURES.contains(&request.signature_algorithm.algorithm.to_id_string().as_str()) {
            return Err(CertificateRequestError::SignatureAlgorithm);
        }
        request.verify_signature().map_err(|_| CertificateRequestError::Signature)?;
        Ok(Self {
            key,
            common_name: attribute(&info.subject, "2.5.4.3"),
            serial_number: attribute(&info.subject, "2.5.4.5"),
        })
    }

    /// The `commonName` that it asks for.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The `serialNumber` that it asks for: a business registration number.
    pub fn serial_number(&self) -> Option<&str> {
        self.serial_number.as_deref()
    }

    pub(crate) fn key(&self) -> &SubjectPublicKeyInfo {
        &self.key
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequest({:?})", self.common_name)
    }
}

/// FAPI 2.0 section 5.4.1: RSA has 2048 bits or more, elliptic curves 224. We name two curves.
fn is_sound_key(request: &X509CertificationRequest<'_>) -> bool {
    let key = &request.certification_request_info.subject_pki;
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => {
            let significant = rsa.modulus.iter().position(|byte| *byte != 0).unwrap_or(rsa.modulus.len());
            VerifyingKey::rsa(&rsa.modulus[significant..], rsa.exponent).is_some()
        }
        Ok(PublicKey::EC(_)) => {
            let curve = key.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            curve.is_some_and(|curve| CURVES.contains(&curve.to_id_string().as_str()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
