//! Banks of the sandbox and the numbers of their accounts.

use crate::FieldFault;
use std::fmt;
use std::str::FromStr;
use sumun_ids::AccountId;
use sumun_time::Timestamp;

/// A bank's code in the clearing house: three digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCode([u8; 3]);

impl FromStr for BankCode {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_digit) => Ok(Self([a, b, c])),
            _ => Err(FieldFault { field: "bank_code", expected: "three digits" }),
        }
    }
}

impl fmt::Display for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&digit| fmt::Write::write_char(f, char::from(digit)))
    }
}

impl fmt::Debug for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A bank of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// Its code.
    pub code: BankCode,
    /// Its name in Korean: `다온은행`.
    pub name_ko: String,
    /// Its name in English.
    pub name_en: String,
}

/// A bank that opens, with the two accounts on which its own side of every posting stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBank {
    /// The bank.
    pub bank: Bank,
    /// Its funding account: what it owes for the money that it brought into being.
    pub funding: AccountId,
    /// Its clearing account: what the other banks owe it, or it owes them.
    pub clearing: AccountId,
    /// When it opens.
    pub opened_at: Timestamp,
}

/// The number of an account: 8 to 16 digits, in groups by single hyphens or
/// without. Two numbers are equal when their digits are.
#[derive(Clone)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// The digits alone.
    pub fn digits(&self) -> String {
        self.0.chars().filter(char::is_ascii_digit).collect()
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it may be shown: `***-***-**4821`.
    pub fn masked(&self) -> String {
        sumun_mask::account_number(&self.0)
    }
}

impl FromStr for AccountNumber {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let well_formed = text.split('-').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
        if well_formed && (8..=16).contains(&digits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FieldFault {
                field: "account_number",
                expected: "8 to 16 digits, in groups by single hyphens or without",
            })
        }
    }
}

impl PartialEq for AccountNumber {
    fn eq(&self, other: &Self) -> bool {
        self.digits() == other.digits()
    }
}

impl Eq for AccountNumber {}

impl fmt::Debug for AccountNumber {
    /// Never shows the number whole (PR-090).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_their_digits() {
        let number: AccountNumber = "110-123-454821".parse().unwrap();
        assert_eq!(Ok(number.clone()), "110123454821".parse());
        assert_eq!(format!("{number:?}"), "***-***-**4821");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1234567",
            "12345678901234567",
            "110--123454821",
            "-110123454821",
            "110123454821-",
            "11012345482a",
            "110 123 454821",
            "１１０１２３４５４８２１",
        ] {
            assert!(text.parse::<AccountNumber>().is_err(), "{text}");
        }
        for text in ["", "9", "09", "0901", "09a", "０９１"] {
            assert!(text.parse::<BankCode>().is_err(), "{text}");
        }
        assert_eq!("091".parse::<BankCode>().unwrap().to_string(), "091");
    }
}
