//! An instant.

use crate::{Date, Span};
use std::fmt;
use std::str::FromStr;

/// An instant in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The text is not an RFC 3339 instant between the years 0001 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an instant such as 2026-11-21T05:00:00Z")
    }
}

impl std::error::Error for ParseTimestampError {}

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch (a JWT `NumericDate`); saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down (a JWT `NumericDate`).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The instant `span` later; saturates at the ends of the range.
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.micros()))
    }

    /// The instant `span` earlier; saturates at the ends of the range.
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.micros()))
    }

    /// How much later `self` is than `earlier`; negative when it is earlier.
    pub const fn since(self, earlier: Self) -> Span {
        Span::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The calendar day in Korea (UTC+9, no daylight saving time).
    pub fn korean_date(self) -> Date {
        Date::from_days_since_epoch(self.plus(Span::from_hours(9)).0.div_euclid(86_400_000_000))
    }

    /// Hour, minute and second of the day in Korea.
    pub fn korean_time_of_day(self) -> (u8, u8, u8) {
        let second = self.plus(Span::from_hours(9)).0.rem_euclid(86_400_000_000) / 1_000_000;
        ((second / 3600) as u8, (second / 60 % 60) as u8, (second % 60) as u8)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, without a fraction when it is a whole second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => fmt::Display::fmt(&instant, f),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond())).map_err(|_| ParseTimestampError)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_round_trips() {
        let instant: Timestamp = "2026-11-21T05:00:00.250001Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-11-21T05:00:00.250001Z");
        assert_eq!("2026-11-21T14:00:00.250001+09:00".parse(), Ok(instant));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(ParseTimestampError));
    }

    #[test]
    fn the_korean_day_begins_nine_hours_before_utc() {
        let before: Timestamp = "2026-11-20T14:59:59Z".parse().unwrap();
        let after: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
        assert_eq!(before.korean_date().to_string(), "2026-11-20");
        assert_eq!(after.korean_date().to_string(), "2026-11-21");
        assert_eq!(after.korean_time_of_day(), (0, 0, 0));
    }

    #[test]
    fn seconds_round_down_also_before_the_epoch() {
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
        assert_eq!(Timestamp::from_micros(1_999_999).seconds(), 1);
    }
}
