//! A target over real sockets.

use crate::certificate::Observer;
use crate::{hello, session};
use async_trait::async_trait;
use aws_lc_rs::rand;
use bytes::Bytes;
use http_body_util::Full;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use sumun_probes::{Answer, Call, Chain, Fault, Role, Target, TlsVersion, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A client certificate with its key.
#[derive(Clone)]
pub struct Credentials {
    /// The chain, leaf first, DER.
    pub chain: Vec<Vec<u8>>,
    /// The key, PKCS#8 DER.
    pub key: Vec<u8>,
}

/// What a live target is told.
#[derive(Clone)]
pub struct Settings {
    /// Where to connect.
    pub address: SocketAddr,
    /// The name or address for which the server's certificate must be valid.
    pub server_name: String,
    /// Authorities that the server may come from, DER.
    pub roots: Vec<Vec<u8>>,
    /// A client certificate for each part that can be played.
    pub credentials: BTreeMap<Role, Credentials>,
    /// An access token for each kind that can be shown.
    pub tokens: BTreeMap<Token, String>,
    /// Path of a protected resource that answers 2xx to its rightful caller.
    pub resource: String,
    /// The longest wait for one handshake or call.
    pub timeout: Duration,
}

/// Settings that no target can be made of.
#[derive(Debug)]
pub struct SettingsError {
    message: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SettingsError {}

/// A target over real sockets, TLS 1.3 for calls and hand-made hellos for the rest.
pub struct LiveTarget {
    settings: Settings,
    server_name: ServerName<'static>,
    configs: BTreeMap<Role, Arc<ClientConfig>>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl LiveTarget {
    /// A target from its settings.
    ///
    /// # Errors
    /// When a certificate, key or name cannot be used; it says which.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let wrong = |what: &str, why: &dyn fmt::Display| SettingsError { message: format!("{what}: {why}") };
        let server_name =
            ServerName::try_from(settings.server_name.clone()).map_err(|error| wrong("the server name", &error))?;
        let mut roots = RootCertStore::empty();
        for root in &settings.roots {
            roots.add(CertificateDer::from(root.clone())).map_err(|error| wrong("an authority", &error))?;
        }
        let provider = Arc::new(default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| wrong("the authorities", &error))?;
        let mut configs = BTreeMap::new();
        let anonymous = config(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>, None);
        configs.insert(Role::Anonymous, Arc::new(anonymous.map_err(|error| wrong("TLS", &error))?));
        for (role, credentials) in &settings.credentials {
            let made = config(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>, Some(credentials));
            configs
                .insert(*role, Arc::new(made.map_err(|error| wrong(&format!("the certificate of {role:?}"), &error))?));
        }
        Ok(Self { settings, server_name, configs, verifier })
    }

    async fn within<T>(&self, work: impl Future<Output = Result<T, Fault>> + Send) -> Result<T, Fault> {
        tokio::time::timeout(self.settings.timeout, work).await.unwrap_or(Err(Fault::TimedOut))
    }

    fn config_of(&self, role: Role) -> Result<Arc<ClientConfig>, Fault> {
        let missing = || Fault::NotEquipped(format!("no certificate for the part {role:?}"));
        self.configs.get(&role).cloned().ok_or_else(missing)
    }

    fn request(&self, call: &Call) -> Result<http::Request<Full<Bytes>>, Fault> {
        let unusable = |error: http::Error| Fault::NotEquipped(error.to_string());
        let path = call.path.replace("{resource}", &self.settings.resource);
        let host = format!("{}:{}", self.settings.server_name, self.settings.address.port());
        let mut request = http::Request::builder().method(call.method.as_str()).uri(path).header("host", host);
        if call.token != Token::None {
            let missing = || Fault::NotEquipped(format!("no token of the kind {:?}", call.token));
            let token = self.settings.tokens.get(&call.token).ok_or_else(missing)?;
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(call.body.clone()))).map_err(unusable)
    }

    /// Opens a connection, makes an ordinary call so that session tickets
    /// arrive, and asks the library whether the next one could send early data.
    async fn resume(&self) -> Result<bool, Fault> {
        let credentials = self.settings.credentials.get(&Role::Registered);
        let made = config(Arc::clone(&self.verifier) as Arc<dyn ServerCertVerifier>, credentials);
        let mut made = made.map_err(|error| Fault::NotEquipped(error.to_string()))?;
        made.enable_early_data = true;
        made.resumption = rustls::client::Resumption::in_memory_sessions(8);
        let config = Arc::new(made);
        let stream = session::connect(self.settings.address, self.server_name.clone(), Arc::clone(&config)).await?;
        session::exchange(stream, self.request(&Call::of_resource("first visit", Role::Registered, Token::Own))?)
            .await?;
        let mut next =
            ClientConnection::new(config, self.server_name.clone()).map_err(|error| session::fault_of(&error))?;
        Ok(next.early_data().is_some())
    }
}

fn config(
    verifier: Arc<dyn ServerCertVerifier>,
    credentials: Option<&Credentials>,
) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match credentials {
        None => builder.with_no_client_auth(),
        Some(credentials) => {
            let chain = credentials.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
            builder.with_client_auth_cert(chain, PrivatePkcs8KeyDer::from(credentials.key.clone()).into())?
        }
    };
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

#[async_trait]
impl Target for LiveTarget {
    fn name(&self) -> String {
        format!("{} ({})", self.settings.server_name, self.settings.address)
    }

    async fn offer(&self, version: TlsVersion) -> Result<(TlsVersion, String), Fault> {
        let mut random = [0; 96];
        rand::fill(&mut random).map_err(|_| Fault::NotEquipped("no randomness".to_owned()))?;
        let name = matches!(self.server_name, ServerName::DnsName(_)).then_some(self.settings.server_name.as_str());
        let hello = hello::client_hello(version, name, &random);
        let exchange = async {
            let mut stream = session::connect_tcp(self.settings.address).await?;
            stream.write_all(&hello).await.map_err(|error| session::fault_of(&error))?;
            let mut answer = Vec::new();
            while hello::record_length(&answer).is_none_or(|length| answer.len() < length)
                && answer.len() < hello::ANSWER_BYTES_MAX
            {
                match stream.read_buf(&mut answer).await {
                    Ok(0) => break,
                    Ok(_) => {}
                    // A reset in place of an alert is a refusal without a word.
                    Err(_) if answer.is_empty() => return Err(Fault::Closed),
                    Err(_) => break,
                }
            }
            hello::read_answer(&answer)
        };
        self.within(exchange).await
    }

    async fn chain(&self) -> Result<Chain, Fault> {
        let observer = Arc::new(Observer::new(Arc::clone(&self.verifier)));
        let credentials = self.settings.credentials.get(&Role::Registered);
        let made = config(Arc::clone(&observer) as Arc<dyn ServerCertVerifier>, credentials);
        let config = Arc::new(made.map_err(|error| Fault::NotEquipped(error.to_string()))?);
        let outcome = self.within(session::connect(self.settings.address, self.server_name.clone(), config)).await;
        // The server may refuse us afterwards; its chain was seen all the same.
        match (observer.chain(), outcome) {
            (Some(chain), _) => Ok(chain),
            (None, Err(fault)) => Err(fault),
            (None, Ok(_)) => Err(Fault::Closed),
        }
    }

    async fn early_data(&self) -> Result<bool, Fault> {
        self.within(self.resume()).await
    }

    async fn call(&self, call: &Call) -> Result<Answer, Fault> {
        let config = self.config_of(call.role)?;
        let request = self.request(call)?;
        let exchange = async {
            let stream = session::connect(self.settings.address, self.server_name.clone(), config).await?;
            session::exchange(stream, request).await
        };
        self.within(exchange).await
    }
}
