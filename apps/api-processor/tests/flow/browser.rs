//! A browser without script: cookies, forms, redirects within one site.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use std::collections::BTreeMap;
use sumun_transport::Client;

pub struct Browser {
    client: Client,
    site: String,
    cookies: BTreeMap<String, String>,
    /// The key of the last form that was shown for each path; a form is sent with its own.
    keys: BTreeMap<String, String>,
}

/// A page that was shown.
pub struct Shown {
    pub status: StatusCode,
    /// Path and query at the end of all redirects.
    pub address: String,
    pub html: String,
    pub headers: http::HeaderMap,
}

impl Shown {
    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.html.split_once(&start).unwrap_or_else(|| panic!("no field {name} in {}", self.html)).1;
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Where the first form of the page leads.
    pub fn action(&self) -> String {
        let rest = self.html.split_once("method=\"post\" action=\"").unwrap().1;
        rest.split_once('"').unwrap().0.replace("&#38;", "&")
    }

    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

impl Browser {
    pub fn new(client: Client, site: String) -> Self {
        Self { client, site, cookies: BTreeMap::new(), keys: BTreeMap::new() }
    }

    pub async fn get(&mut self, address: &str) -> Shown {
        self.go(Method::GET, address, String::new()).await
    }

    /// Sends a form of plain values with the key that it was shown with.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Shown {
        let key = self.keys.get(address.split('?').next().unwrap()).cloned();
        let fields = fields.iter().copied().chain(key.as_deref().map(|key| ("once", key)));
        self.press(address, &fields.collect::<Vec<_>>()).await
    }

    /// Sends a form of exactly these values.
    pub async fn press(&mut self, address: &str, fields: &[(&str, &str)]) -> Shown {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        self.go(Method::POST, address, body.join("&")).await
    }

    pub async fn sign_in(&mut self, login: &str, password: &str) -> Shown {
        let form = self.get("/sign-in").await;
        self.post("/sign-in", &[("csrf", &form.field("csrf")), ("login", login), ("password", password)]).await
    }

    /// Opens a transfer and decides.
    pub async fn decide(&mut self, id: &str, decision: &str) -> Shown {
        let form = self.get(&format!("/transfers/{id}")).await;
        let (csrf, terms) = (form.field("csrf"), form.field("terms"));
        let fields = [("csrf", csrf.as_str()), ("terms", &terms), ("decision", decision)];
        self.post(&format!("/transfers/{id}/decision"), &fields).await
    }

    async fn go(&mut self, method: Method, address: &str, body: String) -> Shown {
        let (mut method, mut address, mut body) = (method, address.to_owned(), body);
        for _ in 0..5 {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut request = Request::builder().method(method).uri(format!("{}{address}", self.site));
            request = request.header(header::COOKIE, cookies.join("; "));
            if !body.is_empty() {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            }
            let response = self.client.request(request.body(Bytes::from(body)).unwrap()).await.unwrap();
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                self.keep(cookie.to_str().unwrap());
            }
            if !response.status().is_redirection() {
                let (head, body) = response.into_parts();
                let html = String::from_utf8(body.to_vec()).unwrap();
                self.keys.extend(keys(&html));
                return Shown { status: head.status, address, html, headers: head.headers };
            }
            let place = response.headers()[header::LOCATION].to_str().unwrap();
            assert!(place.starts_with('/') && !place.starts_with("//"), "{place}");
            (method, address, body) = (Method::GET, place.to_owned(), String::new());
        }
        panic!("too many redirects at {address}");
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if name.starts_with("__Host-") {
            for needed in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(attributes.contains(needed), "{cookie}");
            }
        }
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// The key of each form of a page by the path that it is sent to.
pub fn keys(html: &str) -> BTreeMap<String, String> {
    let value = |form: &str, before: &str| Some(form.split_once(before)?.1.split_once('"')?.0.to_owned());
    let forms = html.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
    let key = |form: &str| {
        let action = value(form, "action=\"")?;
        Some((action.split('?').next()?.to_owned(), value(form, "name=\"once\" value=\"")?))
    };
    forms.filter_map(key).collect()
}

fn escape(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let escaped =
        value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    escaped.collect()
}
