//! Short texts that a person wrote and another person will read.

use crate::FieldFault;

/// The most letters that a holder's name has.
const HOLDER_LETTERS_MAX: usize = 40;
/// The most letters that an account's alias has.
const ALIAS_LETTERS_MAX: usize = 30;
/// The most letters of a summary: the length of 통장 표시 in open banking.
const SUMMARY_LETTERS_MAX: usize = 20;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($field:literal, $letters_min:expr, $letters_max:expr, $expected:literal);)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(String);

            impl $name {
                /// Takes the text in its one spelling ([`sumun_text::composed`]),
                /// without white space at its ends.
                ///
                /// # Errors
                /// [`FieldFault`] when it is too short, too long or holds
                /// letters that a reader cannot see.
                pub fn parse(text: &str) -> Result<Self, FieldFault> {
                    let text = sumun_text::composed(text);
                    let text = text.trim();
                    let letters = text.chars().count();
                    if ($letters_min..=$letters_max).contains(&letters) && text.chars().all(sumun_text::is_visible) {
                        Ok(Self(text.to_owned()))
                    } else {
                        Err(FieldFault { field: $field, expected: $expected })
                    }
                }

                /// The text.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl std::fmt::Debug for $name {
                /// Never shows what a person wrote (PR-090).
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($name), "(hidden)"))
                }
            }
        )+
    };
}

texts! {
    /// The name of an account's holder: 1 to 40 letters.
    HolderName("holder_name", 1, HOLDER_LETTERS_MAX, "a name of 1 to 40 visible letters");
    /// The name that a customer gave an account: 1 to 30 letters.
    Alias("alias", 1, ALIAS_LETTERS_MAX, "a name of 1 to 30 visible letters");
    /// What stands beside a movement in both passbooks (적요): 1 to 20 letters.
    Summary("summary", 1, SUMMARY_LETTERS_MAX, "1 to 20 visible letters");
}

impl HolderName {
    /// The name as others may see it: `김*수`.
    pub fn masked(&self) -> String {
        sumun_mask::name(&self.0)
    }
}

/// Each part behind its length in four bytes, big endian: no two lists of
/// parts have the same bytes.
pub(crate) fn length_prefixed(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_letters_and_not_bytes() {
        assert!(HolderName::parse(&"김".repeat(HOLDER_LETTERS_MAX)).is_ok());
        assert!(HolderName::parse(&"김".repeat(HOLDER_LETTERS_MAX + 1)).is_err());
        assert!(HolderName::parse("  ").is_err());
        assert_eq!(Summary::parse("  11월 회비 ").unwrap().as_str(), "11월 회비");
        assert!(Summary::parse("").is_err());
        let decomposed = Summary::parse("11\u{110b}\u{116f}\u{11af} \u{1112}\u{116c}\u{1107}\u{1175}").unwrap();
        assert_eq!(decomposed.as_str(), "11월 회비");
    }

    #[test]
    fn letters_that_nobody_sees_are_refused() {
        for text in ["a\u{202e}b", "a\u{200b}b", "a\nb", "\u{3164}", "a\u{2066}b", "a\u{0}b"] {
            let fault = HolderName::parse(text).unwrap_err();
            assert_eq!(fault.field, "holder_name", "{text:?}");
        }
        // Fillers, joiners, blanks and tags: a summary of these alone would look like none.
        for letter in "\u{34f}\u{115f}\u{1160}\u{17b4}\u{180b}\u{2800}\u{fe0f}\u{1d173}\u{e0041}\u{e0100}".chars() {
            assert!(Summary::parse(&format!("회비{letter}")).is_err(), "{letter:?}");
        }
    }

    #[test]
    fn a_name_is_not_printed_in_a_log() {
        assert_eq!(format!("{:?}", HolderName::parse("김민수").unwrap()), "HolderName(hidden)");
    }
}
