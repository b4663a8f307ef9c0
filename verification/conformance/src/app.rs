//! An institution's app: an OAuth client with a certificate, calls of the open API.

use crate::form::encode;
use crate::ready::{Certificate, Institution, Ready, der_of};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};
use sumun_jose::{Algorithm, SigningKey, sign_compact};
use sumun_transport::{Client, ClientError};

/// An answer of the platform.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The JSON body; null when there is none.
    pub body: Value,
}

impl Answer {
    /// A text of the body.
    pub fn text(&self, name: &str) -> String {
        let text = self.body.get(name).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no {name} in the answer {} {}", self.status, self.body)).to_owned()
    }

    /// A whole number of the body.
    pub fn number(&self, name: &str) -> i64 {
        let number = self.body.get(name).and_then(Value::as_i64);
        number.unwrap_or_else(|| panic!("no {name} in the answer {} {}", self.status, self.body))
    }

    /// Status and stable code of a refusal; the body must be problem details of RFC 9457.
    pub fn refusal(&self) -> (u16, String) {
        let kind = self.headers.get("content-type").map(|value| value.to_str().unwrap_or_default().to_owned());
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{} {}", self.status, self.body);
        let code = self.text("code");
        assert_eq!(self.text("type"), format!("urn:sumun:problem:{code}"));
        assert_eq!(self.number("status"), i64::from(self.status));
        assert!(!self.text("title").is_empty());
        (self.status, code)
    }

    /// Status and `error` of an OAuth refusal (RFC 6749 section 5.2).
    pub fn oauth_refusal(&self) -> (u16, String) {
        (self.status, self.text("error"))
    }
}

/// An app.
pub struct App {
    /// A client that shows the institution's certificate, with its own keep-alive connections.
    pub client: Client,
    /// The OAuth client id.
    pub client_id: String,
    /// Where the customer comes back to.
    pub redirect_uri: String,
    /// Signs that the app is itself, when it is registered so (RFC 7523).
    signer: Option<Signer>,
    authorization: String,
    gateway: String,
}

/// The key of an app, and the server that its assertions are for.
pub struct Signer {
    key: SigningKey,
    issuer: String,
}

impl Signer {
    /// The signer of an ES256 key in PEM (PKCS#8).
    pub fn new(key_pem: &str, issuer: &str) -> Self {
        let key = SigningKey::from_pkcs8(Algorithm::Es256, &der_of(key_pem)).expect("the app's key is an ES256 key");
        Self { key, issuer: issuer.to_owned() }
    }

    /// What the app hands in as its JWK set (RFC 7517 section 5).
    pub fn key_set(&self) -> Value {
        json!({ "keys": [self.key.public().to_json()] })
    }

    /// The members of a request that say who sends it (RFC 7523 section 2.2).
    pub fn fields(&self, client_id: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs();
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": self.issuer,
            "iat": now, "exp": now + 60, "jti": random_text(),
        });
        let assertion = sign_compact(&self.key, "JWT", &claims).expect("a key in memory signs");
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        encode([("client_assertion_type", kind), ("client_assertion", &assertion)])
    }
}

/// The secret half of one authorization.
#[derive(Debug)]
pub struct Pending {
    /// What the app sends the browser to.
    pub request_uri: String,
    /// RFC 7636 section 4.1.
    pub verifier: String,
    /// RFC 6749 section 10.12.
    pub state: String,
}

/// The registered way back of each institution's app, in the order of the world.
const REDIRECT_URIS: [&str; 2] = ["https://app.saeum.example/callback", "https://app.garam.example/callback"];

impl App {
    /// The app of the institution at `place` of the world.
    pub fn of(ready: &Ready, place: usize) -> Self {
        let institution = &ready.world.institutions[place];
        Self::with(ready, institution, REDIRECT_URIS[place], Some(&institution.certificate))
    }

    /// The first institution's app as somebody plays it who shows `certificate`, or none.
    pub fn played_with(ready: &Ready, certificate: Option<&Certificate>) -> Self {
        Self::with(ready, &ready.world.institutions[0], REDIRECT_URIS[0], certificate)
    }

    /// An app that was registered beside the world's, which shows `certificate`.
    pub fn registered(
        ready: &Ready,
        client_id: &str,
        redirect_uri: &str,
        certificate: &Certificate,
        signer: Option<Signer>,
    ) -> Self {
        Self {
            client: ready.client(Some(certificate)),
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            signer,
            authorization: ready.addresses.authorization_mtls.clone(),
            gateway: ready.addresses.gateway.clone(),
        }
    }

    fn with(ready: &Ready, institution: &Institution, redirect_uri: &str, certificate: Option<&Certificate>) -> Self {
        let signs = institution.client_authentication == "private_key_jwt";
        Self {
            client: ready.client(certificate),
            client_id: institution.app.clone(),
            redirect_uri: redirect_uri.to_owned(),
            signer: signs.then(|| Signer::new(&institution.app_key_pem, &ready.issuer)),
            authorization: ready.addresses.authorization_mtls.clone(),
            gateway: ready.addresses.gateway.clone(),
        }
    }

    /// Pushes an authorization request (RFC 9126), which must be taken.
    pub async fn push(&self, scope: &str) -> Pending {
        there(self.try_push(scope).await)
    }

    /// As [`Self::push`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_push(&self, scope: &str) -> Result<Pending, ClientError> {
        let (verifier, state) = (random_text(), random_text());
        let answer = self.try_form("/par", self.request_body(scope, &verifier, &state, &[])).await?;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Ok(Pending { request_uri: answer.text("request_uri"), verifier, state })
    }

    /// Pushes an authorization request in which `changes` replace or add parameters.
    pub async fn push_with(&self, scope: &str, verifier: &str, state: &str, changes: &[(&str, &str)]) -> Answer {
        self.form("/par", self.request_body(scope, verifier, state, changes)).await
    }

    fn request_body(&self, scope: &str, verifier: &str, state: &str, changes: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(sumun_jose::sha256(verifier.as_bytes()));
        let usual = [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("state", state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        self.signed(encode(kept.chain(changes.iter().copied())))
    }

    /// A form with the app's assertion, if it has to sign one.
    fn signed(&self, body: String) -> String {
        match &self.signer {
            Some(signer) => format!("{body}&{}", signer.fields(&self.client_id)),
            None => body,
        }
    }

    /// Exchanges a code (RFC 6749 section 4.1.3).
    pub async fn token(&self, code: &str, pending: &Pending) -> Answer {
        there(self.try_token(code, pending).await)
    }

    /// As [`Self::token`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_token(&self, code: &str, pending: &Pending) -> Result<Answer, ClientError> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id.as_str()),
            ("code", code),
            ("code_verifier", &pending.verifier),
            ("redirect_uri", &self.redirect_uri),
        ];
        self.try_form("/token", self.signed(encode(fields))).await
    }

    /// Sends a form body to the mutual-TLS side of the authorization server.
    pub async fn form(&self, path: &str, body: String) -> Answer {
        there(self.try_form(path, body).await)
    }

    async fn try_form(&self, path: &str, body: String) -> Result<Answer, ClientError> {
        let request = Request::builder().method(Method::POST).uri(format!("{}{path}", self.authorization));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Bytes::from(body)).expect("a request is built");
        self.client.request(request).await.map(read)
    }

    /// Reads a resource of the open API.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        there(self.try_get(path, token).await)
    }

    /// As [`Self::get`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_get(&self, path: &str, token: &str) -> Result<Answer, ClientError> {
        let request = Request::builder().uri(format!("{}{path}", self.gateway));
        let request = request.header("authorization", format!("Bearer {token}"));
        self.client.request(request.body(Bytes::new()).expect("a request is built")).await.map(read)
    }

    /// Sends JSON to the open API.
    pub async fn post(&self, path: &str, token: &str, key: &str, body: &Value) -> Answer {
        there(self.try_post(path, token, key, body).await)
    }

    /// As [`Self::post`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_post(&self, path: &str, token: &str, key: &str, body: &Value) -> Result<Answer, ClientError> {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(path, token, &headers, body.to_string().into_bytes()).await
    }

    /// Sends any body with any headers to the open API.
    pub async fn post_raw(&self, path: &str, token: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        there(self.send(path, token, headers, body).await)
    }

    async fn send(
        &self,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let mut request = Request::builder().method(Method::POST).uri(format!("{}{path}", self.gateway));
        request = request.header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.request(request.body(Bytes::from(body)).expect("a request is built")).await.map(read)
    }
}

/// What must have come.
pub(crate) fn there<T>(met: Result<T, ClientError>) -> T {
    met.unwrap_or_else(|error| panic!("no answer: {error}: {error:?}"))
}

fn read(response: http::Response<Bytes>) -> Answer {
    let (head, bytes) = response.into_parts();
    let broken = || panic!("the answer {} is not JSON: {}", head.status, String::from_utf8_lossy(&bytes));
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_else(|_| broken()) };
    Answer { status: head.status.as_u16(), headers: head.headers, body }
}

/// 43 random letters of base64url.
pub fn random_text() -> String {
    let mut bytes = [0; 32];
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
