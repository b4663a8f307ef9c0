//! What a listener or a client shows and asks for in the TLS handshake.

use crate::clear::ClearText;
use crate::{Identity, Names};
use arc_swap::ArcSwap;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientCertVerifierBuilder, NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{ClientConfig, RootCertStore, ServerConfig, version::TLS13};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use std::fmt;
use std::sync::Arc;

/// Why a TLS configuration cannot be made; always a fault of what was given,
/// never of a peer.
#[derive(Debug)]
pub enum TlsError {
    /// A text does not hold the PEM object that it should.
    Pem {
        /// Which object was looked for.
        expected: &'static str,
    },
    /// A certificate, key or revocation list does not fit its use.
    Configuration {
        /// What did not fit.
        what: &'static str,
        /// What the TLS library says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem { expected } => write!(f, "no readable {expected} in the PEM text"),
            Self::Configuration { what, .. } => write!(f, "{what} cannot be used for TLS"),
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pem { .. } => None,
            Self::Configuration { source, .. } => Some(source.as_ref()),
        }
    }
}

/// Whether a listener asks its clients for a certificate.
#[derive(Debug, Clone, Default)]
pub enum ClientCertificates {
    /// It does not ask: pages for people, metadata.
    #[default]
    None,
    /// It refuses the handshake without a valid certificate of these authorities (PR-040).
    Required {
        /// Certificates of the authorities, DER.
        roots: Vec<Vec<u8>>,
        /// Their revocation lists, DER; an authority without a list is taken to have revoked nothing.
        revocation_lists: Vec<Vec<u8>>,
    },
    /// It asks, and refuses the handshake with any other than a valid certificate of these authorities. A client
    /// that shows none is let in, and each endpoint says whether it wants one (RFC 9126 section 2).
    Requested {
        /// Certificates of the authorities, DER.
        roots: Vec<Vec<u8>>,
        /// Their revocation lists, DER; an authority without a list is taken to have revoked nothing.
        revocation_lists: Vec<Vec<u8>>,
    },
}

impl ClientCertificates {
    /// A certificate of these authorities (DER) is required.
    pub fn required(roots: Vec<Vec<u8>>) -> Self {
        Self::Required { roots, revocation_lists: Vec::new() }
    }

    /// A certificate of these authorities (DER) is asked for, and may be missing.
    pub fn requested(roots: Vec<Vec<u8>>) -> Self {
        Self::Requested { roots, revocation_lists: Vec::new() }
    }
}

/// Which HTTP versions a listener offers (ALPN).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocols {
    /// HTTP/2, then HTTP/1.1.
    #[default]
    Http2AndHttp1,
    /// HTTP/1.1 only: the hop between our own components.
    Http1,
}

impl Protocols {
    fn alpn(self) -> Vec<Vec<u8>> {
        match self {
            Self::Http2AndHttp1 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            Self::Http1 => vec![b"http/1.1".to_vec()],
        }
    }
}

/// The TLS side of a listener: TLS 1.3 only (PR-039), no early data (PR-041),
/// no session tickets, so that every connection checks its certificate anew.
/// Clones share one configuration, which [`ServerTls::replace`] exchanges for
/// all later handshakes.
#[derive(Clone)]
pub struct ServerTls {
    current: Arc<ArcSwap<Outfit>>,
}

/// What a listener shows at one time.
pub(crate) struct Outfit {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) names: Arc<Names>,
    pub(crate) clear: ClearText,
}

impl ServerTls {
    /// A configuration for a listener.
    ///
    /// # Errors
    /// [`TlsError`] when the identity, a root or a revocation list is unfit.
    pub fn new(identity: Identity, clients: &ClientCertificates, protocols: Protocols) -> Result<Self, TlsError> {
        Ok(Self { current: Arc::new(ArcSwap::from_pointee(outfit(identity, clients, protocols)?)) })
    }

    /// Exchanges identity and authorities; live connections keep what they agreed on.
    ///
    /// # Errors
    /// [`TlsError`] as for [`ServerTls::new`]; the old configuration then stays.
    pub fn replace(
        &self,
        identity: Identity,
        clients: &ClientCertificates,
        protocols: Protocols,
    ) -> Result<(), TlsError> {
        self.current.store(Arc::new(outfit(identity, clients, protocols)?));
        Ok(())
    }

    pub(crate) fn current(&self) -> Arc<Outfit> {
        self.current.load_full()
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

/// The TLS side of a client: TLS 1.3 only, given authorities, no resumption.
#[derive(Clone)]
pub struct ClientTls {
    pub(crate) config: Arc<ClientConfig>,
}

impl ClientTls {
    /// A configuration that trusts servers of `roots` (DER) and shows
    /// `identity` when a server asks for a certificate. It speaks HTTP/1.1.
    ///
    /// # Errors
    /// [`TlsError`] when a root or the identity is unfit.
    pub fn new(roots: &[Vec<u8>], identity: Option<Identity>) -> Result<Self, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| configuration("the protocol version", error))?
            .with_root_certificates(root_store(roots)?);
        let mut config = match identity {
            Some(Identity { chain, key }) => builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| configuration("the client certificate", error))?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = Protocols::Http1.alpn();
        config.resumption = Resumption::disabled();
        Ok(Self { config: Arc::new(config) })
    }

    /// The configuration itself, for callers that open the connection on their own.
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientTls")
    }
}

fn outfit(identity: Identity, clients: &ClientCertificates, protocols: Protocols) -> Result<Outfit, TlsError> {
    let names = Names::of_certificate(identity.chain.first().map_or(&[][..], |own| own.as_ref()))?;
    // Whoever asks for a certificate, in whatever way, is no place for browsers.
    let asks = !matches!(clients, ClientCertificates::None);
    let clear = if asks { ClearText::Refuse } else { ClearText::LeadToTls };
    let config = server_config(identity, clients, protocols)?;
    Ok(Outfit { config: Arc::new(config), names: Arc::new(names), clear })
}

fn server_config(
    identity: Identity,
    clients: &ClientCertificates,
    protocols: Protocols,
) -> Result<ServerConfig, TlsError> {
    let builder = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| configuration("the protocol version", error))?;
    let builder = match clients {
        ClientCertificates::None => builder.with_no_client_auth(),
        ClientCertificates::Required { roots, revocation_lists } => {
            builder.with_client_cert_verifier(verified(client_verifier(roots, revocation_lists)?)?)
        }
        ClientCertificates::Requested { roots, revocation_lists } => {
            let verifier = client_verifier(roots, revocation_lists)?.allow_unauthenticated();
            builder.with_client_cert_verifier(verified(verifier)?)
        }
    };
    let mut config = builder
        .with_single_cert(identity.chain, identity.key)
        .map_err(|error| configuration("the server certificate", error))?;
    config.alpn_protocols = protocols.alpn();
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    Ok(config)
}

fn client_verifier(roots: &[Vec<u8>], revocation_lists: &[Vec<u8>]) -> Result<ClientCertVerifierBuilder, TlsError> {
    let lists = revocation_lists.iter().map(|der| CertificateRevocationListDer::from(der.clone()));
    Ok(WebPkiClientVerifier::builder_with_provider(Arc::new(root_store(roots)?), provider())
        .with_crls(lists)
        .allow_unknown_revocation_status()
        .enforce_revocation_expiration())
}

fn verified(builder: ClientCertVerifierBuilder) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    builder.build().map_err(|error| configuration("the authorities of client certificates", error))
}

fn root_store(roots: &[Vec<u8>]) -> Result<RootCertStore, TlsError> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store
            .add(CertificateDer::from(root.as_slice()).into_owned())
            .map_err(|error| configuration("an authority's certificate", error))?;
    }
    Ok(store)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn configuration(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> TlsError {
    TlsError::Configuration { what, source: Box::new(source) }
}
