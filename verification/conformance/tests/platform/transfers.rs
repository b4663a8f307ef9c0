//! Money from outside: what the customer confirmed on the bank's own page, once.

use crate::shared::EVERY_SCOPE;
use serde_json::{Value, json};
use sumun_conformance::{App, Person, Running, random_text, sound_start_page, verify_journal};

/// An app with a token that may transfer from the first account of haneul.
struct Stage {
    app: App,
    haneul: Person,
    account: String,
    token: String,
}

impl Stage {
    async fn set(running: &Running) -> Self {
        let ready = running.ready();
        let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
        let account = haneul.accounts().await[0].clone();
        let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
        Self { app, haneul, account, token }
    }

    fn terms(&self, amount: i64) -> Value {
        json!({
            "account_id": self.account, "amount": amount, "summary": "적금",
            "payee": {"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"},
        })
    }

    /// Requests a withdrawal; answers its id and the number that the app shows.
    async fn request(&self, amount: i64) -> (String, String) {
        let answer = self.app.post("/v1/withdrawals", &self.token, &random_text(), &self.terms(amount)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        assert_eq!(answer.text("status"), "awaiting_confirmation");
        (answer.text("transfer_id"), answer.text("confirmation_number"))
    }

    async fn execute(&self, transfer: &str, amount: i64) -> Result<(), (u16, String)> {
        let path = format!("/v1/transfers/{transfer}/execution");
        let answer = self.app.post(&path, &self.token, &random_text(), &self.terms(amount)).await;
        if answer.status == 200 {
            assert_eq!(answer.text("status"), "executed");
            return Ok(());
        }
        Err(answer.refusal())
    }

    async fn balance(&self) -> i64 {
        let answer = self.app.get(&format!("/v1/accounts/{}/balance", self.account), &self.token).await;
        answer.number("balance")
    }
}

fn conflict(code: &str) -> Result<(), (u16, String)> {
    Err((409, code.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn money_moves_once_for_the_terms_that_the_customer_confirmed() {
    let running = Running::fresh();
    let mut stage = Stage::set(&running).await;
    let before = stage.balance().await;

    let (transfer, number) = stage.request(120_000).await;
    assert_eq!(stage.execute(&transfer, 120_000).await, conflict("not_confirmed"));
    let page = stage.haneul.transfer_page(&transfer).await;
    for shown in ["120,000원", "일십이만", "김*수", "봄비 내린 골목길", number.as_str()] {
        assert!(page.says(shown), "the bank's page does not show {shown}");
    }
    assert_eq!(stage.haneul.decide(&transfer, "approve").await.status, 200);
    assert_eq!(stage.balance().await, before, "a confirmation moves nothing");

    // Executions side by side move the money once.
    let attempts = (0..8).map(|_| stage.execute(&transfer, 120_000));
    let outcomes = futures_util::future::join_all(attempts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().filter(|outcome| outcome.is_err()).all(|outcome| *outcome == conflict("replayed")));
    assert_eq!(stage.balance().await, before - 120_000);

    // Terms that were changed after the confirmation, and the right ones after that.
    let (transfer, _) = stage.request(1_000).await;
    stage.haneul.decide(&transfer, "approve").await;
    assert_eq!(stage.execute(&transfer, 900_000).await, conflict("terms_changed"));
    assert!(stage.execute(&transfer, 1_000).await.is_err(), "a refused transfer stays refused");

    // A denied and a reported one.
    let (denied, _) = stage.request(2_000).await;
    stage.haneul.decide(&denied, "deny").await;
    assert_eq!(stage.execute(&denied, 2_000).await, conflict("denied"));
    assert_eq!(stage.balance().await, before - 120_000);
    sound_start_page(running.ready()).await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_transfer_and_a_deposit_needs_the_customer_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = Running::start(&data);
    let mut stage = Stage::set(&running).await;
    let (before, key) = (stage.balance().await, random_text());
    let first = stage.app.post("/v1/withdrawals", &stage.token, &key, &stage.terms(5_000)).await;
    let again = stage.app.post("/v1/withdrawals", &stage.token, &key, &stage.terms(5_000)).await;
    assert_eq!(first.text("transfer_id"), again.text("transfer_id"));
    let reused = stage.app.post("/v1/withdrawals", &stage.token, &key, &stage.terms(6_000)).await;
    assert_eq!(reused.refusal(), (422, "idempotency_key_reused".to_owned()));
    let headers = [("content-type", "application/json")];
    let body = stage.terms(5_000).to_string().into_bytes();
    let without = stage.app.post_raw("/v1/withdrawals", &stage.token, &headers, body).await;
    assert!((400..=422).contains(&without.refusal().0), "a transfer without a key: {without:?}");

    let terms = json!({"account_id": stage.account, "amount": 70_000, "summary": "이자"});
    let deposit = stage.app.post("/v1/deposits", &stage.token, &random_text(), &terms).await;
    assert_eq!(deposit.status, 202, "{}", deposit.body);
    let transfer = deposit.text("transfer_id");
    let path = format!("/v1/transfers/{transfer}/execution");
    let early = stage.app.post(&path, &stage.token, &random_text(), &terms).await;
    assert_eq!(early.refusal(), (409, "not_confirmed".to_owned()));
    stage.haneul.decide(&transfer, "approve").await;
    let done = stage.app.post(&path, &stage.token, &random_text(), &terms).await;
    assert_eq!((done.status, done.text("status")), (200, "executed".to_owned()));
    assert_eq!(stage.balance().await, before + 70_000);

    // Another institution sees nothing of it, whatever it asks.
    let other = App::of(running.ready(), 1);
    let mut doyun = Person::new(running.ready(), "doyun");
    let account = doyun.accounts().await[0].clone();
    let token = doyun.consent(&other, EVERY_SCOPE, &[&account]).await;
    let seen = other.get(&format!("/v1/transfers/{transfer}"), &token).await;
    assert_eq!(seen.refusal().0, 404);
    sound_start_page(running.ready()).await;
    running.stop_well();
    let verified = verify_journal(&data);
    assert!(verified.entries > 20 && verified.records > 8 && verified.records_not_sealed == 0, "{verified:?}");
}
