//! The customer's browser: cookies, redirects and forms, nothing else. It
//! presses the same buttons that a person presses.

use super::form::{Form, forms};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, Uri};
use std::collections::BTreeMap;
use std::fmt;
use sumun_transport::{Client, ClientError};

/// A page that the browser shows.
pub struct Page {
    /// Where it came from.
    pub address: Uri,
    /// HTTP status.
    pub status: u16,
    /// The HTML.
    pub text: String,
}

impl Page {
    /// The first form that has all these names.
    pub fn form(&self, names: &[&str]) -> Result<Form, BrowserError> {
        let found = forms(&self.text).into_iter().find(|form| names.iter().all(|name| form.has(name)));
        let place = || without_query(&self.address);
        found.ok_or_else(|| {
            BrowserError::Unexpected(format!("the page {} has no form with {}", place(), names.join(", ")))
        })
    }
}

/// Where a click led.
pub enum Arrival {
    /// A page of the platform.
    Page(Page),
    /// Out of the platform: a redirect to an address that the browser does not open.
    Elsewhere(Uri),
}

/// Why the browser got no further.
#[derive(Debug)]
pub enum BrowserError {
    /// The server gave no answer.
    Client(ClientError),
    /// The answer cannot be followed; what was expected.
    Unexpected(String),
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::Unexpected(what) => f.write_str(what),
        }
    }
}

impl From<ClientError> for BrowserError {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl From<http::Error> for BrowserError {
    fn from(error: http::Error) -> Self {
        Self::Unexpected(error.to_string())
    }
}

const REDIRECTS_MAX: usize = 10;

/// A browser of one person.
pub struct Browser {
    client: Client,
    /// Cookies by host and port, as our `__Host-` cookies want it.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    /// A fresh browser without cookies.
    pub fn new(client: Client) -> Self {
        Self { client, cookies: BTreeMap::new() }
    }

    /// Opens an address and follows redirects within the platform.
    pub async fn open(&mut self, address: &str) -> Result<Arrival, BrowserError> {
        let address: Uri =
            address.parse().map_err(|_| BrowserError::Unexpected(format!("not an address: {address}")))?;
        self.follow(Method::GET, address, None).await
    }

    /// Opens an address that must show a page.
    pub async fn page(&mut self, address: &str) -> Result<Page, BrowserError> {
        match self.open(address).await? {
            Arrival::Page(page) => Ok(page),
            Arrival::Elsewhere(to) => Err(BrowserError::Unexpected(format!("led away to {}", without_query(&to)))),
        }
    }

    /// Fills the first form of the page that has all the named fields, and sends it.
    pub async fn send(&mut self, page: &Page, fields: &[(&str, &str)]) -> Result<Arrival, BrowserError> {
        let wanted: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let form = page.form(&wanted)?;
        let target = resolve(&page.address, &form.action)?;
        let body = form.body_with(fields);
        self.follow(Method::POST, target, Some(body)).await
    }

    async fn follow(&mut self, method: Method, address: Uri, body: Option<String>) -> Result<Arrival, BrowserError> {
        let (mut method, mut address, mut body) = (method, address, body);
        for _ in 0..REDIRECTS_MAX {
            let response = self.request(&method, &address, body.take()).await?;
            let status = response.status();
            if !status.is_redirection() {
                let text = String::from_utf8_lossy(response.body()).into_owned();
                return Ok(Arrival::Page(Page { address, status: status.as_u16(), text }));
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let location =
                location.ok_or_else(|| BrowserError::Unexpected("a redirect without a target".to_owned()))?;
            let next = resolve(&address, location)?;
            if next.authority().map(|authority| authority.host())
                != address.authority().map(|authority| authority.host())
            {
                return Ok(Arrival::Elsewhere(next));
            }
            (method, address) = (Method::GET, next);
        }
        Err(BrowserError::Unexpected("redirected in a circle".to_owned()))
    }

    async fn request(
        &mut self,
        method: &Method,
        address: &Uri,
        body: Option<String>,
    ) -> Result<http::Response<Bytes>, BrowserError> {
        let place = address.authority().map(ToString::to_string).unwrap_or_default();
        let jar = self.cookies.entry(place).or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header("accept", "text/html")
            .header("accept-language", "ko");
        if !jar.is_empty() {
            let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let response = self.client.request(request.body(Bytes::from(body.unwrap_or_default()))?).await?;
        for cookie in response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            keep(jar, cookie);
        }
        Ok(response)
    }
}

/// Keeps or forgets a cookie, as `Max-Age` says.
fn keep(jar: &mut BTreeMap<String, String>, cookie: &str) {
    let mut parts = cookie.split(';').map(str::trim);
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
    let gone = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
    if gone || value.is_empty() {
        jar.remove(name);
    } else {
        jar.insert(name.to_owned(), value.to_owned());
    }
}

/// An address as a page or a redirect writes it: whole, or a path of the same host.
fn resolve(base: &Uri, written: &str) -> Result<Uri, BrowserError> {
    let authority = base.authority().map(ToString::to_string).unwrap_or_default();
    let whole = match written {
        "" => base.to_string(),
        query if query.starts_with('?') => format!("https://{authority}{}{query}", base.path()),
        path if path.starts_with('/') => format!("https://{authority}{path}"),
        whole => whole.to_owned(),
    };
    whole.parse().map_err(|_| BrowserError::Unexpected(format!("not an address: {written}")))
}

/// Queries carry codes, so they are not told.
fn without_query(address: &Uri) -> String {
    format!("{}{}", address.authority().map(ToString::to_string).unwrap_or_default(), address.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_kept_until_it_is_taken_back() {
        let mut jar = BTreeMap::new();
        keep(&mut jar, "__Host-s=abc; Path=/; Secure; HttpOnly");
        assert_eq!(jar.get("__Host-s").map(String::as_str), Some("abc"));
        keep(&mut jar, "__Host-s=; Path=/; Max-Age=0");
        assert!(jar.is_empty());
    }

    #[test]
    fn addresses_are_resolved_against_the_page() {
        let base: Uri = "https://127.0.0.1:7401/authorize?a=1".parse().unwrap();
        for (written, whole) in [
            ("/sign-in?x=1", "https://127.0.0.1:7401/sign-in?x=1"),
            ("?b=2", "https://127.0.0.1:7401/authorize?b=2"),
            ("", "https://127.0.0.1:7401/authorize?a=1"),
            ("https://app.example/cb?code=1", "https://app.example/cb?code=1"),
        ] {
            assert_eq!(resolve(&base, written).unwrap().to_string(), whole);
        }
    }
}
