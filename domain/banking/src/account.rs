//! Accounts and who they belong to.

use crate::{AccountNumber, Alias, BankCode, FieldFault, HolderName};
use std::fmt;
use std::str::FromStr;
use sumun_ids::{AccountId, CustomerId, InstitutionId};
use sumun_money::Won;
use sumun_time::Timestamp;

/// Who an account belongs to. Text form: the id, or the bank's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountOwner {
    /// A customer.
    Customer(CustomerId),
    /// An institution.
    Institution(InstitutionId),
    /// The bank itself.
    Bank(BankCode),
}

impl fmt::Display for AccountOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => fmt::Display::fmt(id, f),
            Self::Institution(id) => fmt::Display::fmt(id, f),
            Self::Bank(code) => fmt::Display::fmt(code, f),
        }
    }
}

impl FromStr for AccountOwner {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        let customer = text.parse().map(Self::Customer).ok();
        let institution = || text.parse().map(Self::Institution).ok();
        let bank = || text.parse().map(Self::Bank).ok();
        let fault = FieldFault { field: "owner", expected: "the id of a customer or an institution, or a bank's code" };
        customer.or_else(institution).or_else(bank).ok_or(fault)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// What kind of account it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AccountKind {
            $($(#[$doc])* $kind,)+
        }

        impl AccountKind {
            /// The name on the wire and in the store.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        impl FromStr for AccountKind {
            type Err = FieldFault;

            fn from_str(name: &str) -> Result<Self, FieldFault> {
                match name {
                    $($name => Ok(Self::$kind),)+
                    _ => Err(FieldFault { field: "kind", expected: "the name of a kind of account" }),
                }
            }
        }
    };
}

kinds! {
    /// A customer's account from which money comes and goes at any time (입출금).
    Demand = "demand",
    /// A customer's account that is saved into (적금).
    Savings = "savings",
    /// A customer's sum that is laid down for a term (예금).
    TermDeposit = "term_deposit",
    /// An institution's own account, out of which it pays deposits (이용기관 약정계좌).
    Settlement = "settlement",
    /// The bank's own side of the money that it brought into being.
    Funding = "funding",
    /// The bank's own side of what moves between banks.
    Clearing = "clearing",
}

impl AccountKind {
    /// Whether money may be moved out of it by transfer.
    pub const fn may_pay(self) -> bool {
        matches!(self, Self::Demand | Self::Settlement)
    }

    /// Whether money may be moved into it by transfer.
    pub const fn may_receive(self) -> bool {
        matches!(self, Self::Demand | Self::Savings | Self::Settlement)
    }

    /// Whether it may owe: only the bank's own sides of the ledger do.
    pub const fn may_owe(self) -> bool {
        matches!(self, Self::Funding | Self::Clearing)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id, by which open APIs know it; it says nothing about the number.
    pub id: AccountId,
    /// Who it belongs to.
    pub owner: AccountOwner,
    /// The bank that keeps it.
    pub bank: BankCode,
    /// What kind it is.
    pub kind: AccountKind,
    /// What its owner calls it.
    pub alias: Alias,
    /// Its number.
    pub number: AccountNumber,
    /// The name of its holder.
    pub holder: HolderName,
}

/// An account with what is on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// The account.
    pub account: Account,
    /// What is on it.
    pub balance: Won,
}

/// An account that opens, with the sum that the bank's funding account puts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The account; of a customer or an institution.
    pub account: Account,
    /// What is on it from the first moment.
    pub opening_balance: Won,
    /// When it opens.
    pub opened_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_kinds_round_trip_as_text() {
        let owners = [
            AccountOwner::Customer(CustomerId::from_random([1; 16])),
            AccountOwner::Institution(InstitutionId::from_random([2; 16])),
            AccountOwner::Bank("091".parse().unwrap()),
        ];
        for owner in owners {
            assert_eq!(owner.to_string().parse(), Ok(owner));
        }
        for kind in [AccountKind::Demand, AccountKind::TermDeposit, AccountKind::Clearing] {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("acc_1".parse::<AccountOwner>().is_err());
        assert!("gold".parse::<AccountKind>().is_err());
    }
}
