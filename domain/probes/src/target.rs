//! The port through which a probe sees its target.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sumun_time::Timestamp;

/// A version of TLS that a probe can offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TlsVersion {
    /// SSL 3.0 (RFC 6101).
    #[serde(rename = "SSL 3.0")]
    Ssl3,
    /// TLS 1.0 (RFC 2246).
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.1 (RFC 4346).
    #[serde(rename = "TLS 1.1")]
    Tls11,
    /// TLS 1.2 (RFC 5246).
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3 (RFC 8446).
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

impl TlsVersion {
    /// From old to new.
    pub const ALL: [Self; 5] = [Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// The client certificate with which a call is made. The target knows the
/// files; a probe only names the part that the caller plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// No client certificate.
    Anonymous,
    /// The certificate that is registered for the app under test.
    Registered,
    /// A valid certificate of another institution.
    OtherInstitution,
    /// A certificate with the right names from a certificate authority that the target does not know.
    WrongAuthority,
    /// The right certificate authority and names, but expired.
    Expired,
}

/// The access token with which a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// No token.
    None,
    /// The token of the customer whose resource is called.
    Own,
    /// A good token of another customer.
    OtherCustomer,
}

/// A call that a probe makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What the call is for, in the evidence.
    pub label: String,
    /// Who calls.
    pub role: Role,
    /// With which token.
    pub token: Token,
    /// HTTP method.
    pub method: String,
    /// Path and query; `{resource}` stands for the protected resource that the target was given.
    pub path: String,
    /// More headers, in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body text, possibly empty.
    #[serde(default)]
    pub body: String,
}

impl Call {
    /// A GET of the protected resource.
    pub fn of_resource(label: &str, role: Role, token: Token) -> Self {
        Self::get(label, role, token, "{resource}")
    }

    /// A GET of a path.
    pub fn get(label: &str, role: Role, token: Token, path: &str) -> Self {
        Self {
            label: label.to_owned(),
            role,
            token,
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: BTreeMap::new(),
            body: String::new(),
        }
    }
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case, repeated ones joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// The beginning of the body, as text.
    pub body: String,
}

impl Answer {
    /// One header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// A certificate that the target showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Subject as RFC 4514 text.
    pub subject: String,
    /// Issuer as RFC 4514 text.
    pub issuer: String,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// Names and addresses for which it is valid.
    pub names: Vec<String>,
    /// SHA-256 over the DER form, lower-case hexadecimal.
    pub sha256: String,
}

/// The chain that the target showed, leaf first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The certificates, leaf first.
    pub certificates: Vec<Certificate>,
    /// Whether the chain leads to an authority that the target's owner named,
    /// and is valid for the address that was called.
    pub trusted: bool,
    /// What the verification said when it is not trusted.
    pub problem: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault", content = "detail")]
pub enum Fault {
    /// The peer ended the TLS handshake, or the first read after it, with an alert.
    RefusedByTls(String),
    /// The peer closed the connection without a word.
    Closed,
    /// Nobody answers at that address.
    NotReached(String),
    /// The peer took longer than the target's limit.
    TimedOut,
    /// The target was not given what the call needs, such as the certificate of a role.
    NotEquipped(String),
    /// What came back is not HTTP.
    NotHttp(String),
}

/// How a probe sees its target. Every method is bounded in time and size by
/// the implementation.
#[async_trait]
pub trait Target: Send + Sync {
    /// What is probed, for the evidence.
    fn name(&self) -> String;

    /// Offers one TLS version and nothing else; the version and cipher suite that the server chose.
    async fn offer(&self, version: TlsVersion) -> Result<(TlsVersion, String), Fault>;

    /// The certificate chain that the server shows.
    async fn chain(&self) -> Result<Chain, Fault>;

    /// Whether a session can be resumed with early data (0-RTT, RFC 8446 section 2.3).
    async fn early_data(&self) -> Result<bool, Fault>;

    /// Makes one call.
    async fn call(&self, call: &Call) -> Result<Answer, Fault>;
}
