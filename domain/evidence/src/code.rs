//! Codes of check items and criteria, as the catalogs write them.

use crate::EvidenceError;
use std::fmt;
use std::str::FromStr;

/// The longest code, in characters.
const CODE_CHARACTERS_MAX: usize = 40;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(String);

            impl $name {
                /// The code as the catalog writes it.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }

            impl FromStr for $name {
                type Err = EvidenceError;

                /// One to 40 letters, digits, dots, hyphens and underscores of ASCII.
                fn from_str(text: &str) -> Result<Self, EvidenceError> {
                    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
                    if (1..=CODE_CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(plain) {
                        Ok(Self(text.to_owned()))
                    } else {
                        Err(EvidenceError::Code)
                    }
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(&self.0)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )+
    };
}

codes! {
    /// The code of a check item in its catalog, such as `OBI-01`.
    ItemCode;
    /// The code of one criterion in its catalog, such as `1.1.1-2`.
    CriterionCode;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_plain_words() {
        assert_eq!("OBI-01".parse::<ItemCode>().unwrap().to_string(), "OBI-01");
        assert_eq!("1.1.1-2.1".parse::<CriterionCode>().unwrap().as_str(), "1.1.1-2.1");
        for text in ["", "OBI 01", "../x", "항목", &"x".repeat(41)] {
            assert_eq!(text.parse::<ItemCode>(), Err(EvidenceError::Code), "{text}");
        }
    }
}
