//! What must be so before money moves (PR-050, PR-051).

use crate::{
    Account, Amount, BankingError, Book, Caller, Confirmed, Executed, Place, Posting, PostingError, RefusalReason,
    Refused, Transfer, TransferJournal, TransferKind, TransferLimits, TransferTerms, transfer::Executable,
};
use sumun_ids::{AccountId, TransferId};
use sumun_money::Won;
use sumun_time::Timestamp;

/// An app asks that a transfer be executed now, and repeats its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionAttempt {
    /// Who asks.
    pub caller: Caller,
    /// Which transfer.
    pub transfer: TransferId,
    /// The terms, as the app has them.
    pub terms: TransferTerms,
    /// When.
    pub now: Timestamp,
}

/// What the decision about an execution must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionFacts {
    /// The customer's account.
    pub account: Account,
    /// The clearing account of its bank.
    pub clearing: AccountId,
    /// The account on the other side.
    pub counterparty: Account,
    /// The clearing account of that bank.
    pub counterparty_clearing: AccountId,
    /// All of these with what is on them.
    pub book: Book,
    /// What the institution withdrew from the customer today, whatever the consent.
    pub executed_today: Won,
    /// Whether the customer reported a transfer of the app and gave no new consent since.
    pub reported: bool,
    /// Whether the consent was withdrawn, was superseded or has run out. The
    /// gateway looked at it too, but an end that came since counts.
    pub consent_ended: bool,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Execution {
    /// The money moves: these lines, to these balances.
    Executed {
        /// The transfer from now on.
        transfer: Executed,
        /// What the ledger enters.
        posting: Posting,
        /// The balances after it.
        book: Book,
    },
    /// The transfer is refused for good.
    Refused(Refused),
    /// This attempt is refused; the transfer stays, or becomes, what it is.
    NotNow {
        /// The transfer at the time of the attempt.
        transfer: Transfer,
        /// Why.
        reason: RefusalReason,
    },
}

impl Execution {
    /// Why it was refused, if it was.
    pub fn refusal(&self) -> Option<RefusalReason> {
        match self {
            Self::Executed { .. } => None,
            Self::Refused(refused) => Some(refused.reason()),
            Self::NotNow { reason, .. } => Some(*reason),
        }
    }
}

impl ExecutionAttempt {
    /// Decides about this attempt to execute `transfer`.
    ///
    /// # Errors
    /// [`BankingError::TransferUnknown`] when it belongs to another customer,
    /// app or consent, [`BankingError::ConsentEnded`] when the consent ended
    /// (PR-021); otherwise only our own faults.
    pub fn decide(
        &self,
        transfer: Transfer,
        facts: ExecutionFacts,
        limits: &TransferLimits,
        journal: &TransferJournal,
    ) -> Result<Execution, BankingError> {
        let order = transfer.order();
        let same_caller = order.customer == self.caller.customer
            && order.institution == self.caller.institution
            && order.app == self.caller.app
            && order.consent == self.caller.consent;
        if !same_caller || order.id != self.transfer {
            return Err(BankingError::TransferUnknown);
        }
        if !self.caller.may_use(&facts.account) {
            return Err(BankingError::AccountNotAllowed);
        }
        if facts.consent_ended {
            return Err(BankingError::ConsentEnded);
        }
        let not_now = |transfer, reason| Ok(Execution::NotNow { transfer, reason });
        match transfer.at(self.now) {
            Transfer::Confirmed(confirmed) => self.decide_confirmed(confirmed, facts, limits, journal),
            transfer @ Transfer::AwaitingConfirmation(_) => not_now(transfer, RefusalReason::NotConfirmed),
            transfer @ Transfer::Executed(_) => not_now(transfer, RefusalReason::Replayed),
            transfer @ Transfer::Refused(_) => not_now(transfer, RefusalReason::Closed),
            transfer @ Transfer::Denied(_) => not_now(transfer, RefusalReason::Denied),
            transfer @ Transfer::Expired(_) => not_now(transfer, RefusalReason::Expired),
        }
    }

    fn decide_confirmed(
        &self,
        confirmed: Confirmed,
        facts: ExecutionFacts,
        limits: &TransferLimits,
        journal: &TransferJournal,
    ) -> Result<Execution, BankingError> {
        let executable = match confirmed.repeat(&self.terms, journal.digest(self.transfer, &self.terms), self.now) {
            Ok(executable) => executable,
            Err(refused) => return Ok(Execution::Refused(*refused)),
        };
        let refuse = |executable: Executable, reason| Ok(Execution::Refused(executable.refuse(reason, self.now)));
        if facts.reported {
            return refuse(executable, RefusalReason::ConsentReported);
        }
        let terms = &executable.order().terms;
        let withdraws = terms.kind() == TransferKind::Withdrawal;
        if withdraws && limits.allow(terms.amount, facts.executed_today).is_err() {
            return refuse(executable, RefusalReason::LimitPerDay);
        }
        let posting = posting(&facts, withdraws, terms.amount)?;
        let mut book = facts.book;
        Ok(match executable.execute(&posting, &mut book, self.now)? {
            Ok(transfer) => Execution::Executed { transfer, posting, book },
            Err(refused) => Execution::Refused(refused),
        })
    }
}

fn posting(facts: &ExecutionFacts, withdraws: bool, amount: Amount) -> Result<Posting, PostingError> {
    let place = |account: &Account, clearing| Place { bank: account.bank, account: account.id, clearing };
    let customer = place(&facts.account, facts.clearing);
    let other = place(&facts.counterparty, facts.counterparty_clearing);
    if withdraws { Posting::between(customer, other, amount) } else { Posting::between(other, customer, amount) }
}
