//! Typed identifiers, one type per kind of thing, so that a consent id and a
//! client id cannot be swapped.
//!
//! Every id is 128 random bits. Its text form is a short prefix that names the
//! kind, an underscore and 26 characters of Crockford base 32 in lower case,
//! for example `cst_0a7f3m...`. The text form is what stands in URLs, tokens,
//! the database and the journal; it carries no personal data and no order.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseIdError {
    /// The text does not begin with the prefix of this kind.
    Prefix {
        /// The prefix that this kind of id has.
        expected: &'static str,
    },
    /// After the prefix there are not exactly 26 base 32 characters that fit 128 bits.
    Digits,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix { expected } => write!(f, "the id must begin with `{expected}_`"),
            Self::Digits => f.write_str("the id must have 26 base 32 characters after its prefix"),
        }
    }
}

impl std::error::Error for ParseIdError {}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 26;

fn encode(bits: u128) -> [u8; DIGITS] {
    let mut text = [0u8; DIGITS];
    for (place, digit) in text.iter_mut().enumerate() {
        let shift = 5 * (DIGITS - 1 - place);
        *digit = ALPHABET[((bits >> shift) & 31) as usize];
    }
    text
}

fn decode(text: &str) -> Option<u128> {
    if text.len() != DIGITS {
        return None;
    }
    let mut bits = 0u128;
    for (place, byte) in text.bytes().enumerate() {
        let value = ALPHABET.iter().position(|&digit| digit == byte)? as u128;
        // 26 digits carry 130 bits: the first may only use its lowest three.
        if place == 0 && value > 7 {
            return None;
        }
        bits = (bits << 5) | value;
    }
    Some(bits)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(u128);

            impl $name {
                /// The prefix of this kind in the text form, without the underscore.
                pub const PREFIX: &'static str = $prefix;

                /// Makes an id of 16 random bytes; the caller draws them.
                pub const fn from_random(bytes: [u8; 16]) -> Self {
                    Self(u128::from_be_bytes(bytes))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str($prefix)?;
                    f.write_str("_")?;
                    for digit in encode(self.0) {
                        fmt::Write::write_char(f, digit as char)?;
                    }
                    Ok(())
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = ParseIdError;

                fn from_str(text: &str) -> Result<Self, ParseIdError> {
                    text.strip_prefix(concat!($prefix, "_"))
                        .ok_or(ParseIdError::Prefix { expected: $prefix })
                        .and_then(|digits| decode(digits).map(Self).ok_or(ParseIdError::Digits))
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )+

        #[cfg(test)]
        const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

ids! {
    /// An account that a customer holds at the sandbox bank.
    AccountId = "acc";
    /// A registered app of an institution; it is the OAuth `client_id`.
    AppId = "app";
    /// A pushed authorization request on its way to the customer's decision.
    AuthorizationRequestId = "par";
    /// An out-of-band confirmation of one transfer by its customer (PR-051).
    ConfirmationId = "cfm";
    /// A customer's consent.
    ConsentId = "cst";
    /// A customer, whose account and data it is.
    CustomerId = "cus";
    /// One inspection of one institution, from application to final report.
    EngagementId = "eng";
    /// A piece of evidence: one file under an official name.
    EvidenceId = "evd";
    /// A finding that an institution must repair.
    FindingId = "fnd";
    /// An answered account holder inquiry, to which a transfer can pay.
    InquiryId = "inq";
    /// An institution: the company that calls open APIs.
    InstitutionId = "ins";
    /// One judgement of one check item; never overwritten.
    JudgementId = "jdg";
    /// One run of one probe against one target.
    ProbeRunId = "prb";
    /// One report that was made.
    ReportId = "rpt";
    /// A request through the gateway, in answers and access records.
    RequestId = "req";
    /// A signed-in browser of a customer or of staff.
    SessionId = "ses";
    /// A member of staff: of an institution, of an inspector or of the operator.
    StaffId = "stf";
    /// An access token (RFC 9068 `jti`).
    TokenId = "tok";
    /// A withdrawal or deposit transfer.
    TransferId = "trf";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_at_the_edges() {
        for bytes in [[0; 16], [0xff; 16], *b"0123456789abcdef"] {
            let id = ConsentId::from_random(bytes);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let text = ConsentId::from_random([7; 16]).to_string();
        assert_eq!(text.parse::<AppId>(), Err(ParseIdError::Prefix { expected: "app" }));
    }

    #[test]
    fn digits_outside_128_bits_or_the_alphabet_are_refused() {
        for digits in ["8zzzzzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000000", "i0000000000000000000000000"] {
            assert_eq!(format!("cst_{digits}").parse::<ConsentId>(), Err(ParseIdError::Digits));
        }
    }

    #[test]
    fn prefixes_are_unique_and_alphabetical_names_do_not_collide() {
        let mut seen = PREFIXES.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), PREFIXES.len());
    }
}
