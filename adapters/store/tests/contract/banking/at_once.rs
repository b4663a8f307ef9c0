//! Many callers at once.

use super::world::{World, after, now};
use crate::support::on_every_engine;
use std::sync::Arc;
use sumun_banking::*;
use sumun_consent::ConsentStore as _;
use sumun_ids::ConsentId;
use sumun_journal::EntryKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_executions_of_one_transfer_exactly_one_moves_money() {
    on_every_engine(async |store| {
        let world = Arc::new(World::on(store).await);
        let order = world.confirmed(world.withdrawal(1_000), now()).await;
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (world, id) = (world.clone(), order.id);
                tokio::spawn(async move { world.receipt(id, world.withdrawal(1_000), after(1)).await })
            })
            .collect();
        let mut executed = 0;
        for task in tasks {
            match task.await.unwrap() {
                Receipt::Executed => executed += 1,
                other => assert_eq!(other, Receipt::Refused(RefusalReason::Replayed)),
            }
        }
        assert_eq!(executed, 1);
        assert_eq!(world.balances().await, (999_000, 1_000));
        world.assert_conserved().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_sent_many_times_at_once_makes_one_transfer() {
    on_every_engine(async |store| {
        let world = Arc::new(World::on(store).await);
        let key = world.key();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (world, key) = (world.clone(), key.clone());
                tokio::spawn(
                    async move { world.ask(&key, world.request(world.withdrawal(1_000), now())).await.unwrap() },
                )
            })
            .collect();
        let mut transfers = std::collections::BTreeSet::new();
        for task in tasks {
            transfers.insert(task.await.unwrap().order.id);
        }
        assert_eq!(transfers.len(), 1);
        assert_eq!(world.store.awaiting(world.minsu, now()).await.unwrap().len(), 1);
    })
    .await;
}

/// Twelve transfers of 150,000 won under two consents, so that no limit holds
/// them back, on an account with 1,000,000: six of them have money.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn executions_at_once_never_overdraw_and_conserve_the_sum() {
    on_every_engine(async |store| {
        let world = Arc::new(World::on(store).await);
        let mut attempts = Vec::new();
        for number in 0..12 {
            let mut request = world.request(world.withdrawal(150_000), now());
            if number % 2 == 0 {
                request.caller.consent = ConsentId::from_random([42; 16]);
            }
            let caller = request.caller.clone();
            let order = world.ask(&world.key(), request).await.unwrap().order;
            world.confirm(&order, now()).await.unwrap();
            attempts.push(ExecutionAttempt { caller, ..world.attempt(order.id, world.withdrawal(150_000), after(1)) });
        }
        let tasks: Vec<_> = attempts
            .into_iter()
            .map(|attempt| {
                let (world, key) = (world.clone(), world.key());
                tokio::spawn(async move { world.execute(&key, attempt).await.unwrap().receipt })
            })
            .collect();
        let mut receipts = Vec::new();
        for task in tasks {
            receipts.push(task.await.unwrap());
        }
        let executed = receipts.iter().filter(|receipt| **receipt == Receipt::Executed).count();
        let refused = Receipt::Refused(RefusalReason::InsufficientFunds);
        assert_eq!((executed, receipts.iter().filter(|receipt| **receipt == refused).count()), (6, 6));
        assert_eq!(world.balances().await, (100_000, 900_000));
        world.assert_conserved().await;
    })
    .await;
}

/// Whoever was told that the consent is withdrawn sees no money move after it:
/// in the journal, whose order is that of the commits, nothing is executed behind the withdrawal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_beside_an_execution_comes_before_it_or_after_it() {
    on_every_engine(async |store| {
        let mut world = World::on(store).await;
        for round in 0..12 {
            world.consent = world.draw(ConsentId::from_random);
            world.grant(after(3_600)).await;
            let order = world.confirmed(world.withdrawal(1), now()).await;
            let withdrawal = world.withdrawal_of_consent(after(1));
            let (key, attempt) = (world.key(), world.attempt(order.id, world.withdrawal(1), after(1)));
            let (executed, ended) = tokio::join!(world.execute(&key, attempt), world.store.withdraw(&withdrawal),);
            assert_eq!(ended.unwrap().ended.len(), 1);
            let kinds: Vec<_> = world.told().await.into_iter().map(|(kind, _)| kind).collect();
            let last = match executed {
                Ok(answer) => (answer.receipt == Receipt::Executed).then_some(EntryKind::ConsentWithdrawn),
                Err(BankingError::ConsentEnded) => Some(EntryKind::TransferRefused),
                Err(_) => None,
            };
            assert_eq!(kinds.last().copied(), last, "round {round}");
        }
        world.assert_conserved().await;
    })
    .await;
}
