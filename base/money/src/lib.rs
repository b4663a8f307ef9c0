//! Sums of money in won.
//!
//! The won has no subunit in use, so the minor unit is the won itself. Sums
//! are whole numbers everywhere: in memory, in JSON, in the database. There is
//! no operator that may wrap: every addition says what happens at the edge.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod words;

use std::fmt;
use std::str::FromStr;

/// A sum of won; negative on the owing side of a ledger. In JSON an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Won(i64);

/// The text is not a whole number of won that fits 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseWonError;

impl fmt::Display for ParseWonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a whole number of won in plain digits such as 1234500")
    }
}

impl std::error::Error for ParseWonError {}

impl Won {
    /// Nothing at all.
    pub const ZERO: Self = Self(0);

    /// A sum of `amount` won.
    pub const fn new(amount: i64) -> Self {
        Self(amount)
    }

    /// The number of won.
    pub const fn amount(self) -> i64 {
        self.0
    }

    /// Whether there is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether there is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum of both, or `None` where it does not fit 64 bits.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// What is left when `other` is taken away, or `None` where it does not fit 64 bits.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// The same sum on the other side of the ledger, or `None` where it does not fit 64 bits.
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// All sums together, or `None` where a partial sum does not fit 64 bits.
    pub fn checked_sum(sums: impl IntoIterator<Item = Self>) -> Option<Self> {
        sums.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// The amount in groups of three digits, `1,234,500`, without a unit.
    pub fn grouped(self) -> String {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if self.0 < 0 {
            text.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    /// The amount in Korean words, `일백이십삼만 사천오백`, without a unit.
    ///
    /// The form of a bank slip: each `일` is written, so that no digit can be
    /// added in front, and a space stands after each group of four digits.
    pub fn in_korean_words(self) -> String {
        words::korean(self.0)
    }
}

impl fmt::Display for Won {
    /// Plain digits, as [`Won::from_str`] reads them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Won {
    type Err = ParseWonError;

    /// Reads plain digits with an optional minus sign: no plus sign, no
    /// leading zero, no group separator, so that each sum has one text form.
    fn from_str(text: &str) -> Result<Self, ParseWonError> {
        let amount: i64 = text.parse().map_err(|_| ParseWonError)?;
        if amount.to_string() == text { Ok(Self(amount)) } else { Err(ParseWonError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn groups_of_three_digits() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_500, "1,234,500"), (-1_234_500, "-1,234,500")];
        for (amount, text) in cases {
            assert_eq!(Won::new(amount).grouped(), text);
        }
        assert_eq!(Won::new(i64::MIN).grouped(), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn an_edge_is_refused_and_never_wraps() {
        assert_eq!(Won::new(i64::MAX).checked_add(Won::new(1)), None);
        assert_eq!(Won::new(i64::MIN).checked_sub(Won::new(1)), None);
        assert_eq!(Won::new(i64::MIN).checked_neg(), None);
        assert_eq!(Won::checked_sum([Won::new(3), Won::new(-1)]), Some(Won::new(2)));
        assert_eq!(Won::checked_sum([Won::new(i64::MAX), Won::new(1)]), None);
    }

    #[test]
    fn json_is_an_integer() {
        assert_eq!(serde_json::to_string(&Won::new(1_234_500)).unwrap(), "1234500");
        assert!(serde_json::from_str::<Won>("1.5").is_err());
        assert!(serde_json::from_str::<Won>("\"1\"").is_err());
    }

    #[test]
    fn only_one_text_form_is_read() {
        for text in ["", "+1", "01", "-0", "1,000", "1.0", " 1", "9223372036854775808"] {
            assert_eq!(text.parse::<Won>(), Err(ParseWonError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_sum_round_trips_as_text(amount: i64) {
            let sum = Won::new(amount);
            prop_assert_eq!(sum.to_string().parse(), Ok(sum));
            prop_assert_eq!(sum.grouped().replace(',', "").parse(), Ok(sum));
        }
    }
}
