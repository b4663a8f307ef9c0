//! What is known of the other end of a connection.

use bytes::Bytes;
use std::net::SocketAddr;

/// The certificate that a client proved to hold in the handshake of the live
/// connection; request extension of every mutual TLS listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    /// The certificate, DER.
    pub der: Bytes,
    /// SHA-256 of the DER: `x5t#S256` of RFC 8705 section 3.1 before base64url.
    pub thumbprint: [u8; 32],
}

impl PeerCertificate {
    /// From a certificate's DER.
    pub fn from_der(der: impl Into<Bytes>) -> Self {
        let der = der.into();
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der).as_ref());
        Self { der, thumbprint }
    }
}

/// The address that a connection came from; request extension everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
