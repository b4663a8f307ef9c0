//! The terms of a transfer: exactly what the customer confirms and what execution must repeat.

use crate::{AccountNumber, BankCode, FieldFault, HolderName, Summary};
use std::fmt;
use std::str::FromStr;
use sumun_ids::AccountId;
use sumun_journal::{Commitment, ParseCommitmentError};
use sumun_money::Won;

/// Names the canonical form, so that its bytes never pass for another one.
const FORM: &[u8] = b"sumun transfer terms 1";

/// The greatest sum of one transfer, whatever its limits: a trillion won.
const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// A sum that is moved: from 1 won to a trillion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Won);

impl Amount {
    /// The amount of `sum`.
    ///
    /// # Errors
    /// [`FieldFault`] when it is less or more than that.
    pub const fn new(sum: Won) -> Result<Self, FieldFault> {
        if sum.is_positive() && sum.amount() <= AMOUNT_MAX {
            Ok(Self(sum))
        } else {
            Err(FieldFault { field: "amount", expected: "a whole number of won from 1 to 1000000000000" })
        }
    }

    /// The sum.
    pub const fn won(self) -> Won {
        self.0
    }
}

/// Which way the money goes, seen from the customer's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// Out of the customer's account to the counterparty (출금이체).
    Withdrawal,
    /// Into the customer's account from the institution's own account (입금이체).
    Deposit,
}

impl TransferKind {
    /// The name on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withdrawal => "withdrawal",
            Self::Deposit => "deposit",
        }
    }
}

impl FromStr for TransferKind {
    type Err = FieldFault;

    fn from_str(name: &str) -> Result<Self, FieldFault> {
        match name {
            "withdrawal" => Ok(Self::Withdrawal),
            "deposit" => Ok(Self::Deposit),
            _ => Err(FieldFault { field: "kind", expected: "withdrawal or deposit" }),
        }
    }
}

/// Who is paid by a withdrawal, as the app names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The bank that keeps the account.
    pub bank: BankCode,
    /// The number of the account.
    pub number: AccountNumber,
    /// The whole name of the account's holder.
    pub holder: HolderName,
}

/// What a transfer does. The customer confirms exactly these terms, and
/// execution moves money only when it repeats them (PR-050).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferTerms {
    /// The customer's account.
    pub account: AccountId,
    /// Which way the money goes.
    pub movement: Movement,
    /// How much.
    pub amount: Amount,
    /// What stands beside it in both passbooks.
    pub summary: Summary,
}

/// Which way the money goes, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Movement {
    /// Out of the customer's account to this payee.
    Withdrawal(Payee),
    /// Into the customer's account, out of the institution's settlement account.
    Deposit,
}

impl TransferTerms {
    /// Which way the money goes.
    pub const fn kind(&self) -> TransferKind {
        match self.movement {
            Movement::Withdrawal(_) => TransferKind::Withdrawal,
            Movement::Deposit => TransferKind::Deposit,
        }
    }

    /// Who is paid; nobody by a deposit.
    pub const fn payee(&self) -> Option<&Payee> {
        match &self.movement {
            Movement::Withdrawal(payee) => Some(payee),
            Movement::Deposit => None,
        }
    }

    /// The one byte form of these terms: each part behind its length in four
    /// bytes, big endian. Terms are equal exactly when their bytes are.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut parts = vec![
            FORM.to_vec(),
            self.kind().name().into(),
            self.account.to_string().into(),
            self.amount.won().to_string().into(),
            self.summary.as_str().into(),
        ];
        if let Movement::Withdrawal(payee) = &self.movement {
            let Payee { bank, number, holder } = payee;
            parts.extend([bank.to_string().into(), number.digits().into(), holder.as_str().into()]);
        }
        crate::text::length_prefixed(&parts)
    }
}

/// A commitment to the terms of one transfer: keyed, and bound to the id of
/// the transfer, so that it neither betrays a number nor serves a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TermsDigest(pub(crate) Commitment);

impl fmt::Display for TermsDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for TermsDigest {
    type Err = ParseCommitmentError;

    fn from_str(text: &str) -> Result<Self, ParseCommitmentError> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn payee() -> Payee {
        Payee {
            bank: "092".parse().unwrap(),
            number: "220-456-127702".parse().unwrap(),
            holder: HolderName::parse("김하수").unwrap(),
        }
    }

    /// Terms that a test may change in one place.
    pub(crate) fn terms(amount: i64) -> TransferTerms {
        TransferTerms {
            account: AccountId::from_random([1; 16]),
            movement: Movement::Withdrawal(payee()),
            amount: Amount::new(Won::new(amount)).unwrap(),
            summary: Summary::parse("11월 회비").unwrap(),
        }
    }

    #[test]
    fn every_part_is_in_the_bytes_and_hyphens_are_not() {
        let original = terms(1_234_500);
        let mut other_numbering = original.clone();
        other_numbering.movement = Movement::Withdrawal(Payee { number: "220456127702".parse().unwrap(), ..payee() });
        assert_eq!(original.canonical_bytes(), other_numbering.canonical_bytes());

        let changes: [fn(&mut TransferTerms); 7] = [
            |terms| terms.movement = Movement::Deposit,
            |terms| terms.account = AccountId::from_random([2; 16]),
            |terms| terms.movement = Movement::Withdrawal(Payee { bank: "093".parse().unwrap(), ..payee() }),
            |terms| terms.movement = Movement::Withdrawal(Payee { number: "22045612770".parse().unwrap(), ..payee() }),
            |terms| {
                terms.movement =
                    Movement::Withdrawal(Payee { holder: HolderName::parse("김하소").unwrap(), ..payee() });
            },
            |terms| terms.amount = Amount::new(Won::new(1_234_501)).unwrap(),
            |terms| terms.summary = Summary::parse("11월").unwrap(),
        ];
        for change in changes {
            let mut changed = original.clone();
            change(&mut changed);
            assert_ne!(original.canonical_bytes(), changed.canonical_bytes(), "{changed:?}");
        }
    }

    #[test]
    fn nothing_less_and_too_much_are_no_amount() {
        assert!(Amount::new(Won::ZERO).is_err());
        assert!(Amount::new(Won::new(-1)).is_err());
        assert!(Amount::new(Won::new(1)).is_ok());
        assert!(Amount::new(Won::new(AMOUNT_MAX)).is_ok());
        assert!(Amount::new(Won::new(AMOUNT_MAX + 1)).is_err());
    }

    proptest! {
        #[test]
        fn letters_cannot_wander_from_one_part_into_the_next(text in "[가-힣0-9]{4,16}", cut in 1usize..3, other_cut in 1usize..3) {
            let cut_at = |cut: usize| {
                let (holder, summary): (String, String) = (text.chars().take(cut).collect(), text.chars().skip(cut).collect());
                let mut terms = terms(1);
                terms.movement = Movement::Withdrawal(Payee { holder: HolderName::parse(&holder).unwrap(), ..payee() });
                terms.summary = Summary::parse(&summary).unwrap();
                terms
            };
            let (first, second) = (cut_at(cut), cut_at(other_cut));
            prop_assert_eq!(first == second, first.canonical_bytes() == second.canonical_bytes());
        }
    }
}
