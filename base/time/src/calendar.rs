//! Calendar days and Korean business days.

use crate::Timestamp;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A calendar day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the days say it all")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

impl Date {
    /// The day that is `days` after 1970-01-01; saturates.
    pub fn from_days_since_epoch(days: i64) -> Self {
        Self(days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }

    /// Year, month (1 to 12) and day (1 to 31) in the Gregorian calendar.
    pub fn year_month_day(self) -> (i32, u8, u8) {
        // Days are counted from 0000-03-01, so that the leap day ends a year.
        let days = i64::from(self.0) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u8, day as u8)
    }

    /// The day with this year, month and day, if there is one.
    pub fn from_year_month_day(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let shifted_year = i64::from(year) - i64::from(month <= 2);
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let shifted_month = (i64::from(month) + 9) % 12;
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let date = Self::from_days_since_epoch(era * 146_097 + day_of_era - 719_468);
        (date.year_month_day() == (year, month, day)).then_some(date)
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        WEEK[(i64::from(self.0) + 3).rem_euclid(7) as usize]
    }

    /// The day `days` later (earlier when negative); saturates.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to `self`.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Midnight in Korea at which this day begins; saturates.
    pub fn korean_start(self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.0) * 86_400 - 32_400)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = crate::ParseTimestampError;

    /// Reads the `full-date` of RFC 3339 section 5.6 and no other form, so that
    /// a day has one text and nobody sends a day beyond the years 0001 to 9999.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let has_form = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let year = year.and_then(|digits| digits.parse().ok()).filter(|year| has_form && *year > 0);
        let month = month.and_then(|digits| digits.parse().ok());
        let day = day.and_then(|digits| digits.parse().ok());
        let date =
            year.zip(month.zip(day)).and_then(|(year, (month, day))| Self::from_year_month_day(year, month, day));
        date.ok_or(crate::ParseTimestampError)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Business days (영업일): all but Saturdays, Sundays and public holidays.
///
/// Public holidays follow lunar dates and decrees, so they are data that the
/// caller gives, never computed. They are known from one day to another only;
/// whatever is counted with a day outside says so. The default knows none.
#[derive(Debug, Clone, Default)]
pub struct BusinessCalendar {
    known: Option<RangeInclusive<Date>>,
    holidays: BTreeSet<Date>,
}

/// What a day is to whoever counts business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// A business day.
    Business,
    /// A Saturday, a Sunday or a public holiday.
    Rest,
    /// A weekday for which the public holidays are not known.
    Unknown,
}

/// A day that was found by counting business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    /// The day.
    pub day: Date,
    /// Whether the public holidays of all counted days are known; if not, the
    /// day may turn out to be a later one.
    pub holidays_known: bool,
}

/// How many business days are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysLeft {
    /// The count.
    pub days: u32,
    /// Whether the public holidays of all counted days are known; if not, it
    /// may turn out to be fewer.
    pub holidays_known: bool,
}

impl BusinessCalendar {
    /// A calendar that knows the public holidays from `first` to `last`, both included.
    pub fn covering(first: Date, last: Date, holidays: impl IntoIterator<Item = Date>) -> Self {
        Self { known: Some(first..=last), holidays: holidays.into_iter().collect() }
    }

    /// The last day for which the public holidays are known; none when none are.
    pub fn known_until(&self) -> Option<Date> {
        self.known.as_ref().map(|known| *known.end())
    }

    /// What `date` is.
    pub fn kind(&self, date: Date) -> DayKind {
        match date.weekday() {
            Weekday::Saturday | Weekday::Sunday => DayKind::Rest,
            _ if self.holidays.contains(&date) => DayKind::Rest,
            _ if self.known.as_ref().is_some_and(|known| known.contains(&date)) => DayKind::Business,
            _ => DayKind::Unknown,
        }
    }

    /// The day that is `count` business days after `date`, which is itself not counted.
    pub fn plus_business_days(&self, date: Date, count: u32) -> DueDay {
        let mut due = DueDay { day: date, holidays_known: true };
        let mut left = count;
        while left > 0 {
            due.day = due.day.plus_days(1);
            let kind = self.kind(due.day);
            due.holidays_known &= kind != DayKind::Unknown;
            left -= u32::from(kind != DayKind::Rest);
        }
        due
    }

    /// Business days left from `today`, which is not counted, through `due`, which is.
    pub fn business_days_left(&self, today: Date, due: Date) -> DaysLeft {
        let kinds = (1..=due.days_since(today)).map(|days| self.kind(today.plus_days(days)));
        kinds.fold(DaysLeft { days: 0, holidays_known: true }, |left, kind| DaysLeft {
            days: left.days + u32::from(kind != DayKind::Rest),
            holidays_known: left.holidays_known && kind != DayKind::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn gregorian_days_round_trip() {
        for text in ["1970-01-01", "2000-02-29", "2026-11-21", "1969-12-31", "2100-03-01"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-11", "x"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!(date("2026-11-21").weekday(), Weekday::Saturday);
    }

    #[test]
    fn rfc3339_5_6_a_day_has_one_form_and_a_year_of_four_digits() {
        assert_eq!(
            (date("0001-01-01").to_string(), date("9999-12-31").to_string().as_str()),
            ("0001-01-01".into(), "9999-12-31")
        );
        for text in [
            "300000-01-01",
            "10000-01-01",
            "0000-01-01",
            "+2026-01-01",
            "2026-1-01",
            "2026-01-+1",
            " 2026-01-01",
            "２０26-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_midnight_of_the_farthest_day_saturates() {
        assert_eq!(Date::from_days_since_epoch(i64::MAX).korean_start(), Timestamp::from_micros(i64::MAX));
        assert_eq!(Date::from_days_since_epoch(i64::MIN).korean_start(), Timestamp::from_micros(i64::MIN));
    }

    #[test]
    fn business_days_leave_out_weekends_holidays_and_today() {
        let calendar = BusinessCalendar::covering(date("2026-01-01"), date("2026-12-31"), [date("2026-11-25")]);
        let due = calendar.plus_business_days(date("2026-11-20"), 3);
        assert_eq!(due, DueDay { day: date("2026-11-26"), holidays_known: true });
        let left = |today: &str| calendar.business_days_left(date(today), date("2026-11-26"));
        assert_eq!(left("2026-11-20"), DaysLeft { days: 3, holidays_known: true });
        assert_eq!(left("2026-11-26"), DaysLeft { days: 0, holidays_known: true });
    }

    #[test]
    fn a_day_whose_holidays_are_not_known_is_never_a_business_day_in_silence() {
        let calendar = BusinessCalendar::covering(date("2026-01-01"), date("2026-12-31"), [date("2026-12-25")]);
        assert_eq!(calendar.kind(date("2026-12-31")), DayKind::Business);
        assert_eq!(calendar.kind(date("2027-01-01")), DayKind::Unknown);
        assert_eq!(calendar.kind(date("2025-12-31")), DayKind::Unknown);
        assert_eq!(calendar.kind(date("2027-01-02")), DayKind::Rest, "a Saturday is one in every year");
        let due = |count| calendar.plus_business_days(date("2026-12-29"), count);
        assert_eq!(due(2), DueDay { day: date("2026-12-31"), holidays_known: true });
        assert_eq!(due(3), DueDay { day: date("2027-01-01"), holidays_known: false });
        assert_eq!(due(0), DueDay { day: date("2026-12-29"), holidays_known: true });
        assert!(!calendar.business_days_left(date("2026-12-29"), date("2027-01-04")).holidays_known);
        let weekend = calendar.business_days_left(date("2027-01-01"), date("2027-01-03"));
        assert_eq!(weekend, DaysLeft { days: 0, holidays_known: true });
        assert!(!BusinessCalendar::default().plus_business_days(date("2026-11-20"), 1).holidays_known);
        assert_eq!(
            (calendar.known_until(), BusinessCalendar::default().known_until()),
            (Some(date("2026-12-31")), None)
        );
    }
}
