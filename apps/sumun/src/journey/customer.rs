//! A customer at the browser: signs in, consents, withdraws, confirms.

use super::app::{Answer, App, CallError};
use super::browser::{Arrival, Browser, BrowserError, Page};
use serde_json::Value;
use std::fmt;
use sumun_transport::Client;

/// Why a journey ended early.
#[derive(Debug)]
pub struct JourneyError(String);

impl JourneyError {
    /// Something was not as expected; what.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for JourneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<BrowserError> for JourneyError {
    fn from(error: BrowserError) -> Self {
        Self(error.to_string())
    }
}

impl From<CallError> for JourneyError {
    fn from(error: CallError) -> Self {
        Self(error.to_string())
    }
}

/// What a customer granted.
pub struct Granted {
    /// The token response.
    pub answer: Answer,
}

impl Granted {
    /// The accounts that the app is told it may use (RFC 9396 section 7).
    pub fn accounts(&self) -> Vec<String> {
        let details = self.answer.body.get("authorization_details").and_then(Value::as_array);
        let text = |detail: &Value, name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let is_account = |detail: &&Value| text(detail, "type").as_deref() == Some("account_access");
        details.into_iter().flatten().filter(is_account).filter_map(|detail| text(detail, "identifier")).collect()
    }

    /// The first of them.
    pub fn first_account(&self) -> Result<String, JourneyError> {
        let first = self.accounts().into_iter().next();
        first.ok_or_else(|| JourneyError::new("the token response names no account"))
    }
}

/// A customer with a browser.
pub struct Customer {
    browser: Browser,
    login: String,
    password: String,
    /// Base address of the browser side of the authorization server.
    authorization: String,
    /// Base address of the bank's own pages.
    bank: String,
}

impl Customer {
    /// A customer who is not signed in anywhere yet.
    pub fn new(client: Client, (login, password): (&str, &str), authorization: String, bank: String) -> Self {
        Self {
            browser: Browser::new(client),
            login: login.to_owned(),
            password: password.to_owned(),
            authorization,
            bank,
        }
    }

    /// Lets `app` ask for `scope`, agrees for every account that the page
    /// offers, and lets the app exchange the code.
    pub async fn authorize(&mut self, app: &App, scope: &str, random: &[u8; 64]) -> Result<Granted, JourneyError> {
        let pending = app.push(scope, random).await?;
        let pending = pending
            .map_err(|answer| JourneyError::new(format!("the pushed request was refused: {}", answer.code())))?;
        let query = form_query(&[("client_id", &app.client_id), ("request_uri", &pending.request_uri)]);
        let address = format!("{}/authorize?{query}", self.authorization);
        let page = self.page(&address).await?;
        let accounts = page.form(&["account", "decision"])?.boxes("account");
        let mut fields: Vec<(&str, &str)> = accounts.iter().map(|account| ("account", account.as_str())).collect();
        fields.push(("decision", "approve"));
        let Arrival::Elsewhere(back) = self.browser.send(&page, &fields).await? else {
            return Err(JourneyError::new("the consent page did not lead back to the app"));
        };
        if !back.to_string().starts_with(&app.redirect_uri) {
            return Err(JourneyError::new("the consent page led to another app"));
        }
        let parameter = |name: &str| query_parameter(back.query().unwrap_or_default(), name);
        if parameter("state").as_deref() != Some(pending.state.as_str()) {
            return Err(JourneyError::new("the state that came back is not the one that was sent"));
        }
        let code = parameter("code").ok_or_else(|| JourneyError::new("no code came back"))?;
        Ok(Granted { answer: app.token(&code, &pending.verifier).await? })
    }

    /// Withdraws the newest consent that is in use.
    pub async fn withdraw_newest(&mut self) -> Result<(), JourneyError> {
        let list = self.page(&format!("{}/consents", self.authorization)).await?;
        let link =
            link_with(&list.text, "/withdraw").ok_or_else(|| JourneyError::new("no consent can be withdrawn"))?;
        let page = self.page(&format!("{}{link}", self.authorization)).await?;
        match self.browser.send(&page, &[]).await? {
            Arrival::Page(page) if page.status == 200 => Ok(()),
            _ => Err(JourneyError::new("the withdrawal was not answered by a page")),
        }
    }

    /// Approves the transfer on the bank's own page, over the second channel.
    /// Answers the confirmation number that the page showed.
    pub async fn approve_transfer(&mut self, transfer: &str) -> Result<String, JourneyError> {
        let page = self.page(&format!("{}/transfers/{transfer}", self.bank)).await?;
        let number =
            page.text.split("class=\"match\"").nth(1).and_then(|rest| rest.split("<b>").nth(1)?.split("</b>").next());
        let number = number.unwrap_or_default().trim().to_owned();
        match self.browser.send(&page, &[("decision", "approve")]).await? {
            Arrival::Page(page) if page.status == 200 => Ok(number),
            _ => Err(JourneyError::new("the approval was not answered by a page")),
        }
    }

    /// Opens a page, signing in on the way when the site asks for it.
    async fn page(&mut self, address: &str) -> Result<Page, JourneyError> {
        let page = self.browser.page(address).await?;
        if !page.address.path().starts_with("/sign-in") {
            return Ok(page);
        }
        let fields = [("login", self.login.as_str()), ("password", self.password.as_str())];
        match self.browser.send(&page, &fields).await? {
            Arrival::Page(page) if page.status == 200 && !page.address.path().starts_with("/sign-in") => Ok(page),
            _ => Err(JourneyError::new(format!("{} could not sign in", self.login))),
        }
    }
}

fn form_query(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", super::form::escape(value))).collect::<Vec<_>>().join("&")
}

/// The first link whose address ends with `ending`.
fn link_with(html: &str, ending: &str) -> Option<String> {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links
        .map(|link| link.replace("&#38;", "&"))
        .find(|link| link.split('?').next().is_some_and(|path| path.ends_with(ending)))
}

/// One parameter of a query, unescaped.
fn query_parameter(query: &str, name: &str) -> Option<String> {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::new();
    let mut rest = pair.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_read_whole() {
        assert_eq!(query_parameter("code=a%2Fb+c&state=x", "code").as_deref(), Some("a/b c"));
        assert_eq!(query_parameter("code=a&state=x", "state").as_deref(), Some("x"));
        assert_eq!(query_parameter("encode=a", "code"), None);
        assert_eq!(query_parameter("code=%zz", "code"), None);
    }

    #[test]
    fn the_first_fitting_link_is_found() {
        let html = r#"<a href="/consents/a">x</a><a href="/consents/cst_1/withdraw">y</a>"#;
        assert_eq!(link_with(html, "/withdraw").as_deref(), Some("/consents/cst_1/withdraw"));
    }
}
