//! The subject of a certificate as text, compared attribute by attribute.

use std::fmt;
use std::str::FromStr;

/// A distinguished name in the text form of RFC 4514, such as
/// `CN=api.daon.example,serialNumber=1248100998,O=다온,C=KR`.
///
/// Two names are equal when they have the same relative names in the same
/// order; within a relative name of several attributes order does not matter.
/// Types are compared without regard to case or to being given as an OID,
/// values exactly but for their spelling (RFC 4518 section 2.3, by [`sumun_text::composed`]):
/// a certificate for `O=Daon` is not one for `O=DAON`.
#[derive(Debug, Clone)]
pub struct DistinguishedName {
    text: String,
    relative_names: Vec<Vec<Attribute>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    /// A known short name in capitals, or an OID.
    kind: String,
    value: Vec<u8>,
}

/// The text is not a distinguished name of RFC 4514.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseDistinguishedNameError;

impl fmt::Display for ParseDistinguishedNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a distinguished name of RFC 4514 such as CN=api.example,O=Example,C=KR")
    }
}

impl std::error::Error for ParseDistinguishedNameError {}

impl DistinguishedName {
    /// The text that it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.relative_names == other.relative_names
    }
}

impl Eq for DistinguishedName {}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for DistinguishedName {
    type Err = ParseDistinguishedNameError;

    fn from_str(text: &str) -> Result<Self, ParseDistinguishedNameError> {
        // An empty subject names nobody.
        if text.is_empty() || text.len() > 1_024 {
            return Err(ParseDistinguishedNameError);
        }
        let mut relative_names = Vec::new();
        for relative_name in split_unescaped(text, ',') {
            let mut attributes = split_unescaped(relative_name, '+')
                .into_iter()
                .map(attribute)
                .collect::<Option<Vec<_>>>()
                .ok_or(ParseDistinguishedNameError)?;
            attributes.sort();
            relative_names.push(attributes);
        }
        Ok(Self { text: text.to_owned(), relative_names })
    }
}

impl serde::Serialize for DistinguishedName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for DistinguishedName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The short names of RFC 4514 section 3 and those that Korean certificates use.
const KINDS: [(&str, &str); 14] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

fn attribute(text: &str) -> Option<Attribute> {
    let (kind, value) = text.split_once('=')?;
    // A space after a comma is not in RFC 4514, but every tool writes it.
    let kind = kind.trim_start_matches(' ').to_uppercase();
    let is_oid = kind.split('.').count() > 1
        && kind.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()));
    let known = KINDS.iter().find(|(name, oid)| *name == kind || *oid == kind);
    let kind = match known {
        Some((name, _)) => (*name).to_owned(),
        None if is_oid => kind,
        None => return None,
    };
    let value = if let Some(hex) = value.strip_prefix('#') { hex_string(hex)? } else { unescaped(value)? };
    let value = match std::str::from_utf8(&value) {
        Ok(text) => sumun_text::composed(text).into_owned().into_bytes(),
        Err(_) => value,
    };
    (!value.is_empty()).then_some(Attribute { kind, value })
}

/// Splits at a separator that no backslash precedes.
fn split_unescaped(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (place, letter) in text.char_indices() {
        if letter == separator && !is_escaped {
            parts.push(&text[start..place]);
            start = place + letter.len_utf8();
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    parts.push(&text[start..]);
    parts
}

/// The bytes of a value, with `\,` and `\C3\A4` resolved (RFC 4514 section 2.4).
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.iter().any(|byte| b"\0".contains(byte)) || bytes.first() == Some(&b' ') {
        return None;
    }
    let (mut value, mut place) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(place) {
        if byte != b'\\' {
            if b"\"+,;<>".contains(&byte) || (byte == b' ' && place + 1 == bytes.len()) {
                return None;
            }
            value.push(byte);
            place += 1;
        } else if let Some(special) = bytes.get(place + 1).filter(|byte| b" \"#+,;<=>\\".contains(byte)) {
            value.push(*special);
            place += 2;
        } else {
            value.push(hex_byte(bytes.get(place + 1..place + 3)?)?);
            place += 3;
        }
    }
    std::str::from_utf8(&value).is_ok().then_some(value)
}

/// The bytes of the string inside `#` and hexadecimal DER (RFC 4514 section 2.4):
/// UTF8String, PrintableString or IA5String of fewer than 128 bytes.
fn hex_string(hex: &str) -> Option<Vec<u8>> {
    let der = hex.as_bytes().chunks(2).map(hex_byte).collect::<Option<Vec<u8>>>()?;
    match der.as_slice() {
        [0x0c | 0x13 | 0x16, length, value @ ..] if usize::from(*length) == value.len() && *length < 0x80 => {
            std::str::from_utf8(value).is_ok().then(|| value.to_vec())
        }
        _ => None,
    }
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> DistinguishedName {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_same_subject_is_equal_in_any_spelling() {
        let registered = name("CN=api.daon.example,O=다온\\, 주식회사,C=KR");
        for other in [
            "cn=api.daon.example, o=다온\\, 주식회사, c=KR",
            // As macOS spells it.
            "CN=api.daon.example,O=\u{1103}\u{1161}\u{110b}\u{1169}\u{11ab}\\, 주식회사,C=KR",
            "CN=api.daon.example,O=\\E1\\84\\83\\E1\\85\\A1온\\, 주식회사,C=KR",
            "2.5.4.3=api.daon.example,2.5.4.10=\\EB\\8B\\A4\\EC\\98\\A8\\2C 주식회사,C=KR",
            "CN=#0c106170692e64616f6e2e6578616d706c65,O=다온\\, 주식회사,C=#13024b52",
        ] {
            assert_eq!(registered, name(other), "{other}");
        }
        assert_eq!(name("CN=a+SERIALNUMBER=1,C=KR"), name("2.5.4.5=1+cn=a,C=KR"));

        let registered = name("CN=api.daon.example,O=Daon,C=KR");
        assert_eq!(registered, name("cn=api.daon.example, O=Daon, C=KR"));
        for other in [
            "CN=api.daon.example,O=DAON,C=KR",
            "O=Daon,CN=api.daon.example,C=KR",
            "CN=api.daon.example+O=Daon,C=KR",
            "CN=api.daon.example,O=Daon",
            "CN=api.daon.example,OU=Daon,C=KR",
            "CN=api.daon.example\\,O=Daon,C=KR",
            "CN=api.daon.example,O=Daon,C=KR,C=KR",
        ] {
            assert_ne!(registered, name(other), "{other}");
        }
    }

    #[test]
    fn a_special_character_must_be_escaped() {
        for text in [
            "", "CN", "CN=", "CN=a,", "CN=a;b", "CN=a\"b", "CN= a", "CN=a ", "CN=a\\", "CN=a\\q", "CN=#zz", "FOO=a",
            "CN=\\FF",
        ] {
            assert_eq!(text.parse::<DistinguishedName>(), Err(ParseDistinguishedNameError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "[A-Z=,+#\\\\ 0-9a-f가]{0,40}") {
            let _ = text.parse::<DistinguishedName>();
        }
    }
}
