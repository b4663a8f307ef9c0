//! The quantities of a row as typed values: a duration is a duration, a count
//! a count. A quantity for which the source gives no number is recorded as
//! unset, so that nobody has to guess and nobody forgets it.

use crate::row::Modality;
use crate::{Bilingual, Term};
use std::fmt;
use std::str::FromStr;
use sumun_time::Date;

/// One quantity of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, unique within the row, for example `min_length_two_classes`.
    pub name: Term,
    /// What kind of value it takes, set or not.
    pub kind: ParameterKind,
    /// Its value.
    pub value: ParameterValue,
    /// How binding the source makes the value.
    pub modality: Modality,
    /// What it is, for people.
    pub label: Bilingual,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A calendar duration, ISO 8601.
    Duration,
    /// How many.
    Count,
    /// A length in characters.
    Length,
    /// A key length in bits.
    KeyLength,
    /// A share.
    Ratio,
    /// A day, a month or a year.
    Date,
    /// Several words or phrases.
    TextList,
    /// A version of TLS.
    TlsVersion,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterValue {
    /// A calendar duration, ISO 8601.
    Duration(CalendarDuration),
    /// How many.
    Count(u64),
    /// A length in characters.
    Length(u32),
    /// A key length in bits.
    KeyLength(u32),
    /// A share.
    Ratio(Ratio),
    /// A day, a month or a year.
    Date(PartialDate),
    /// Several words or phrases.
    TextList(Vec<String>),
    /// A version of TLS.
    TlsVersion(TlsVersion),
    /// The source names the quantity and gives no number.
    Unset,
}

/// Why a text is not a value of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// What was wanted.
    pub expected: &'static str,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for InvalidValue {}

impl ParameterKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Duration,
        Self::Count,
        Self::Length,
        Self::KeyLength,
        Self::Ratio,
        Self::Date,
        Self::TextList,
        Self::TlsVersion,
    ];

    /// The word for it in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duration => "duration",
            Self::Count => "count",
            Self::Length => "length",
            Self::KeyLength => "key_length",
            Self::Ratio => "ratio",
            Self::Date => "date",
            Self::TextList => "text_list",
            Self::TlsVersion => "tls_version",
        }
    }

    /// The kind with this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What a value of this kind looks like in a catalog file.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Duration => CalendarDuration::EXPECTED,
            Self::Count => "a whole number from 0",
            Self::Length => "a length in characters, a whole number from 0",
            Self::KeyLength => "a key length in bits, a whole number from 0",
            Self::Ratio => Ratio::EXPECTED,
            Self::Date => PartialDate::EXPECTED,
            Self::TextList => "a list of 1 to 64 texts",
            Self::TlsVersion => TlsVersion::EXPECTED,
        }
    }
}

impl fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(duration) => duration.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Length(characters) => characters.fmt(f),
            Self::KeyLength(bits) => bits.fmt(f),
            Self::Ratio(ratio) => ratio.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::TextList(texts) => f.write_str(&texts.join(", ")),
            Self::TlsVersion(version) => version.fmt(f),
            Self::Unset => f.write_str("unset"),
        }
    }
}

/// A duration of the calendar, as ISO 8601 writes it: `P1Y`, `P3M`, `P2W`,
/// `P15D`, `PT10M`. A month stays a month; it is never turned into days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CalendarDuration {
    /// Years.
    pub years: u16,
    /// Months.
    pub months: u16,
    /// Weeks.
    pub weeks: u16,
    /// Days.
    pub days: u16,
    /// Hours, minutes and seconds, in seconds.
    pub seconds: u32,
}

impl CalendarDuration {
    const EXPECTED: &str = "an ISO 8601 duration such as `P1Y`, `P3M`, `P15D` or `PT10M`";
}

impl FromStr for CalendarDuration {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        parse_duration(text).ok_or(InvalidValue { expected: Self::EXPECTED })
    }
}

fn parse_duration(text: &str) -> Option<CalendarDuration> {
    let (calendar, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((calendar, clock)) if !clock.is_empty() => (calendar, clock),
        Some(_) => return None,
        None => (text.strip_prefix('P')?, ""),
    };
    let [years, months, weeks, days] = components(calendar, ['Y', 'M', 'W', 'D'])?;
    let [hours, minutes, seconds] = components(clock, ['H', 'M', 'S'])?;
    if calendar.is_empty() && clock.is_empty() {
        return None;
    }
    let seconds = u32::from(hours) * 3600 + u32::from(minutes) * 60 + u32::from(seconds);
    Some(CalendarDuration { years, months, weeks, days, seconds })
}

/// Numbers followed by their letters, in the order of `letters`, each at most once.
fn components<const N: usize>(mut text: &str, letters: [char; N]) -> Option<[u16; N]> {
    let mut values = [0; N];
    let mut next = 0;
    while !text.is_empty() {
        let end = text.find(|letter: char| !letter.is_ascii_digit())?;
        let letter = text[end..].chars().next()?;
        let place = next + letters[next..].iter().position(|&known| known == letter)?;
        values[place] = text[..end].parse().ok()?;
        next = place + 1;
        text = &text[end + letter.len_utf8()..];
    }
    Some(values)
}

impl fmt::Display for CalendarDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let calendar = [(self.years, 'Y'), (self.months, 'M'), (self.weeks, 'W'), (self.days, 'D')];
        for (value, letter) in calendar.into_iter().filter(|(value, _)| *value > 0) {
            write!(f, "{value}{letter}")?;
        }
        if self.seconds > 0 {
            f.write_str("T")?;
            let clock = [(self.seconds / 3600, 'H'), (self.seconds / 60 % 60, 'M'), (self.seconds % 60, 'S')];
            for (value, letter) in clock.into_iter().filter(|(value, _)| *value > 0) {
                write!(f, "{value}{letter}")?;
            }
        } else if calendar.iter().all(|(value, _)| *value == 0) {
            f.write_str("0D")?;
        }
        Ok(())
    }
}

/// A share as two whole numbers, `60/100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    /// The part.
    pub numerator: u32,
    /// The whole, not 0.
    pub denominator: u32,
}

impl Ratio {
    const EXPECTED: &str = "a ratio of two whole numbers such as `60/100`";
}

impl FromStr for Ratio {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let parse = || {
            let (numerator, denominator) = text.split_once('/')?;
            Some(Self { numerator: digits(numerator)?, denominator: digits(denominator).filter(|&whole| whole > 0)? })
        };
        parse().ok_or(InvalidValue { expected: Self::EXPECTED })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// A day, a month or a year, as exact as the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12, where the source gives it.
    pub month: Option<u8>,
    /// The day, 1 to 31, where the source gives it.
    pub day: Option<u8>,
}

impl PartialDate {
    const EXPECTED: &str = "a date such as `2019-09-03`, `2016-09` or `2017`";

    /// The whole day, when the source is that exact.
    pub fn full(self) -> Option<Date> {
        Date::from_year_month_day(i32::from(self.year), self.month?, self.day?)
    }
}

impl FromStr for PartialDate {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        parse_date(text).ok_or(InvalidValue { expected: Self::EXPECTED })
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        let (year, month, day) = date.year_month_day();
        Self { year: u16::try_from(year).unwrap_or_default(), month: Some(month), day: Some(day) }
    }
}

fn parse_date(text: &str) -> Option<PartialDate> {
    let mut parts = text.split('-');
    let mut part = |width: usize| match parts.next() {
        Some(part) if part.len() == width => digits(part).map(Some),
        Some(_) => None,
        None => Some(None),
    };
    let year = u16::try_from(part(4)??).ok()?;
    let month = part(2)?.map(u8::try_from).transpose().ok()?;
    let day = part(2)?.map(u8::try_from).transpose().ok()?;
    let date = PartialDate { year, month, day };
    let month_is_real = month.is_none_or(|month| (1..=12).contains(&month));
    let day_is_real = day.is_none() || date.full().is_some();
    (parts.next().is_none() && month_is_real && day_is_real).then_some(date)
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        self.month.map_or(Ok(()), |month| write!(f, "-{month:02}"))?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// A version of TLS. A catalog may name a version that Sumun itself refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// TLS 1.0 (RFC 2246).
    Tls10,
    /// TLS 1.1 (RFC 4346).
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl TlsVersion {
    const EXPECTED: &str = "a TLS version, one of `1.0`, `1.1`, `1.2`, `1.3`";
}

impl FromStr for TlsVersion {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "1.0" => Ok(Self::Tls10),
            "1.1" => Ok(Self::Tls11),
            "1.2" => Ok(Self::Tls12),
            "1.3" => Ok(Self::Tls13),
            _ => Err(InvalidValue { expected: Self::EXPECTED }),
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls10 => "1.0",
            Self::Tls11 => "1.1",
            Self::Tls12 => "1.2",
            Self::Tls13 => "1.3",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_duration_keeps_months_and_years() {
        for text in ["P1Y", "P3M", "P2W", "P15D", "PT10M", "P1Y6M", "PT1H30M5S", "P0D"] {
            assert_eq!(text.parse::<CalendarDuration>().unwrap().to_string(), text);
        }
        for text in ["", "P", "PT", "1Y", "P1", "PY", "P1D1Y", "P1Y1Y", "P-1D", "P1.5D", "P99999999Y", "P1DT", "P1년"]
        {
            assert!(text.parse::<CalendarDuration>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_as_exact_as_its_source() {
        for text in ["2019-09-03", "2016-09", "2017"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in ["2019-02-29", "2019-13", "19", "2019-9-3", "2019-09-03-01", "+019", "2019-"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_ratio_has_a_whole() {
        assert_eq!("60/100".parse::<Ratio>().unwrap().to_string(), "60/100");
        for text in ["1/0", "1", "/2", "a/b", "+1/2", "1/2/3"] {
            assert!(text.parse::<Ratio>().is_err(), "{text}");
        }
    }
}
