//! What a call was answered, so that its repetition is answered the same.

use crate::{FieldFault, RefusalReason, TransferOrder};
use std::fmt;
use std::str::FromStr;
use sumun_time::Timestamp;

/// The key by which an institution names one request, so that sending it
/// again moves nothing again: 16 to 64 letters, digits, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl FromStr for IdempotencyKey {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if plain && (16..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            let expected = "16 to 64 letters, digits, hyphens and underscores";
            Err(FieldFault { field: "idempotency-key", expected })
        }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a call brought about. Text form: `requested`, `executed` or the
/// reason of the refusal behind `refused:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// The transfer was put before its customer.
    Requested,
    /// The money moved.
    Executed,
    /// The execution was refused.
    Refused(RefusalReason),
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("requested"),
            Self::Executed => f.write_str("executed"),
            Self::Refused(reason) => write!(f, "refused:{}", reason.name()),
        }
    }
}

impl FromStr for Receipt {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        match text.split_once(':') {
            None if text == "requested" => Ok(Self::Requested),
            None if text == "executed" => Ok(Self::Executed),
            Some(("refused", reason)) => reason.parse().map(Self::Refused),
            _ => Err(FieldFault { field: "receipt", expected: "requested, executed or refused:<reason>" }),
        }
    }
}

/// The answer to a call about a transfer. What the app is told follows from
/// these values alone, so that the answer to a repetition is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferAnswer {
    /// The transfer's unchanging part.
    pub order: TransferOrder,
    /// What came of the call.
    pub receipt: Receipt,
    /// When that was.
    pub at: Timestamp,
    /// Whether it is the answer to an earlier call with the same key.
    pub repeated: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_round_trip_as_text() {
        let refused = RefusalReason::ALL.iter().map(|&reason| Receipt::Refused(reason));
        for receipt in [Receipt::Requested, Receipt::Executed].into_iter().chain(refused) {
            assert_eq!(receipt.to_string().parse(), Ok(receipt));
        }
        for text in ["", "executed:", "refused", "refused:never", "requested:terms_changed"] {
            assert!(text.parse::<Receipt>().is_err(), "{text}");
        }
    }

    #[test]
    fn keys_are_plain_and_bounded() {
        for text in ["0123456789abcdef", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", &"a".repeat(64)] {
            assert!(text.parse::<IdempotencyKey>().is_ok(), "{text}");
        }
        for text in
            ["", "0123456789abcde", "01234567 89abcdef", "\"0123456789abcdef\"", "열쇠열쇠열쇠열쇠", &"a".repeat(65)]
        {
            assert!(text.parse::<IdempotencyKey>().is_err(), "{text}");
        }
    }
}
