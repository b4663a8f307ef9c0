//! Forms of dates, times, sums, numbers, sizes and hashes on pages.
//!
//! Instants are shown in Korea Standard Time (UTC+9). English names the zone
//! at each time of day, because its readers may sit elsewhere; on Korean pages
//! the foot names it once. Near forms drop the year when it is that of `now`.

use crate::{Count, Locale, Messages};
use askama::filters::HtmlSafe;
use std::fmt;
use sumun_money::Won;
use sumun_time::{BusinessCalendar, Date, Timestamp, Weekday};

/// `2026. 11. 21.(토)`, in English `Sat 21 Nov 2026`.
pub fn date(date: Date, locale: Locale) -> String {
    let (year, month, day) = date.year_month_day();
    let weekday = weekday(date.weekday(), locale);
    match locale {
        Locale::Ko => format!("{year}. {month}. {day}.({weekday})"),
        Locale::En => format!("{weekday} {day} {} {year}", month_name(month)),
    }
}

/// As [`date`], without the year when it is the year of `today`.
pub fn date_near(date: Date, today: Date, locale: Locale) -> String {
    let (year, month, day) = date.year_month_day();
    if year != today.year_month_day().0 {
        return self::date(date, locale);
    }
    let weekday = weekday(date.weekday(), locale);
    match locale {
        Locale::Ko => format!("{month}. {day}.({weekday})"),
        Locale::En => format!("{weekday} {day} {}", month_name(month)),
    }
}

/// `2026. 11. 21.(토) 14:05`, in English `Sat 21 Nov 2026, 14:05 KST`.
pub fn date_time(at: Timestamp, locale: Locale) -> String {
    join(date(at.korean_date(), locale), &clock(at, locale), locale)
}

/// As [`date_time`], without the year when it is the year of `now`.
pub fn date_time_near(at: Timestamp, now: Timestamp, locale: Locale) -> String {
    join(date_near(at.korean_date(), now.korean_date(), locale), &clock(at, locale), locale)
}

/// `14:05`, in English `14:05 KST`.
pub fn clock(at: Timestamp, locale: Locale) -> String {
    match locale {
        Locale::Ko => time_of_day(at),
        Locale::En => format!("{} KST", time_of_day(at)),
    }
}

fn time_of_day(at: Timestamp) -> String {
    let (hour, minute, _) = at.korean_time_of_day();
    format!("{hour:02}:{minute:02}")
}

/// The month of a plan: `2026. 11.`, in English `Nov 2026`.
pub fn month(year: i32, month: u8, locale: Locale) -> String {
    match locale {
        Locale::Ko => format!("{year}. {month}."),
        Locale::En => format!("{} {year}", month_name(month)),
    }
}

/// `2026. 11. 23.(월) 13:20~13:22`; the second date is shown when it differs. In English the zone stands once, at the end.
pub fn period(from: Timestamp, to: Timestamp, locale: Locale) -> String {
    let end = if from.korean_date() == to.korean_date() { clock(to, locale) } else { date_time(to, locale) };
    format!("{}~{end}", join(date(from.korean_date(), locale), &time_of_day(from), locale))
}

/// `1,234,500원`, in English `KRW 1,234,500`.
pub fn money(sum: Won, locale: Locale) -> String {
    let digits = group_digits(&sum.amount().to_string());
    match locale {
        Locale::Ko => format!("{digits}원"),
        Locale::En => format!("KRW {digits}"),
    }
}

/// `48,213,904`.
pub fn number(count: impl Count) -> String {
    group_digits(&count.whole().to_string())
}

/// A share in percent with two digits, `0.21%`; nothing of nothing is `—`.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NOTHING.to_owned();
    }
    let hundredths = (u128::from(part) * 10_000 + u128::from(whole) / 2) / u128::from(whole);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A size in decimal units: `640 B`, `96 KB`, `1.8 MB`.
pub fn bytes(size: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = (u128::from(size) * 10 + u128::from(unit) / 2) / u128::from(unit);
        if tenths % 10 == 0 || tenths >= 1_000 {
            format!("{}", (tenths + 5) / 10)
        } else {
            format!("{}.{}", tenths / 10, tenths % 10)
        }
    };
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} KB", (size + 500) / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// The first 8 and last 4 characters of a hash: `9f2c41d0…7b30`. Short texts stay whole.
pub fn hash_short(hash: &str) -> String {
    let characters = hash.chars().count();
    if characters <= 13 {
        return hash.to_owned();
    }
    let (head, tail): (String, String) = (hash.chars().take(8).collect(), hash.chars().skip(characters - 4).collect());
    format!("{head}…{tail}")
}

/// What stands where there is nothing: `—`.
pub const NOTHING: &str = "—";

/// Commas between groups of three digits of a plain number; keeps sign and fraction.
pub(crate) fn group_digits(plain: &str) -> String {
    let (whole, fraction) = plain.split_once('.').map_or((plain, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.into_iter().for_each(|fraction| {
        grouped.push('.');
        grouped.push_str(fraction);
    });
    grouped
}

/// A `<time datetime>` element; safe to print unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeTag {
    machine: String,
    shown: String,
}

impl TimeTag {
    /// An instant with time of day; the year is dropped when it is the year of `now`.
    pub fn instant(at: Timestamp, now: Timestamp, locale: Locale) -> Self {
        Self { machine: machine_instant(at), shown: date_time_near(at, now, locale) }
    }

    /// An instant with other words around it.
    pub fn saying(at: Timestamp, words: &str) -> Self {
        let shown = words.replace('&', "&amp;").replace('<', "&lt;");
        Self { machine: machine_instant(at), shown }
    }

    /// An instant of which only the time of day is shown.
    pub fn clock(at: Timestamp, locale: Locale) -> Self {
        Self { machine: machine_instant(at), shown: clock(at, locale) }
    }

    /// A day with its year.
    pub fn day(date: Date, locale: Locale) -> Self {
        Self { machine: date.to_string(), shown: self::date(date, locale) }
    }

    /// A day; the year is dropped when it is the year of `today`.
    pub fn day_near(date: Date, today: Date, locale: Locale) -> Self {
        Self { machine: date.to_string(), shown: date_near(date, today, locale) }
    }

    /// The words alone, without the element.
    pub fn words(&self) -> &str {
        &self.shown
    }
}

impl fmt::Display for TimeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<time datetime=\"{}\">{}</time>", self.machine, self.shown)
    }
}

// Both fields are made here of digits, fixed words and punctuation only, or escaped.
impl HtmlSafe for TimeTag {}

/// A deadline: when it is and how much is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// `11. 27.(금) 18:00` as an element.
    pub when: TimeTag,
    /// `영업일 4일 남음`, `오늘까지`, or how long it has passed.
    pub left: String,
    /// Whether it has passed.
    pub passed: bool,
}

impl Deadline {
    /// A deadline counted in business days, which leave out weekends and public
    /// holidays and do not count today. It says when the holidays are not known.
    pub fn in_business_days(
        due: Timestamp,
        now: Timestamp,
        calendar: &BusinessCalendar,
        messages: &Messages,
        locale: Locale,
    ) -> Self {
        let (today, day) = (now.korean_date(), due.korean_date());
        let text = |key| messages.text(locale, key);
        let left = match calendar.business_days_left(today, day) {
            _ if due < now => text("deadline-passed").to_string(),
            _ if today == day => text("deadline-today").to_string(),
            left if !left.holidays_known => text("deadline-holidays-unknown").count("days", left.days).to_string(),
            left => text("deadline-business-days").count("days", left.days).to_string(),
        };
        Self { when: TimeTag::instant(due, now, locale), left, passed: due < now }
    }
}

fn join(date: String, time: &str, locale: Locale) -> String {
    match locale {
        Locale::Ko => format!("{date} {time}"),
        Locale::En => format!("{date}, {time}"),
    }
}

/// The instant with the offset of Korea, to the minute: `2026-11-21T14:05+09:00`.
fn machine_instant(at: Timestamp) -> String {
    format!("{}T{}+09:00", at.korean_date(), time_of_day(at))
}

fn weekday(day: Weekday, locale: Locale) -> &'static str {
    let (ko, en) = match day {
        Weekday::Monday => ("월", "Mon"),
        Weekday::Tuesday => ("화", "Tue"),
        Weekday::Wednesday => ("수", "Wed"),
        Weekday::Thursday => ("목", "Thu"),
        Weekday::Friday => ("금", "Fri"),
        Weekday::Saturday => ("토", "Sat"),
        Weekday::Sunday => ("일", "Sun"),
    };
    match locale {
        Locale::Ko => ko,
        Locale::En => en,
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn dates_and_times_follow_the_style_in_both_languages() {
        let instant = at("2026-11-21T14:05:00+09:00");
        assert_eq!(date_time(instant, Locale::Ko), "2026. 11. 21.(토) 14:05");
        assert_eq!(date_time(instant, Locale::En), "Sat 21 Nov 2026, 14:05 KST");
        assert_eq!((clock(instant, Locale::Ko).as_str(), clock(instant, Locale::En).as_str()), ("14:05", "14:05 KST"));
        assert_eq!(date_time_near(instant, at("2026-01-01T00:00:00Z"), Locale::Ko), "11. 21.(토) 14:05");
        assert_eq!(date_time_near(instant, at("2027-01-01T00:00:00Z"), Locale::Ko), "2026. 11. 21.(토) 14:05");
        assert_eq!(month(2026, 11, Locale::Ko), "2026. 11.");
        assert_eq!(month(2026, 11, Locale::En), "Nov 2026");
    }

    #[test]
    fn a_period_within_a_day_shows_the_day_once() {
        let from = at("2026-11-23T13:20:00+09:00");
        assert_eq!(period(from, at("2026-11-23T13:22:00+09:00"), Locale::Ko), "2026. 11. 23.(월) 13:20~13:22");
        let same_day = period(from, at("2026-11-23T13:22:00+09:00"), Locale::En);
        assert_eq!(same_day, "Mon 23 Nov 2026, 13:20~13:22 KST");
        let next = period(from, at("2026-11-24T01:00:00+09:00"), Locale::Ko);
        assert_eq!(next, "2026. 11. 23.(월) 13:20~2026. 11. 24.(화) 01:00");
    }

    #[test]
    fn sums_numbers_and_sizes_are_grouped() {
        assert_eq!(money(Won::new(1_234_500), Locale::Ko), "1,234,500원");
        assert_eq!(money(Won::new(-500), Locale::En), "KRW -500");
        assert_eq!(number(48_213_904), "48,213,904");
        assert_eq!((percent(21, 10_000).as_str(), percent(1, 0).as_str()), ("0.21%", "—"));
        let sizes = [(0, "0 B"), (96_000, "96 KB"), (1_800_000, "1.8 MB"), (212_400, "212 KB"), (2_000_000, "2 MB")];
        sizes.iter().for_each(|(size, shown)| assert_eq!(bytes(*size), *shown));
        assert_eq!(bytes(150_000_000), "150 MB");
    }

    #[test]
    fn a_hash_keeps_its_ends() {
        assert_eq!(hash_short("9f2c41d07ab3e85510c6e2f4a98d7b30"), "9f2c41d0…7b30");
        assert_eq!(hash_short("9f2c41d0"), "9f2c41d0");
    }

    #[test]
    fn the_time_element_carries_the_machine_form() {
        let tag = TimeTag::instant(at("2026-11-27T18:00:00+09:00"), at("2026-11-23T05:00:00Z"), Locale::Ko);
        assert_eq!(tag.to_string(), "<time datetime=\"2026-11-27T18:00+09:00\">11. 27.(금) 18:00</time>");
    }

    #[test]
    fn a_deadline_counts_business_days_without_today() {
        let messages = Messages::load(&[]).unwrap();
        let (first, last) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
        let calendar = BusinessCalendar::covering(first, last, ["2026-12-25".parse().unwrap()]);
        let left =
            |due: &str, now: &str| Deadline::in_business_days(at(due), at(now), &calendar, &messages, Locale::Ko).left;
        assert_eq!(left("2026-12-28T18:00:00+09:00", "2026-12-23T14:05:00+09:00"), "영업일 2일 남음");
        assert_eq!(left("2027-01-04T18:00:00+09:00", "2026-12-30T14:05:00+09:00"), "영업일 3일 남음, 공휴일 미확인");
        assert_eq!(left("2026-11-27T18:00:00+09:00", "2026-11-23T14:05:00+09:00"), "영업일 4일 남음");
        assert_eq!(left("2026-11-23T18:00:00+09:00", "2026-11-23T14:05:00+09:00"), "오늘까지");
        assert_eq!(left("2026-11-23T18:00:00+09:00", "2026-11-23T18:05:00+09:00"), "기한 지남");
    }
}
