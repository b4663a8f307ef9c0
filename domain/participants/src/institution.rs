//! The company that calls open APIs.

use std::fmt;
use std::str::FromStr;
use sumun_ids::InstitutionId;

/// A registered institution (이용기관).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// Its id.
    pub id: InstitutionId,
    /// Its Korean name.
    pub name_ko: String,
    /// Its English name.
    pub name_en: String,
    /// Its business registration number.
    pub business_number: BusinessNumber,
    /// How its customers reach it, for example a telephone number.
    pub contact: String,
    /// Whether it may call at all.
    pub status: InstitutionStatus,
}

/// Whether an institution may call at all (PR-057).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstitutionStatus {
    /// It may call.
    Active,
    /// The operator has shut it out for the time being.
    Suspended,
}

impl InstitutionStatus {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// The text is not the name of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseStatusError;

impl fmt::Display for ParseStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected active or suspended")
    }
}

impl std::error::Error for ParseStatusError {}

impl FromStr for InstitutionStatus {
    type Err = ParseStatusError;

    fn from_str(name: &str) -> Result<Self, ParseStatusError> {
        [Self::Active, Self::Suspended].into_iter().find(|status| status.name() == name).ok_or(ParseStatusError)
    }
}

/// A Korean business registration number (사업자등록번호): ten digits, of which
/// the last checks the others. Its text form is `123-45-67891`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessNumber([u8; 10]);

/// Why a text is not a business registration number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseBusinessNumberError {
    /// Not ten digits, with or without hyphens after the third and the fifth.
    Form,
    /// The last digit does not fit the others: a number was mistyped.
    CheckDigit,
}

impl fmt::Display for ParseBusinessNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "expected ten digits such as 123-45-67891",
            Self::CheckDigit => "expected a business number whose last digit fits the others",
        })
    }
}

impl std::error::Error for ParseBusinessNumberError {}

impl BusinessNumber {
    /// The ten digits without hyphens, as in the `serialNumber` of a certificate.
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// What the last digit must be, by the weights that the National Tax Service uses.
    fn check_digit(digits: &[u8; 10]) -> u8 {
        const WEIGHTS: [u8; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];
        let weighted: u8 = WEIGHTS.iter().zip(digits).map(|(weight, digit)| weight * digit % 10).sum();
        let carry = digits[8] * WEIGHTS[8] / 10;
        (10 - (weighted + carry) % 10) % 10
    }
}

impl fmt::Display for BusinessNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(f, "{}-{}-{}", &digits[..3], &digits[3..5], &digits[5..])
    }
}

impl FromStr for BusinessNumber {
    type Err = ParseBusinessNumberError;

    fn from_str(text: &str) -> Result<Self, ParseBusinessNumberError> {
        let bytes = text.as_bytes();
        let digits: Vec<u8> = match bytes.len() {
            10 => bytes.to_vec(),
            12 if bytes[3] == b'-' && bytes[6] == b'-' => [&bytes[..3], &bytes[4..6], &bytes[7..]].concat(),
            _ => return Err(ParseBusinessNumberError::Form),
        };
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(ParseBusinessNumberError::Form);
        }
        let mut number = [0; 10];
        for (place, digit) in number.iter_mut().zip(digits) {
            *place = digit - b'0';
        }
        if number[9] == Self::check_digit(&number) {
            Ok(Self(number))
        } else {
            Err(ParseBusinessNumberError::CheckDigit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_business_numbers_are_accepted() {
        // Samsung Electronics, Naver and Kakao, from their public imprints.
        for text in ["124-81-00998", "220-81-62517", "120-81-47521"] {
            let number: BusinessNumber = text.parse().unwrap();
            assert_eq!(number.to_string(), text);
            assert_eq!(number.digits().parse(), Ok(number));
        }
    }

    #[test]
    fn any_single_wrong_digit_is_found() {
        let right = "1248100998";
        for place in 0..10 {
            for digit in '0'..='9' {
                let mut text = right.to_owned();
                text.replace_range(place..=place, &digit.to_string());
                // The ninth digit has weight 5 with carry, which also tells all its values apart.
                assert_eq!(text.parse::<BusinessNumber>().is_ok(), text == right, "{text}");
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "124810099", "12-481-00998", "124-81-0099８", "1248100998 ", "124-8100998"] {
            assert_eq!(text.parse::<BusinessNumber>(), Err(ParseBusinessNumberError::Form), "{text}");
        }
    }
}
