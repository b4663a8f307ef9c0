//! The shipped public holidays: held against the rules of substitute holidays, counted with, and refused when broken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::path::Path;
use sumun_controls::{Calendar, HolidayKind, load, load_over};
use sumun_time::{BusinessCalendar, Date, DayKind, DueDay, Weekday};

/// What falls on a weekend or on another holiday and moves on: the national days, Children's Day, Buddha's Birthday,
/// Christmas and, since 2026, Labour Day (the Regulation on Public Holidays of Government Offices, article 3).
const MOVES_FROM_A_WEEKEND: [&str; 9] =
    ["3·1절", "노동절", "어린이날", "부처님 오신 날", "제헌절", "광복절", "개천절", "한글날", "기독탄신일"];

fn text() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs/calendars/kr.toml");
    std::fs::read_to_string(path).unwrap()
}

fn shipped() -> Calendar {
    let catalog = load([("kr.toml", text())].into_iter()).unwrap_or_else(|error| panic!("{error}"));
    catalog.calendar("kr").unwrap().clone()
}

fn days() -> BusinessCalendar {
    shipped().business_calendar()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn due(from: &str, count: u32) -> String {
    let due = days().plus_business_days(date(from), count);
    assert!(due.holidays_known, "{due:?}");
    due.day.to_string()
}

#[test]
fn the_years_2024_to_2028_are_covered() {
    let calendar = shipped();
    assert_eq!(calendar.known, date("2024-01-01")..=date("2028-12-31"));
    for year in 2024..=2028 {
        let own = calendar.holidays.iter().filter(|holiday| holiday.date.year_month_day().0 == year);
        let names: Vec<&str> = own.map(|holiday| holiday.name.ko.as_str()).collect();
        for name in ["1월 1일", "설날 전날", "설날", "설날 다음 날", "추석 전날", "추석", "추석 다음 날", "현충일"]
        {
            assert_eq!(names.iter().filter(|found| **found == name).count(), 1, "{name} in {year}");
        }
        let (labour, workers) = (names.contains(&"노동절"), names.contains(&"근로자의 날"));
        assert_eq!((labour, workers), (year >= 2026, year < 2026), "{year}");
        assert_eq!(names.contains(&"제헌절"), year >= 2026, "{year}");
    }
    for holiday in &calendar.holidays {
        let is_may_day = holiday.name.ko == "근로자의 날";
        assert_eq!(holiday.kind == HolidayKind::OurChoice, is_may_day, "{holiday:?}");
    }
}

#[test]
fn public_holiday_regulation_article_3_gives_every_substitute_and_no_other() {
    let calendar = shipped();
    let public: Vec<_> = calendar.holidays.iter().filter(|holiday| holiday.kind == HolidayKind::Public).collect();
    let mut off: BTreeSet<Date> = public.iter().map(|holiday| holiday.date).collect();
    let dates = off.clone();
    let mut by_rule = Vec::new();
    for day in dates {
        let names: Vec<&str> =
            public.iter().filter(|holiday| holiday.date == day).map(|one| one.name.ko.as_str()).collect();
        let (saturday, sunday) = (day.weekday() == Weekday::Saturday, day.weekday() == Weekday::Sunday);
        let moves = names.iter().any(|name| match *name {
            name if MOVES_FROM_A_WEEKEND.contains(&name) => saturday || sunday || names.len() > 1,
            name if name.starts_with("설날") || name.starts_with("추석") => {
                sunday || (!saturday && names.len() > 1)
            }
            _ => false,
        });
        if moves {
            let weekend = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let after = (1..).map(|days| day.plus_days(days)).find(|day| !weekend(*day) && !off.contains(day)).unwrap();
            off.insert(after);
            by_rule.push((after, day));
        }
    }
    let written = calendar.holidays.iter().filter_map(|holiday| match holiday.kind {
        HolidayKind::Substitute { stands_for } => Some((holiday.date, stands_for)),
        _ => None,
    });
    assert_eq!(written.collect::<Vec<_>>(), by_rule);
    assert!(by_rule.len() > 15, "{by_rule:?}");
}

#[test]
fn a_deadline_goes_over_the_lunar_new_year_and_its_substitute() {
    // 2027: Saturday the 6th to Monday the 8th of February, and the 9th for the Sunday among them.
    assert_eq!(due("2027-02-04", 1), "2027-02-05");
    assert_eq!(due("2027-02-05", 1), "2027-02-10");
    assert_eq!(due("2027-02-04", 5), "2027-02-15");
}

#[test]
fn a_deadline_goes_over_chuseok() {
    // 2026: Thursday the 24th to Saturday the 26th of September; a Saturday has no substitute.
    assert_eq!(due("2026-09-23", 1), "2026-09-28");
    // 2025: from the 3rd, National Foundation Day, to the 9th, Hangul Day, with the 8th as the substitute of Chuseok.
    assert_eq!(due("2025-10-02", 1), "2025-10-10");
    assert_eq!(days().business_days_left(date("2025-10-02"), date("2025-10-13")).days, 2);
}

#[test]
fn a_deadline_goes_over_a_substitute_holiday_and_over_the_first_of_may() {
    assert_eq!(due("2026-10-02", 1), "2026-10-06", "National Foundation Day was a Saturday");
    assert_eq!(due("2027-04-30", 1), "2027-05-04", "Labour Day was a Saturday");
    assert_eq!(due("2025-04-30", 1), "2025-05-02", "banks are closed on Workers' Day");
}

#[test]
fn a_day_after_the_last_covered_year_is_not_taken_for_a_business_day() {
    assert_eq!(days().kind(date("2028-12-29")), DayKind::Business);
    assert_eq!(days().kind(date("2029-01-01")), DayKind::Unknown, "New Year's Day of a year that is not covered");
    let due = days().plus_business_days(date("2028-12-28"), 2);
    assert_eq!(due, DueDay { day: date("2029-01-01"), holidays_known: false });
}

#[track_caller]
fn assert_fault(from: &str, to: &str, found: &str, expected: &str) {
    let changed = text().replacen(from, to, 1);
    assert_ne!(changed, text(), "`{from}` stands nowhere");
    let message = load([("kr.toml", changed)].into_iter()).unwrap_err().to_string();
    assert!(message.starts_with("kr.toml:") && message.contains(found), "{message}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_broken_calendar_is_answered_with_what_was_expected() {
    assert_fault("last_year = 2028", "last_year = 2029", "no holiday in 2029", "holidays in every year");
    assert_fault("last_year = 2028", "last_year = 2023", "2023", "not before `first_year`");
    assert_fault("first_year = 2024", "first_year = 20240", "20240", "a year such as");
    assert_fault("last_year = 2028", "last_year = 2027", "2028-01-01", "a day from 2024-01-01 to 2027-12-31");
    assert_fault("date = \"2024-02-09\"", "date = \"2024-02-30\"", "`2024-02-30`", "a whole date");
    assert_fault("date = \"2024-02-09\"", "date = \"2024-02-19\"", "after a later day", "in their order");
    assert_fault("\"2024-02-11\"\n\n", "\"2024-02-13\"\n\n", "2024-02-13", "an earlier holiday");
    assert_fault("our_choice = true", "our_choice = true\nsubstitute_for = \"2024-04-10\"", "`2024-04-10`", "either");
    assert_fault("name_en = \"Lunar New Year's Day\"\n", "", "no `name_en`", "the key `name_en`");
    assert_fault("our_choice = true", "our_chioce = true", "unknown field `our_chioce`", "`our_choice`");
    let weekend =
        "date = \"2026-10-04\"\nname_ko = \"x\"\nname_en = \"x\"\nsubstitute_for = \"2026-10-03\"\n\n[[holiday]]\n";
    let (before, after) = ("date = \"2026-10-05\"", format!("{weekend}date = \"2026-10-05\""));
    assert_fault(before, &after, "a weekend", "a weekday");
    let twice =
        "[[holiday]]\ndate = \"2024-01-01\"\nname_ko = \"1월 1일\"\nname_en = \"New Year's Day\"\n\n[[holiday]]\n";
    assert_fault("[[holiday]]\n", twice, "a second time", "once");
    let double = load([("a.toml", text()), ("b.toml", text())].into_iter()).unwrap_err().to_string();
    assert!(double.starts_with("b.toml:5:6: found `kr` a second time"), "{double}");
}

#[test]
fn a_calendar_that_is_checked_replaces_the_shipped_one() {
    let base = vec![("kr.toml".to_owned(), text())];
    let changed = text().replacen("대한민국 공휴일", "다른 달력", 1);
    let catalog = load_over(base, vec![("/elsewhere/kr.toml".to_owned(), changed)]).unwrap();
    assert_eq!(catalog.calendar("kr").unwrap().title.ko, "다른 달력");
    assert_eq!(catalog.calendars().count(), 1);
}
