//! A month of a plan.

use crate::InputFault;
use std::fmt;
use std::str::FromStr;
use sumun_time::Date;

/// A month of a year, in which a remediation is to be done (목표시기). Text form `2027-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// Month 1 to 12 of a year from 2000 to 9999.
    ///
    /// # Errors
    /// [`InputFault::Month`] for any other.
    pub fn new(year: i32, month: u8) -> Result<Self, InputFault> {
        if (2000..=9999).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(InputFault::Month)
        }
    }

    /// The month in which `date` lies.
    pub fn of(date: Date) -> Self {
        let (year, month, _) = date.year_month_day();
        Self { year, month }
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = InputFault;

    fn from_str(text: &str) -> Result<Self, InputFault> {
        let (year, month) = text.split_once('-').ok_or(InputFault::Month)?;
        match (year.parse(), month.parse()) {
            (Ok(year), Ok(month)) if (year, month) != (0, 0) && text.len() == 7 => Self::new(year, month),
            _ => Err(InputFault::Month),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_read_back() {
        assert_eq!("2027-02".parse::<Month>().unwrap().to_string(), "2027-02");
        assert_eq!(Month::of("2026-11-21".parse().unwrap()), Month::new(2026, 11).unwrap());
        for text in ["2027-2", "2027-13", "2027-00", "2027", "27-02", "2027-02-01", "+027-02", ""] {
            assert_eq!(text.parse::<Month>(), Err(InputFault::Month), "{text}");
        }
    }
}
