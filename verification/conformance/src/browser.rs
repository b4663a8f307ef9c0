//! A customer at a browser that reads HTML: cookies, redirects, links, forms.

use crate::app::{App, Pending, random_text, there};
use crate::form::{Form, encode, forms, links, parameter};
use crate::ready::{Login, Ready};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, Uri};
use std::collections::BTreeMap;
use sumun_transport::{Client, ClientError};

/// A page that came.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it came from, after all redirects.
    pub address: String,
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// HTML.
    pub html: String,
}

impl Page {
    /// The path that it came from.
    pub fn path(&self) -> &str {
        path_of(&self.address)
    }

    /// The first form that has all these names.
    pub fn form(&self, names: &[&str]) -> Form {
        let found = forms(&self.html).into_iter().find(|form| names.iter().all(|name| form.has(name)));
        found.unwrap_or_else(|| panic!("{} ({}) has no form with {names:?}:\n{}", self.address, self.status, self.html))
    }

    /// The first link whose path ends with `ending`.
    pub fn link(&self, ending: &str) -> Option<String> {
        links(&self.html).into_iter().find(|link| path_of(link).ends_with(ending))
    }

    /// Whether the words stand in the page.
    pub fn says(&self, words: &str) -> bool {
        self.html.contains(words)
    }
}

/// Where a click led.
#[derive(Debug)]
pub enum Arrival {
    /// To a page of the platform.
    Page(Page),
    /// Back to the app, whose address no browser of a test opens.
    App(String),
}

impl Arrival {
    /// The page.
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::App(address) => panic!("led to the app instead of a page: {address}"),
        }
    }

    /// The address of the app with its query.
    pub fn app(self) -> String {
        match self {
            Self::App(address) => address,
            Self::Page(page) => panic!("no way back to the app but a page, {}:\n{}", page.status, page.html),
        }
    }
}

/// A browser of one person. Cookies belong to a host, whatever the port (RFC 6265 section 8.5).
pub struct Browser {
    client: Client,
    language: &'static str,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A fresh browser of a reader of Korean.
    pub fn new(ready: &Ready) -> Self {
        Self::reading(ready, "ko")
    }

    /// A fresh browser of a reader of `language`.
    pub fn reading(ready: &Ready, language: &'static str) -> Self {
        Self { client: ready.client(None), language, cookies: BTreeMap::new() }
    }

    /// Opens an address and follows redirects within the platform.
    pub async fn open(&mut self, address: &str) -> Arrival {
        there(self.follow(Method::GET, address.to_owned(), None).await)
    }

    /// Opens an address that must show a page.
    pub async fn page(&mut self, address: &str) -> Page {
        self.open(address).await.page()
    }

    /// Fills the form of `page` that has all the named fields, and sends it.
    pub async fn send(&mut self, page: &Page, fields: &[(&str, &str)]) -> Arrival {
        there(self.try_send(page, fields).await)
    }

    /// As [`Self::send`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_send(&mut self, page: &Page, fields: &[(&str, &str)]) -> Result<Arrival, ClientError> {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let form = page.form(&names);
        let target = resolve(&page.address, &form.action);
        self.follow(Method::POST, target, Some(form.body_with(fields))).await
    }

    /// Sends a form body that no page offered.
    pub async fn post(&mut self, address: &str, body: String) -> Arrival {
        there(self.follow(Method::POST, address.to_owned(), Some(body)).await)
    }

    async fn follow(
        &mut self,
        mut method: Method,
        mut address: String,
        mut body: Option<String>,
    ) -> Result<Arrival, ClientError> {
        for _ in 0..10 {
            let response = self.request(&method, &address, body.take()).await?;
            let (head, bytes) = response.into_parts();
            if !head.status.is_redirection() {
                let html = String::from_utf8_lossy(&bytes).into_owned();
                return Ok(Arrival::Page(Page { address, status: head.status.as_u16(), headers: head.headers, html }));
            }
            let location = head.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let next = resolve(&address, location.expect("a redirect has a target"));
            // Every page of the platform is under TLS; an app on this machine may listen without.
            if host_of(&next) != host_of(&address) || !next.starts_with("https://") {
                return Ok(Arrival::App(next));
            }
            (method, address) = (Method::GET, next);
        }
        panic!("redirected in a circle at {address}");
    }

    async fn request(
        &mut self,
        method: &Method,
        address: &str,
        body: Option<String>,
    ) -> Result<http::Response<Bytes>, ClientError> {
        let mut request = Request::builder().method(method).uri(address).header("accept", "text/html");
        request = request.header("accept-language", self.language);
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Bytes::from(body.unwrap_or_default())).expect("a request is built");
        let response = self.client.request(request).await?;
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        Ok(response)
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name");
        let gone = value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
        if gone {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A customer at a browser.
pub struct Person {
    /// The browser.
    pub browser: Browser,
    ready: Ready,
    who: Login,
    authorization: String,
    bank: String,
    /// The bank accounts, once the person has looked.
    accounts: Vec<String>,
}

/// How haneul calls her accounts. The consent page may show them in any order.
const ALIASES: [&str; 3] = ["월급통장", "여행 저축", "비상금"];

impl Person {
    /// A customer who is not signed in yet.
    pub fn new(ready: &Ready, login: &str) -> Self {
        let (authorization, bank) = (ready.addresses.authorization.clone(), ready.addresses.bank.clone());
        let (browser, who) = (Browser::new(ready), ready.customer(login).clone());
        Self { browser, ready: ready.clone(), who, authorization, bank, accounts: Vec::new() }
    }

    /// The customer's bank accounts, as a consent page of the first
    /// institution's app offers them; nothing is decided there.
    pub async fn accounts(&mut self) -> Vec<String> {
        there(self.try_accounts().await)
    }

    /// As [`Self::accounts`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_accounts(&mut self) -> Result<Vec<String>, ClientError> {
        if self.accounts.is_empty() {
            let app = App::of(&self.ready, 0);
            let pending = app.try_push("balance").await?;
            let page = self.try_consent_page(&app, &pending).await?;
            let boxes = page.form(&["account", "decision"]).boxes.into_iter().filter(|(name, _)| name == "account");
            self.accounts = boxes.map(|(_, id)| id).collect();
            let label = |id: &str| page.html.split(&format!("value=\"{id}\"")).nth(1).map(str::to_owned);
            let place = |id: &String| {
                let label = label(id).unwrap_or_default();
                let label = label.split("</b>").next().unwrap_or_default();
                ALIASES.iter().position(|alias| label.contains(alias)).unwrap_or(ALIASES.len())
            };
            self.accounts.sort_by_key(place);
        }
        Ok(self.accounts.clone())
    }

    /// Opens a page, and signs in on the way when the site asks for it.
    pub async fn page(&mut self, address: &str) -> Page {
        there(self.try_page(address).await)
    }

    /// As [`Self::page`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_page(&mut self, address: &str) -> Result<Page, ClientError> {
        let page = self.browser.follow(Method::GET, address.to_owned(), None).await?.page();
        if !page.path().starts_with("/sign-in") {
            return Ok(page);
        }
        let (login, password) = (self.who.login.clone(), self.who.password.clone());
        let page = self.browser.try_send(&page, &[("login", &login), ("password", &password)]).await?.page();
        assert!(page.status == 200 && page.path() != "/sign-in", "{login} cannot sign in: {}", page.html);
        Ok(page)
    }

    /// The page on which a pushed request is decided.
    pub async fn consent_page(&mut self, app: &App, pending: &Pending) -> Page {
        there(self.try_consent_page(app, pending).await)
    }

    async fn try_consent_page(&mut self, app: &App, pending: &Pending) -> Result<Page, ClientError> {
        let query = encode([("client_id", app.client_id.as_str()), ("request_uri", &pending.request_uri)]);
        let address = format!("{}/authorize?{query}", self.authorization);
        self.try_page(&address).await
    }

    /// Approves a pushed request for `accounts`; answers the code that the app gets.
    pub async fn approve(&mut self, app: &App, pending: &Pending, accounts: &[&str]) -> String {
        there(self.try_approve(app, pending, accounts).await)
    }

    async fn try_approve(&mut self, app: &App, pending: &Pending, accounts: &[&str]) -> Result<String, ClientError> {
        let page = self.try_consent_page(app, pending).await?;
        let mut fields: Vec<(&str, &str)> = accounts.iter().map(|account| ("account", *account)).collect();
        fields.push(("decision", "approve"));
        let back = self.browser.try_send(&page, &fields).await?.app();
        assert!(back.starts_with(&app.redirect_uri), "led to another app: {back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some(pending.state.as_str()));
        Ok(parameter(&back, "code").unwrap_or_else(|| panic!("no code came back: {back}")))
    }

    /// Consents to `scope` on `accounts`; answers the access token that the app gets.
    pub async fn consent(&mut self, app: &App, scope: &str, accounts: &[&str]) -> String {
        there(self.try_consent(app, scope, accounts).await)
    }

    /// As [`Self::consent`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_consent(&mut self, app: &App, scope: &str, accounts: &[&str]) -> Result<String, ClientError> {
        let pending = app.try_push(scope).await?;
        let code = self.try_approve(app, &pending, accounts).await?;
        Ok(app.try_token(&code, &pending).await?.text("access_token"))
    }

    /// Withdraws the newest consent that is in use.
    pub async fn withdraw_newest(&mut self) -> Page {
        there(self.try_withdraw_newest().await)
    }

    /// As [`Self::withdraw_newest`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_withdraw_newest(&mut self) -> Result<Page, ClientError> {
        let list = self.try_page(&format!("{}/consents", self.authorization)).await?;
        let link = list.link("/withdraw").expect("a consent can be withdrawn");
        let page = self.try_page(&format!("{}{link}", self.authorization)).await?;
        let page = self.browser.try_send(&page, &[]).await?.page();
        assert_eq!(page.status, 200);
        Ok(page)
    }

    /// The bank's page of a transfer.
    pub async fn transfer_page(&mut self, transfer: &str) -> Page {
        self.page(&format!("{}/transfers/{transfer}", self.bank)).await
    }

    /// Decides about a transfer on the bank's page: `approve`, `deny` or `report`.
    pub async fn decide(&mut self, transfer: &str, decision: &str) -> Page {
        there(self.try_decide(transfer, decision).await)
    }

    /// As [`Self::decide`], at a platform that may be gone.
    ///
    /// # Errors
    /// No answer came.
    pub async fn try_decide(&mut self, transfer: &str, decision: &str) -> Result<Page, ClientError> {
        let page = self.try_page(&format!("{}/transfers/{transfer}", self.bank)).await?;
        Ok(self.browser.try_send(&page, &[("decision", decision)]).await?.page())
    }

    /// Tries to sign in with a wrong password.
    pub async fn mistype(&mut self) -> Page {
        let page = self.browser.page(&format!("{}/sign-in", self.bank)).await;
        let login = self.who.login.clone();
        self.browser.send(&page, &[("login", &login), ("password", &random_text())]).await.page()
    }
}

/// The start page in English; it must say that the ledger's sum is conserved.
pub async fn sound_start_page(ready: &Ready) -> Page {
    let page = Browser::reading(ready, "en").page(&ready.addresses.start).await;
    assert_eq!(page.status, 200);
    assert!(page.says("In balance"), "the ledger is not conserved: {}", page.html);
    page
}

fn host_of(address: &str) -> String {
    let address: Uri = address.parse().unwrap_or_else(|error| panic!("{address}: {error}"));
    address.host().expect("an address has a host").to_owned()
}

fn path_of(address: &str) -> &str {
    let rest =
        address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |start| &rest[start..]));
    rest.split(['?', '#']).next().unwrap_or_default()
}

/// An address as a page or a redirect writes it: whole, a path, or a query.
pub fn resolve(base: &str, written: &str) -> String {
    let origin_end = base.find("://").map_or(0, |place| place + 3);
    let origin = base[origin_end..].find('/').map_or(base, |place| &base[..origin_end + place]);
    match written {
        "" => base.to_owned(),
        query if query.starts_with('?') => format!("{origin}{}{query}", path_of(base)),
        path if path.starts_with('/') => format!("{origin}{path}"),
        whole => whole.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_resolved_against_the_page() {
        let base = "https://127.0.0.1:7401/authorize?a=1";
        assert_eq!(resolve(base, "/sign-in?x=1"), "https://127.0.0.1:7401/sign-in?x=1");
        assert_eq!(resolve(base, "?b=2"), "https://127.0.0.1:7401/authorize?b=2");
        assert_eq!(resolve(base, ""), base);
        assert_eq!(resolve(base, "https://app.example/cb"), "https://app.example/cb");
        assert_eq!(resolve("https://127.0.0.1:7401", "/x"), "https://127.0.0.1:7401/x");
        assert_eq!((path_of(base), path_of("https://a.example"), path_of("/x?y")), ("/authorize", "/", "/x"));
        assert_eq!(host_of(base), "127.0.0.1");
    }
}
