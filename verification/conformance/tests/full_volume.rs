//! A volume that runs full while people and programs work: what must go on
//! goes on, nothing is half written, and a start afterwards works.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use sumun_conformance::{App, Person, Running, SmallVolume, random_text, sound_start_page, verify_journal};

const EVERY_SCOPE: &str = "account-holder balance transactions transfer";
/// The reserve, the floor above it, and some room for the platform itself.
const VOLUME_MEBIBYTES: u32 = 256;

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn terms(account: &str) -> Value {
    json!({
        "account_id": account, "amount": 1_000, "summary": "적금",
        "payee": {"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"},
    })
}

/// A withdrawal from its request to its end, with the customer's confirmation.
async fn transfer(app: &App, haneul: &mut Person, account: &str, token: &str) {
    let requested = app.post("/v1/withdrawals", token, &random_text(), &terms(account)).await;
    assert_eq!(requested.status, 202, "{}", requested.body);
    let id = requested.text("transfer_id");
    assert_eq!(haneul.decide(&id, "approve").await.status, 200);
    let path = format!("/v1/transfers/{id}/execution");
    let executed = app.post(&path, token, &random_text(), &terms(account)).await;
    assert_eq!((executed.status, executed.text("status")), (200, "executed".to_owned()), "{}", executed.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_volume_stops_neither_sign_in_nor_withdrawal_nor_transfers() {
    let volume = SmallVolume::of_mebibytes(VOLUME_MEBIBYTES);
    let reserve = volume.outside("data/reserve");
    let running = Running::start_on(&volume);
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    assert!(reserve.exists(), "the reserve is laid at the start");

    // Somebody else fills the volume to the last byte.
    let filling = volume.fill("filling");
    until("the reserve is not given up", || !reserve.exists()).await;

    // Another browser signs in anew; money moves; consent is given and taken back.
    transfer(&app, &mut haneul, &account, &token).await;
    let mut other = Person::new(ready, "doyun");
    let others = other.accounts().await[0].clone();
    let others_token = other.consent(&app, EVERY_SCOPE, &[&others]).await;
    transfer(&app, &mut other, &others, &others_token).await;
    assert_eq!(other.withdraw_newest().await.status, 200);
    let refused = app.get(&format!("/v1/accounts/{others}/balance"), &others_token).await;
    assert_eq!(refused.status, 401, "{}", refused.body);

    // The operator is told where the operator looks.
    assert!(sound_start_page(ready).await.says("The volume of the data folder is full"));
    assert!(running.stderr().contains("its reserve is given up"), "{}", running.stderr());

    // With room again the reserve comes back.
    drop(filling);
    until("the reserve does not come back", || reserve.exists()).await;
    transfer(&app, &mut haneul, &account, &token).await;
    assert!(!sound_start_page(ready).await.says("The volume of the data folder is full"));
    assert_eq!(running.stop(sumun_conformance::Signal::Terminate).code, Some(0));
    verify_journal(&volume.outside("data"));
}
