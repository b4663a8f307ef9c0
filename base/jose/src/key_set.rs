//! A set of public keys as JSON (RFC 7517 section 5).

use crate::{Algorithm, JsonError, JsonLimits, Jwk, JwkError, parse_json_strict};
use serde_json::{Value, json};
use std::fmt;

/// The most keys that a set may list.
const KEYS_MAX: usize = 32;
const LIMITS: JsonLimits = JsonLimits { bytes_max: 64 * 1024, depth_max: 6 };

/// Public keys, each under its own `kid`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

/// Why a JSON text is not a set of keys that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwkSetError {
    /// Not JSON that may be read.
    Json(JsonError),
    /// No array `keys`.
    NoKeys,
    /// More than 32 keys.
    TooMany,
    /// Two keys have the same `kid`, so a token would not say which it means.
    DuplicateKeyId(String),
    /// The key at this place, counted from 0, cannot be used.
    Key(usize, JwkError),
}

impl fmt::Display for JwkSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => f.write_str("the key set is not JSON that may be read"),
            Self::NoKeys => f.write_str("the key set has no array `keys`"),
            Self::TooMany => write!(f, "the key set has more than {KEYS_MAX} keys"),
            Self::DuplicateKeyId(key_id) => write!(f, "the key set has the `kid` {key_id:?} twice"),
            Self::Key(place, _) => write!(f, "key {place} of the set cannot be used"),
        }
    }
}

impl std::error::Error for JwkSetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(source) => Some(source),
            Self::Key(_, source) => Some(source),
            Self::NoKeys | Self::TooMany | Self::DuplicateKeyId(_) => None,
        }
    }
}

impl JwkSet {
    /// A set of these keys.
    pub fn new(keys: Vec<Jwk>) -> Result<Self, JwkSetError> {
        if keys.len() > KEYS_MAX {
            return Err(JwkSetError::TooMany);
        }
        for (place, key) in keys.iter().enumerate() {
            if keys[..place].iter().any(|earlier| earlier.key_id() == key.key_id()) {
                return Err(JwkSetError::DuplicateKeyId(key.key_id().to_owned()));
            }
        }
        Ok(Self { keys })
    }

    /// Reads a set from its JSON text; at most 64 KiB.
    pub fn parse(bytes: &[u8]) -> Result<Self, JwkSetError> {
        Self::from_json(&parse_json_strict(bytes, LIMITS).map_err(JwkSetError::Json)?)
    }

    /// Reads a set. Keys of a kind, curve, algorithm or use that is not
    /// supported are skipped (RFC 7517 section 5); a broken, private or
    /// symmetric one makes the whole set refused.
    pub fn from_json(value: &Value) -> Result<Self, JwkSetError> {
        let listed = value.get("keys").and_then(Value::as_array).ok_or(JwkSetError::NoKeys)?;
        if listed.len() > KEYS_MAX {
            return Err(JwkSetError::TooMany);
        }
        let mut keys = Vec::with_capacity(listed.len());
        for (place, value) in listed.iter().enumerate() {
            match Jwk::from_json(value) {
                Ok(key) => keys.push(key),
                Err(JwkError::NotSupported) => {}
                Err(error) => return Err(JwkSetError::Key(place, error)),
            }
        }
        Self::new(keys)
    }

    /// The JSON form, `{"keys": [...]}`.
    pub fn to_json(&self) -> Value {
        json!({"keys": self.keys.iter().map(Jwk::to_json).collect::<Vec<_>>()})
    }

    /// The keys in the order of the set.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The key that a token with this `kid` and algorithm means. Without a
    /// `kid` it is the only key of the algorithm, if there is exactly one.
    pub fn select(&self, key_id: Option<&str>, algorithm: Algorithm) -> Option<&Jwk> {
        let mut candidates = self.keys.iter().filter(|key| key.algorithm() == algorithm);
        match key_id {
            Some(key_id) => candidates.find(|key| key.key_id() == key_id),
            None => candidates.next().filter(|_| candidates.next().is_none()),
        }
    }
}

impl serde::Serialize for JwkSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for JwkSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key_id: &str) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": key_id})
    }

    #[test]
    fn two_keys_of_one_kid_are_refused() {
        let twice = json!({"keys": [key("a"), key("b"), key("a")]});
        assert_eq!(JwkSet::from_json(&twice), Err(JwkSetError::DuplicateKeyId("a".to_owned())));
    }

    #[test]
    fn rfc7517_5_unknown_keys_are_skipped_and_broken_ones_are_not() {
        let set = json!({"keys": [{"kty": "AKP", "kid": "x"}, key("a")]});
        assert_eq!(JwkSet::from_json(&set).unwrap().keys().len(), 1);
        let broken = json!({"keys": [key("a"), {"kty": "OKP", "crv": "Ed25519", "x": "?"}]});
        assert_eq!(JwkSet::from_json(&broken), Err(JwkSetError::Key(1, JwkError::Material)));
        assert_eq!(JwkSet::parse(b"{}"), Err(JwkSetError::NoKeys));
        assert!(matches!(JwkSet::parse(br#"{"keys":[],"keys":[]}"#), Err(JwkSetError::Json(_))));
        let many = json!({"keys": vec![key("a"); KEYS_MAX + 1]});
        assert_eq!(JwkSet::from_json(&many), Err(JwkSetError::TooMany));
    }

    #[test]
    fn a_key_is_chosen_by_kid_and_algorithm_or_for_being_the_only_one() {
        let two = JwkSet::from_json(&json!({"keys": [key("a"), key("b")]})).unwrap();
        assert_eq!(two.select(Some("b"), Algorithm::EdDsa).unwrap().key_id(), "b");
        assert_eq!(two.select(Some("b"), Algorithm::Es256), None);
        assert_eq!(two.select(None, Algorithm::EdDsa), None);
        let one = JwkSet::from_json(&json!({"keys": [key("a")]})).unwrap();
        assert_eq!(one.select(None, Algorithm::EdDsa).unwrap().key_id(), "a");
        assert_eq!(serde_json::from_value::<JwkSet>(serde_json::to_value(&two).unwrap()).unwrap(), two);
    }
}
