//! JSON whose meaning does not depend on who reads it.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// How much JSON is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonLimits {
    /// The longest text, in bytes.
    pub bytes_max: usize,
    /// How deep objects and arrays may nest; a bare number has depth 0. No more than 64 is used.
    pub depth_max: u32,
}

/// Depth beyond which nothing is read, whatever the caller allows: the parser's stack is finite.
const DEPTH_CEILING: u32 = 64;

impl JsonLimits {
    /// For headers and claims of tokens: 16 KiB, depth 8.
    pub const TOKEN: Self = Self { bytes_max: 16 * 1024, depth_max: 8 };
    /// For bodies of API requests: 64 KiB, depth 16.
    pub const BODY: Self = Self { bytes_max: 64 * 1024, depth_max: 16 };
}

/// Why a text is not JSON that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonError {
    /// Longer than allowed.
    TooLong {
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// Nested deeper than allowed.
    TooDeep {
        /// The limit.
        depth_max: u32,
    },
    /// An object has the same name twice (RFC 8259 section 4 leaves the meaning open).
    DuplicateName {
        /// Where the second one ends.
        line: usize,
        /// Where the second one ends.
        column: usize,
    },
    /// Not JSON in UTF-8.
    Syntax {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// JSON, but not of the shape that is expected.
    Shape(String),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes_max } => write!(f, "the JSON is longer than {bytes_max} bytes"),
            Self::TooDeep { depth_max } => write!(f, "the JSON is nested deeper than {depth_max}"),
            Self::DuplicateName { line, column } => {
                write!(f, "the JSON has the same name twice in one object, line {line} column {column}")
            }
            Self::Syntax { line, column } => write!(f, "this is not JSON from line {line} column {column} on"),
            Self::Shape(expected) => write!(f, "the JSON has another shape than expected: {expected}"),
        }
    }
}

impl std::error::Error for JsonError {}

/// Reads one JSON value and nothing after it. Repeated names, excess depth and
/// excess length are refused.
pub fn parse_json_strict(bytes: &[u8], limits: JsonLimits) -> Result<Value, JsonError> {
    if bytes.len() > limits.bytes_max {
        return Err(JsonError::TooLong { bytes_max: limits.bytes_max });
    }
    let depth_max = limits.depth_max.min(DEPTH_CEILING);
    let breach = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict { depth_left: depth_max, breach: &breach };
    let read = strict.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| match breach.get() {
        Some(Breach::Depth) => JsonError::TooDeep { depth_max },
        Some(Breach::Duplicate) => JsonError::DuplicateName { line: error.line(), column: error.column() },
        None => JsonError::Syntax { line: error.line(), column: error.column() },
    })
}

/// Reads one JSON value as [`parse_json_strict`] does, with every text in its one
/// spelling ([`sumun_text::composed`]): for what people wrote, never for what is
/// signed. Names of members stay as they are.
pub fn parse_json_composed(bytes: &[u8], limits: JsonLimits) -> Result<Value, JsonError> {
    let mut value = parse_json_strict(bytes, limits)?;
    compose(&mut value);
    Ok(value)
}

/// No deeper than [`DEPTH_CEILING`], because nothing deeper was read.
fn compose(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(composed) = sumun_text::composed(text) {
                *text = composed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(compose),
        Value::Object(members) => members.values_mut().for_each(compose),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads one JSON value as [`parse_json_strict`] does and takes it as a `T`.
pub fn from_json_strict<T: DeserializeOwned>(bytes: &[u8], limits: JsonLimits) -> Result<T, JsonError> {
    let value = parse_json_strict(bytes, limits)?;
    serde_json::from_value(value).map_err(|error| JsonError::Shape(error.to_string()))
}

#[derive(Clone, Copy)]
enum Breach {
    Depth,
    Duplicate,
}

/// Builds a value while it counts depth and looks for repeated names.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth_left: u32,
    breach: &'a Cell<Option<Breach>>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => {
                self.breach.set(Some(Breach::Depth));
                Err(E::custom("too deep"))
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.contains_key(&name) {
                self.breach.set(Some(Breach::Duplicate));
                return Err(A::Error::custom("repeated name"));
            }
            let value = object.next_value_seed(inner)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: JsonLimits = JsonLimits { bytes_max: 100, depth_max: 3 };

    #[test]
    fn rfc8259_4_a_repeated_name_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#] {
            let error = parse_json_strict(text.as_bytes(), SMALL);
            assert!(matches!(error, Err(JsonError::DuplicateName { line: 1, .. })), "{text}: {error:?}");
        }
        assert!(parse_json_strict(br#"{"a":{"a":{}},"b":{"a":1}}"#, SMALL).is_ok());
    }

    #[test]
    fn depth_and_length_have_limits() {
        assert!(parse_json_strict(b"[[[1]]]", SMALL).is_ok());
        assert_eq!(parse_json_strict(b"[[[[1]]]]", SMALL), Err(JsonError::TooDeep { depth_max: 3 }));
        assert_eq!(parse_json_strict(br#"{"a":{"a":[{}]}}"#, SMALL), Err(JsonError::TooDeep { depth_max: 3 }));
        assert_eq!(parse_json_strict(&[b' '; 101], SMALL), Err(JsonError::TooLong { bytes_max: 100 }));
        let endless = "[".repeat(60_000);
        let generous = JsonLimits { bytes_max: 100_000, depth_max: u32::MAX };
        assert_eq!(parse_json_strict(endless.as_bytes(), generous), Err(JsonError::TooDeep { depth_max: 64 }));
    }

    #[test]
    fn what_is_not_one_json_value_is_refused() {
        for text in ["", "{", "{} {}", "{'a':1}", "[1,]", "NaN", "01", "\"\u{1}\""] {
            assert!(matches!(parse_json_strict(text.as_bytes(), SMALL), Err(JsonError::Syntax { .. })), "{text}");
        }
        assert!(matches!(parse_json_strict(b"\"\xff\"", SMALL), Err(JsonError::Syntax { .. })));
        assert!(matches!(from_json_strict::<u8>(b"300", SMALL), Err(JsonError::Shape(_))));
    }

    proptest! {
        #[test]
        fn strict_reading_agrees_with_serde_json_on_what_both_accept(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(value) = parse_json_strict(&bytes, JsonLimits::BODY) {
                prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
            }
        }
    }
}
