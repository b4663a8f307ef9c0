//! The life of a transfer from the app's request to the customer's notice.

use crate::world::World;
use serde_json::json;
use sumun_journal::EntryKind;

#[tokio::test]
async fn pr_051_no_money_moves_before_the_customer_confirms_on_the_banks_own_page() {
    let world = World::new().await;
    let key = world.key();
    let asked = world.post("/v1/withdrawals", &key, &world.withdrawal(1_234_500)).await;
    assert_eq!(asked.status, 202);
    assert_eq!(
        (asked.body["status"].as_str(), asked.body["amount"].as_i64()),
        (Some("awaiting_confirmation"), Some(1_234_500))
    );
    let id = asked.body["transfer_id"].as_str().unwrap();
    assert_eq!(asked.headers["location"], format!("/v1/transfers/{id}"));

    let early = world.execute(id, &world.withdrawal(1_234_500)).await;
    assert_eq!((early.status.as_u16(), early.code()), (409, "not_confirmed"));
    assert_eq!(world.balance().await, 2_000_000);

    let mut browser = world.minsus_browser().await;
    let list = browser.get("/transfers").await;
    assert!(list.has("1,234,500원") && list.has(&format!("/transfers/{id}")), "{}", list.html);
    let result = browser.decide(id, "approve").await;
    assert_eq!(result.address, format!("/transfers/{id}"));
    assert!(result.has("이체를 승인하셨습니다"), "{}", result.html);
    assert_eq!(world.balance().await, 2_000_000);
    let status = world.get(&format!("/v1/transfers/{id}")).await;
    assert_eq!((status.body["status"].as_str(), status.body["execute_by"].is_string()), (Some("confirmed"), true));

    let done = world.execute(id, &world.withdrawal(1_234_500)).await;
    assert_eq!((done.status.as_u16(), done.body["status"].as_str()), (200, Some("executed")), "{}", done.body);
    assert_eq!(done.body["executed_at"], "2026-11-23T05:05:00Z");
    assert_eq!(world.balance().await, 765_500);
    let lines = world.get(&format!("/v1/accounts/{}/transactions?limit=1", world.demand)).await;
    let line = &lines.body["transactions"][0];
    assert_eq!((line["direction"].as_str(), line["amount"].as_i64()), (Some("out"), Some(1_234_500)));
    assert_eq!((line["summary"].as_str(), line["transfer_id"].as_str()), (Some("11월 회비"), Some(id)));
    assert_eq!(lines.body["next"], "2");
    world.assert_conserved().await;
}

#[tokio::test]
async fn pr_050_a_confirmed_transfer_can_neither_be_changed_nor_reused() {
    let world = World::new().await;
    let mut browser = world.minsus_browser().await;

    let id = world.requested(10_000).await;
    browser.decide(&id, "approve").await;
    let changed = world.execute(&id, &world.withdrawal(1_400_000)).await;
    assert_eq!((changed.status.as_u16(), changed.code()), (409, "terms_changed"));
    let repaired = world.execute(&id, &world.withdrawal(10_000)).await;
    assert_eq!((repaired.status.as_u16(), repaired.code()), (409, "closed"));
    assert!(browser.get(&format!("/transfers/{id}")).await.has("이체 내용이 바뀌어 이체하지 않았습니다"));

    let id = world.requested(10_000).await;
    browser.decide(&id, "approve").await;
    let mut other_payee = world.withdrawal(10_000);
    other_payee["payee"]["account_number"] = "110-123-450317".into();
    assert_eq!(world.execute(&id, &other_payee).await.code(), "terms_changed");

    let id = world.requested(10_000).await;
    browser.decide(&id, "approve").await;
    let (path, key) = (format!("/v1/transfers/{id}/execution"), world.key());
    let first = world.post(&path, &key, &world.withdrawal(10_000)).await;
    world.advance(60);
    let again = world.post(&path, &key, &world.withdrawal(10_000)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body), "the same key gets the same answer");
    assert_eq!(world.post(&path, &key, &world.withdrawal(10_001)).await.code(), "idempotency_key_reused");
    let replayed = world.execute(&id, &world.withdrawal(10_000)).await;
    assert_eq!((replayed.status.as_u16(), replayed.code()), (409, "replayed"));

    assert_eq!(world.balance().await, 1_990_000);
    let refusals = world.entries(EntryKind::TransferRefused).await;
    let reasons: Vec<_> = refusals.iter().map(|entry| entry.facts["reason"].as_str()).collect();
    assert_eq!(reasons, ["terms_changed", "closed", "terms_changed", "replayed"]);
    world.assert_conserved().await;
}

#[tokio::test]
async fn pr_054_an_executed_transfer_is_told_to_its_customer() {
    let world = World::new().await;
    let mut browser = world.minsus_browser().await;
    assert!(browser.get("/notices").await.has("알림이 없습니다"));
    let id = world.requested(70_000).await;
    browser.decide(&id, "approve").await;
    assert!(browser.get("/notices").await.has("알림이 없습니다"), "nothing moved yet");
    assert_eq!(world.execute(&id, &world.withdrawal(70_000)).await.status, 200);
    let notices = browser.get("/notices").await;
    assert!(notices.has("김*수님께 70,000원 출금이체") && notices.has("새움가계부"), "{}", notices.html);
    assert!(world.browser_of("hasu").await.get("/notices").await.has("알림이 없습니다"));
}

#[tokio::test]
async fn a_repeated_request_is_answered_the_same_and_makes_one_transfer() {
    let world = World::new().await;
    let key = world.key();
    let first = world.post("/v1/withdrawals", &key, &world.withdrawal(5_000)).await;
    world.minsus_browser().await.decide(first.body["transfer_id"].as_str().unwrap(), "deny").await;
    let again = world.post("/v1/withdrawals", &key, &world.withdrawal(5_000)).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let other = world.post("/v1/withdrawals", &key, &world.withdrawal(5_001)).await;
    assert_eq!((other.status.as_u16(), other.code()), (422, "idempotency_key_reused"));
}

#[tokio::test]
async fn a_deposit_is_confirmed_as_well() {
    let world = World::new().await;
    let body = json!({"account_id": world.demand, "amount": 30_000, "summary": "환급"});
    let asked = world.post("/v1/deposits", &world.key(), &body).await;
    let id = asked.body["transfer_id"].as_str().unwrap();
    let mut browser = world.minsus_browser().await;
    let page = browser.get(&format!("/transfers/{id}")).await;
    assert!(
        page.has("30,000원 입금 승인") && page.has("보내는 곳") && !page.has("처음 이체하시는 계좌"),
        "{}",
        page.html
    );
    assert_eq!(world.execute(id, &body).await.code(), "not_confirmed");
    browser.decide(id, "approve").await;
    assert_eq!(world.execute(id, &body).await.status, 200);
    assert_eq!(world.balance().await, 2_030_000);
    world.assert_conserved().await;
}

#[tokio::test]
async fn a_denied_a_reported_and_an_expired_transfer_move_nothing() {
    let world = World::new().await;
    let mut browser = world.minsus_browser().await;
    let denied = world.requested(1_000).await;
    assert!(browser.decide(&denied, "deny").await.has("이체를 거절하셨습니다"));
    assert_eq!(world.execute(&denied, &world.withdrawal(1_000)).await.code(), "denied");

    let expired = world.requested(1_000).await;
    let form = browser.get(&format!("/transfers/{expired}")).await;
    world.advance(180);
    let fields = [("csrf", form.field("csrf")), ("terms", form.field("terms")), ("decision", "approve".into())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let late = browser.post(&format!("/transfers/{expired}/decision"), &fields).await;
    assert!(late.has("승인 기한이 지난 이체입니다"), "{}", late.html);
    assert_eq!(world.execute(&expired, &world.withdrawal(1_000)).await.code(), "expired");

    let reported = world.requested(1_000).await;
    let page = browser.decide(&reported, "report").await;
    assert!(page.has("이체를 차단했습니다") && page.has("https://127.0.0.1:7401/consents"), "{}", page.html);
    assert_eq!(world.execute(&reported, &world.withdrawal(1_000)).await.code(), "denied");
    let held = world.post("/v1/withdrawals", &world.key(), &world.withdrawal(1_000)).await;
    assert_eq!((held.status.as_u16(), held.code()), (403, "consent_reported"));

    assert_eq!(world.balance().await, 2_000_000);
    let reasons: Vec<_> =
        world.entries(EntryKind::TransferDenied).await.into_iter().map(|entry| entry.facts["reason"].clone()).collect();
    assert_eq!(reasons, ["declined", "reported"]);
}

#[tokio::test]
async fn a_foreign_account_and_a_foreign_transfer_do_not_exist_for_a_caller() {
    let world = World::new().await;
    let foreign = format!("/v1/accounts/{}/balance", world.hasu_demand);
    assert_eq!(
        (world.get(&foreign).await.status.as_u16(), world.get(&foreign).await.code()),
        (403, "account_not_allowed")
    );
    // Even when the gateway says that the consent names it.
    let request = world.request(http::Method::GET, &foreign);
    let mut request = request.body(bytes::Bytes::new()).unwrap();
    request.headers_mut().insert("sumun-accounts", world.hasu_demand.to_string().parse().unwrap());
    assert_eq!(world.send(request).await.code(), "account_not_allowed");
    let mut body = world.withdrawal(1);
    body["account_id"] = world.hasu_demand.to_string().into();
    assert_eq!(world.post("/v1/withdrawals", &world.key(), &body).await.code(), "account_not_allowed");

    let id = world.requested(1_000).await;
    let mut request =
        world.request(http::Method::GET, &format!("/v1/transfers/{id}")).body(bytes::Bytes::new()).unwrap();
    request.headers_mut().insert("sumun-customer-id", world.hasu.to_string().parse().unwrap());
    assert_eq!(world.send(request).await.code(), "transfer_unknown");
    let mut hasu = world.browser_of("hasu").await;
    let page = hasu.get(&format!("/transfers/{id}")).await;
    assert_eq!(page.status, 404);
}
