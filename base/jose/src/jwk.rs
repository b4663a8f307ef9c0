//! One public key as JSON (RFC 7517, RFC 8037).

use crate::{Algorithm, VerifyingKey, base64url_decode, base64url_encode, sha256};
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;

/// The longest `kid`, in bytes.
const KEY_ID_BYTES_MAX: usize = 255;
/// Members that only a private or symmetric key has (RFC 7518 section 6).
const SECRET_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key that verifies signatures. Its JSON form has the members that
/// name the key, `kid`, `alg` and `use`, and no others.
#[derive(Clone)]
pub struct Jwk {
    key_id: String,
    material: Material,
    verifying_key: Arc<VerifyingKey>,
}

/// The required members, as RFC 7638 hashes them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    P256 { x: String, y: String },
    Ed25519 { x: String },
    Rsa { n: String, e: String },
}

/// Why a JSON object is not a key that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwkError {
    /// A required member is absent or not a text.
    Member(&'static str),
    /// A private or symmetric key: it must never leave its owner.
    SecretKey,
    /// A kind of key, curve, algorithm or use that is not for us. A set skips such a key (RFC 7517 section 5).
    NotSupported,
    /// The numbers are not a sound key: off the curve, too small, not base64url.
    Material,
    /// The `kid` is empty or longer than 255 bytes.
    KeyId,
}

impl fmt::Display for JwkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, "the key has no text member `{name}`"),
            Self::SecretKey => f.write_str("the key is private or symmetric; only public keys are taken"),
            Self::NotSupported => f.write_str(
                "only signature keys for ES256 (P-256), EdDSA (Ed25519, under either name) and PS256 (RSA) are taken",
            ),
            Self::Material => {
                f.write_str("the key's numbers are not sound; RSA needs 2048 bits or more and exponent 65537 or more")
            }
            Self::KeyId => write!(f, "the `kid` must have 1 to {KEY_ID_BYTES_MAX} bytes"),
        }
    }
}

impl std::error::Error for JwkError {}

impl Jwk {
    /// Reads one key. A key without `kid` gets its RFC 7638 thumbprint as one.
    pub fn from_json(value: &Value) -> Result<Self, JwkError> {
        let members = value.as_object().ok_or(JwkError::Member("kty"))?;
        if SECRET_MEMBERS.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkError::SecretKey);
        }
        let material = Material::from_members(members)?;
        if !is_for_signatures(members) || !names_algorithm(members, material.algorithm()) {
            return Err(JwkError::NotSupported);
        }
        let key_id = match members.get("kid") {
            None => material.thumbprint_text(),
            Some(Value::String(key_id)) if (1..=KEY_ID_BYTES_MAX).contains(&key_id.len()) => key_id.clone(),
            Some(_) => return Err(JwkError::KeyId),
        };
        Self::from_material(key_id, material)
    }

    /// A P-256 key of its coordinates; its `kid` is its thumbprint.
    pub fn from_p256(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        let material = Material::P256 { x: base64url_encode(x), y: base64url_encode(y) };
        Self::from_material(material.thumbprint_text(), material)
    }

    /// An Ed25519 key of its 32 bytes; its `kid` is its thumbprint.
    pub fn from_ed25519(public_key: &[u8]) -> Result<Self, JwkError> {
        let material = Material::Ed25519 { x: base64url_encode(public_key) };
        Self::from_material(material.thumbprint_text(), material)
    }

    /// The `kid`.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The one algorithm that the key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.verifying_key.algorithm()
    }

    /// The parsed key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// The RFC 7638 thumbprint with SHA-256.
    pub fn thumbprint(&self) -> [u8; 32] {
        self.material.thumbprint()
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        let mut value = self.material.required_members();
        if let Value::Object(members) = &mut value {
            members.insert("kid".to_owned(), json!(self.key_id));
            members.insert("alg".to_owned(), json!(self.algorithm().name()));
            members.insert("use".to_owned(), json!("sig"));
        }
        value
    }

    fn from_material(key_id: String, material: Material) -> Result<Self, JwkError> {
        let verifying_key = Arc::new(material.parse().ok_or(JwkError::Material)?);
        Ok(Self { key_id, material, verifying_key })
    }
}

impl PartialEq for Jwk {
    fn eq(&self, other: &Self) -> bool {
        self.key_id == other.key_id && self.material == other.material
    }
}

impl Eq for Jwk {}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwk({}, {})", self.key_id, self.algorithm())
    }
}

impl serde::Serialize for Jwk {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Jwk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Material {
    fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let text = |name: &'static str| {
            members.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(JwkError::Member(name))
        };
        match text("kty")?.as_str() {
            "EC" if text("crv")? == "P-256" => Ok(Self::P256 { x: text("x")?, y: text("y")? }),
            "OKP" if text("crv")? == "Ed25519" => Ok(Self::Ed25519 { x: text("x")? }),
            "RSA" => Ok(Self::Rsa { n: text("n")?, e: text("e")? }),
            _ => Err(JwkError::NotSupported),
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::Es256,
            Self::Ed25519 { .. } => Algorithm::EdDsa,
            Self::Rsa { .. } => Algorithm::Ps256,
        }
    }

    fn parse(&self) -> Option<VerifyingKey> {
        match self {
            Self::P256 { x, y } => VerifyingKey::p256(&base64url_decode(x)?, &base64url_decode(y)?),
            Self::Ed25519 { x } => VerifyingKey::ed25519(&base64url_decode(x)?),
            Self::Rsa { n, e } => VerifyingKey::rsa(&base64url_decode(n)?, &base64url_decode(e)?),
        }
    }

    fn required_members(&self) -> Value {
        match self {
            Self::P256 { x, y } => json!({"crv": "P-256", "kty": "EC", "x": x, "y": y}),
            Self::Ed25519 { x } => json!({"crv": "Ed25519", "kty": "OKP", "x": x}),
            Self::Rsa { n, e } => json!({"e": e, "kty": "RSA", "n": n}),
        }
    }

    /// RFC 7638 section 3: the required members in the order of their names,
    /// without spaces. Their values are base64url and need no escape.
    fn thumbprint(&self) -> [u8; 32] {
        let text = match self {
            Self::P256 { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        sha256(text.as_bytes())
    }

    fn thumbprint_text(&self) -> String {
        base64url_encode(&self.thumbprint())
    }
}

/// RFC 7517 sections 4.2 and 4.3: where `use` or `key_ops` stand, they must allow verification.
fn is_for_signatures(members: &Map<String, Value>) -> bool {
    let by_use = members.get("use").is_none_or(|usage| usage == "sig");
    let by_operations = members
        .get("key_ops")
        .is_none_or(|operations| operations.as_array().is_some_and(|list| list.iter().any(|name| name == "verify")));
    by_use && by_operations
}

/// RFC 7517 section 4.4: where `alg` stands, it must be the one that the key is for.
fn names_algorithm(members: &Map<String, Value>, algorithm: Algorithm) -> bool {
    members.get("alg").is_none_or(|name| name.as_str().is_some_and(|name| algorithm.is_named(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 7638 section 3.1.
    const RFC_7638_MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const RFC_8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const RFC_7515_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const RFC_7515_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn rfc7638_3_1_thumbprint_of_the_example_key() {
        let key = Jwk::from_json(&json!({"kty": "RSA", "n": RFC_7638_MODULUS, "e": "AQAB"})).unwrap();
        assert_eq!(base64url_encode(&key.thumbprint()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(key.key_id(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn rfc8037_a_3_thumbprint_of_the_example_key() {
        let key = Jwk::from_json(&json!({"kty": "OKP", "crv": "Ed25519", "x": RFC_8037_X})).unwrap();
        assert_eq!(key.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn rfc9864_2_2_an_ed25519_key_may_say_either_name_and_is_one_key() {
        let named = |alg: &str| {
            Jwk::from_json(&json!({"kty": "OKP", "crv": "Ed25519", "x": RFC_8037_X, "kid": "1", "alg": alg}))
        };
        assert_eq!(named("Ed25519").unwrap(), named("EdDSA").unwrap());
        assert_eq!(named("Ed25519").unwrap().algorithm(), Algorithm::EdDsa);
        assert_eq!(named("Ed448"), Err(JwkError::NotSupported));
        let point = json!({"kty": "EC", "crv": "P-256", "x": RFC_7515_X, "y": RFC_7515_Y, "alg": "Ed25519"});
        assert_eq!(Jwk::from_json(&point), Err(JwkError::NotSupported));
    }

    #[test]
    fn json_round_trips_and_drops_what_is_not_ours() {
        let value =
            json!({"kty": "EC", "crv": "P-256", "x": RFC_7515_X, "y": RFC_7515_Y, "kid": "1", "x5u": "https://a"});
        let key = Jwk::from_json(&value).unwrap();
        let text = serde_json::to_string(&key).unwrap();
        assert!(!text.contains("x5u"));
        assert_eq!(serde_json::from_str::<Jwk>(&text).unwrap(), key);
    }

    #[test]
    fn rfc7517_9_2_a_private_or_symmetric_key_is_refused() {
        let private = json!({"kty": "OKP", "crv": "Ed25519", "x": RFC_8037_X, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"});
        assert_eq!(Jwk::from_json(&private), Err(JwkError::SecretKey));
        assert_eq!(Jwk::from_json(&json!({"kty": "oct", "k": "AAAA"})), Err(JwkError::SecretKey));
    }

    #[test]
    fn other_algorithms_curves_and_uses_are_not_supported() {
        let rsa = |name: &str, value: Value| {
            let mut key = json!({"kty": "RSA", "n": RFC_7638_MODULUS, "e": "AQAB"});
            key[name] = value;
            key
        };
        let others = [
            rsa("alg", json!("RS256")),
            rsa("alg", json!(null)),
            rsa("use", json!("enc")),
            rsa("key_ops", json!(["encrypt"])),
            json!({"kty": "EC", "crv": "P-384", "x": RFC_7515_X, "y": RFC_7515_Y}),
            json!({"kty": "OKP", "crv": "X25519", "x": RFC_8037_X}),
            json!({"kty": "AKP"}),
        ];
        for other in others {
            assert_eq!(Jwk::from_json(&other), Err(JwkError::NotSupported), "{other}");
        }
    }

    #[test]
    fn unsound_keys_are_refused() {
        let short_modulus = base64url_encode(&[0xc5; 255]);
        let padded_modulus = base64url_encode(&[&[0], base64url_decode(RFC_7638_MODULUS).unwrap().as_slice()].concat());
        let unsound = [
            json!({"kty": "RSA", "n": short_modulus, "e": "AQAB"}),
            json!({"kty": "RSA", "n": padded_modulus, "e": "AQAB"}),
            json!({"kty": "RSA", "n": RFC_7638_MODULUS, "e": "Aw"}),
            json!({"kty": "RSA", "n": RFC_7638_MODULUS, "e": ""}),
            json!({"kty": "EC", "crv": "P-256", "x": RFC_7515_Y, "y": RFC_7515_X}),
            json!({"kty": "EC", "crv": "P-256", "x": format!("{RFC_7515_X}="), "y": RFC_7515_Y}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
        ];
        for key in unsound {
            assert_eq!(Jwk::from_json(&key), Err(JwkError::Material), "{key}");
        }
        assert_eq!(Jwk::from_json(&json!([])), Err(JwkError::Member("kty")));
        assert_eq!(
            Jwk::from_json(&json!({"kty": "OKP", "crv": "Ed25519", "x": RFC_8037_X, "kid": ""})),
            Err(JwkError::KeyId)
        );
    }
}
