//! The language of a page.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Uri, header};
use std::convert::Infallible;
use std::fmt;

/// A language that the project speaks, Korean first.
///
/// As an extractor it takes `?lang=`, then the cookie `lang`, then
/// `Accept-Language`, and else Korean; it never refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locale {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

impl Locale {
    /// Every language, Korean first.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The BCP 47 tag: `ko` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language with this primary subtag, such as `en` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.trim().to_ascii_lowercase().as_str() {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The other language, for the link that switches.
    pub const fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }

    /// The language asked for by this address and these headers.
    pub fn of_request(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::of_query(uri).or_else(|| of_cookie(headers)).or_else(|| of_accept_language(headers)).unwrap_or_default()
    }

    /// The language that `?lang=` names, if any.
    pub fn of_query(uri: &Uri) -> Option<Self> {
        let mut pairs = uri.query()?.split('&');
        pairs.find_map(|pair| pair.strip_prefix("lang=")).and_then(Self::from_tag)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(&parts.uri, &parts.headers))
    }
}

fn of_cookie(headers: &HeaderMap) -> Option<Locale> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix("lang=")).and_then(Locale::from_tag)
}

/// The best known language by quality value (RFC 9110, section 12.5.4); the
/// first of equals wins.
fn of_accept_language(headers: &HeaderMap) -> Option<Locale> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u32, Locale)> = None;
    for range in text.split(',') {
        let mut parts = range.split(';');
        let Some(locale) = parts.next().and_then(Locale::from_tag) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if quality > 0 && best.is_none_or(|(known, _)| quality > known) {
            best = Some((quality, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

fn thousandths(quality: &str) -> u32 {
    quality.trim().parse::<f32>().map_or(0, |value| (value.clamp(0.0, 1.0) * 1000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn locale(address: &str, headers: &[(header::HeaderName, &str)]) -> Locale {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        Locale::of_request(&address.parse().unwrap(), &map)
    }

    #[test]
    fn the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        let cookie = (header::COOKIE, "a=b; lang=en");
        let browser = (header::ACCEPT_LANGUAGE, "ko-KR,ko;q=0.9,en;q=0.8");
        assert_eq!(locale("/x?lang=ko", &[cookie.clone(), browser.clone()]), Locale::Ko);
        assert_eq!(locale("/x", &[cookie, browser.clone()]), Locale::En);
        assert_eq!(locale("/x", &[browser]), Locale::Ko);
    }

    #[test]
    fn rfc9110_12_5_4_the_higher_quality_wins() {
        assert_eq!(locale("/", &[(header::ACCEPT_LANGUAGE, "ko;q=0.3, en-GB;q=0.7, fr")]), Locale::En);
        assert_eq!(locale("/", &[(header::ACCEPT_LANGUAGE, "en;q=0, ko;q=0.1")]), Locale::Ko);
        assert_eq!(locale("/", &[(header::ACCEPT_LANGUAGE, "fr, de")]), Locale::Ko);
    }

    #[test]
    fn an_unknown_language_falls_back_to_korean() {
        assert_eq!(locale("/?lang=fr", &[]), Locale::Ko);
        assert_eq!(locale("/", &[]), Locale::Ko);
    }
}
