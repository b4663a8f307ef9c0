//! A span of time.

use std::fmt;
use std::str::FromStr;

/// A signed span in microseconds. Its text form is the part of ISO 8601
/// durations whose length does not depend on a calendar: weeks, days (24 h),
/// hours, minutes and seconds, such as `P15D` or `PT10M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

/// The text is not a span of fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseSpanError;

impl fmt::Display for ParseSpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a duration such as PT10M or P15D")
    }
}

impl std::error::Error for ParseSpanError {}

const UNITS: [(char, bool, i64); 5] =
    [('W', false, 604_800), ('D', false, 86_400), ('H', true, 3_600), ('M', true, 60), ('S', true, 1)];

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds; saturates.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// From seconds; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// From minutes; saturates.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self::from_seconds(minutes.saturating_mul(60))
    }

    /// From hours; saturates.
    pub const fn from_hours(hours: i64) -> Self {
        Self::from_seconds(hours.saturating_mul(3_600))
    }

    /// From days of 24 hours; saturates.
    pub const fn from_days(days: i64) -> Self {
        Self::from_seconds(days.saturating_mul(86_400))
    }

    /// Microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// As the standard library's duration; a negative span becomes zero.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_micros(if self.0 < 0 { 0 } else { self.0 as u64 })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let micros = self.0.unsigned_abs();
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
        f.write_str("P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if seconds % 86_400 == 0 && fraction == 0 && days > 0 {
            return Ok(());
        }
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        match (seconds % 60, fraction) {
            (0, 0) if hours > 0 || minutes > 0 => Ok(()),
            (second, 0) => write!(f, "{second}S"),
            (second, fraction) => {
                let digits = format!("{fraction:06}");
                write!(f, "{second}.{}S", digits.trim_end_matches('0'))
            }
        }
    }
}

impl FromStr for Span {
    type Err = ParseSpanError;

    fn from_str(text: &str) -> Result<Self, ParseSpanError> {
        let rest = text.strip_prefix('P').ok_or(ParseSpanError)?;
        let (mut total, mut digits, mut in_time, mut next_unit) = (0i64, String::new(), false, 0);
        for letter in rest.chars() {
            match letter {
                '0'..='9' => digits.push(letter),
                'T' if !in_time && digits.is_empty() => in_time = true,
                _ => {
                    let place = (next_unit..UNITS.len())
                        .find(|&place| UNITS[place].0 == letter && UNITS[place].1 == in_time)
                        .ok_or(ParseSpanError)?;
                    let count: i64 = digits.parse().map_err(|_| ParseSpanError)?;
                    total = count
                        .checked_mul(UNITS[place].2)
                        .and_then(|seconds| total.checked_add(seconds))
                        .ok_or(ParseSpanError)?;
                    digits.clear();
                    next_unit = place + 1;
                }
            }
        }
        if next_unit == 0 || !digits.is_empty() || rest.ends_with('T') {
            return Err(ParseSpanError);
        }
        total.checked_mul(1_000_000).map(Self).ok_or(ParseSpanError)
    }
}

impl serde::Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["PT10M", "P15D", "P1DT2H3M4S", "PT0S", "PT3H", "P7D"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("P2W".parse(), Ok(Span::from_days(14)));
        assert_eq!(Span::from_millis(1500).to_string(), "PT1.5S");
    }

    #[test]
    fn calendar_spans_and_broken_texts_are_refused() {
        for text in ["P1Y", "P1M", "10M", "PT", "P", "PT5", "PT1S1M", "P99999999999999D"] {
            assert_eq!(text.parse::<Span>(), Err(ParseSpanError), "{text}");
        }
    }
}
