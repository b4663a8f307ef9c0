//! Forms that people send.

use crate::{ErrorPage, Locale};
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

/// The most bytes that a form may have; files come by another way.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// The most fields that a form may have.
pub const FORM_FIELDS_MAX: usize = 256;

/// The fields of an `application/x-www-form-urlencoded` body, in their one
/// spelling ([`sumun_text::composed`]) but for [`Self::exact`].
///
/// As an extractor it refuses another content type (415), a body over
/// [`FORM_BYTES_MAX`] (413), and text that is not UTF-8 or holds control
/// characters other than the line breaks of [`sumun_text::prose`] and tabs (400). A field that stands more than
/// once is refused where one value is expected, so that two readers cannot
/// disagree about which one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    locale: Locale,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: String,
    value: String,
    /// As it came, where that is another spelling.
    typed: Option<String>,
}

impl Form {
    /// The value of a field that may be missing; surrounding space is cut.
    ///
    /// # Errors
    /// A 400 page when the field stands more than once.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, ErrorPage> {
        let mut values = self.fields.iter().filter(|field| field.name == name);
        let first = values.next().map(|field| field.value.trim());
        if values.next().is_some() { Err(ErrorPage::bad_request(self.locale)) } else { Ok(first) }
    }

    /// The value of a field, empty when it is missing: what a text input sends
    /// when nobody typed, so that the page can say what to fill in.
    ///
    /// # Errors
    /// A 400 page when the field stands more than once.
    pub fn text(&self, name: &str) -> Result<&str, ErrorPage> {
        self.optional(name).map(Option::unwrap_or_default)
    }

    /// The value of a field exactly as typed (passwords).
    ///
    /// # Errors
    /// A 400 page when the field stands more than once.
    pub fn exact(&self, name: &str) -> Result<&str, ErrorPage> {
        self.optional(name)?;
        let field = self.fields.iter().find(|field| field.name == name);
        Ok(field.map_or("", |field| field.typed.as_ref().unwrap_or(&field.value)))
    }

    /// All values of a field that may stand several times (checkboxes), in order.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |field| field.name == name).map(|field| field.value.as_str())
    }

    /// Parses a body that was already read.
    ///
    /// # Errors
    /// 400 when it is not UTF-8 after decoding, holds control characters, a
    /// broken escape or too many fields.
    pub fn parse(body: &[u8], locale: Locale) -> Result<Self, StatusCode> {
        let mut fields = Vec::new();
        for pair in body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let cut = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = cut.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            if fields.len() == FORM_FIELDS_MAX {
                return Err(StatusCode::BAD_REQUEST);
            }
            let (name, typed) = decode(name).zip(decode(value)).ok_or(StatusCode::BAD_REQUEST)?;
            let value = sumun_text::composed(&typed).into_owned();
            let typed = (value != typed).then_some(typed);
            fields.push(Field { name, value, typed });
        }
        Ok(Self { locale, fields })
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ErrorPage> {
        let locale = Locale::of_request(request.uri(), request.headers());
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            return Err(ErrorPage::not_a_form(locale));
        }
        let body = to_bytes(request.into_body(), FORM_BYTES_MAX).await.map_err(|_| ErrorPage::too_large(locale))?;
        Self::parse(&body, locale).map_err(|_| ErrorPage::bad_request(locale))
    }
}

/// Undoes the form encoding; line breaks become `\n`.
fn decode(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    let text = String::from_utf8(bytes).ok()?.replace("\r\n", "\n");
    let allowed = |letter: char| !letter.is_control() || matches!(letter, '\t'..='\r' | '\u{85}');
    text.chars().all(allowed).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn parse(body: &str) -> Result<Form, StatusCode> {
        Form::parse(body.as_bytes(), Locale::Ko)
    }

    #[test]
    fn fields_are_decoded_and_trimmed() {
        let form = parse("name=+%EA%B9%80*%EC%88%98+&why=a%0D%0Ab&account=1&account=2&flag").unwrap();
        assert_eq!(form.text("name"), Ok("김*수"));
        assert_eq!(form.exact("name"), Ok(" 김*수 "));
        assert_eq!(form.text("why"), Ok("a\nb"));
        assert_eq!(form.list("account").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.optional("flag"), form.optional("missing")), (Ok(Some("")), Ok(None)));
    }

    /// macOS may send Korean decomposed, word processors break lines with U+000B.
    #[test]
    fn a_field_is_composed_and_exact_as_it_was_typed() {
        let form = parse("name=%E1%84%80%E1%85%A1%E1%86%A8&name2=a%0Bb&account=%E1%84%80%E1%85%A1").unwrap();
        assert_eq!((form.text("name"), form.exact("name")), (Ok("각"), Ok("\u{1100}\u{1161}\u{11a8}")));
        assert_eq!(form.text("name2"), Ok("a\u{b}b"));
        assert_eq!(form.list("account").collect::<Vec<_>>(), ["가"]);
    }

    #[test]
    fn a_field_twice_is_refused_where_one_value_is_expected() {
        let form = parse("decision=deny&decision=approve").unwrap();
        assert_eq!(form.text("decision").unwrap_err().status(), 400);
        assert_eq!(form.exact("decision").unwrap_err().status(), 400);
    }

    #[test]
    fn broken_text_is_refused() {
        for body in ["a=%ff", "a=%4", "a=%zz", "a=%00", "a=%1b[31m"] {
            assert_eq!(parse(body), Err(StatusCode::BAD_REQUEST), "{body}");
        }
        assert_eq!(parse(&"a=1&".repeat(FORM_FIELDS_MAX + 1)), Err(StatusCode::BAD_REQUEST));
    }

    #[tokio::test]
    async fn another_content_type_and_a_large_body_are_refused() {
        let request = |kind: &str, size: usize| {
            Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from("a".repeat(size))).unwrap()
        };
        let form = "application/x-www-form-urlencoded; charset=UTF-8";
        assert!(Form::from_request(request(form, FORM_BYTES_MAX), &()).await.is_ok());
        let large = Form::from_request(request(form, FORM_BYTES_MAX + 1), &()).await.unwrap_err();
        assert_eq!(large.status(), 413);
        let json = Form::from_request(request("application/json", 2), &()).await.unwrap_err();
        assert_eq!(json.status(), 415);
    }
}
