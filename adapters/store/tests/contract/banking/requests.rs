//! What becomes a transfer, what does not, and what the customer decides.

use super::world::{HASU, MINSU_NUMBER, World, after, now};
use crate::support::on_every_engine;
use sumun_banking::*;
use sumun_consent::ConsentStore as _;
use sumun_ids::{AccountId, ConsentId, InstitutionId, TransferId};
use sumun_journal::EntryKind;
use sumun_money::Won;

#[tokio::test]
async fn a_request_awaits_its_customer_and_is_told_to_the_journal_without_personal_data() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.requested(world.withdrawal(1_234), now()).await;
        assert_eq!((order.confirmation_number.number(), order.expires_at), (47, after(180)));
        assert!(order.first_time_payee);
        let waiting = world.store.awaiting(world.minsu, after(179)).await.unwrap();
        assert_eq!(waiting.iter().map(Transfer::order).collect::<Vec<_>>(), [&order]);
        assert!(world.store.awaiting(world.minsu, after(180)).await.unwrap().is_empty());
        assert!(world.store.awaiting(world.hasu, now()).await.unwrap().is_empty());
        assert_eq!(world.balances().await, (1_000_000, 0));

        let entries = world.entries().await;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].kind, entries[0].subject.clone()), (EntryKind::TransferRequested, order.id.to_string()));
        let text = String::from_utf8(entries[0].canonical_bytes()).unwrap();
        for personal in [HASU, "11월", "220456127702", "7702", "1234", &world.minsu.to_string()] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_another_one_under_its_key_is_refused() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let key = world.key();
        let first = world.ask(&key, world.request(world.withdrawal(1_000), now())).await.unwrap();
        let again = world.ask(&key, world.request(world.withdrawal(1_000), after(9))).await.unwrap();
        assert_eq!(again, TransferAnswer { repeated: true, ..first });
        assert_eq!(world.store.awaiting(world.minsu, after(10)).await.unwrap().len(), 1);
        let other = world.ask(&key, world.request(world.withdrawal(1_001), now())).await;
        assert!(matches!(other, Err(BankingError::KeyReused)));

        let mut elsewhere = world.request(world.withdrawal(1_001), now());
        elsewhere.caller.institution = world.draw(InstitutionId::from_random);
        assert!(world.ask(&key, elsewhere).await.is_ok(), "a key is the institution's own");
    })
    .await;
}

#[tokio::test]
async fn requests_that_break_a_rule_leave_no_transfer_but_an_entry() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let payee = |change: fn(&mut Payee)| {
            let mut payee = world.withdrawal(1).payee().unwrap().clone();
            change(&mut payee);
            TransferTerms { movement: Movement::Withdrawal(payee), ..world.withdrawal(1) }
        };
        let own = payee(|it| {
            *it = Payee {
                bank: "901".parse().unwrap(),
                number: MINSU_NUMBER.parse().unwrap(),
                holder: HolderName::parse("김민수").unwrap(),
            };
        });
        let cases = [
            (TransferTerms { account: world.hasu_demand, ..world.withdrawal(1) }, "account_not_allowed"),
            (
                TransferTerms { account: world.draw(AccountId::from_random), ..world.withdrawal(1) },
                "account_not_allowed",
            ),
            (TransferTerms { account: world.savings, ..world.withdrawal(1) }, "account_kind"),
            (payee(|it| it.bank = "903".parse().unwrap()), "payee_unknown"),
            (payee(|it| it.number = "220-456-127703".parse().unwrap()), "payee_unknown"),
            (payee(|it| it.holder = HolderName::parse("김하소").unwrap()), "payee_name_mismatch"),
            (own, "same_account"),
            (world.withdrawal(1_500_001), "limit_per_transfer"),
        ];
        for (terms, code) in &cases {
            let refused = world.ask(&world.key(), world.request(terms.clone(), now())).await.unwrap_err();
            assert_eq!(refused.code(), *code);
        }
        let mut not_consented = world.request(world.withdrawal(1), now());
        not_consented.caller.accounts = vec![world.savings];
        let refused = world.ask(&world.key(), not_consented).await.unwrap_err();
        assert_eq!(refused.code(), "account_not_allowed");
        let mut without_settlement = world.request(world.deposit(1), now());
        without_settlement.caller.institution = world.draw(InstitutionId::from_random);
        let refused = world.ask(&world.key(), without_settlement).await.unwrap_err();
        assert_eq!(refused.code(), "settlement_missing");

        assert!(world.store.awaiting(world.minsu, now()).await.unwrap().is_empty());
        let told = world.told().await;
        assert!(told.iter().all(|(kind, _)| *kind == EntryKind::TransferRefused));
        let reasons: Vec<_> = told.into_iter().filter_map(|(_, reason)| reason).collect();
        let expected = cases.iter().map(|(_, code)| *code).chain(["account_not_allowed", "settlement_missing"]);
        assert_eq!(reasons, expected.collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn the_days_limit_counts_what_is_pending_per_consent() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        for _ in 0..2 {
            world.requested(world.withdrawal(1_500_000), now()).await;
        }
        let refused = world.ask(&world.key(), world.request(world.withdrawal(1), after(1))).await.unwrap_err();
        assert!(matches!(refused, BankingError::LimitPerDay { left: Won::ZERO, .. }));
        let mut other_consent = world.request(world.withdrawal(1), after(1));
        other_consent.caller.consent = world.draw(ConsentId::from_random);
        assert!(world.ask(&world.key(), other_consent).await.is_ok());
        assert!(
            world.ask(&world.key(), world.request(world.withdrawal(1), after(180))).await.is_ok(),
            "expired by then"
        );
        assert!(world.ask(&world.key(), world.request(world.deposit(3_000_001), after(1))).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn only_its_own_customer_confirms_what_was_shown_and_in_time() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.requested(world.withdrawal(1_000), now()).await;
        let other = world.requested(world.withdrawal(2_000), now()).await;
        let confirm = |customer, shown, now| world.store.confirm(customer, order.id, shown, now, &world.journal);
        let stranger = confirm(world.hasu, order.digest, now()).await;
        assert!(matches!(stranger, Err(BankingError::TransferUnknown)));
        let not_shown = confirm(world.minsu, other.digest, now()).await;
        assert!(matches!(not_shown, Err(BankingError::NotAsShown)));
        let too_late = confirm(world.minsu, order.digest, after(180)).await;
        assert!(matches!(too_late, Err(BankingError::ConfirmationExpired)));
        assert_eq!(confirm(world.minsu, order.digest, after(179)).await.unwrap().confirmed_at(), after(179));
        let again = confirm(world.minsu, order.digest, after(179)).await;
        assert!(matches!(again, Err(BankingError::NotAwaiting { status: TransferStatus::Confirmed })));
        let kinds: Vec<_> = world.told().await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [EntryKind::TransferRequested, EntryKind::TransferRequested, EntryKind::TransferConfirmed]);
    })
    .await;
}

#[tokio::test]
async fn a_report_denies_the_transfer_and_holds_its_consent() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let deny =
            async |id: TransferId, denial| world.store.deny(world.minsu, id, denial, after(1), &world.journal).await;
        let declined = world.requested(world.withdrawal(1_000), now()).await;
        assert_eq!(deny(declined.id, Denial::Declined).await.unwrap().denial(), Denial::Declined);
        let executed = world.receipt(declined.id, world.withdrawal(1_000), after(1)).await;
        assert_eq!(executed, Receipt::Refused(RefusalReason::Denied));
        assert!(matches!(deny(declined.id, Denial::Reported).await, Err(BankingError::NotAwaiting { .. })));

        let confirmed_before = world.confirmed(world.withdrawal(2_000), now()).await;
        let reported = world.requested(world.withdrawal(3_000), now()).await;
        deny(reported.id, Denial::Reported).await.unwrap();
        let held = world.ask(&world.key(), world.request(world.withdrawal(1), after(2))).await;
        assert!(matches!(held, Err(BankingError::ConsentReported)));
        let held = world.receipt(confirmed_before.id, world.withdrawal(2_000), after(2)).await;
        assert_eq!(held, Receipt::Refused(RefusalReason::ConsentReported));
        assert_eq!(world.balances().await, (1_000_000, 0));
        let denials: Vec<_> =
            world.told().await.into_iter().filter(|(kind, _)| *kind == EntryKind::TransferDenied).collect();
        let reasons: Vec<_> = denials.into_iter().filter_map(|(_, reason)| reason).collect();
        assert_eq!(reasons, ["declined", "reported"]);
    })
    .await;
}

/// An app that asks again and again would wear its customer down until one
/// transfer is confirmed by mistake.
#[tokio::test]
async fn a_customer_is_not_buried_under_transfers_that_await_a_decision() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        for _ in 0..AWAITING_MAX {
            world.requested(world.deposit(1), now()).await;
        }
        let refused = world.ask(&world.key(), world.request(world.withdrawal(1), after(1))).await;
        assert!(matches!(refused, Err(BankingError::TooManyAwaiting { limit: AWAITING_MAX })), "{refused:?}");
        let of_another_institution = TransferRequest {
            caller: Caller {
                consent: world.draw(ConsentId::from_random),
                institution: world.draw(InstitutionId::from_random),
                ..world.caller()
            },
            ..world.request(world.withdrawal(1), after(1))
        };
        world.ask(&world.key(), of_another_institution).await.unwrap();
        assert_eq!(world.told().await.last().unwrap().1, None);

        let first = world.store.awaiting(world.minsu, after(2)).await.unwrap().swap_remove(0);
        world.store.deny(world.minsu, first.order().id, Denial::Declined, after(2), &world.journal).await.unwrap();
        world.requested(world.withdrawal(1), after(3)).await;
        let refused = world.ask(&world.key(), world.request(world.withdrawal(1), after(4))).await;
        assert!(matches!(refused, Err(BankingError::TooManyAwaiting { .. })));
        world.requested(world.withdrawal(1), after(180)).await;
    })
    .await;
}

/// The gateway looked at the consent a moment before; the withdrawal was answered since.
#[tokio::test]
async fn a_consent_that_ended_moves_no_money_although_the_call_had_passed_the_gateway() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        world.grant(after(90)).await;
        let order = world.confirmed(world.withdrawal(1_000), now()).await;
        let executed = world.confirmed(world.withdrawal(2_000), now()).await;
        assert_eq!(world.receipt(executed.id, world.withdrawal(2_000), after(1)).await, Receipt::Executed);

        let attempt = |at| world.attempt(order.id, world.withdrawal(1_000), at);
        let expired = world.execute(&world.key(), attempt(after(90))).await;
        assert!(matches!(expired, Err(BankingError::ConsentEnded)), "{expired:?}");
        assert_eq!(world.store.withdraw(&world.withdrawal_of_consent(after(2))).await.unwrap().ended.len(), 1);
        let withdrawn = world.execute(&world.key(), attempt(after(2))).await;
        assert!(matches!(withdrawn, Err(BankingError::ConsentEnded)), "{withdrawn:?}");
        let asked = world.ask(&world.key(), world.request(world.withdrawal(1), after(2))).await;
        assert!(matches!(asked, Err(BankingError::ConsentEnded)), "{asked:?}");
        assert_eq!(world.balances().await, (998_000, 2_000));
        assert_eq!(world.told().await.last().unwrap().1.as_deref(), Some("consent_ended"));
        world.assert_conserved().await;
    })
    .await;
}
