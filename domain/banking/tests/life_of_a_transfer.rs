//! The life of one transfer under any sequence of deeds, judged by a model
//! that knows nothing of states as types.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use sumun_banking::*;
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId, TransferId};
use sumun_journal::CommitmentKey;
use sumun_money::Won;
use sumun_time::{Span, Timestamp};

const OPENING: i64 = 5_000;
const AMOUNT: i64 = 3_000;

/// One deed of somebody.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// Time passes, in seconds.
    Wait(i64),
    /// The customer confirms what is shown, or something else.
    Confirm { shown: bool },
    /// The customer denies.
    Deny(Denial),
    /// The app asks for execution with the same terms or with others.
    Execute { same: bool },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (1i64..200).prop_map(Deed::Wait),
        any::<bool>().prop_map(|shown| Deed::Confirm { shown }),
        prop_oneof![Just(Denial::Declined), Just(Denial::Reported)].prop_map(Deed::Deny),
        any::<bool>().prop_map(|same| Deed::Execute { same }),
        Just(Deed::Confirm { shown: true }),
        Just(Deed::Execute { same: true }),
    ];
    prop::collection::vec(deed, 1..12)
}

fn journal() -> TransferJournal {
    TransferJournal::new(CommitmentKey::from_bytes([5; 32]))
}

fn account(number: u8, owner: u8, bank: &str) -> Account {
    Account {
        id: AccountId::from_random([number; 16]),
        owner: AccountOwner::Customer(CustomerId::from_random([owner; 16])),
        bank: bank.parse().unwrap(),
        kind: AccountKind::Demand,
        alias: Alias::parse("월급통장").unwrap(),
        number: format!("110-123-45482{number}").parse().unwrap(),
        holder: HolderName::parse(if owner == 1 { "김민수" } else { "김하수" }).unwrap(),
    }
}

fn terms(amount: i64) -> TransferTerms {
    let payee = account(2, 2, "902");
    TransferTerms {
        account: account(1, 1, "901").id,
        movement: Movement::Withdrawal(Payee { bank: payee.bank, number: payee.number, holder: payee.holder }),
        amount: Amount::new(Won::new(amount)).unwrap(),
        summary: Summary::parse("회비").unwrap(),
    }
}

fn caller() -> Caller {
    Caller {
        institution: InstitutionId::from_random([1; 16]),
        app: AppId::from_random([1; 16]),
        customer: CustomerId::from_random([1; 16]),
        consent: ConsentId::from_random([1; 16]),
        accounts: vec![account(1, 1, "901").id],
    }
}

fn facts(book: &Book) -> ExecutionFacts {
    ExecutionFacts {
        account: account(1, 1, "901"),
        clearing: AccountId::from_random([101; 16]),
        counterparty: account(2, 2, "902"),
        counterparty_clearing: AccountId::from_random([102; 16]),
        book: book.clone(),
        executed_today: Won::ZERO,
        reported: false,
        consent_ended: false,
    }
}

fn request(now: Timestamp) -> TransferRequest {
    TransferRequest {
        id: TransferId::from_random([9; 16]),
        caller: caller(),
        terms: terms(AMOUNT),
        inquiry: None,
        confirmation_number: ConfirmationNumber::from_random([0; 8]),
        now,
    }
}

fn request_facts() -> RequestFacts {
    RequestFacts {
        account: Some(account(1, 1, "901")),
        counterparty: Some(account(2, 2, "902")),
        used_today: Won::ZERO,
        known_payee: false,
        reported: false,
        consent_ended: false,
        awaiting: 0,
    }
}

fn opened() -> Book {
    let mut book = Book::new();
    for (number, bank, kind, balance) in [
        (1, "901", AccountKind::Demand, OPENING),
        (2, "902", AccountKind::Demand, 0),
        (101, "901", AccountKind::Clearing, 0),
        (102, "902", AccountKind::Clearing, 0),
    ] {
        book.carry(AccountId::from_random([number; 16]), bank.parse().unwrap(), kind, Won::new(balance));
    }
    book
}

/// The judge: four facts in plain variables.
#[derive(Debug, Default)]
struct Model {
    confirmed_at: Option<i64>,
    over: bool,
    moved: bool,
}

impl Model {
    fn may_decide(&self, second: i64) -> bool {
        !self.over && self.confirmed_at.is_none() && second < 180
    }

    fn may_execute(&self, second: i64) -> bool {
        !self.over && self.confirmed_at.is_some_and(|at| second < at + 300)
    }
}

proptest! {
    #[test]
    fn money_moves_once_and_only_in_time_after_the_same_terms_were_confirmed(deeds in deeds()) {
        let start: Timestamp = "2026-11-23T05:05:00Z".parse().unwrap();
        let (mut second, mut book, mut model) = (0, opened(), Model::default());
        let awaiting = request(start).decide(request_facts(), &TransferLimits::default(), &journal()).unwrap();
        let digest = awaiting.order().digest;
        let other_digest = journal().digest(TransferId::from_random([8; 16]), &terms(AMOUNT));
        let mut transfer = Transfer::AwaitingConfirmation(awaiting);
        for deed in deeds {
            let now = start.plus(Span::from_seconds(second));
            match (deed, transfer.clone()) {
                (Deed::Wait(seconds), _) => second += seconds,
                (Deed::Confirm { shown }, Transfer::AwaitingConfirmation(awaiting)) => {
                    let confirmed = awaiting.confirm(if shown { digest } else { other_digest }, false, now);
                    prop_assert_eq!(confirmed.is_ok(), shown && model.may_decide(second));
                    if let Ok(confirmed) = confirmed {
                        transfer = Transfer::Confirmed(confirmed);
                        model.confirmed_at = Some(second);
                    }
                }
                (Deed::Deny(denial), Transfer::AwaitingConfirmation(awaiting)) => {
                    let denied = awaiting.deny(denial, now);
                    prop_assert_eq!(denied.is_ok(), model.may_decide(second) || denial == Denial::Reported);
                    if let Ok(denied) = denied {
                        transfer = Transfer::Denied(denied);
                        model.over = true;
                    }
                }
                (Deed::Confirm { .. } | Deed::Deny(_), _) => prop_assert!(model.over || model.confirmed_at.is_some()),
                (Deed::Execute { same }, before) => {
                    let repeated = terms(if same { AMOUNT } else { AMOUNT + 1 });
                    let id = before.order().id;
                    let attempt = ExecutionAttempt { caller: caller(), transfer: id, terms: repeated, now };
                    let decided = attempt.decide(before, facts(&book), &TransferLimits::default(), &journal());
                    let allowed = model.may_execute(second);
                    let moves = allowed && same;
                    match decided.unwrap() {
                        Execution::Executed { transfer: executed, book: after, .. } => {
                            prop_assert!(moves && !model.moved);
                            (book, transfer) = (after, Transfer::Executed(executed));
                            (model.moved, model.over) = (true, true);
                        }
                        Execution::Refused(refused) => {
                            prop_assert!(allowed && !same);
                            transfer = Transfer::Refused(refused);
                            model.over = true;
                        }
                        Execution::NotNow { transfer: now_is, .. } => {
                            prop_assert!(!allowed);
                            if now_is.status() == TransferStatus::Expired {
                                model.over = true;
                            }
                            transfer = now_is;
                        }
                    }
                }
            }
            let moved = if model.moved { AMOUNT } else { 0 };
            prop_assert_eq!(book.balance(AccountId::from_random([1; 16])), Some(Won::new(OPENING - moved)));
            prop_assert_eq!(book.balance(AccountId::from_random([2; 16])), Some(Won::new(moved)));
            let record = transfer.record();
            let restored = Transfer::restore(
                transfer.order().clone(), record.status, record.confirmed_at, record.ended_at, record.reason,
            );
            prop_assert_eq!(restored.as_ref(), Ok(&transfer), "a store keeps every state as it is");
        }
    }
}

#[test]
fn limits_are_included_and_a_day_that_is_overused_has_nothing_left() {
    let limits = TransferLimits::default();
    let amount = |sum| Amount::new(Won::new(sum)).unwrap();
    assert!(limits.allow(amount(1_500_000), Won::new(1_500_000)).is_ok());
    assert!(matches!(limits.allow(amount(1_500_001), Won::ZERO), Err(BankingError::LimitPerTransfer { .. })));
    let over = limits.allow(amount(1_500_000), Won::new(1_500_001)).unwrap_err();
    assert!(matches!(over, BankingError::LimitPerDay { left, .. } if left == Won::new(1_499_999)));
    let overused = limits.allow(amount(1), Won::new(4_000_000)).unwrap_err();
    assert!(matches!(overused, BankingError::LimitPerDay { left: Won::ZERO, .. }));
}

#[test]
fn a_commitment_to_terms_is_bound_to_its_transfer_and_its_customer() {
    let (one, other) = (TransferId::from_random([1; 16]), TransferId::from_random([2; 16]));
    assert_eq!(journal().digest(one, &terms(1)), journal().digest(one, &terms(1)));
    assert_ne!(journal().digest(one, &terms(1)), journal().digest(other, &terms(1)));
    assert_ne!(journal().digest(one, &terms(1)), journal().digest(one, &terms(2)));
    let of_another_customer = TransferJournal::new(CommitmentKey::from_bytes([6; 32]));
    assert_ne!(journal().digest(one, &terms(1)), of_another_customer.digest(one, &terms(1)));
}

#[test]
fn every_name_is_read_back() {
    for status in TransferStatus::ALL {
        assert_eq!(status.name().parse(), Ok(*status));
    }
    for reason in RefusalReason::ALL {
        assert_eq!(reason.name().parse(), Ok(*reason));
    }
    for denial in Denial::ALL {
        assert_eq!(denial.name().parse(), Ok(*denial));
    }
    assert!("done".parse::<TransferStatus>().is_err());
    for byte in 0..=255u8 {
        let number = ConfirmationNumber::from_random([byte; 8]).number();
        assert!((10..=99).contains(&number));
        assert_eq!(ConfirmationNumber::from_number(i64::from(number)).unwrap().to_string(), number.to_string());
    }
    assert!(ConfirmationNumber::from_number(9).is_err() && ConfirmationNumber::from_number(100).is_err());
}
