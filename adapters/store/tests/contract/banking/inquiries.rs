//! Account holder inquiries: what is kept of them, for how long, and who pays to one.

use super::world::{HASU, HASU_NUMBER, MINSU_NUMBER, World, after, now};
use crate::support::on_every_engine;
use sumun_banking::*;
use sumun_ids::InquiryId;
use sumun_time::Timestamp;

const DAY: i64 = 86_400;

/// An inquiry of [`World::caller`] about Hasu's account, answered and kept.
async fn kept(world: &World, at: Timestamp) -> HolderInquiry {
    let account = world.store.account_by_number("902".parse().unwrap(), &HASU_NUMBER.parse().unwrap()).await;
    let id = world.draw(InquiryId::from_random);
    let inquiry = HolderInquiry::answered(id, &world.caller(), account.unwrap().unwrap(), at).unwrap();
    world.store.keep_inquiry(&inquiry).await.unwrap();
    inquiry
}

/// A request of one won on `inquiry`.
fn on(world: &World, inquiry: &HolderInquiry, at: Timestamp) -> TransferRequest {
    TransferRequest { inquiry: Some(inquiry.clone()), ..world.request(world.withdrawal(1), at) }
}

async fn is_there(world: &World, inquiry: &HolderInquiry) -> bool {
    world.store.inquiry(inquiry.id).await.unwrap().is_some()
}

#[tokio::test]
async fn an_inquiry_is_read_as_it_was_kept_also_after_its_end_and_an_unknown_one_is_none() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let (first, second) = (kept(&world, now()).await, kept(&world, after(1)).await);
        for inquiry in [&first, &second] {
            assert_eq!(world.store.inquiry(inquiry.id).await.unwrap().as_ref(), Some(inquiry));
        }
        assert_eq!((first.account.owner, first.account.holder.as_str()), (AccountOwner::Customer(world.hasu), HASU));
        assert_eq!((first.account.id, first.expires_at), (world.hasu_demand, after(600)));
        let unknown = world.draw(InquiryId::from_random);
        assert_eq!(world.store.inquiry(unknown).await.unwrap(), None);
        assert!(world.store.keep_inquiry(&first).await.is_err(), "an id is there once");
        assert_eq!(world.store.inquiry(first.id).await.unwrap(), Some(first));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_found_by_bank_and_number_alone_however_the_number_is_written() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let cases = [
            ("902", HASU_NUMBER, Some(world.hasu_demand)),
            ("902", "220456127702", Some(world.hasu_demand)),
            ("901", MINSU_NUMBER, Some(world.demand)),
            ("901", HASU_NUMBER, None),
            ("902", "220-456-127703", None),
        ];
        for (bank, number, expected) in cases {
            let found = world.store.account_by_number(bank.parse().unwrap(), &number.parse().unwrap()).await.unwrap();
            assert_eq!(found.map(|account| account.id), expected, "{bank} {number}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_inquiry_that_led_to_nothing_is_forgotten_a_day_after_its_end_and_no_sooner() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let unused = kept(&world, now()).await;
        kept(&world, after(DAY)).await;
        assert!(is_there(&world, &unused).await, "it ended a day ago to the second");
        let last = kept(&world, after(DAY + 1)).await;
        assert!(!is_there(&world, &unused).await);
        assert!(is_there(&world, &last).await);
    })
    .await;
}

#[tokio::test]
async fn an_inquiry_that_a_transfer_was_requested_on_stays_so_that_the_repetition_is_understood() {
    on_every_engine(async |store| {
        let world = World::on(store).await;
        let (paid_to, refused) = (kept(&world, now()).await, kept(&world, now()).await);
        let key = world.key();
        let first = world.ask(&key, on(&world, &paid_to, after(599))).await.unwrap();
        let late = world.ask(&world.key(), on(&world, &refused, after(600))).await.unwrap_err();
        assert_eq!(late.code(), "inquiry_expired");

        kept(&world, after(2 * DAY)).await;
        assert!(is_there(&world, &paid_to).await);
        assert!(!is_there(&world, &refused).await, "a refused request is no use of it");
        let again = world.ask(&key, on(&world, &paid_to, after(700))).await.unwrap();
        assert_eq!(again, TransferAnswer { repeated: true, ..first });
    })
    .await;
}
