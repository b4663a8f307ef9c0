//! Accounts, their lines, and what of them stands in the database.

use super::world::{HASU, HASU_NUMBER, MINSU, MINSU_NUMBER, World, after, now};
use crate::support::on_every_engine;
use sumun_banking::*;
use sumun_money::Won;
use sumun_store::{FieldKey, Store};

#[tokio::test]
async fn an_account_is_found_by_owner_and_by_number_in_any_grouping() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let accounts = world.store.accounts_of(world.minsu).await.unwrap();
        let seen: Vec<_> = accounts.iter().map(|it| (it.account.alias.as_str(), it.balance.amount())).collect();
        assert_eq!(seen, [("월급통장", 1_000_000), ("여행 저축", 500_000)]);
        assert_eq!(accounts[0].account.number.as_str(), MINSU_NUMBER);

        let bank = "902".parse().unwrap();
        for number in [HASU_NUMBER.to_owned(), HASU_NUMBER.replace('-', "")] {
            let found = world.store.account_by_number(bank, &number.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!((found.id, found.holder.as_str()), (world.hasu_demand, HASU));
        }
        let elsewhere = world.store.account_by_number("901".parse().unwrap(), &HASU_NUMBER.parse().unwrap()).await;
        assert_eq!(elsewhere.unwrap(), None);
        assert_eq!(world.store.account(world.hasu, world.demand).await.unwrap(), None);
        assert_eq!(world.store.banks().await.unwrap().len(), 2);
        world.assert_conserved().await;
    })
    .await;
}

#[tokio::test]
async fn a_bank_opens_once_and_a_number_is_given_once() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let bank = world.store.banks().await.unwrap().remove(0);
        let new = NewBank { bank, funding: world.demand, clearing: world.savings, opened_at: now() };
        world.store.open_bank(&new, &[]).await.unwrap();
        let account = world.store.account(world.minsu, world.demand).await.unwrap().unwrap().account;
        let again = Account { id: world.draw(sumun_ids::AccountId::from_random), ..account };
        let again = NewAccount { account: again, opening_balance: Won::new(5), opened_at: now() };
        assert!(matches!(world.store.open_account(&again, &[]).await, Err(BankingError::Store(_))));
        world.assert_conserved().await;
        assert_eq!(world.store.audit().await.unwrap().accounts, 8);
    })
    .await;
}

#[tokio::test]
async fn lines_come_in_pages_newest_first_and_only_to_their_owner() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        for second in 1..=4 {
            let order = world.confirmed(world.withdrawal(second * 1_000), after(second)).await;
            let receipt = world.receipt(order.id, world.withdrawal(second * 1_000), after(second)).await;
            assert_eq!(receipt, Receipt::Executed);
        }
        let page = async |after| {
            let query = TransactionQuery::new(None, None, Some(2), after).unwrap();
            world.store.transactions(world.minsu, world.demand, query).await.unwrap().unwrap()
        };
        let first = page(None).await;
        let second = page(first.next).await;
        let third = page(second.next).await;
        assert_eq!(third.next, None);
        let all: Vec<_> = [first, second, third].into_iter().flat_map(|page| page.transactions).collect();
        let seen: Vec<_> = all.iter().map(|it| (it.number, it.change.amount(), it.balance.amount())).collect();
        let expected = [
            (5, -4_000, 990_000),
            (4, -3_000, 994_000),
            (3, -2_000, 997_000),
            (2, -1_000, 999_000),
            (1, 1_000_000, 1_000_000),
        ];
        assert_eq!(seen, expected);
        assert_eq!((all[0].counterparty.as_str(), all[0].summary.as_str()), (HASU, "11월 회비"));
        assert!(all[0].transfer.is_some() && all[4].transfer.is_none());

        let query = TransactionQuery::new(None, None, None, None).unwrap();
        let received = world.store.transactions(world.hasu, world.hasu_demand, query).await.unwrap().unwrap();
        assert_eq!(received.transactions[0].counterparty.as_str(), MINSU);
        assert_eq!(world.store.transactions(world.hasu, world.demand, query).await.unwrap(), None);
        let yesterday = Some("2026-11-22".parse().unwrap());
        let query = TransactionQuery::new(yesterday, yesterday, None, None).unwrap();
        let earlier = world.store.transactions(world.minsu, world.demand, query).await.unwrap().unwrap();
        assert_eq!(earlier.transactions, []);
    })
    .await;
}

#[tokio::test]
async fn pr_046_the_database_file_holds_no_number_no_name_and_no_summary() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sumun.db");
    let store = Store::open_sqlite(&path, FieldKey::from_bytes([7; 32])).await.unwrap();
    let world = World::on(store.clone()).await;
    let order = world.confirmed(world.withdrawal(1_000), now()).await;
    assert_eq!(world.receipt(order.id, world.withdrawal(1_000), now()).await, Receipt::Executed);
    store.close().await;

    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("executed"), "the test looks at the right bytes");
    let digits = [MINSU_NUMBER.replace('-', ""), HASU_NUMBER.replace('-', "")];
    for text in [MINSU_NUMBER, HASU_NUMBER, MINSU, HASU, "월급통장", "11월 회비", "새움페이", &digits[0], &digits[1]]
    {
        assert!(!holds(text), "{text}");
    }
}

#[tokio::test]
async fn a_field_that_was_moved_to_another_row_does_not_open() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let (from, to) = (world.savings.to_string(), world.demand.to_string());
        let move_field = world.store.write(move |tx| {
            let (from, to) = (from.clone(), to.clone());
            Box::pin(async move {
                let sql = "UPDATE account SET number = (SELECT number FROM account WHERE id = $1) WHERE id = $2";
                tx.execute(sql, sumun_store::args![from, to]).await
            })
        });
        assert_eq!(move_field.await.unwrap(), 1);
        assert!(world.store.account(world.minsu, world.demand).await.is_err());
        assert!(world.store.account(world.minsu, world.savings).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_audit_sees_a_balance_that_was_changed_by_hand() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let account = world.demand.to_string();
        let change = world.store.write(move |tx| {
            let account = account.clone();
            Box::pin(async move {
                let sql = "UPDATE account SET balance = balance + 1 WHERE id = $1";
                tx.execute(sql, sumun_store::args![account]).await
            })
        });
        change.await.unwrap();
        let audit = world.store.audit().await.unwrap();
        assert_eq!((audit.sum, audit.disagreeing.as_slice()), (Won::new(1), [world.demand].as_slice()));
        assert_eq!(audit.unbalanced_banks, ["901".parse().unwrap()]);
        assert!(!audit.is_conserved());
    })
    .await;
}
