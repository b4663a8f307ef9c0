//! What a consent lets an app do.

use std::fmt;
use std::str::FromStr;

/// One right that a customer can grant; an OAuth scope value (RFC 6749 section 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `account-holder`: ask who holds an account (예금주 조회).
    AccountHolder,
    /// `balance`: read the balance of an account.
    Balance,
    /// `transactions`: read the transactions of an account.
    Transactions,
    /// `transfer`: order withdrawals and deposits, each to be confirmed by the customer.
    Transfer,
}

/// The text is not the name of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseScopeError;

impl fmt::Display for ParseScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected account-holder, balance, transactions or transfer")
    }
}

impl std::error::Error for ParseScopeError {}

impl Scope {
    /// Every scope there is, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::AccountHolder, Self::Balance, Self::Transactions, Self::Transfer];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountHolder => "account-holder",
            Self::Balance => "balance",
            Self::Transactions => "transactions",
            Self::Transfer => "transfer",
        }
    }

    /// Whether it orders transactions; the others only read (PR-019 tells the two apart).
    pub const fn orders_transactions(self) -> bool {
        matches!(self, Self::Transfer)
    }

    /// Whether it acts on accounts of the customer, which the consent must then name.
    pub const fn needs_account(self) -> bool {
        !matches!(self, Self::AccountHolder)
    }

    /// Reads a space separated list (RFC 6749 section 3.3) into ascending scopes without
    /// repetition; an empty list is an empty answer.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ParseScopeError> {
        let mut scopes =
            text.split(' ').filter(|name| !name.is_empty()).map(str::parse).collect::<Result<Vec<_>, _>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(scopes)
    }

    /// Writes scopes as a space separated list (RFC 6749 section 3.3).
    pub fn list(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(name: &str) -> Result<Self, ParseScopeError> {
        Self::ALL.into_iter().find(|scope| scope.name() == name).ok_or(ParseScopeError)
    }
}

impl serde::Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_any_order_and_written_in_one() {
        let scopes = Scope::parse_list("transfer  balance transfer").unwrap();
        assert_eq!(scopes, [Scope::Balance, Scope::Transfer]);
        assert_eq!(Scope::list(&scopes), "balance transfer");
        assert_eq!(Scope::parse_list(""), Ok(vec![]));
    }

    #[test]
    fn an_unknown_scope_is_refused() {
        assert_eq!(Scope::parse_list("balance everything"), Err(ParseScopeError));
        assert_eq!("Balance".parse::<Scope>(), Err(ParseScopeError));
    }
}
