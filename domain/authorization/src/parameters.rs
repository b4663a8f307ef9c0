//! The parameters of an OAuth request, as strict as RFC 6749 allows.

use std::collections::BTreeMap;
use std::fmt;

/// More parameters than any flow of this server has; the rest is an attack or an accident.
const PARAMETERS_MAX: usize = 64;

/// Longest name that is looked at, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The parameters of one request: an `application/x-www-form-urlencoded` body or a query.
///
/// Each name stands once (RFC 6749 section 3.1 and 3.2), every escape is whole
/// and every text is UTF-8. A parameter without a value counts as left out.
/// Unknown names are kept and ignored, as RFC 6749 section 3.1 demands.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Parameters(BTreeMap<String, String>);

/// Why a form is not a set of parameters. Always the sender's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParametersError {
    /// A name stands twice. Only a name of printable ASCII is repeated here.
    Duplicate {
        /// The name that stands twice.
        name: String,
    },
    /// An escape is cut off, or a text is not UTF-8.
    Encoding,
    /// More than 64 parameters, or a name of more than 64 bytes.
    TooMany,
}

impl Parameters {
    /// Reads a form body or a query without its question mark.
    ///
    /// # Errors
    /// [`ParametersError`] when a name is repeated, an escape is broken, or there are too many.
    pub fn parse(form: &[u8]) -> Result<Self, ParametersError> {
        let mut values = BTreeMap::new();
        for pair in form.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if name.len() > NAME_BYTES_MAX || values.len() == PARAMETERS_MAX {
                return Err(ParametersError::TooMany);
            }
            if values.contains_key(&name) {
                let name = if name.bytes().all(|byte| byte.is_ascii_graphic()) { name } else { String::from("?") };
                return Err(ParametersError::Duplicate { name });
            }
            values.insert(name, value);
        }
        Ok(Self(values))
    }

    /// The value of `name`; `None` when it is left out or empty (RFC 6749 section 3.1).
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Parameters {
    /// Names only: values hold codes, verifiers and assertions (PR-036).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Display for ParametersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { name } => write!(f, "the parameter {name} stands more than once"),
            Self::Encoding => f.write_str("the parameters are not form-encoded UTF-8"),
            Self::TooMany => f.write_str("there are too many parameters, or a name is too long"),
        }
    }
}

impl std::error::Error for ParametersError {}

/// Encodes `text` for a place in a query, by RFC 3986: only unreserved characters stay as they are.
pub(crate) fn percent_encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

fn decode(text: &[u8]) -> Result<String, ParametersError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().copied().and_then(hex), rest.next().copied().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(ParametersError::Encoding),
            },
            plain => plain,
        });
    }
    String::from_utf8(bytes).map_err(|_| ParametersError::Encoding)
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc6749_3_1_a_repeated_parameter_is_refused() {
        let repeated = ParametersError::Duplicate { name: "scope".into() };
        assert_eq!(Parameters::parse(b"scope=balance&state=a&scope=balance"), Err(repeated.clone()));
        assert_eq!(Parameters::parse(b"scope=balance&sco%70e="), Err(repeated));
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_left_out() {
        let parameters = Parameters::parse(b"state=&nonce&scope=a+b%20c").unwrap();
        assert_eq!(parameters.value("state"), None);
        assert_eq!(parameters.value("nonce"), None);
        assert_eq!(parameters.value("scope"), Some("a b c"));
    }

    #[test]
    fn broken_escapes_and_floods_are_refused() {
        for form in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"\xff=1"] {
            assert_eq!(Parameters::parse(form), Err(ParametersError::Encoding));
        }
        let flood = (0..65).map(|place| format!("n{place}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(Parameters::parse(flood.as_bytes()), Err(ParametersError::TooMany));
    }

    #[test]
    fn parameters_do_not_show_their_values() {
        let shown = format!("{:?}", Parameters::parse(b"code=secret").unwrap());
        assert!(shown.contains("code") && !shown.contains("secret"), "{shown}");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_again(text in "\\PC{1,40}") {
            let mut form = String::from("state=");
            percent_encode(&text, &mut form);
            let parameters = Parameters::parse(form.as_bytes()).unwrap();
            prop_assert_eq!(parameters.value("state"), Some(text.as_str()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(form in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Parameters::parse(&form);
        }
    }
}
