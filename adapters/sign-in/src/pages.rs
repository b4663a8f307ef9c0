//! The sign-in page, which all apps share, and the customers' sign-out page.

use crate::entrance::set_cookie;
use crate::{Browser, Entrance, Forms, RefusedSignIn, SignInFault};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use sumun_identity::{SessionEnd, SessionToken};
use sumun_time::Timestamp;
use sumun_web::{FieldError, Page, TextField, format};

/// What an app itself says on its sign-in page, in the reader's language.
pub struct SignInWords {
    /// The page, with its title.
    pub page: Page,
    /// What signing in is for.
    pub lead: String,
    /// What to look at before a password is typed.
    pub caution: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    lead: String,
    caution: Option<String>,
    forms: Forms,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
    login: TextField,
    password: TextField,
}

#[derive(askama::Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    page: Page,
    detail: String,
    forms: Forms,
}

/// A message above the form.
struct Notice {
    tone: &'static str,
    title: String,
    detail: String,
}

/// The page that asks a customer before signing out, because a link must not
/// change anything. `forms` are those of the session.
pub fn sign_out_page(page: Page, detail: String, forms: Forms) -> Response {
    let view = SignOutPage { page, detail, forms };
    view.page.show(&view)
}

impl Entrance {
    /// The sign-in page; `end` is why the browser's last session ended.
    pub fn sign_in_page(&self, browser: &Browser, words: SignInWords, end: Option<SessionEnd>) -> Response {
        // The cookie is gone after signing out. This one word may stand in an address: it lets nobody claim anything.
        let signed_out = browser.query("ended") == Some(SessionEnd::SignedOut.name());
        let end = end.or(signed_out.then_some(SessionEnd::SignedOut));
        let mut notice = end.map(|end| self.notice_of_end(&words.page, end));
        // This word too lets nobody claim anything: whoever has typed nothing finds nothing.
        if let Some(notice) = notice.as_mut().filter(|_| browser.query("kept").is_some()) {
            notice.detail = format!("{} {}", notice.detail, words.page.text("session-kept")).trim().to_owned();
        }
        self.show(browser, words, Shown { status: StatusCode::OK, notice, errors: Vec::new(), login: String::new() })
    }

    /// The sign-in page again, with what went wrong and the name kept.
    /// `Retry-After` says when it is worth another try.
    pub fn sign_in_again(&self, browser: &Browser, words: SignInWords, refused: RefusedSignIn) -> Response {
        let RefusedSignIn { login, fault } = refused;
        let bad = |key, until| Some(self.notice(&words.page, "bad", key, until));
        let (status, notice, errors) = match &fault {
            SignInFault::Missing(fields) => (StatusCode::UNPROCESSABLE_ENTITY, None, missing(&words.page, fields)),
            // Not 401, which would have to name a scheme of HTTP authentication (RFC 9110 section 15.5.2).
            SignInFault::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, bad("sign-in-wrong", None), Vec::new()),
            SignInFault::Locked { until } => {
                (StatusCode::TOO_MANY_REQUESTS, bad("sign-in-locked", Some(*until)), Vec::new())
            }
            SignInFault::Busy => (StatusCode::SERVICE_UNAVAILABLE, bad("sign-in-busy", None), Vec::new()),
        };
        let mut response = self.show(browser, words, Shown { status, notice, errors, login });
        if let Some(seconds) = fault.retry_seconds(browser.now) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn show(&self, browser: &Browser, words: SignInWords, shown: Shown) -> Response {
        let SignInWords { page, lead, caution } = words;
        let new = || SessionToken::from_random(self.random.secret_bytes());
        let token = browser.form_token.clone().unwrap_or_else(new);
        let field = |name: &str, kind, autocomplete| {
            let label = page.text(&format!("sign-in-{name}")).to_string();
            TextField::required(name, label).kind(kind, autocomplete).checked(&shown.errors)
        };
        let view = SignInPage {
            lead,
            caution,
            forms: self.forms(&token),
            notice: shown.notice,
            login: field("login", "text", "username").value(shown.login),
            password: field("password", "password", "current-password"),
            errors: shown.errors,
            page,
        };
        let mut response = view.page.show_with(shown.status, &view);
        set_cookie(&mut response, &self.form_cookie().set(&token));
        response
    }

    fn notice_of_end(&self, page: &Page, end: SessionEnd) -> Notice {
        match end {
            SessionEnd::SignedOut => {
                Notice { tone: "ok", title: page.text("session-signed-out-title").to_string(), detail: String::new() }
            }
            SessionEnd::SignedInElsewhere => self.notice(page, "part", "session-elsewhere", None),
            SessionEnd::Idle | SessionEnd::TooOld => self.notice(page, "part", "session-over", None),
        }
    }

    fn notice(&self, page: &Page, tone: &'static str, key: &str, until: Option<Timestamp>) -> Notice {
        let until = until.map_or_else(String::new, |until| format::clock(until, page.locale));
        let detail =
            page.text(&format!("{key}-detail")).with("until", until).with("realm", self.realm.name()).to_string();
        Notice { tone, title: page.text(&format!("{key}-title")).to_string(), detail }
    }
}

/// What is on the page this time.
struct Shown {
    status: StatusCode,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
    login: String,
}

impl Notice {
    fn icon(&self) -> &'static str {
        if self.urgent() { "warn" } else { "ok" }
    }

    /// Whether a screen reader says it at once, and the focus goes there.
    fn urgent(&self) -> bool {
        self.tone != "ok"
    }
}

fn missing(page: &Page, fields: &[&'static str]) -> Vec<FieldError> {
    let error = |field: &&str| FieldError {
        field: (*field).to_owned(),
        label: page.text(&format!("sign-in-{field}")).to_string(),
        message: page.text(&format!("sign-in-{field}-missing")).to_string(),
    };
    fields.iter().map(error).collect()
}
