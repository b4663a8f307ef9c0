//! What bounds and ends reach: a customer and an institution, whatever the consent.

use super::world::{World, after, now};
use crate::support::on_every_engine;
use sumun_banking::*;
use sumun_ids::{AppId, ConsentId, InstitutionId};
use sumun_money::Won;

fn ask_as(world: &World, caller: &Caller, terms: TransferTerms, second: i64) -> TransferRequest {
    TransferRequest { caller: caller.clone(), ..world.request(terms, after(second)) }
}

#[tokio::test]
async fn the_sum_of_a_day_counts_for_customer_and_institution_whatever_the_consent() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let first = world.consented(world.app, "purpose", now()).await;
        let second = world.consented(world.draw(AppId::from_random), "purpose", now()).await;
        for _ in 0..2 {
            world.ask(&world.key(), ask_as(&world, &first, world.withdrawal(1_400_000), 1)).await.unwrap();
        }
        let over = world.ask(&world.key(), ask_as(&world, &second, world.withdrawal(200_001), 2)).await;
        let left = Won::new(200_000);
        assert!(matches!(over, Err(BankingError::LimitPerDay { left: it, .. }) if it == left), "{over:?}");
        world.ask(&world.key(), ask_as(&world, &second, world.withdrawal(200_000), 3)).await.unwrap();
        let elsewhere = Caller {
            institution: world.draw(InstitutionId::from_random),
            consent: world.draw(ConsentId::from_random),
            ..second
        };
        world.ask(&world.key(), ask_as(&world, &elsewhere, world.withdrawal(1_000_000), 4)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_executed_under_an_ended_consent_still_counts_in_the_sum_of_the_day() {
    on_every_engine(async |store| {
        let mut world = World::on(store).await;
        world.consent = world.consented(world.app, "purpose", now()).await.consent;
        let order = world.confirmed(world.withdrawal(900_000), now()).await;
        assert_eq!(world.receipt(order.id, world.withdrawal(900_000), after(1)).await, Receipt::Executed);
        world.consent = world.consented(world.app, "purpose", after(2)).await.consent;
        world.requested(world.withdrawal(1_400_000), after(3)).await;
        let over = world.ask(&world.key(), world.request(world.withdrawal(700_001), after(3))).await;
        assert!(matches!(over, Err(BankingError::LimitPerDay { left, .. }) if left == Won::new(700_000)), "{over:?}");
    })
    .await;
}

#[tokio::test]
async fn undecided_transfers_count_for_customer_and_institution_whatever_the_consent() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let first = world.consented(world.app, "purpose", now()).await;
        let second = world.consented(world.draw(AppId::from_random), "purpose", now()).await;
        for number in 0..AWAITING_MAX {
            let caller = if number % 2 == 0 { &first } else { &second };
            world.ask(&world.key(), ask_as(&world, caller, world.deposit(1), 1)).await.unwrap();
        }
        for caller in [&first, &second] {
            let refused = world.ask(&world.key(), ask_as(&world, caller, world.deposit(1), 2)).await;
            assert!(matches!(refused, Err(BankingError::TooManyAwaiting { .. })), "{refused:?}");
        }
    })
    .await;
}

/// It was asked for under other accounts and rights: it waits in vain, and the app asks anew.
#[tokio::test]
async fn a_transfer_under_a_superseded_consent_is_neither_confirmed_nor_executed() {
    on_every_engine(async |store| {
        let mut world = World::on(store).await;
        world.consent = world.consented(world.app, "purpose", now()).await.consent;
        let older = world.caller();
        let waiting = world.requested(world.withdrawal(1_400_000), now()).await;
        let confirmed = world.confirmed(world.withdrawal(1_000), now()).await;
        assert!(!world.store.consent_ended(world.minsu, older.consent, after(2)).await.unwrap());

        world.consent = world.consented(world.app, "purpose", after(1)).await.consent;
        assert!(world.store.consent_ended(world.minsu, older.consent, after(2)).await.unwrap());
        assert!(world.store.awaiting(world.minsu, after(2)).await.unwrap().is_empty(), "nobody is asked in vain");
        let confirming = world.confirm(&waiting, after(2)).await;
        assert!(matches!(confirming, Err(BankingError::ConsentEnded)), "{confirming:?}");
        let attempt = world.attempt(confirmed.id, world.withdrawal(1_000), after(2));
        let by_older = ExecutionAttempt { caller: older, ..attempt.clone() };
        let executed = world.execute(&world.key(), by_older).await;
        assert!(matches!(executed, Err(BankingError::ConsentEnded)), "{executed:?}");
        let executed = world.execute(&world.key(), attempt).await;
        assert!(matches!(executed, Err(BankingError::TransferUnknown)), "not the new consent's: {executed:?}");
        assert_eq!(world.balances().await, (1_000_000, 0));

        for amount in [1_500_000, 1_500_000] {
            world.requested(world.withdrawal(amount), after(3)).await;
        }
    })
    .await;
}

/// The page says that all other transfers of the app are blocked until the customer consents anew.
#[tokio::test]
async fn a_report_holds_every_consent_that_the_app_had_until_a_new_one_is_given() {
    on_every_engine(async |store| {
        let mut world = World::on(store).await;
        let twin = world.consented(world.app, "another purpose", now()).await;
        let other_app = world.consented(world.draw(AppId::from_random), "purpose", now()).await;
        world.consent = world.consented(world.app, "purpose", now()).await.consent;
        let reported = world.requested(world.withdrawal(3_000), now()).await;
        world.store.deny(world.minsu, reported.id, Denial::Reported, after(1), &world.journal).await.unwrap();
        for caller in [&twin, &world.caller()] {
            let held = world.ask(&world.key(), ask_as(&world, caller, world.withdrawal(1), 2)).await;
            assert!(matches!(held, Err(BankingError::ConsentReported)), "{held:?}");
        }
        world.ask(&world.key(), ask_as(&world, &other_app, world.withdrawal(1), 2)).await.unwrap();
        world.consent = world.consented(world.app, "purpose", after(3)).await.consent;
        world.requested(world.withdrawal(1), after(4)).await;
        let held = world.ask(&world.key(), ask_as(&world, &twin, world.withdrawal(1), 4)).await;
        assert!(matches!(held, Err(BankingError::ConsentReported)), "{held:?}");
    })
    .await;
}
