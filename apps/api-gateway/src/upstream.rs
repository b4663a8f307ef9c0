//! The hop to the API processor.

mod forward;
mod pool;

pub(crate) use forward::{Cargo, Onward};
pub(crate) use pool::{Failed, Pool};

use rustls_pki_types::ServerName;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use sumun_transport::{ClientTls, TlsError};
use tokio_rustls::TlsConnector;

/// Where the processor is and how it is reached.
#[derive(Clone)]
pub struct Upstream {
    address: SocketAddr,
    link: Link,
}

#[derive(Clone)]
enum Link {
    MutualTls { connector: TlsConnector, name: ServerName<'static> },
    Clear,
}

impl Upstream {
    /// Over mutual TLS 1.3: `tls` trusts the internal authority and shows the
    /// gateway's own certificate; `name` stands in the processor's certificate (PR-008).
    ///
    /// # Errors
    /// [`TlsError`] when `name` is no server name.
    pub fn mutual_tls(address: SocketAddr, name: &str, tls: &ClientTls) -> Result<Self, TlsError> {
        let name = ServerName::try_from(name.to_owned())
            .map_err(|error| TlsError::Configuration { what: "the processor's name", source: Box::new(error) })?;
        Ok(Self { address, link: Link::MutualTls { connector: TlsConnector::from(tls.config()), name } })
    }

    /// In the clear, only to compare the gateway with other makers' proxies in
    /// front of the same plain server. No setting reaches this.
    #[doc(hidden)]
    pub fn in_the_clear_for_measurement(address: SocketAddr) -> Self {
        Self { address, link: Link::Clear }
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protected = matches!(self.link, Link::MutualTls { .. });
        f.debug_struct("Upstream").field("address", &self.address).field("mutual_tls", &protected).finish()
    }
}

/// What a connection attempt can come to.
type Connecting = io::Result<hyper::client::conn::http1::SendRequest<http_body_util::Full<bytes::Bytes>>>;
