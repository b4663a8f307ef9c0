//! The institution's app: an OAuth client with its own certificate, and calls
//! of the open API.

use super::assertion::Assertions;
use super::form::escape;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;
use sumun_transport::{Client, ClientError};

/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An answer of the platform.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The JSON body, or null when there is none.
    pub body: Value,
}

impl Answer {
    /// Whether the call succeeded.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The stable code of a problem, or of an OAuth error.
    pub fn code(&self) -> String {
        let code = self.body.get("code").or_else(|| self.body.get("error"));
        code.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A text of the body.
    pub fn text(&self, name: &str) -> String {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A whole number of the body.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.body.get(name).and_then(Value::as_i64)
    }
}

/// A call that got no answer.
#[derive(Debug)]
pub struct CallError(String);

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CallError {
    /// Why no call was made.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl From<ClientError> for CallError {
    fn from(error: ClientError) -> Self {
        Self(error.to_string())
    }
}

impl From<http::Error> for CallError {
    fn from(error: http::Error) -> Self {
        Self(error.to_string())
    }
}

/// What the app knows about itself and the platform.
pub struct App {
    /// A client that shows the institution's certificate.
    pub client: Client,
    /// The OAuth client id.
    pub client_id: String,
    /// Where the customer comes back to.
    pub redirect_uri: String,
    /// Signs that the app is itself, where its certificate alone does not say so.
    pub assertions: Option<Assertions>,
    /// Base address of the mutual-TLS side of the authorization server.
    pub authorization_mutual: String,
    /// Base address of the gateway.
    pub gateway: String,
}

/// The secret half of one authorization (RFC 7636): kept until the code comes back.
pub struct Pending {
    /// What the app sends the browser to.
    pub request_uri: String,
    /// RFC 7636 code verifier.
    pub verifier: String,
    /// Guards the way back (RFC 6749 section 10.12).
    pub state: String,
}

impl App {
    /// Pushes an authorization request (RFC 9126). `random` makes the verifier and the state.
    pub async fn push(&self, scope: &str, random: &[u8; 64]) -> Result<Result<Pending, Answer>, CallError> {
        self.push_with(scope, random, self.assertion()?.as_deref()).await
    }

    /// A fresh assertion that this is the app, if it has to sign one.
    pub fn assertion(&self) -> Result<Option<String>, CallError> {
        self.assertions.as_ref().map(|assertions| assertions.sign(&self.client_id)).transpose()
    }

    /// As [`Self::push`], with this assertion.
    pub async fn push_with(
        &self,
        scope: &str,
        random: &[u8; 64],
        assertion: Option<&str>,
    ) -> Result<Result<Pending, Answer>, CallError> {
        let verifier = URL_SAFE_NO_PAD.encode(&random[..48]);
        let state = URL_SAFE_NO_PAD.encode(&random[48..]);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let fields = [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let answer = self.form("/par", &fields, assertion).await?;
        if !answer.is_ok() {
            return Ok(Err(answer));
        }
        Ok(Ok(Pending { request_uri: answer.text("request_uri"), verifier, state }))
    }

    /// Exchanges a code for an access token (RFC 6749 section 4.1.3).
    pub async fn token(&self, code: &str, verifier: &str) -> Result<Answer, CallError> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id.as_str()),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", &self.redirect_uri),
        ];
        self.form("/token", &fields, self.assertion()?.as_deref()).await
    }

    /// Reads a resource of the open API.
    pub async fn get(&self, path: &str, token: &str) -> Result<Answer, CallError> {
        self.call(Method::GET, path, token, None).await
    }

    /// Sends JSON to the open API, with an idempotency key.
    pub async fn post(&self, path: &str, token: &str, key: &str, body: &Value) -> Result<Answer, CallError> {
        self.call(Method::POST, path, token, Some((key, body))).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        sent: Option<(&str, &Value)>,
    ) -> Result<Answer, CallError> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.gateway));
        request = request.header("authorization", format!("Bearer {token}")).header("accept", "application/json");
        let body = match sent {
            Some((key, body)) => {
                request = request.header("content-type", "application/json").header("idempotency-key", key);
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        read(self.client.request(request.body(body)?).await?)
    }

    /// Sends a form to the mutual-TLS side of the authorization server, with an
    /// assertion where there is one (RFC 7523 section 2.2).
    async fn form(&self, path: &str, fields: &[(&str, &str)], assertion: Option<&str>) -> Result<Answer, CallError> {
        let signed = assertion.map(|text| [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", text)]);
        let fields = fields.iter().copied().chain(signed.into_iter().flatten());
        let pairs: Vec<String> = fields.map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let request = Request::builder().method(Method::POST).uri(format!("{}{path}", self.authorization_mutual));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").header("accept", "application/json");
        read(self.client.request(request.body(Bytes::from(pairs.join("&")))?).await?)
    }
}

fn read(response: http::Response<Bytes>) -> Result<Answer, CallError> {
    let status = response.status().as_u16();
    let body = match response.body().as_ref() {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes).map_err(|_| CallError(format!("the answer {status} is not JSON")))?,
    };
    Ok(Answer { status, body })
}
