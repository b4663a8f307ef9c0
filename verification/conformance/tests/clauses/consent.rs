//! What a customer is told, by whom, and what an app is given.

use serde_json::{Value, json};
use sumun_conformance::form::links;
use sumun_conformance::{App, Person, Running, random_text};

#[tokio::test(flavor = "multi_thread")]
async fn fsi_9_2_1_a_customer_is_told_before_consenting_and_can_look_it_up_at_any_time() {
    // 9.2.1-2: purpose, data and transactions, validity and withdrawal, what happens in an outage.
    const FACTS: [&str; 5] =
        ["정기 저축을 대신 이체", "잔액", "출금이체와 입금이체", "철회하실 수 있습니다", "미뤄질 수 있습니다"];
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let pending = app.push("balance transfer").await;
    let before = haneul.consent_page(&app, &pending).await;
    for fact in FACTS {
        assert!(before.says(fact), "before consenting: {fact}");
    }
    let code = haneul.approve(&app, &pending, &[&account]).await;
    assert_eq!(app.token(&code, &pending).await.status, 200);

    let list = haneul.page(&format!("{}/consents", ready.addresses.authorization)).await;
    let detail = links(&list.html).into_iter().find(|link| link.starts_with("/consents/cst_")).expect("a consent");
    let detail = format!("{}{}", ready.addresses.authorization, detail.trim_end_matches("/withdraw"));
    for moment in ["while it stands", "after its withdrawal"] {
        let page = haneul.page(&detail).await;
        for fact in FACTS {
            assert!(page.says(fact), "{moment}: {fact}");
        }
        if moment == "while it stands" {
            haneul.withdraw_newest().await;
        }
    }
    // Another customer's consent is not there to be looked up.
    let mut doyun = Person::new(ready, "doyun");
    doyun.page(&format!("{}/consents", ready.addresses.authorization)).await;
    assert_eq!(doyun.page(&detail).await.status, 404);
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_114_every_page_that_asks_for_a_decision_shows_the_customers_own_phrase() {
    const PHRASES: [(&str, &str); 2] = [("haneul", "봄비 내린 골목길"), ("doyun", "고요한 새벽 강")];
    let running = Running::fresh();
    let ready = running.ready();
    let app = App::of(ready, 0);
    for (login, phrase) in PHRASES {
        let mut customer = Person::new(ready, login);
        let account = customer.accounts().await[0].clone();
        let pending = app.push("balance transfer").await;
        let consent = customer.consent_page(&app, &pending).await;
        let code = customer.approve(&app, &pending, &[&account]).await;
        let token = app.token(&code, &pending).await.text("access_token");
        let terms = json!({"account_id": account, "amount": 1_000, "summary": "회비"});
        let asked = app.post("/v1/deposits", &token, &random_text(), &terms).await;
        let transfer = customer.transfer_page(&asked.text("transfer_id")).await;
        for page in [&consent, &transfer] {
            assert!(page.says(phrase) && page.says("다온은행"), "{}: {}", page.address, page.html);
            let others = PHRASES.iter().filter(|(other, _)| *other != login);
            others.for_each(|(_, other)| assert!(!page.says(other), "{}", page.address));
        }
    }
    // Who has not signed in, and so may be anybody, is shown nobody's phrase.
    let mut stranger = sumun_conformance::Browser::new(ready);
    for address in [&ready.addresses.authorization, &ready.addresses.bank] {
        let page = stranger.page(&format!("{address}/sign-in")).await;
        assert!(page.says("다온은행") && PHRASES.iter().all(|(_, phrase)| !page.says(phrase)), "{}", page.html);
    }
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_026_an_app_knows_an_account_by_its_id_and_never_by_its_number() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "account-holder balance transactions transfer", &[&account]).await;
    assert!(account.starts_with("acc_"), "{account}");
    let payee = json!({"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"});
    let terms = json!({"account_id": account, "amount": 1_000, "summary": "회비", "payee": payee});
    let inquiry = json!({"bank_code": "901", "account_number": "110-123-454821"});
    let mut answers = Vec::new();
    for path in ["balance", "transactions"] {
        answers.push(app.get(&format!("/v1/accounts/{account}/{path}"), &token).await);
    }
    answers.push(app.post("/v1/account-holder-inquiries", &token, &random_text(), &inquiry).await);
    let asked = app.post("/v1/withdrawals", &token, &random_text(), &terms).await;
    let transfer = asked.text("transfer_id");
    haneul.decide(&transfer, "approve").await;
    let path = format!("/v1/transfers/{transfer}");
    answers.push(app.post(&format!("{path}/execution"), &token, &random_text(), &terms).await);
    answers.push(app.get(&path, &token).await);
    answers.push(app.get(&format!("/v1/accounts/{account}/transactions"), &token).await);
    answers.push(asked);
    for answer in &answers {
        assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.body);
        assert_no_number(&answer.body);
    }
    let named = answers.iter().filter(|answer| answer.body["account_id"] == account.as_str()).count();
    assert!(named >= 5, "answers name the account by its id");
    running.stop_well();
}

#[track_caller]
fn assert_no_number(body: &Value) {
    let digits: String = body.to_string().chars().filter(|letter| letter.is_ascii_digit()).collect();
    for number in ["110123454821", "302555127702"] {
        assert!(!digits.contains(number), "an account number stands in {body}");
    }
}
