//! Forms that people send.

use crate::{ErrorPage, Locale};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt as _;
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

impl Field {
    /// A field as it was typed, in its one spelling.
    fn of(name: String, typed: String) -> Self {
        let value = sumun_text::composed(&typed).into_owned();
        let typed = (value != typed).then_some(typed);
        Self { name, value, typed }
    }
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

    /// Every field in order, for a page that shows again what was typed.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.value.as_str()))
    }

    /// Reads a form of at most `bytes_max` bytes, whatever is wrong with it:
    /// what was typed is there to be shown again, and beside it the page that
    /// says why the form cannot be taken, if it cannot. Letters that no text
    /// may hold stand as U+FFFD, and of a form that is too large there is what
    /// fitted.
    pub async fn read(request: Request, bytes_max: usize) -> (Self, Option<ErrorPage>) {
        let locale = Locale::of_request(request.uri(), request.headers());
        if !is_form(&request) {
            return (Self { locale, fields: Vec::new() }, Some(ErrorPage::not_a_form(locale)));
        }
        let (body, ends) = up_to(request.into_body(), bytes_max).await;
        let (form, is_whole) = Self::parse_all(&body, locale);
        let fault = match ends {
            BodyEnd::TooLarge => Some(ErrorPage::too_large(locale)),
            BodyEnd::Broken => Some(ErrorPage::bad_request(locale)),
            BodyEnd::Whole => (!is_whole).then(|| ErrorPage::bad_request(locale)),
        };
        (form, fault)
    }

    /// The fields of a body as far as they can be read, and whether they are all of it.
    fn parse_all(body: &[u8], locale: Locale) -> (Self, bool) {
        let pairs = body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
        let mut is_whole = pairs.clone().count() <= FORM_FIELDS_MAX;
        let read = pairs.take(FORM_FIELDS_MAX).map(|pair| {
            let cut = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = cut.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let text = |encoded| {
                decode(encoded).unwrap_or_else(|| {
                    is_whole = false;
                    decode_what_is_legible(encoded)
                })
            };
            let [name, value] = [name, value].map(text);
            Field::of(name, value)
        });
        let fields = read.collect();
        (Self { locale, fields }, is_whole)
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
            fields.push(Field::of(name, typed));
        }
        Ok(Self { locale, fields })
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ErrorPage> {
        let (form, fault) = Self::read(request, FORM_BYTES_MAX).await;
        fault.map_or(Ok(form), Err)
    }
}

fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// How the body of a form ended.
enum BodyEnd {
    Whole,
    TooLarge,
    Broken,
}

/// The first bytes of a body, at most `bytes_max`, and how it ended.
async fn up_to(body: Body, bytes_max: usize) -> (Vec<u8>, BodyEnd) {
    let (mut read, mut pieces) = (Vec::new(), body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else { return (read, BodyEnd::Broken) };
        let room = bytes_max - read.len();
        read.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            return (read, BodyEnd::TooLarge);
        }
    }
    (read, BodyEnd::Whole)
}

/// Undoes the form encoding; what cannot be text stands as U+FFFD.
fn decode_what_is_legible(encoded: &[u8]) -> String {
    let text = String::from_utf8_lossy(&unescape(encoded)).replace("\r\n", "\n");
    text.chars().map(|letter| if is_allowed(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// The bytes behind the escapes; a broken escape stands as it is.
fn unescape(encoded: &[u8]) -> Vec<u8> {
    let digit = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut bytes, mut at) = (Vec::with_capacity(encoded.len()), 0);
    while let Some(byte) = encoded.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                at += 2;
            }
            (b'+', _, _) => bytes.push(b' '),
            (other, _, _) => bytes.push(*other),
        }
        at += 1;
    }
    bytes
}

fn is_allowed(letter: char) -> bool {
    !letter.is_control() || matches!(letter, '\t'..='\r' | '\u{85}')
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
    text.chars().all(is_allowed).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    async fn what_was_typed_is_there_although_the_form_cannot_be_taken() {
        let read = async |kind: &str, body: String, bytes_max| {
            let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
            let (form, fault) = Form::read(request, bytes_max).await;
            let fields: Vec<_> = form.fields().map(|(name, value)| format!("{name}={value}")).collect();
            (fields.join("&"), fault.map(|page| page.status().as_u16()))
        };
        const KIND: &str = "application/x-www-form-urlencoded";
        let cases = [
            ("a=%EA%B9%80&b=x", 100, "a=김&b=x", None),
            ("a=1%00%1b%zz&b=%ff", 100, "a=1\u{fffd}\u{fffd}%zz&b=\u{fffd}", Some(400)),
            ("a=123&b=456", 9, "a=123&b=4", Some(413)),
            ("a=123&b=%EA%B9%80", 12, "a=123&b=\u{fffd}%", Some(413)),
        ];
        for (body, bytes_max, fields, status) in cases {
            assert_eq!(read(KIND, body.to_owned(), bytes_max).await, (fields.to_owned(), status), "{body}");
        }
        let many = "a=1&".repeat(FORM_FIELDS_MAX + 1);
        assert_eq!(read(KIND, many, 10_000).await.1, Some(400));
        assert_eq!(read("text/plain", "a=1".into(), 10).await, (String::new(), Some(415)));
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
