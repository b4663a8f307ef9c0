//! An account holder inquiry, and what a transfer may make of its answer.

use crate::{Account, AccountNumber, BankCode, BankingError, Caller, Payee};
use sumun_ids::{AppId, ConsentId, CustomerId, InquiryId, InstitutionId};
use sumun_time::{Span, Timestamp};

/// How long a transfer may be requested on the answer to an inquiry. No source
/// sets a figure; ten minutes is this platform's choice, the life of the token
/// that asked.
pub const INQUIRY_WINDOW: Span = Span::from_minutes(10);

/// An inquiry that was answered. The app was told a masked name; the id lets it
/// pay to that holder without the whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderInquiry {
    /// Its id.
    pub id: InquiryId,
    /// The institution that asked.
    pub institution: InstitutionId,
    /// Its app.
    pub app: AppId,
    /// For whom it asked.
    pub customer: CustomerId,
    /// The consent under which it asked.
    pub consent: ConsentId,
    /// The account that it asked about.
    pub account: Account,
    /// From when on no transfer can be requested on it.
    pub expires_at: Timestamp,
}

impl HolderInquiry {
    /// The inquiry of `caller` about `account` at `now`; none when the account
    /// is of a kind that receives no transfers, for which no holder is told.
    pub fn answered(id: InquiryId, caller: &Caller, account: Account, now: Timestamp) -> Option<Self> {
        let Caller { institution, app, customer, consent, .. } = *caller;
        let expires_at = now.plus(INQUIRY_WINDOW);
        account.kind.may_receive().then_some(Self { id, institution, app, customer, consent, account, expires_at })
    }

    /// The payee for whom this inquiry stands, when `caller` names it with
    /// `bank` and `number`. Its end is not looked at here: the repetition of a
    /// request is answered after it too, and [`Self::is_over`] is asked of a new one.
    ///
    /// # Errors
    /// [`BankingError::InquiryUnknown`] when another institution, app, customer
    /// or consent asked, as if there were none; [`BankingError::InquiryMismatch`]
    /// when it was about another account.
    pub fn payee(&self, caller: &Caller, bank: BankCode, number: &AccountNumber) -> Result<Payee, BankingError> {
        let asked = (self.institution, self.app, self.customer, self.consent);
        if asked != (caller.institution, caller.app, caller.customer, caller.consent) {
            return Err(BankingError::InquiryUnknown);
        }
        if self.account.bank != bank || self.account.number != *number {
            return Err(BankingError::InquiryMismatch);
        }
        Ok(Payee { bank, number: self.account.number.clone(), holder: self.account.holder.clone() })
    }

    /// Whether its ten minutes are over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountKind, AccountOwner, Alias, HolderName};
    use sumun_ids::AccountId;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn caller() -> Caller {
        Caller {
            institution: InstitutionId::from_random([1; 16]),
            app: AppId::from_random([2; 16]),
            customer: CustomerId::from_random([3; 16]),
            consent: ConsentId::from_random([4; 16]),
            accounts: vec![],
        }
    }

    fn account(kind: AccountKind) -> Account {
        Account {
            id: AccountId::from_random([5; 16]),
            owner: AccountOwner::Customer(CustomerId::from_random([6; 16])),
            bank: "902".parse().unwrap(),
            kind,
            alias: Alias::parse("생활비").unwrap(),
            number: "220-456-127702".parse().unwrap(),
            holder: HolderName::parse("김하수").unwrap(),
        }
    }

    fn inquiry() -> HolderInquiry {
        let id = InquiryId::from_random([7; 16]);
        HolderInquiry::answered(id, &caller(), account(AccountKind::Demand), NOW).unwrap()
    }

    #[test]
    fn only_who_asked_may_pay_to_it_and_only_to_the_account_that_it_was_about() {
        let number = || "220456127702".parse().unwrap();
        let payee = inquiry().payee(&caller(), "902".parse().unwrap(), &number()).unwrap();
        assert_eq!((payee.holder.as_str(), payee.number.as_str()), ("김하수", "220-456-127702"));
        let others: [fn(&mut Caller); 4] = [
            |it| it.institution = InstitutionId::from_random([9; 16]),
            |it| it.app = AppId::from_random([9; 16]),
            |it| it.customer = CustomerId::from_random([9; 16]),
            |it| it.consent = ConsentId::from_random([9; 16]),
        ];
        for other in others {
            let mut caller = caller();
            other(&mut caller);
            let refused = inquiry().payee(&caller, "902".parse().unwrap(), &number()).unwrap_err();
            assert_eq!(refused.code(), "inquiry_unknown");
        }
        for (bank, number) in [("901", "220456127702"), ("902", "220456127703")] {
            let refused = inquiry().payee(&caller(), bank.parse().unwrap(), &number.parse().unwrap()).unwrap_err();
            assert_eq!(refused.code(), "inquiry_mismatch", "{bank} {number}");
        }
    }

    #[test]
    fn it_ends_after_ten_minutes_and_begins_only_for_accounts_that_can_be_paid() {
        assert!(!inquiry().is_over(NOW.plus(INQUIRY_WINDOW).minus(Span::from_micros(1))));
        assert!(inquiry().is_over(NOW.plus(INQUIRY_WINDOW)));
        for kind in [AccountKind::TermDeposit, AccountKind::Funding, AccountKind::Clearing] {
            assert!(HolderInquiry::answered(inquiry().id, &caller(), account(kind), NOW).is_none(), "{kind:?}");
        }
    }
}
