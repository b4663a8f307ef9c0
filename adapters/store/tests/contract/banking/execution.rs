//! When money moves and when it does not.

use super::world::{World, after, now};
use crate::support::on_every_engine;
use sumun_banking::*;
use sumun_ids::{AppId, ConsentId, TransferId};
use sumun_journal::EntryKind;
use sumun_money::Won;

const REFUSED: fn(RefusalReason) -> Receipt = Receipt::Refused;

#[tokio::test]
async fn a_confirmed_transfer_moves_money_once_with_lines_notice_and_entry() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.withdrawal(400_000), now()).await;
        let key = world.key();
        let attempt = world.attempt(order.id, world.withdrawal(400_000), after(5));
        let answer = world.execute(&key, attempt.clone()).await.unwrap();
        assert_eq!((answer.receipt, answer.at, answer.repeated), (Receipt::Executed, after(5), false));
        assert_eq!(world.balances().await, (600_000, 400_000));

        let later = ExecutionAttempt { now: after(60), ..attempt };
        let again = world.execute(&key, later).await.unwrap();
        assert_eq!(again, TransferAnswer { repeated: true, ..answer }, "the same key gets the same answer");
        let other_body = world.attempt(order.id, world.withdrawal(400_001), after(6));
        assert!(matches!(world.execute(&key, other_body).await, Err(BankingError::KeyReused)));
        assert_eq!(world.balances().await, (600_000, 400_000));
        world.assert_conserved().await;

        let notices = world.store.notices_of(world.minsu, 10).await.unwrap();
        assert_eq!(notices.len(), 1);
        assert_eq!((notices[0].at, &notices[0].order), (after(5), &order));
        assert!(world.store.notices_of(world.hasu, 10).await.unwrap().is_empty());
        let kinds: Vec<_> = world.told().await.into_iter().map(|(kind, _)| kind).collect();
        let expected = [EntryKind::TransferRequested, EntryKind::TransferConfirmed, EntryKind::TransferExecuted];
        assert_eq!(kinds, expected);
        let known = world.requested(world.withdrawal(1), after(7)).await;
        assert!(!known.first_time_payee);
    })
    .await;
}

#[tokio::test]
async fn a_deposit_comes_out_of_the_settlement_account() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.deposit(70_000), now()).await;
        assert!(!order.first_time_payee);
        assert_eq!(world.receipt(order.id, world.deposit(70_000), after(1)).await, Receipt::Executed);
        assert_eq!(world.balance(world.minsu, world.demand).await, 1_070_000);
        let order = world.confirmed(world.deposit(9_930_001), now()).await;
        let receipt = world.receipt(order.id, world.deposit(9_930_001), after(1)).await;
        assert_eq!(receipt, REFUSED(RefusalReason::InsufficientFunds));
        world.assert_conserved().await;
    })
    .await;
}

#[tokio::test]
async fn no_money_moves_before_the_confirmation_and_the_same_key_works_after_it() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.requested(world.withdrawal(1_000), now()).await;
        let key = world.key();
        let attempt = world.attempt(order.id, world.withdrawal(1_000), after(1));
        let early = world.execute(&key, attempt.clone()).await.unwrap();
        assert_eq!(early.receipt, REFUSED(RefusalReason::NotConfirmed));
        assert_eq!(world.balances().await, (1_000_000, 0));
        world.confirm(&order, after(2)).await.unwrap();
        assert_eq!(world.execute(&key, attempt).await.unwrap().receipt, Receipt::Executed);
        assert_eq!(world.balances().await, (999_000, 1_000));
    })
    .await;
}

#[tokio::test]
async fn other_terms_spend_the_confirmation() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let right = world.withdrawal(1_000);
        let changes: [fn(&World, &mut TransferTerms); 4] = [
            |_, terms| terms.amount = Amount::new(Won::new(1_001)).unwrap(),
            |world, terms| terms.account = world.savings,
            |_, terms| terms.summary = Summary::parse("12월 회비").unwrap(),
            |_, terms| terms.movement = Movement::Deposit,
        ];
        for change in changes {
            let order = world.confirmed(right.clone(), now()).await;
            let mut changed = right.clone();
            change(&world, &mut changed);
            let refused = world.receipt(order.id, changed, after(1)).await;
            assert_eq!(refused, REFUSED(RefusalReason::TermsChanged));
            let late_repair = world.receipt(order.id, right.clone(), after(2)).await;
            assert_eq!(late_repair, REFUSED(RefusalReason::Closed));
        }
        assert_eq!(world.balances().await, (1_000_000, 0));
        let refusals = world.entries().await.into_iter().filter(|entry| entry.kind == EntryKind::TransferRefused);
        assert!(refusals.into_iter().all(|entry| entry.facts.contains_key("repeated_terms")));
    })
    .await;
}

#[tokio::test]
async fn an_amount_that_was_changed_in_the_database_moves_nothing() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.withdrawal(1_000), now()).await;
        let id = order.id.to_string();
        let tamper = world.store.write(move |tx| {
            let id = id.clone();
            Box::pin(async move {
                tx.execute("UPDATE transfer SET amount = 900000 WHERE id = $1", sumun_store::args![id]).await
            })
        });
        assert_eq!(tamper.await.unwrap(), 1);
        let receipt = world.receipt(order.id, world.withdrawal(1_000), after(1)).await;
        assert_eq!(receipt, REFUSED(RefusalReason::TermsChanged));
        assert_eq!(world.balances().await, (1_000_000, 0));
    })
    .await;
}

#[tokio::test]
async fn an_executed_transfer_is_not_executed_under_another_key() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.withdrawal(1_000), now()).await;
        assert_eq!(world.receipt(order.id, world.withdrawal(1_000), after(1)).await, Receipt::Executed);
        let replay = world.receipt(order.id, world.withdrawal(1_000), after(2)).await;
        assert_eq!(replay, REFUSED(RefusalReason::Replayed));
        assert_eq!(world.balances().await, (999_000, 1_000));
        let last = world.told().await.pop();
        assert_eq!(last, Some((EntryKind::TransferRefused, Some("replayed".to_owned()))));
    })
    .await;
}

#[tokio::test]
async fn a_window_that_is_over_ends_the_transfer() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let never_confirmed = world.requested(world.withdrawal(1_000), now()).await;
        let never_executed = world.confirmed(world.withdrawal(1_000), now()).await;
        for (order, seconds) in [(never_confirmed, 180), (never_executed, 300)] {
            let receipt = world.receipt(order.id, world.withdrawal(1_000), after(seconds)).await;
            assert_eq!(receipt, REFUSED(RefusalReason::Expired));
            let kept = world.store.transfer(world.minsu, order.id).await.unwrap().unwrap();
            assert_eq!((kept.status(), kept.record().ended_at), (TransferStatus::Expired, Some(after(seconds))));
        }
        assert_eq!(world.balances().await, (1_000_000, 0));
    })
    .await;
}

#[tokio::test]
async fn a_transfer_is_unknown_to_whoever_did_not_ask_for_it() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.withdrawal(1_000), now()).await;
        let changes: [fn(&World, &mut ExecutionAttempt); 4] = [
            |world, attempt| attempt.caller.customer = world.hasu,
            |world, attempt| attempt.caller.app = world.draw(AppId::from_random),
            |world, attempt| attempt.caller.consent = world.draw(ConsentId::from_random),
            |world, attempt| attempt.transfer = world.draw(TransferId::from_random),
        ];
        for change in changes {
            let mut attempt = world.attempt(order.id, world.withdrawal(1_000), after(1));
            change(&world, &mut attempt);
            assert!(matches!(world.execute(&world.key(), attempt).await, Err(BankingError::TransferUnknown)));
        }
        let mut narrowed = world.attempt(order.id, world.withdrawal(1_000), after(1));
        narrowed.caller.accounts = vec![world.savings];
        assert!(matches!(world.execute(&world.key(), narrowed).await, Err(BankingError::AccountNotAllowed)));
        assert_eq!(world.receipt(order.id, world.withdrawal(1_000), after(1)).await, Receipt::Executed);
    })
    .await;
}

#[tokio::test]
async fn money_that_is_not_there_does_not_move() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let order = world.confirmed(world.withdrawal(1_000_001), now()).await;
        let receipt = world.receipt(order.id, world.withdrawal(1_000_001), after(1)).await;
        assert_eq!(receipt, REFUSED(RefusalReason::InsufficientFunds));
        assert_eq!(world.balances().await, (1_000_000, 0));
        world.assert_conserved().await;
    })
    .await;
}
