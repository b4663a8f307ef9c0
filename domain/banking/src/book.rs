//! The balances that a posting touches, and the rule that no one may owe.

use crate::{AccountKind, BankCode, BankingError, Posting};
use std::collections::BTreeMap;
use sumun_ids::AccountId;
use sumun_money::Won;

/// The accounts of the ledger that a posting touches, or all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book(BTreeMap<AccountId, Holding>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Holding {
    bank: BankCode,
    kind: AccountKind,
    balance: Won,
}

/// Whether a posting was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Every line of it was.
    Whole,
    /// Nothing of it was: this account has not enough on it.
    NotEnoughOn(AccountId),
}

impl Book {
    /// A book without accounts.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Writes an account into the book with what is on it.
    pub fn carry(&mut self, account: AccountId, bank: BankCode, kind: AccountKind, balance: Won) {
        self.0.insert(account, Holding { bank, kind, balance });
    }

    /// What is on `account`, if the book has it.
    pub fn balance(&self, account: AccountId) -> Option<Won> {
        self.0.get(&account).map(|holding| holding.balance)
    }

    /// Enters all lines of `posting`, or none of them. An account of a
    /// customer or an institution never owes.
    ///
    /// # Errors
    /// [`BankingError::Ledger`] when the book has no such account at that
    /// bank, or its balance does not fit 64 bits; nothing was entered then.
    pub fn enter(&mut self, posting: &Posting) -> Result<Entered, BankingError> {
        let mut balances = Vec::with_capacity(posting.lines().len());
        for line in posting.lines() {
            let fault = BankingError::Ledger { account: line.account };
            let balance = match self.0.get(&line.account) {
                Some(holding) if holding.bank == line.bank => holding.balance.checked_add(line.change),
                _ => None,
            };
            balances.push((line.account, balance.ok_or(fault)?));
        }
        for &(account, balance) in &balances {
            let owes = balance.is_negative() && !self.0.get(&account).is_some_and(|holding| holding.kind.may_owe());
            if owes {
                return Ok(Entered::NotEnoughOn(account));
            }
        }
        for (account, balance) in balances {
            self.0.entry(account).and_modify(|holding| holding.balance = balance);
        }
        Ok(Entered::Whole)
    }
}

/// What a look over the whole ledger finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookAudit {
    /// How many accounts there are.
    pub accounts: u64,
    /// How many postings there are.
    pub postings: u64,
    /// All balances together: zero, because every won on one account is owed by another.
    pub sum: Won,
    /// Banks whose own books do not sum to zero.
    pub unbalanced_banks: Vec<BankCode>,
    /// Accounts whose balance is not the sum of their lines.
    pub disagreeing: Vec<AccountId>,
    /// Accounts of customers and institutions that owe.
    pub owing: Vec<AccountId>,
}

impl BookAudit {
    /// Whether no won was made or lost and nobody owes who may not.
    pub fn is_conserved(&self) -> bool {
        self.sum == Won::ZERO
            && self.unbalanced_banks.is_empty()
            && self.disagreeing.is_empty()
            && self.owing.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Amount, Place};
    use proptest::prelude::*;

    const BANKS: [&str; 2] = ["091", "092"];
    const CUSTOMERS: u8 = 6;

    fn place(number: u8) -> Place {
        let side = number % 2;
        Place {
            bank: BANKS[usize::from(side)].parse().unwrap(),
            account: AccountId::from_random([number; 16]),
            clearing: AccountId::from_random([200 + side; 16]),
        }
    }

    fn opened(balances: &[i64]) -> Book {
        let mut book = Book::new();
        for (number, &balance) in (0..CUSTOMERS).zip(balances) {
            book.carry(place(number).account, place(number).bank, AccountKind::Demand, Won::new(balance));
        }
        for side in 0..2u8 {
            let owed: i64 =
                balances.iter().enumerate().filter(|(n, _)| n % 2 == usize::from(side)).map(|(_, b)| b).sum();
            let bank = place(side).bank;
            book.carry(AccountId::from_random([100 + side; 16]), bank, AccountKind::Funding, Won::new(-owed));
            book.carry(place(side).clearing, bank, AccountKind::Clearing, Won::ZERO);
        }
        book
    }

    fn sum_of(book: &Book, bank: Option<&str>) -> i64 {
        let code: Option<BankCode> = bank.map(|code| code.parse().unwrap());
        book.0.values().filter(|h| code.is_none_or(|code| code == h.bank)).map(|h| h.balance.amount()).sum()
    }

    proptest! {
        /// The judge is a plain table of numbers that knows nothing of
        /// postings, banks or clearing accounts.
        #[test]
        fn the_ledger_agrees_with_an_independent_model_and_conserves_the_sum(
            opening in prop::collection::vec(0i64..5_000, usize::from(CUSTOMERS)),
            moves in prop::collection::vec((0..CUSTOMERS, 0..CUSTOMERS, 1i64..4_000), 0..80),
        ) {
            let mut book = opened(&opening);
            let mut model = opening.clone();
            for (from, to, amount) in moves {
                if from == to {
                    continue;
                }
                let posting = Posting::between(place(from), place(to), Amount::new(Won::new(amount)).unwrap()).unwrap();
                let before = book.clone();
                let entered = book.enter(&posting).unwrap();
                if model[usize::from(from)] >= amount {
                    model[usize::from(from)] -= amount;
                    model[usize::from(to)] += amount;
                    prop_assert_eq!(entered, Entered::Whole);
                } else {
                    prop_assert_eq!(entered, Entered::NotEnoughOn(place(from).account));
                    prop_assert_eq!(&book, &before);
                }
                for (number, &expected) in (0..CUSTOMERS).zip(&model) {
                    prop_assert_eq!(book.balance(place(number).account), Some(Won::new(expected)));
                    prop_assert!(expected >= 0);
                }
                prop_assert_eq!(sum_of(&book, None), 0);
                prop_assert_eq!(sum_of(&book, Some("091")), 0);
                prop_assert_eq!(sum_of(&book, Some("092")), 0);
            }
        }
    }

    #[test]
    fn a_posting_to_an_account_that_is_elsewhere_enters_nothing() {
        let mut book = opened(&[10, 0, 0, 0, 0, 0]);
        let mut elsewhere = place(2);
        elsewhere.account = AccountId::from_random([77; 16]);
        let before = book.clone();
        let amount = Amount::new(Won::new(1)).unwrap();
        let posting = Posting::between(place(0), elsewhere, amount).unwrap();
        assert!(matches!(book.enter(&posting), Err(BankingError::Ledger { .. })));
        let other_bank = Posting::between(place(0), Place { account: place(1).account, ..place(0) }, amount).unwrap();
        assert!(matches!(book.enter(&other_bank), Err(BankingError::Ledger { .. })));
        assert_eq!(book, before);
    }

    #[test]
    fn an_audit_finds_each_fault() {
        let clean = BookAudit {
            accounts: 2,
            postings: 1,
            sum: Won::ZERO,
            unbalanced_banks: vec![],
            disagreeing: vec![],
            owing: vec![],
        };
        assert!(clean.is_conserved());
        let account = AccountId::from_random([1; 16]);
        let faults = [
            BookAudit { sum: Won::new(1), ..clean.clone() },
            BookAudit { unbalanced_banks: vec!["091".parse().unwrap()], ..clean.clone() },
            BookAudit { disagreeing: vec![account], ..clean.clone() },
            BookAudit { owing: vec![account], ..clean },
        ];
        assert!(faults.iter().all(|audit| !audit.is_conserved()));
    }
}
