//! A browser without script: cookies, links and forms.

use super::{PASSWORD, Person, World};
use crate::support::partner::encode;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use std::collections::BTreeMap;
use sumun_transport::{Client, ClientLimits, ClientTls};

/// A browser with its cookie jar.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    pub cookies: BTreeMap<String, String>,
    /// The key of the last form that was shown for each path; a form is sent with its own.
    pub keys: BTreeMap<String, String>,
    /// The terms of the last consent page that was shown; an approval says them.
    terms: Option<String>,
    base: String,
}

/// A page or a redirect.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Seen {
    /// Where the answer sends the browser.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// The first value that follows `before` up to the next quote.
    pub fn after(&self, before: &str) -> &str {
        let rest = self.html.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.html)).1;
        rest.split_once('"').unwrap().0
    }

    pub fn csrf(&self) -> String {
        self.after("name=\"csrf\" value=\"").to_owned()
    }

    /// What the form carries of the terms that the page shows.
    pub fn terms(&self) -> String {
        self.after("name=\"terms\" value=\"").to_owned()
    }

    /// Where the page's form leads.
    pub fn action(&self) -> String {
        self.after("method=\"post\" action=\"").replace("&#38;", "&").replace("&amp;", "&")
    }

    /// The ids of the accounts that the page offers.
    pub fn accounts(&self) -> Vec<String> {
        let rest = self.html.split("name=\"account\" value=\"").skip(1);
        rest.map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
    }
}

impl Browser {
    pub fn new(world: &World) -> Self {
        let tls = ClientTls::new(&world.roots(), None).unwrap();
        let http = Client::new(&tls, ClientLimits::default());
        Self { http, cookies: BTreeMap::new(), keys: BTreeMap::new(), terms: None, base: world.issuer.clone() }
    }

    pub async fn get(&mut self, address: &str) -> Seen {
        let request = Request::get(self.absolute(address));
        self.send(request, Bytes::new()).await
    }

    /// Sends a form with the key that it was shown with, unless `fields` say another.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let key = self.keys.get(path(address)).cloned();
        let key = key.as_deref().filter(|_| fields.iter().all(|(name, _)| *name != "once"));
        let terms = self.terms.clone().filter(|_| fields.contains(&("decision", "approve")));
        let terms = terms.as_deref().filter(|_| fields.iter().all(|(name, _)| *name != "terms"));
        let hidden = key.map(|key| ("once", key)).into_iter().chain(terms.map(|terms| ("terms", terms)));
        let fields = fields.iter().copied().chain(hidden);
        self.press(address, &fields.collect::<Vec<_>>()).await
    }

    /// Sends a form with exactly these fields.
    pub async fn press(&mut self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let pairs: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = Request::post(self.absolute(address)).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, encode(&pairs).into()).await
    }

    pub async fn send(&mut self, request: http::request::Builder, body: Bytes) -> Seen {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(body).unwrap();
        let (head, body) = self.http.request(request).await.unwrap().into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split_once(';').unwrap().0.split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let html = String::from_utf8(body.to_vec()).unwrap();
        self.keys.extend(keys(&html));
        let seen = Seen { status: head.status, headers: head.headers, html };
        if seen.html.contains("name=\"terms\"") {
            self.terms = Some(seen.terms());
        }
        seen
    }

    /// Follows redirects within the server, and stops before one that leads outside.
    pub async fn follow(&mut self, mut seen: Seen) -> Seen {
        while seen.status == StatusCode::SEE_OTHER && seen.location().starts_with('/') {
            let address = seen.location().to_owned();
            seen = self.get(&address).await;
        }
        seen
    }

    /// Opens an address, signs in where asked, and shows the page behind.
    pub async fn open(&mut self, address: &str, person: Person) -> Seen {
        let seen = self.get(address).await;
        let seen = self.follow(seen).await;
        if !seen.html.contains("name=\"password\"") {
            return seen;
        }
        let seen = self.sign_in(&seen, person.login, PASSWORD).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.html);
        self.follow(seen).await
    }

    /// Sends the sign-in form of the page.
    pub async fn sign_in(&mut self, page: &Seen, login: &str, password: &str) -> Seen {
        let fields = [("csrf", page.csrf()), ("login", login.to_owned()), ("password", password.to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(&page.action(), &fields).await
    }

    /// Approves with the first account of the consent page and answers the code.
    pub async fn approve(&mut self, page: &Seen) -> String {
        let account = page.accounts().swap_remove(0);
        let fields = [("csrf", page.csrf()), ("account", account), ("decision", "approve".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let seen = self.post(&page.action(), &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.html);
        query_value(seen.location(), "code")
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() }
    }
}

/// The path of an address of the server.
fn path(address: &str) -> &str {
    let address =
        address.strip_prefix("https://").and_then(|rest| rest.find('/').map(|at| &rest[at..])).unwrap_or(address);
    address.split('?').next().unwrap_or_default()
}

/// The key of each form of a page by the path that it is sent to.
pub fn keys(html: &str) -> BTreeMap<String, String> {
    let value = |form: &str, before: &str| Some(form.split_once(before)?.1.split_once('"')?.0.to_owned());
    let forms = html.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
    forms
        .filter_map(|form| Some((path(&value(form, "action=\"")?).to_owned(), value(form, "name=\"once\" value=\"")?)))
        .collect()
}

/// The value under `name` in an address, decoded.
pub fn query_value(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    let parameters = sumun_authorization::Parameters::parse(query.as_bytes()).unwrap();
    parameters.value(name).unwrap_or_default().to_owned()
}
