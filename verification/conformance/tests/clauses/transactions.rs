//! Terms that are changed on the way and transactions that come again, tried
//! as an inspector tries them: at the exchange with the server.

use serde_json::{Value, json};
use sumun_conformance::{App, Person, Running, random_text, sound_start_page};

/// An app with a token that may transfer from two accounts of haneul, and a confirmed transfer.
struct Stage {
    running: Running,
    app: App,
    haneul: Person,
    accounts: Vec<String>,
    token: String,
}

const AMOUNT: i64 = 70_000;

impl Stage {
    async fn set() -> Self {
        let running = Running::fresh();
        let ready = running.ready();
        let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
        let accounts = haneul.accounts().await;
        let token = haneul.consent(&app, "balance transfer", &[&accounts[0], &accounts[2]]).await;
        Self { running, app, haneul, accounts, token }
    }

    fn account(&self, place: usize) -> String {
        self.accounts[place].clone()
    }

    fn terms(&self) -> Value {
        json!({
            "account_id": self.account(0), "amount": AMOUNT, "summary": "적금",
            "payee": {"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"},
        })
    }

    /// A transfer that its customer has confirmed.
    async fn confirmed(&mut self) -> String {
        let asked = self.app.post("/v1/withdrawals", &self.token, &random_text(), &self.terms()).await;
        let transfer = asked.text("transfer_id");
        self.haneul.decide(&transfer, "approve").await;
        transfer
    }

    async fn execute(&self, transfer: &str, key: &str, terms: &Value) -> (u16, String) {
        let path = format!("/v1/transfers/{transfer}/execution");
        let answer = self.app.post(&path, &self.token, key, terms).await;
        let word = if answer.status == 200 { "status" } else { "code" };
        (answer.status, answer.text(word))
    }

    async fn balances(&self) -> [i64; 2] {
        let mut balances = [0; 2];
        for (balance, place) in balances.iter_mut().zip([0, 2]) {
            let path = format!("/v1/accounts/{}/balance", self.account(place));
            *balance = self.app.get(&path, &self.token).await.number("balance");
        }
        balances
    }

    async fn end(self) {
        sound_start_page(self.running.ready()).await;
        self.running.stop_well();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn obw_07_an_account_that_is_changed_after_the_confirmation_moves_nothing() {
    let mut stage = Stage::set().await;
    let before = stage.balances().await;
    let other_payer = stage.account(2);
    let changes: [fn(&mut Value, &str); 4] = [
        |terms, other| terms["account_id"] = other.into(),
        |terms, _| terms["payee"]["account_number"] = "110-777-301188".into(),
        |terms, _| terms["payee"]["bank_code"] = "901".into(),
        |terms, _| terms["payee"]["holder_name"] = "이도윤".into(),
    ];
    for change in changes {
        let transfer = stage.confirmed().await;
        let mut terms = stage.terms();
        change(&mut terms, &other_payer);
        let (status, code) = stage.execute(&transfer, &random_text(), &terms).await;
        assert_eq!((status, code.as_str()), (409, "terms_changed"), "{terms}");
        let (status, _) = stage.execute(&transfer, &random_text(), &stage.terms()).await;
        assert_eq!(status, 409, "what was tampered with is not carried out any more");
    }
    assert_eq!(stage.balances().await, before);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn obw_08_an_amount_that_is_changed_after_the_confirmation_moves_nothing() {
    let mut stage = Stage::set().await;
    let before = stage.balances().await;
    for amount in [AMOUNT + 1, AMOUNT - 1, AMOUNT * 10, 1] {
        let transfer = stage.confirmed().await;
        let mut terms = stage.terms();
        terms["amount"] = amount.into();
        let (status, code) = stage.execute(&transfer, &random_text(), &terms).await;
        assert_eq!((status, code.as_str()), (409, "terms_changed"), "{amount}");
    }
    let transfer = stage.confirmed().await;
    for amount in [json!(-AMOUNT), json!(0), json!(AMOUNT as f64 + 0.5), json!(AMOUNT.to_string()), json!(null)] {
        let mut terms = stage.terms();
        terms["amount"] = amount.clone();
        let (status, _) = stage.execute(&transfer, &random_text(), &terms).await;
        assert!((400..500).contains(&status), "{amount}: {status}");
    }
    assert_eq!(stage.balances().await, before);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn obw_09_a_transaction_that_is_sent_again_moves_nothing_again() {
    let mut stage = Stage::set().await;
    let [before, other] = stage.balances().await;
    let (transfer, key, terms) = (stage.confirmed().await, random_text(), stage.terms());
    assert_eq!(stage.execute(&transfer, &key, &terms).await, (200, "executed".to_owned()));
    // The same bytes again, as a network or a thief repeats them, and the same under another key.
    assert_eq!(stage.execute(&transfer, &key, &terms).await, (200, "executed".to_owned()));
    for _ in 0..3 {
        let (status, code) = stage.execute(&transfer, &random_text(), &terms).await;
        assert_eq!((status, code.as_str()), (409, "replayed"));
    }
    // A request that comes again makes no second transfer; what it made still needs the customer.
    let key = random_text();
    let first = stage.app.post("/v1/withdrawals", &stage.token, &key, &terms).await.text("transfer_id");
    let again = stage.app.post("/v1/withdrawals", &stage.token, &key, &terms).await.text("transfer_id");
    assert_eq!(first, again);
    let (status, code) = stage.execute(&again, &random_text(), &terms).await;
    assert_eq!((status, code.as_str()), (409, "not_confirmed"));
    assert_eq!(stage.balances().await, [before - AMOUNT, other]);
    stage.end().await;
}
