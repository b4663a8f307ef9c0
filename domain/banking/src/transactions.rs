//! What happened on an account, in pages.

use crate::{FieldFault, HolderName, Summary};
use sumun_ids::TransferId;
use sumun_money::Won;
use sumun_time::{Date, Timestamp};

/// The most transactions on one page.
const LIMIT_MAX: u32 = 100;
/// The greatest number of a transaction: 18 digits, as the contract has it.
const NUMBER_MAX: u64 = 999_999_999_999_999_999;
/// The transactions on a page when nobody says how many.
const LIMIT_DEFAULT: u32 = 25;

/// One line on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its number on this account: 1 is the first, no number is left out.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What came onto the account; negative for what went.
    pub change: Won,
    /// What was on it afterwards.
    pub balance: Won,
    /// The holder of the account on the other side.
    pub counterparty: HolderName,
    /// What stands beside it.
    pub summary: Summary,
    /// The transfer that it belongs to; none for an opening balance.
    pub transfer: Option<TransferId>,
}

/// Which transactions, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionQuery {
    from: Option<Date>,
    to: Option<Date>,
    limit: u32,
    after: Option<u64>,
}

impl TransactionQuery {
    /// The transactions of the days `from` to `to`, both included, `limit` (1
    /// to 100) of them, older than number `after`.
    ///
    /// # Errors
    /// [`FieldFault`] when `to` is before `from`, `limit` is out of range or
    /// `after` is no number of a transaction.
    pub fn new(
        from: Option<Date>,
        to: Option<Date>,
        limit: Option<u32>,
        after: Option<u64>,
    ) -> Result<Self, FieldFault> {
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(FieldFault { field: "to", expected: "a day that is not before `from`" });
        }
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(FieldFault { field: "limit", expected: "a whole number from 1 to 100" });
        }
        if after.is_some_and(|after| !(1..=NUMBER_MAX).contains(&after)) {
            return Err(FieldFault { field: "after", expected: "the `next` of an earlier page" });
        }
        Ok(Self { from, to, limit, after })
    }

    /// The first instant that counts.
    pub fn from_instant(&self) -> Timestamp {
        self.from.map_or(Timestamp::from_micros(i64::MIN), Date::korean_start)
    }

    /// The first instant that counts no more.
    pub fn before_instant(&self) -> Timestamp {
        self.to.map_or(Timestamp::from_micros(i64::MAX), |to| to.plus_days(1).korean_start())
    }

    /// How many at most.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Only numbers below this one.
    pub fn before_number(&self) -> u64 {
        self.after.unwrap_or(i64::MAX.unsigned_abs())
    }
}

/// One page of transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionPage {
    /// The transactions, newest first.
    pub transactions: Vec<Transaction>,
    /// The `after` of the next page; none on the last.
    pub next: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_korean_and_both_included() {
        let day: Date = "2026-11-23".parse().unwrap();
        let query = TransactionQuery::new(Some(day), Some(day), None, None).unwrap();
        assert_eq!(query.from_instant(), "2026-11-22T15:00:00Z".parse().unwrap());
        assert_eq!(query.before_instant(), "2026-11-23T15:00:00Z".parse().unwrap());
        assert_eq!(query.limit(), LIMIT_DEFAULT);
    }

    #[test]
    fn queries_out_of_range_name_their_field() {
        let day = |text: &str| Some(text.parse().unwrap());
        let cases = [
            (TransactionQuery::new(day("2026-11-23"), day("2026-11-22"), None, None), "to"),
            (TransactionQuery::new(None, None, Some(0), None), "limit"),
            (TransactionQuery::new(None, None, Some(101), None), "limit"),
            (TransactionQuery::new(None, None, None, Some(0)), "after"),
            (TransactionQuery::new(None, None, None, Some(u64::MAX)), "after"),
        ];
        for (query, field) in cases {
            assert_eq!(query.unwrap_err().field, field);
        }
    }
}
