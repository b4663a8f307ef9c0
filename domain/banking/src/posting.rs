//! One movement of money as the ledger writes it: lines that sum to zero.

use crate::{Amount, BankCode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use sumun_ids::AccountId;
use sumun_money::Won;

/// What a posting does to one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The bank that keeps the account.
    pub bank: BankCode,
    /// The account.
    pub account: AccountId,
    /// What comes onto it; negative for what goes.
    pub change: Won,
}

/// Why lines are not a posting; always our own fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingError {
    /// Fewer than two lines.
    TooShort,
    /// A line that changes nothing.
    Empty,
    /// Two lines on one account.
    SameAccount,
    /// The lines of this bank do not sum to zero.
    Unbalanced {
        /// The bank.
        bank: BankCode,
    },
    /// A sum does not fit 64 bits.
    Overflow,
}

impl fmt::Display for PostingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("a posting has at least two lines"),
            Self::Empty => f.write_str("a line of a posting changes its account"),
            Self::SameAccount => f.write_str("a posting has one line for each account"),
            Self::Unbalanced { bank } => write!(f, "the lines of bank {bank} do not sum to zero"),
            Self::Overflow => f.write_str("a sum of the posting does not fit 64 bits"),
        }
    }
}

impl std::error::Error for PostingError {}

/// One movement of money: at least two lines, one for each account, that sum
/// to zero in the books of every bank that takes part, and so in all.
/// A value of this type cannot make or lose money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting(Vec<Line>);

impl Posting {
    /// The posting of these lines.
    ///
    /// # Errors
    /// [`PostingError`], whatever of it meets the lines first.
    pub fn new(lines: Vec<Line>) -> Result<Self, PostingError> {
        if lines.len() < 2 {
            return Err(PostingError::TooShort);
        }
        let mut accounts = BTreeSet::new();
        let mut sums: BTreeMap<BankCode, Won> = BTreeMap::new();
        for line in &lines {
            if line.change == Won::ZERO {
                return Err(PostingError::Empty);
            }
            if !accounts.insert(line.account) {
                return Err(PostingError::SameAccount);
            }
            let sum = sums.entry(line.bank).or_default();
            *sum = sum.checked_add(line.change).ok_or(PostingError::Overflow)?;
        }
        match sums.into_iter().find(|(_, sum)| *sum != Won::ZERO) {
            Some((bank, _)) => Err(PostingError::Unbalanced { bank }),
            None => Ok(Self(lines)),
        }
    }

    /// Moves `amount` from one account to another. Between two banks the money
    /// passes over the clearing accounts of both, so that the books of each
    /// balance on their own.
    ///
    /// # Errors
    /// [`PostingError::SameAccount`] when both are one account, or when one of
    /// them is the clearing account that the money passes over.
    pub fn between(from: Place, to: Place, amount: Amount) -> Result<Self, PostingError> {
        let sum = amount.won();
        let owed = sum.checked_neg().ok_or(PostingError::Overflow)?;
        let mut lines = vec![Line { bank: from.bank, account: from.account, change: owed }];
        if from.bank != to.bank {
            lines.push(Line { bank: from.bank, account: from.clearing, change: sum });
            lines.push(Line { bank: to.bank, account: to.clearing, change: owed });
        }
        lines.push(Line { bank: to.bank, account: to.account, change: sum });
        Self::new(lines)
    }

    /// The lines, in the order in which they were given.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}

/// Where money is or goes: an account, its bank and the bank's clearing account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The bank.
    pub bank: BankCode,
    /// The account.
    pub account: AccountId,
    /// The clearing account of the bank.
    pub clearing: AccountId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank(text: &str) -> BankCode {
        text.parse().unwrap()
    }

    fn account(number: u8) -> AccountId {
        AccountId::from_random([number; 16])
    }

    fn line(code: &str, number: u8, change: i64) -> Line {
        Line { bank: bank(code), account: account(number), change: Won::new(change) }
    }

    fn place(code: &str, number: u8) -> Place {
        Place { bank: bank(code), account: account(number), clearing: account(if code == "091" { 91 } else { 92 }) }
    }

    #[test]
    fn lines_that_do_not_sum_to_zero_are_no_posting() {
        let cases = [
            (vec![], PostingError::TooShort),
            (vec![line("091", 1, 0)], PostingError::TooShort),
            (vec![line("091", 1, 5), line("091", 2, 0)], PostingError::Empty),
            (vec![line("091", 1, 5), line("091", 1, -5)], PostingError::SameAccount),
            (vec![line("091", 1, 5), line("091", 2, -4)], PostingError::Unbalanced { bank: bank("091") }),
            (vec![line("091", 1, 5), line("092", 2, -5)], PostingError::Unbalanced { bank: bank("091") }),
            (vec![line("091", 1, i64::MAX), line("091", 2, 1)], PostingError::Overflow),
        ];
        for (lines, error) in cases {
            assert_eq!(Posting::new(lines.clone()), Err(error), "{lines:?}");
        }
    }

    #[test]
    fn between_banks_the_books_of_each_balance_on_their_own() {
        let amount = Amount::new(Won::new(7)).unwrap();
        let within = Posting::between(place("091", 1), place("091", 2), amount).unwrap();
        assert_eq!(within.lines(), [line("091", 1, -7), line("091", 2, 7)]);
        let across = Posting::between(place("091", 1), place("092", 2), amount).unwrap();
        assert_eq!(across.lines(), [line("091", 1, -7), line("091", 91, 7), line("092", 92, -7), line("092", 2, 7)]);
        let to_itself = Posting::between(place("091", 1), place("091", 1), amount);
        assert_eq!(to_itself, Err(PostingError::SameAccount));
    }
}
