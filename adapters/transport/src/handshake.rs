//! The TLS handshake of one accepted connection.

use crate::clear::{self, is_clear_text};
use crate::close::close;
use crate::tls::Outfit;
use crate::{Limits, Names, PeerCertificate, ServerTls};
use rustls::{AlertDescription, CertificateError, Error as TlsFault, PeerIncompatible};
use std::fmt;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A connection whose handshake is done.
#[derive(Debug)]
pub struct TlsConnection {
    /// The encrypted stream.
    pub stream: TlsStream<TcpStream>,
    /// The client's certificate; none only where the listener asks for none.
    pub certificate: Option<Arc<PeerCertificate>>,
    /// Whether HTTP/2 was agreed on (ALPN).
    pub http2: bool,
    /// The names in the certificate that the listener showed.
    pub names: Arc<Names>,
}

/// A handshake that did not come about.
#[derive(Debug)]
pub struct HandshakeRefused {
    /// The class of reason, fit for records.
    pub reason: RefusedFor,
    /// What the TLS library or the socket says.
    pub source: Option<std::io::Error>,
    stream: Option<TcpStream>,
}

impl HandshakeRefused {
    /// Closes the connection in order, so that the alert that says why
    /// reaches the client also when the client has sent more meanwhile.
    pub async fn close(self, limits: &Limits) {
        if let Some(stream) = self.stream {
            close(stream, limits.close_timeout).await;
        }
    }
}

/// Why a handshake did not come about, in words that stay the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusedFor {
    /// The client showed no certificate where one is required (PR-040).
    CertificateMissing,
    /// The certificate was issued by no authority of ours.
    CertificateUnknownAuthority,
    /// The certificate has expired or is not valid yet (PR-119).
    CertificateExpired,
    /// The certificate is on a revocation list (PR-119).
    CertificateRevoked,
    /// The certificate is unfit in another way.
    CertificateUnfit,
    /// The client offers no TLS 1.3 (PR-039).
    ProtocolVersion,
    /// The client does not accept our certificate or gave up by an alert.
    RefusedByClient,
    /// The peer's address holds as many places as one may.
    PeerPlacesUsedUp,
    /// The institution holds as many places as one may.
    InstitutionPlacesUsedUp,
    /// Places were short and this connection had said nothing yet.
    GaveWay,
    /// The handshake did not end in time.
    TimedOut,
    /// The client spoke HTTP without TLS; it was answered in one plain answer.
    ClearText,
    /// What came was not a TLS handshake, or the connection broke.
    Broken,
}

impl RefusedFor {
    /// The stable name for records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CertificateMissing => "certificate_missing",
            Self::CertificateUnknownAuthority => "certificate_unknown_authority",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateRevoked => "certificate_revoked",
            Self::CertificateUnfit => "certificate_unfit",
            Self::ProtocolVersion => "protocol_version",
            Self::RefusedByClient => "refused_by_client",
            Self::PeerPlacesUsedUp => "peer_places_used_up",
            Self::InstitutionPlacesUsedUp => "institution_places_used_up",
            Self::GaveWay => "gave_way",
            Self::TimedOut => "handshake_timeout",
            Self::ClearText => "clear_text",
            Self::Broken => "handshake_broken",
        }
    }
}

impl fmt::Display for HandshakeRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the TLS handshake failed: {}", self.reason.name())
    }
}

impl std::error::Error for HandshakeRefused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Carries out the handshake of one accepted TCP connection in bounded time.
///
/// # Errors
/// [`HandshakeRefused`] when it does not come about; the connection is then to be [closed](HandshakeRefused::close).
pub async fn accept(stream: TcpStream, tls: &ServerTls, limits: &Limits) -> Result<TlsConnection, HandshakeRefused> {
    // Small answers must not wait for more bytes. A socket that refuses this is about to fail anyway.
    let _ = stream.set_nodelay(true);
    let outfit = tls.current();
    let deadline = Instant::now() + limits.handshake_timeout;
    let stream = in_tls(stream, &outfit, deadline).await?;
    let handshake = TlsAcceptor::from(Arc::clone(&outfit.config)).accept(stream).into_fallible();
    let stream = match timeout_at(deadline, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err((error, stream))) => {
            return Err(HandshakeRefused { reason: classify(&error), source: Some(error), stream: Some(stream) });
        }
        Err(_) => return Err(HandshakeRefused { reason: RefusedFor::TimedOut, source: None, stream: None }),
    };
    let (_, session) = stream.get_ref();
    let certificate = session
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|der| Arc::new(PeerCertificate::from_der(der.to_vec())));
    let http2 = session.alpn_protocol() == Some(b"h2");
    Ok(TlsConnection { stream, certificate, http2, names: Arc::clone(&outfit.names) })
}

/// Looks at the first byte of a connection: one that speaks HTTP in the clear
/// is answered once, and the handshake of any other may begin.
async fn in_tls(mut stream: TcpStream, outfit: &Outfit, deadline: Instant) -> Result<TcpStream, HandshakeRefused> {
    let mut first = [0];
    let clear = match timeout_at(deadline, stream.peek(&mut first)).await {
        Ok(Ok(count)) => count > 0 && is_clear_text(first[0]),
        Ok(Err(error)) => {
            return Err(HandshakeRefused { reason: RefusedFor::Broken, source: Some(error), stream: None });
        }
        Err(_) => return Err(HandshakeRefused { reason: RefusedFor::TimedOut, source: None, stream: None }),
    };
    if !clear {
        return Ok(stream);
    }
    let answered = timeout_at(deadline, clear::answer(&mut stream, &outfit.names, outfit.clear)).await;
    let source = answered.ok().and_then(Result::err);
    Err(HandshakeRefused { reason: RefusedFor::ClearText, source, stream: Some(stream) })
}

fn classify(error: &std::io::Error) -> RefusedFor {
    let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsFault>()) else {
        return RefusedFor::Broken;
    };
    match fault {
        TlsFault::NoCertificatesPresented => RefusedFor::CertificateMissing,
        TlsFault::InvalidCertificate(fault) => match fault {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => RefusedFor::CertificateUnknownAuthority,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => RefusedFor::CertificateExpired,
            CertificateError::Revoked => RefusedFor::CertificateRevoked,
            _ => RefusedFor::CertificateUnfit,
        },
        TlsFault::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::Tls13RequiredForQuic
            | PeerIncompatible::SupportedVersionsExtensionRequired,
        ) => RefusedFor::ProtocolVersion,
        TlsFault::AlertReceived(AlertDescription::ProtocolVersion) => RefusedFor::ProtocolVersion,
        TlsFault::AlertReceived(_) => RefusedFor::RefusedByClient,
        _ => RefusedFor::Broken,
    }
}
