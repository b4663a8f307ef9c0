//! Reading the chain that a server shows, trusted or not.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::{Arc, Mutex};
use sumun_probes::{Certificate, Chain};
use sumun_time::Timestamp;

/// Verifies a server as usual, but keeps what it saw and lets the handshake go
/// on, so that an untrusted chain can be described. Only the chain look-up
/// uses it; no token and no body is ever sent under it.
#[derive(Debug)]
pub struct Observer {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Chain>>,
}

impl Observer {
    pub fn new(verifier: Arc<WebPkiServerVerifier>) -> Self {
        Self { verifier, seen: Mutex::new(None) }
    }

    /// The chain, if the server showed one.
    pub fn chain(&self) -> Option<Chain> {
        self.seen.lock().ok()?.clone()
    }
}

impl ServerCertVerifier for Observer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let certificates = std::iter::once(end_entity).chain(intermediates).filter_map(describe).collect();
        // An expired certificate of a known authority is trusted and expired;
        // the probe judges the dates by its own clock.
        let problem = match outcome {
            Ok(_) => None,
            Err(Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => None,
            Err(error) => Some(error.to_string()),
        };
        let chain = Chain { certificates, trusted: problem.is_none(), problem };
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(chain);
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn describe(der: &CertificateDer<'_>) -> Option<Certificate> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let names = match certificate.subject_alternative_name() {
        Ok(Some(extension)) => extension.value.general_names.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der);
    Some(Certificate {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        not_before: Timestamp::from_seconds(certificate.validity().not_before.timestamp()),
        not_after: Timestamp::from_seconds(certificate.validity().not_after.timestamp()),
        names,
        sha256: digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}
