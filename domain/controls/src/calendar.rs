//! Public holidays of a country, as data.

use crate::{Bilingual, Term};
use std::ops::RangeInclusive;
use sumun_time::{BusinessCalendar, Date};

/// The public holidays of a country in the years that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its id: the country, such as `kr`.
    pub id: Term,
    /// What it is called.
    pub title: Bilingual,
    /// The first and the last day for which every holiday is known, but for those that are still to be decreed.
    pub known: RangeInclusive<Date>,
    /// The day on which we last changed it.
    pub revised: Date,
    /// Where the days come from.
    pub source: Bilingual,
    /// What a reader must know.
    pub note: Bilingual,
    /// The holidays by day. Two may fall on one day.
    pub holidays: Vec<Holiday>,
}

/// One public holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What it is called.
    pub name: Bilingual,
    /// Why it is one.
    pub kind: HolidayKind,
}

/// Why a day is a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayKind {
    /// A law or a decree says so.
    Public,
    /// It stands in for a holiday that fell on another day off (대체공휴일).
    Substitute {
        /// The day of that holiday.
        stands_for: Date,
    },
    /// No public holiday; we leave it out of the business days by our own choice.
    OurChoice,
}

impl Calendar {
    /// The business days that follow from it.
    pub fn business_calendar(&self) -> BusinessCalendar {
        let (first, last) = (*self.known.start(), *self.known.end());
        BusinessCalendar::covering(first, last, self.holidays.iter().map(|holiday| holiday.date))
    }
}
