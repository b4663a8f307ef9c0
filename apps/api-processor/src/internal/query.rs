//! The query of a call: what the contract has there, once each.

use super::problem::ApiFault;
use std::str::FromStr;
use sumun_banking::FieldFault;

/// The parameters of a query that were not taken yet.
pub(crate) struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    /// Reads a query in which `known` may stand, once each and nothing besides.
    /// Their values need no escaping, so none is undone.
    ///
    /// # Errors
    /// Names the first parameter that is unknown or repeated. The gateway
    /// refuses these too; the bank takes nobody's word for it.
    pub fn of(query: Option<&'a str>, known: &[&str]) -> Result<Self, ApiFault> {
        let mut taken: Vec<(&str, &str)> = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let parameter = || name.chars().take(64).collect();
            if !known.contains(&name) {
                return Err(ApiFault::ParameterUnknown { parameter: parameter() });
            }
            if taken.iter().any(|(other, _)| *other == name) {
                return Err(ApiFault::ParameterRepeated { parameter: parameter() });
            }
            taken.push((name, value));
        }
        Ok(Self(taken))
    }

    /// The value of `name`, if it stands there, parsed as a `T`.
    pub fn parsed<T: FromStr>(&self, name: &'static str, expected: &'static str) -> Result<Option<T>, FieldFault> {
        self.text(name).map(|text| text.parse().map_err(|_| FieldFault { field: name, expected })).transpose()
    }

    /// The value of `name`, if it stands there, as a whole number that has one
    /// way to be written: digits, without a sign and without leading zeros.
    pub fn whole<T: FromStr>(&self, name: &'static str, expected: &'static str) -> Result<Option<T>, FieldFault> {
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        match self.text(name) {
            Some(text) if !plain(text) => Err(FieldFault { field: name, expected }),
            _ => self.parsed(name, expected),
        }
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}
