//! The number of an engagement.

use crate::InputFault;
use std::fmt;
use std::str::FromStr;

/// The number that people write on letters: year, `OB` for open banking and a
/// serial within the year, such as `2026-OB-0147`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EngagementNumber {
    year: u16,
    serial: u32,
}

impl EngagementNumber {
    /// Number `serial` (from 1) of `year`.
    ///
    /// # Errors
    /// [`InputFault::Number`] for serial 0 or a year outside 2000 to 9999.
    pub fn new(year: i32, serial: u32) -> Result<Self, InputFault> {
        match u16::try_from(year) {
            Ok(year) if (2000..=9999).contains(&year) && serial > 0 => Ok(Self { year, serial }),
            _ => Err(InputFault::Number),
        }
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The serial within the year.
    pub const fn serial(self) -> u32 {
        self.serial
    }
}

impl fmt::Display for EngagementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-OB-{:04}", self.year, self.serial)
    }
}

impl FromStr for EngagementNumber {
    type Err = InputFault;

    fn from_str(text: &str) -> Result<Self, InputFault> {
        let (year, serial) = text.split_once("-OB-").ok_or(InputFault::Number)?;
        let number = match (year.parse(), serial.parse()) {
            (Ok(year), Ok(serial)) => Self::new(year, serial)?,
            _ => return Err(InputFault::Number),
        };
        if number.to_string() == text { Ok(number) } else { Err(InputFault::Number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_have_one_form() {
        for text in ["2026-OB-0147", "2026-OB-0001", "2026-OB-12345"] {
            assert_eq!(text.parse::<EngagementNumber>().unwrap().to_string(), text);
        }
        for text in ["2026-OB-147", "26-OB-0147", "2026-OB-0000", "2026-XX-0001", "2026-OB-00147", "2026-OB--001", ""] {
            assert_eq!(text.parse::<EngagementNumber>(), Err(InputFault::Number), "{text}");
        }
    }
}
