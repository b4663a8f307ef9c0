//! What the shell of every page knows.

use crate::format::{self, TimeTag};
use crate::icons::{self, icons_used};
use crate::security::{FormTarget, page_headers};
use crate::{ErrorPage, Locale, Messages, Text, asset_path};
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, Uri};
use std::borrow::Borrow;
use std::fmt::Display;
use std::sync::Arc;
use sumun_money::Won;
use sumun_time::{Date, Timestamp};

/// Which world a page belongs to; the label is always in sight, so that a
/// testbed and production are never confused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WorldLabel {
    /// The real thing: no label.
    #[default]
    Production,
    /// Demonstration data (시연 데이터).
    Demonstration,
    /// The testbed (테스트베드).
    Testbed,
}

impl WorldLabel {
    /// The key of its words, `None` in production.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Production => None,
            Self::Demonstration => Some("world-demonstration"),
            Self::Testbed => Some("world-testbed"),
        }
    }
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bilingual {
    /// In Korean.
    pub ko: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// A name in both languages.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// The name in this language.
    pub fn in_language(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ko => &self.ko,
            Locale::En => &self.en,
        }
    }
}

/// What all pages of one app share; made once at the start.
#[derive(Debug)]
pub struct Site {
    /// The app's texts and the shell's.
    pub messages: Messages,
    /// The operator, such as 다온은행 / Daon Bank.
    pub operator: Bilingual,
    /// Which world it is.
    pub world: WorldLabel,
    /// Address that the brand leads to.
    pub home: String,
    /// Version in the footer of staff pages.
    pub version: &'static str,
}

impl Site {
    /// A page of this site with the title under `title_key`, for a request to `uri`.
    pub fn page(self: &Arc<Self>, locale: Locale, uri: &Uri, title_key: &str, now: Timestamp) -> Page {
        let title = self.messages.text(locale, title_key).to_string();
        Page {
            locale,
            title,
            now,
            address: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            site: Arc::clone(self),
            menu: Menu::default(),
            signed_in: None,
            form_targets: Vec::new(),
            toast: None,
            notice: None,
            wide: false,
        }
    }
}

/// One request's page, the field `page` of every template.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its language.
    pub locale: Locale,
    /// Its title, without the brand.
    pub title: String,
    /// When it was made; dates of the same year drop the year.
    pub now: Timestamp,
    /// Path and query of the request.
    pub address: String,
    /// What all pages share.
    pub site: Arc<Site>,
    /// The side navigation of staff pages.
    pub menu: Menu,
    /// Who looks at it.
    pub signed_in: Option<SignedIn>,
    /// Where its forms may lead beside this site itself, redirects included.
    pub form_targets: Vec<FormTarget>,
    /// A sentence about the deed just done.
    pub toast: Option<String>,
    /// What a customer has to know before anything else.
    pub notice: Option<Notice>,
    /// Whether a customer page takes 960 px instead of 640 px (lists).
    pub wide: bool,
}

/// The side navigation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menu {
    /// Its groups from top to bottom.
    pub groups: Vec<MenuGroup>,
}

/// A group of the side navigation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MenuGroup {
    /// Its heading, `None` for the first group.
    pub heading: Option<String>,
    /// Its links.
    pub links: Vec<MenuLink>,
}

/// A link of the side navigation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MenuLink {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
    /// Name of its icon.
    pub icon: &'static str,
    /// How many things wait there.
    pub count: Option<u64>,
    /// Whether the page shown belongs to it.
    pub current: bool,
}

/// Who is signed in, as the foot of the side navigation shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignedIn {
    /// Name.
    pub name: String,
    /// Organisation and department.
    pub organization: String,
    /// Role in words.
    pub role: String,
    /// Page with the form that signs out.
    pub sign_out_href: String,
    /// Until when the sign-in lasts if nothing is done; said on every page, since forms are on most.
    pub until: Option<Timestamp>,
}

/// A message at the head of a customer's page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub title: String,
    /// What to do about it.
    pub detail: String,
}

impl Page {
    /// With another title.
    #[must_use]
    pub fn titled(mut self, title: impl Display) -> Self {
        self.title = title.to_string();
        self
    }

    /// The text under `key` in the page's language.
    pub fn text<'a>(&'a self, key: &'a str) -> Text<'a> {
        self.site.messages.text(self.locale, key)
    }

    /// The name in the page's language.
    pub fn name<'a>(&self, name: &'a Bilingual) -> &'a str {
        name.in_language(self.locale)
    }

    /// The operator's name in the page's language.
    pub fn operator(&self) -> &str {
        self.site.operator.in_language(self.locale)
    }

    /// The words of the world label, `None` in production.
    pub fn world(&self) -> Option<String> {
        self.site.world.key().map(|key| self.text(key).to_string())
    }

    /// The address of a static file: `asset("sumun.css")`.
    pub fn asset(&self, name: &str) -> String {
        asset_path(name)
    }

    /// This page in the other language.
    pub fn other_language_href(&self) -> String {
        let (path, query) = self.address.split_once('?').unwrap_or((&self.address, ""));
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let language = format!("lang={}", self.locale.other());
        let pairs: Vec<&str> = kept.chain([language.as_str()]).collect();
        format!("{path}?{}", pairs.join("&"))
    }

    /// An instant as an element; the year is dropped within the year.
    pub fn time(&self, at: impl Borrow<Timestamp>) -> TimeTag {
        TimeTag::instant(*at.borrow(), self.now, self.locale)
    }

    /// The time of day of an instant as an element.
    pub fn clock(&self, at: impl Borrow<Timestamp>) -> TimeTag {
        TimeTag::clock(*at.borrow(), self.locale)
    }

    /// A day as an element, with its year.
    pub fn day(&self, date: impl Borrow<Date>) -> TimeTag {
        TimeTag::day(*date.borrow(), self.locale)
    }

    /// A day as an element; the year is dropped within the year.
    pub fn day_near(&self, date: impl Borrow<Date>) -> TimeTag {
        TimeTag::day_near(*date.borrow(), self.now.korean_date(), self.locale)
    }

    /// When the page was made, in words: `2026. 11. 23.(월) 14:05 기준`.
    pub fn as_of(&self) -> TimeTag {
        let at = format::date_time(self.now, self.locale);
        TimeTag::saying(self.now, &self.text("foot-as-of").with("at", at).to_string())
    }

    /// A sum of money: `1,234,500원`.
    pub fn money(&self, sum: impl Borrow<Won>) -> String {
        format::money(*sum.borrow(), self.locale)
    }

    /// Shows a template that holds this page, with status 200.
    pub fn show(&self, template: &impl Template) -> Response {
        self.show_with(StatusCode::OK, template)
    }

    /// Shows a template that holds this page with another status, such as 422
    /// for a form that came back with errors.
    pub fn show_with(&self, status: StatusCode, template: &impl Template) -> Response {
        match self.render(template) {
            Ok(html) => (status, page_headers(&self.form_targets), Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, title = self.title, "a page could not be rendered");
                ErrorPage::internal(self.locale).into_response()
            }
        }
    }

    /// The finished HTML of a template that holds this page.
    ///
    /// # Errors
    /// What the template's own values fail with.
    pub fn render(&self, template: &impl Template) -> askama::Result<String> {
        let html = icons::with_sprite(&template.render()?);
        debug_assert!(
            icons_used(&html).iter().all(|name| icons::ICON_NAMES.contains(name)),
            "a template asks for an icon that does not exist: {:?}",
            icons_used(&html)
        );
        Ok(html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(address: &str) -> Page {
        let site = Arc::new(Site {
            messages: Messages::load(&[]).unwrap(),
            operator: Bilingual::new("다온은행", "Daon Bank"),
            world: WorldLabel::Demonstration,
            home: "/".into(),
            version: "0.1.0",
        });
        site.page(Locale::Ko, &address.parse().unwrap(), "error-not-found-title", Timestamp::from_seconds(0))
    }

    #[test]
    fn the_language_switch_keeps_the_rest_of_the_address() {
        assert_eq!(page("/items?area=1&lang=ko&page=2").other_language_href(), "/items?area=1&page=2&lang=en");
        assert_eq!(page("/items").other_language_href(), "/items?lang=en");
    }

    #[test]
    fn the_world_label_is_said_except_in_production() {
        assert_eq!(page("/").world().as_deref(), Some("시연 데이터"));
        assert_eq!(WorldLabel::Production.key(), None);
    }
}
