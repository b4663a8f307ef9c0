//! Clients of the open side.

use super::world::WorldCertificate;
use crate::journey::JourneyError;
use sumun_transport::{Client, ClientLimits, ClientTls, Identity};

/// A client that trusts the open authority and shows this certificate, or none.
pub fn open_client(root: &[u8], certificate: Option<&WorldCertificate>) -> Result<Client, JourneyError> {
    let unusable = |error: sumun_transport::TlsError| JourneyError::new(error.to_string());
    let identity =
        certificate.map(|certificate| Identity::from_pem(&certificate.certificate_pem, &certificate.key_pem));
    let tls = ClientTls::new(&[root.to_vec()], identity.transpose().map_err(unusable)?).map_err(unusable)?;
    Ok(Client::new(&tls, ClientLimits::default()))
}
