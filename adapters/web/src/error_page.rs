//! Errors for people: the page that a browser shows instead of problem details.

use crate::icons;
use crate::security::page_headers;
use crate::{Locale, Messages, Site, Text, asset_path};
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use std::sync::LazyLock;

/// An error as a page in the reader's language.
///
/// It stands on its own (no menu, nobody signed in), so that it can be shown
/// before anything about the request is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    status: StatusCode,
    locale: Locale,
    title: String,
    detail: String,
    back: Option<String>,
    kept: Vec<KeptText>,
}

/// A text that somebody typed into a form that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptText {
    /// The label of its field.
    pub label: String,
    /// The text.
    pub text: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    page: ErrorView<'a>,
}

/// An error as the shell reads a page: by the names of [`crate::Page`].
struct ErrorView<'a> {
    locale: Locale,
    title: &'a str,
    detail: &'a str,
    back: Option<&'a str>,
    kept: &'a [KeptText],
    status: u16,
    messages: &'a Messages,
    /// Whose page it is; without one, the program's own name.
    site: Option<&'a Site>,
}

impl ErrorView<'_> {
    fn brand(&self) -> String {
        let operator = self.site.map(|site| site.operator.in_language(self.locale).to_owned());
        operator.unwrap_or_else(|| self.text("brand").to_string())
    }

    fn world(&self) -> Option<String> {
        let key = self.site.and_then(|site| site.world.key());
        key.map(|key| self.text(key).to_string())
    }

    fn text<'a>(&'a self, key: &'a str) -> Text<'a> {
        self.messages.text(self.locale, key)
    }

    fn asset(&self, name: &str) -> String {
        asset_path(name)
    }
}

static MESSAGES: LazyLock<Option<Messages>> = LazyLock::new(|| Messages::load(&[]).ok());

impl ErrorPage {
    /// An error with its own title (what) and detail (how to go on), already
    /// in the reader's language.
    pub fn new(status: StatusCode, locale: Locale, title: impl ToString, detail: impl ToString) -> Self {
        Self { status, locale, title: title.to_string(), detail: detail.to_string(), back: None, kept: Vec::new() }
    }

    /// There is no such page (404).
    pub fn not_found(locale: Locale) -> Self {
        Self::known(StatusCode::NOT_FOUND, locale, "error-not-found")
    }

    /// The request cannot be understood (400).
    pub fn bad_request(locale: Locale) -> Self {
        Self::known(StatusCode::BAD_REQUEST, locale, "error-bad-request")
    }

    /// The address is not one to open or to send to in this way (405).
    pub fn method_not_allowed(locale: Locale) -> Self {
        Self::known(StatusCode::METHOD_NOT_ALLOWED, locale, "error-method")
    }

    /// The form is larger than a form may be (413).
    pub fn too_large(locale: Locale) -> Self {
        Self::known(StatusCode::PAYLOAD_TOO_LARGE, locale, "error-too-large")
    }

    /// The body is not a form (415).
    pub fn not_a_form(locale: Locale) -> Self {
        Self::known(StatusCode::UNSUPPORTED_MEDIA_TYPE, locale, "error-not-a-form")
    }

    /// The person may not do this (403).
    pub fn forbidden(locale: Locale) -> Self {
        Self::known(StatusCode::FORBIDDEN, locale, "error-forbidden")
    }

    /// The form was made for another session or is too old (403).
    pub fn stale_form(locale: Locale) -> Self {
        Self::known(StatusCode::FORBIDDEN, locale, "error-stale-form")
    }

    /// Something inside failed (500); the cause belongs in the log.
    pub fn internal(locale: Locale) -> Self {
        Self::known(StatusCode::INTERNAL_SERVER_ERROR, locale, "error-internal")
    }

    /// The service is not ready (503).
    pub fn unavailable(locale: Locale) -> Self {
        Self::known(StatusCode::SERVICE_UNAVAILABLE, locale, "error-unavailable")
    }

    /// With a link back to this address.
    #[must_use]
    pub fn back_to(mut self, href: impl Into<String>) -> Self {
        self.back = Some(href.into());
        self
    }

    /// With what was typed, to be copied from the page; empty texts are left out.
    #[must_use]
    pub fn keeping(mut self, typed: impl IntoIterator<Item = KeptText>) -> Self {
        self.kept.extend(typed.into_iter().filter(|kept| !kept.text.is_empty()));
        self
    }

    /// Its HTTP status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The page as it stands on a site for customers: under the operator's
    /// name, with the world label (PR-097).
    pub(crate) fn on_site(&self, site: &Site) -> String {
        self.html(Some(site))
    }

    fn html(&self, site: Option<&Site>) -> String {
        let html = MESSAGES.as_ref().and_then(|messages| self.view(messages, site).render().ok());
        icons::with_sprite(&html.unwrap_or_default())
    }

    fn view<'a>(&'a self, messages: &'a Messages, site: Option<&'a Site>) -> ErrorTemplate<'a> {
        let Self { status, locale, title, detail, back, kept } = self;
        let (status, back) = (status.as_u16(), back.as_deref());
        ErrorTemplate { page: ErrorView { locale: *locale, title, detail, back, kept, status, messages, site } }
    }

    fn known(status: StatusCode, locale: Locale, key: &str) -> Self {
        let text = |suffix: &str| {
            let key = format!("{key}-{suffix}");
            MESSAGES.as_ref().map_or_else(String::new, |messages| messages.text(locale, &key).to_string())
        };
        Self::new(status, locale, text("title"), text("detail"))
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let mut response = (self.status, page_headers(&[]), Html(self.html(None))).into_response();
        // For a shell that knows whose site it is.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_error_speaks_both_languages() {
        type Make = fn(Locale) -> ErrorPage;
        let known: [Make; 9] = [
            ErrorPage::not_found,
            ErrorPage::bad_request,
            ErrorPage::method_not_allowed,
            ErrorPage::too_large,
            ErrorPage::not_a_form,
            ErrorPage::forbidden,
            ErrorPage::stale_form,
            ErrorPage::internal,
            ErrorPage::unavailable,
        ];
        for make in known {
            let (ko, en) = (make(Locale::Ko), make(Locale::En));
            assert_ne!((&ko.title, &ko.detail), (&en.title, &en.detail));
            assert!(!ko.title.starts_with("error-") && !ko.detail.starts_with("error-"), "{ko:?}");
        }
    }
}
