//! A volume that runs full while people and programs work: what must go on
//! goes on, nothing is half written, and a start afterwards works.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use http::HeaderMap;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use sumun_conformance::inspection::{self, Desk, text_of};
use sumun_conformance::{
    App, Browser, Login, Page, Person, Ready, Running, SmallVolume, random_text, sound_start_page, verify_journal,
};

const EVERY_SCOPE: &str = "account-holder balance transactions transfer";
/// The reserve, the floors above it of which that of evidence is the highest,
/// and some room for the platform itself.
const VOLUME_MEBIBYTES: u32 = 640;

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

/// What a browser gets that signs in at `service`.
async fn sign_in(ready: &Ready, service: &str, who: &Login) -> Page {
    let mut browser = Browser::new(ready);
    let page = browser.page(&format!("{service}/sign-in")).await;
    browser.send(&page, &[("login", &who.login), ("password", &who.password)]).await.page()
}

/// That everybody is told when to come back, and people by pages.
fn assert_refused_for_now(programs: [&HeaderMap; 2], pages: &[Page; 2]) {
    for page in pages {
        assert_eq!(page.status, 503, "{}", page.html);
        assert!(page.says("<h1"), "a person gets a page: {}", page.html);
    }
    for headers in programs.into_iter().chain(pages.iter().map(|page| &page.headers)) {
        assert_eq!(headers.get("retry-after").map(|value| value.as_bytes()), Some(b"5".as_slice()), "{headers:?}");
    }
}

/// That of evidence there is what was taken, byte for byte, and nothing of what was not; and that more is taken.
async fn assert_evidence_is_whole(ready: &Ready, engagement: &str) {
    let desk = Desk::of(ready, "jian").await;
    let all = desk.get(&format!("/engagements/{engagement}/evidence")).await["evidence"].clone();
    let items = inspection::items(&desk, engagement).await;
    assert_eq!(all.as_array().unwrap().len(), items.len());
    for one in all.as_array().unwrap() {
        let file = desk.file(engagement, one["id"].as_str().unwrap()).await;
        let told = text_of(one["bindings"][0]["item"].as_str().unwrap(), one["title"].as_str().unwrap());
        assert_eq!(String::from_utf8_lossy(&file), told);
    }
    desk.upload(engagement, "OBI-01", "새 자료").await;
}

fn is_refused(page: &Page) -> bool {
    page.status >= 400
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_is_503_with_retry_after_everywhere_and_a_start_afterwards_works() {
    let volume = SmallVolume::of_mebibytes(VOLUME_MEBIBYTES);
    let reserve = volume.outside("data/reserve");
    let running = Running::start_on(&volume);
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    let engagement = inspection::open(ready).await;
    let desk = Desk::of(ready, "jian").await;

    // The volume is filled, and the reserve too as soon as it is given up: nothing is left for anybody.
    let first = volume.fill("first");
    until("the reserve is not given up", || !reserve.exists()).await;
    let mut more = vec![volume.fill_up("second")];
    // A file never takes what sign-in and money live on: RFC 4918 section 11.5, and nothing of it stays.
    let handed_in = desk.try_upload(&engagement, "OBI-01", "없는 자료").await;
    assert_eq!(handed_in.status(), 507, "{:?}", handed_in.body());

    // Programs and people, until each finds no room: what is free inside of the store's files is used up first.
    // Deposits begin when pushes find none, since a customer has few that are undecided; one too many is an entry.
    let (mut pushed, mut asked, mut at_bank, mut at_workbench) = (None, None, None, None);
    for turn in 0..1_000 {
        // Room that the store gives back itself is nobody's either.
        more.push(volume.fill_up(&format!("more-{turn}")));
        let answer = app.push_with(EVERY_SCOPE, &"v".repeat(43), "state", &[]).await;
        let is_full = !matches!(answer.status, 201 | 429);
        pushed = pushed.or(is_full.then_some(answer));
        if is_full && asked.is_none() {
            let deposit = json!({"account_id": account, "amount": 1, "summary": "이자"});
            let answer = app.post("/v1/deposits", &token, &random_text(), &deposit).await;
            asked = (!matches!(answer.status, 202 | 409 | 429)).then_some(answer);
        }
        if is_full && at_bank.is_none() {
            at_bank = Some(sign_in(ready, &ready.addresses.bank, ready.customer("doyun")).await).filter(is_refused);
        }
        if is_full && at_workbench.is_none() {
            let staff = &ready.world.staff[0];
            at_workbench = Some(sign_in(ready, &ready.addresses.workbench, staff).await).filter(is_refused);
        }
        if asked.is_some() && at_bank.is_some() && at_workbench.is_some() {
            break;
        }
        // Slower than the limits of a caller, which are not what is tested here.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let pushed = pushed.expect("a push finds no room");
    assert_eq!(pushed.oauth_refusal(), (503, "temporarily_unavailable".to_owned()), "{}", pushed.body);
    let asked = asked.expect("a deposit finds no room");
    assert_eq!(asked.refusal(), (503, "unavailable".to_owned()), "{}", asked.body);
    let pages = [at_bank.expect("a sign-in finds no room"), at_workbench.expect("one of staff finds none")];
    assert_refused_for_now([&pushed.headers, &asked.headers], &pages);

    // A power cut at the worst moment. With room again everything that was answered is there.
    running.kill();
    drop((first, more));
    let running = Running::start_on(&volume);
    assert!(reserve.exists());
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    // The consent that was given before stands and can be taken back; a new one is given.
    assert_eq!(haneul.withdraw_newest().await.status, 200);
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    transfer(&app, &mut haneul, &account, &token).await;
    assert_evidence_is_whole(ready, &engagement).await;
    running.stop_well();
    verify_journal(&volume.outside("data"));
}
