//! What must be so before a transfer is put before its customer.

use crate::{
    Account, AccountKind, AccountOwner, AccountState, Amount, AwaitingConfirmation, BankingError, ConfirmationNumber,
    HolderInquiry, Movement, TransferJournal, TransferKind, TransferOrder, TransferTerms, transfer,
};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId, TransferId};
use sumun_money::Won;
use sumun_time::Timestamp;

/// How many transfers of one institution may await one customer's decision. A
/// customer who is asked without end confirms one by mistake in the end. No
/// source sets a figure; ten is this platform's choice, more than a person
/// decides on in the three minutes that each one waits.
pub const AWAITING_MAX: u32 = 10;

/// Who calls: what the gateway established of the call's token and consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The institution.
    pub institution: InstitutionId,
    /// Its app.
    pub app: AppId,
    /// The customer for whom it calls.
    pub customer: CustomerId,
    /// The consent under which it calls.
    pub consent: ConsentId,
    /// The accounts of the consent.
    pub accounts: Vec<AccountId>,
}

impl Caller {
    /// Whether `account` is one of the consent's and belongs to the customer.
    /// The gateway checks the first too; the bank takes nobody's word for it.
    pub fn may_use(&self, account: &Account) -> bool {
        self.accounts.contains(&account.id) && account.owner == AccountOwner::Customer(self.customer)
    }

    /// Those of `states` that [`Self::may_use`] allows, in their order (PR-012).
    pub fn usable(&self, mut states: Vec<AccountState>) -> Vec<AccountState> {
        states.retain(|state| self.may_use(&state.account));
        states
    }
}

/// How much one institution may withdraw from one customer, however many
/// consents it has; this platform's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferLimits {
    /// By one transfer.
    pub per_transfer: Won,
    /// In one day of Korea.
    pub per_day: Won,
}

impl Default for TransferLimits {
    fn default() -> Self {
        Self { per_transfer: Won::new(1_500_000), per_day: Won::new(3_000_000) }
    }
}

impl TransferLimits {
    /// Whether `amount` may be moved when `used` of the day's limit is used.
    ///
    /// # Errors
    /// [`BankingError::LimitPerTransfer`] or [`BankingError::LimitPerDay`].
    pub fn allow(&self, amount: Amount, used: Won) -> Result<(), BankingError> {
        if amount.won() > self.per_transfer {
            return Err(BankingError::LimitPerTransfer { limit: self.per_transfer });
        }
        let left = self.per_day.checked_sub(used).filter(|left| !left.is_negative()).unwrap_or(Won::ZERO);
        if amount.won() > left {
            return Err(BankingError::LimitPerDay { limit: self.per_day, left });
        }
        Ok(())
    }
}

/// An app asks for a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRequest {
    /// The id that the transfer gets.
    pub id: TransferId,
    /// Who asks.
    pub caller: Caller,
    /// For what.
    pub terms: TransferTerms,
    /// The inquiry of which the terms took their payee, if the app named one.
    pub inquiry: Option<HolderInquiry>,
    /// The number that both screens will show.
    pub confirmation_number: ConfirmationNumber,
    /// When.
    pub now: Timestamp,
}

/// What the decision about a request must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFacts {
    /// The account that the terms name, if there is one.
    pub account: Option<Account>,
    /// The other side, if there is one: of a withdrawal the account that the
    /// terms name, of a deposit the institution's settlement account.
    pub counterparty: Option<Account>,
    /// What the institution withdrew from the customer today or still may,
    /// whatever the consent: executed, confirmed and awaiting transfers together.
    pub used_today: Won,
    /// Whether the customer sent money to the payee before.
    pub known_payee: bool,
    /// Whether the customer reported a transfer of the app and gave no new consent since.
    pub reported: bool,
    /// Whether the consent was withdrawn, was superseded or has run out.
    pub consent_ended: bool,
    /// How many transfers of the institution await the customer's decision, whatever the consent.
    pub awaiting: u32,
}

impl TransferRequest {
    /// Puts the transfer before its customer, or says why not.
    ///
    /// # Errors
    /// One of the variants of [`BankingError`] that the app can mend.
    pub fn decide(
        self,
        facts: RequestFacts,
        limits: &TransferLimits,
        journal: &TransferJournal,
    ) -> Result<AwaitingConfirmation, BankingError> {
        let account = facts.account.filter(|account| self.caller.may_use(account));
        let account = account.ok_or(BankingError::AccountNotAllowed)?;
        if facts.consent_ended {
            return Err(BankingError::ConsentEnded);
        }
        if facts.reported {
            return Err(BankingError::ConsentReported);
        }
        if facts.awaiting >= AWAITING_MAX {
            return Err(BankingError::TooManyAwaiting { limit: AWAITING_MAX });
        }
        if self.inquiry.as_ref().is_some_and(|inquiry| inquiry.is_over(self.now)) {
            return Err(BankingError::InquiryExpired);
        }
        let counterparty = self.check_sides(&account, facts.counterparty)?;
        if self.terms.kind() == TransferKind::Withdrawal {
            limits.allow(self.terms.amount, facts.used_today)?;
        }

        let mut terms = self.terms;
        if let Movement::Withdrawal(payee) = &mut terms.movement {
            // As it stands in the bank's books: equal in digits, and shown in its groups.
            payee.number = counterparty.number;
        }
        Ok(AwaitingConfirmation::new(TransferOrder {
            id: self.id,
            customer: self.caller.customer,
            institution: self.caller.institution,
            app: self.caller.app,
            consent: self.caller.consent,
            digest: journal.digest(self.id, &terms),
            first_time_payee: terms.kind() == TransferKind::Withdrawal && !facts.known_payee,
            terms,
            confirmation_number: self.confirmation_number,
            requested_at: self.now,
            expires_at: self.now.plus(transfer::CONFIRMATION_WINDOW),
        }))
    }

    /// The other side, if both sides fit the movement.
    fn check_sides(&self, account: &Account, other: Option<Account>) -> Result<Account, BankingError> {
        let (other, fits) = match &self.terms.movement {
            Movement::Withdrawal(payee) => {
                let numbered = |it: &Account| it.bank == payee.bank && it.number == payee.number;
                let found = other.filter(numbered).ok_or(BankingError::PayeeUnknown)?;
                if found.holder != payee.holder {
                    return Err(BankingError::PayeeNameMismatch);
                }
                let fits = account.kind.may_pay() && found.kind.may_receive();
                (found, fits)
            }
            Movement::Deposit => {
                let own = |it: &Account| {
                    it.owner == AccountOwner::Institution(self.caller.institution) && it.kind == AccountKind::Settlement
                };
                (other.filter(own).ok_or(BankingError::SettlementMissing)?, account.kind.may_receive())
            }
        };
        if other.id == account.id {
            return Err(BankingError::SameAccount);
        }
        if fits { Ok(other) } else { Err(BankingError::AccountKind) }
    }
}
