//! Calendars of public holidays.

use super::limits;
use super::reference::{both, day, twice};
use super::text::{At, SourceText};
use crate::calendar::{Calendar, Holiday, HolidayKind};
use crate::file::{CalendarFile, CalendarHeader, HolidayEntry};
use crate::{Catalog, CatalogError};
use std::ops::RangeInclusive;
use sumun_time::{Date, Weekday};
use toml::Spanned;

/// The years that a calendar may be about.
const YEARS: RangeInclusive<i32> = 1948..=2200;

pub(super) fn add(catalog: &mut Catalog, file: At<CalendarFile>) -> Result<(), CatalogError> {
    let At { source, value } = file;
    source.within("holidays", value.holiday.len(), limits::ROWS_MAX)?;
    let header = value.calendar;
    let known = known(&source, &header)?;
    let id = header.id.get_ref().clone();
    if catalog.calendars.contains_key(&id) {
        return Err(twice(&source, &header.id, "calendar"));
    }
    let mut holidays: Vec<Holiday> = Vec::new();
    for entry in value.holiday {
        let holiday = holiday(&source, entry, &known, &holidays)?;
        holidays.push(holiday);
    }
    every_year(&source, &header, &known, &holidays)?;
    let calendar = Calendar {
        id: id.clone(),
        title: both(header.title_ko, header.title_en),
        known,
        revised: day(&source, header.revised)?,
        source: both(header.source_ko, header.source_en),
        note: both(header.note_ko, header.note_en),
        holidays,
    };
    catalog.calendars.insert(id, calendar);
    Ok(())
}

/// From the first day of the first year to the last day of the last one.
fn known(source: &SourceText, header: &CalendarHeader) -> Result<RangeInclusive<Date>, CatalogError> {
    let edge = |year: &Spanned<i32>, month, day| {
        let date = Date::from_year_month_day(*year.get_ref(), month, day).filter(|_| YEARS.contains(year.get_ref()));
        date.ok_or_else(|| source.fault(year.span(), year.get_ref(), "a year such as 2026"))
    };
    let (first, last) = (edge(&header.first_year, 1, 1)?, edge(&header.last_year, 12, 31)?);
    match first < last {
        true => Ok(first..=last),
        false => {
            Err(source.fault(header.last_year.span(), header.last_year.get_ref(), "a year not before `first_year`"))
        }
    }
}

/// The holiday, if it follows on `earlier` and is what it says.
fn holiday(
    source: &SourceText,
    entry: HolidayEntry,
    known: &RangeInclusive<Date>,
    earlier: &[Holiday],
) -> Result<Holiday, CatalogError> {
    let span = entry.date.span();
    let date = day(source, entry.date)?;
    if !known.contains(&date) {
        let expected = format!("a day from {} to {}, or other years in `[calendar]`", known.start(), known.end());
        return Err(source.fault(span, date, expected));
    }
    if earlier.last().is_some_and(|before| before.date > date) {
        return Err(source.fault(span, format!("{date} after a later day"), "the days in their order"));
    }
    let name = both(entry.name_ko, entry.name_en);
    if earlier.iter().any(|other| other.date == date && other.name == name) {
        return Err(source.fault(span, format!("{date} a second time"), "each day and name once"));
    }
    let kind = match (entry.substitute_for, entry.our_choice) {
        (None, false) => HolidayKind::Public,
        (None, true) => HolidayKind::OurChoice,
        (Some(day), true) => {
            let expected = "either `substitute_for` or `our_choice`";
            return Err(source.fault(day.span(), format!("`{}`", day.get_ref()), expected));
        }
        (Some(day), false) => substitute(source, day, date, earlier)?,
    };
    Ok(Holiday { date, name, kind })
}

/// A substitute is a weekday after a holiday that is no substitute itself.
fn substitute(
    source: &SourceText,
    stands_for: Spanned<String>,
    date: Date,
    earlier: &[Holiday],
) -> Result<HolidayKind, CatalogError> {
    let span = stands_for.span();
    let stands_for = day(source, stands_for)?;
    let is_holiday = |other: &Holiday| other.date == stands_for && other.kind == HolidayKind::Public;
    if stands_for >= date || !earlier.iter().any(is_holiday) {
        return Err(source.fault(span, stands_for, "the day of an earlier holiday of this file"));
    }
    if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return Err(source.fault(span, format!("a substitute on {date}, a weekend"), "a substitute on a weekday"));
    }
    Ok(HolidayKind::Substitute { stands_for })
}

/// A year without a holiday was forgotten, not free of them.
fn every_year(
    source: &SourceText,
    header: &CalendarHeader,
    known: &RangeInclusive<Date>,
    holidays: &[Holiday],
) -> Result<(), CatalogError> {
    let year_of = |date: Date| date.year_month_day().0;
    let mut years = year_of(*known.start())..=year_of(*known.end());
    match years.find(|year| !holidays.iter().any(|holiday| year_of(holiday.date) == *year)) {
        None => Ok(()),
        Some(year) => {
            let expected = "holidays in every year from `first_year` to `last_year`";
            Err(source.fault(header.last_year.span(), format!("no holiday in {year}"), expected))
        }
    }
}
