//! From the first request of an app to the withdrawal by the customer.

use crate::shared::EVERY_SCOPE;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sumun_conformance::form::parameter;
use sumun_conformance::{App, Arrival, Browser, Person, Running, Wire, random_text, verify_journal};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_lets_an_app_read_what_was_chosen_and_nothing_else() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let (chosen, other) = (haneul.accounts().await[0].clone(), haneul.accounts().await[1].clone());
    let others = Person::new(ready, "doyun").accounts().await[0].clone();

    let pending = app.push("balance transactions account-holder").await;
    let page = haneul.consent_page(&app, &pending).await;
    for fact in
        ["주식회사 새움페이", "정기 저축을 대신 이체", "철회하실 수 있습니다", "미뤄질 수 있습니다", "봄비 내린 골목길"]
    {
        assert!(page.says(fact), "the consent page does not say {fact}");
    }
    assert!(!page.says("110-123-454821"), "an account number is shown whole");
    let code = haneul.approve(&app, &pending, &[&chosen]).await;
    let answer = app.token(&code, &pending).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.text("token_type"), "Bearer");
    assert!((1..=600).contains(&answer.number("expires_in")), "ten minutes at most");
    let detail = json!([{"type": "account_access", "locations": [ready.addresses.gateway], "identifier": chosen,
        "actions": ["account-holder", "balance", "transactions"]}]);
    assert_eq!(answer.body["authorization_details"], detail, "RFC 9396 section 7");
    let token = answer.text("access_token");
    assert_claims(
        &token,
        &json!({
            "iss": ready.issuer, "aud": ready.addresses.gateway, "client_id": app.client_id,
            "sub": ready.customer("haneul").id, "institution_id": ready.world.institutions[0].id,
        }),
    );

    let balance = app.get(&format!("/v1/accounts/{chosen}/balance"), &token).await;
    assert_eq!((balance.status, balance.number("balance")), (200, 3_200_000), "{}", balance.body);
    assert_eq!(balance.text("account_number_masked").matches('*').count(), 8, "{}", balance.body);
    let list = app.get(&format!("/v1/accounts/{chosen}/transactions"), &token).await;
    assert_eq!(list.status, 200, "{}", list.body);
    assert!(list.body["transactions"].as_array().is_some_and(|lines| !lines.is_empty()));
    let inquiry = json!({"bank_code": "902", "account_number": "302-555-127702"});
    let holder = app.post("/v1/account-holder-inquiries", &token, &random_text(), &inquiry).await;
    assert_eq!((holder.status, holder.text("holder_name_masked")), (200, "김*수".to_owned()));

    for account in [&other, &others] {
        let refused = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
        assert_eq!(refused.refusal(), (403, "account_not_consented".to_owned()));
    }
    let terms = json!({"account_id": chosen, "amount": 1, "summary": "x"});
    let refused = app.post("/v1/deposits", &token, &random_text(), &terms).await;
    assert_eq!(refused.refusal(), (403, "scope_insufficient".to_owned()));
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_gets_from_its_token_to_a_transfer_by_what_the_calls_tell_it() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let chosen = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "account-holder balance transfer", &[&chosen]).await;

    // From here on the app knows its token alone.
    let list = app.get("/v1/accounts", &token).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let accounts = list.body["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 1, "one of two accounts was consented to: {}", list.body);
    assert_eq!(accounts[0]["allowed"], json!(["account-holder", "balance", "transfer"]));
    assert!(!list.body.to_string().contains("110-123-454821"), "a number is shown whole");
    let account = accounts[0]["account_id"].as_str().unwrap();
    let balance = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
    assert_eq!(balance.status, 200, "{}", balance.body);
    assert_eq!(balance.text("account_number_masked"), accounts[0]["account_number_masked"].as_str().unwrap());

    // A shop told the app its account; the name of its holder the inquiry stands for.
    let shop = json!({"bank_code": "902", "account_number": "302-555-127702"});
    let holder = app.post("/v1/account-holder-inquiries", &token, &random_text(), &shop).await;
    assert_eq!(holder.status, 200, "{}", holder.body);
    let mut payee = shop;
    payee["inquiry_id"] = holder.text("inquiry_id").into();
    let terms = json!({"account_id": account, "amount": 1_000, "summary": "회비", "payee": payee});
    let asked = app.post("/v1/withdrawals", &token, &random_text(), &terms).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let transfer = asked.text("transfer_id");
    haneul.decide(&transfer, "approve").await;
    let path = format!("/v1/transfers/{transfer}/execution");
    let done = app.post(&path, &token, &random_text(), &terms).await;
    assert_eq!((done.status, done.text("status")), (200, "executed".to_owned()), "{}", done.body);
    running.stop_well();
}

/// RFC 9068 and RFC 8705 section 3.1, read without verifying: the gateway does that.
fn assert_claims(token: &str, expected: &Value) {
    let part = |place: usize| -> Value {
        let part = token.split('.').nth(place).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!((&part(0)["typ"], &part(0)["alg"]), (&json!("at+jwt"), &json!("ES256")));
    let claims = part(1);
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&claims[name], value, "{name}");
    }
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 600);
    assert_eq!(claims["cnf"]["x5t#S256"].as_str().map(str::len), Some(43), "bound to a certificate");
}

/// The app's connections stay alive: what the pages end counts for the very next call.
#[tokio::test(flavor = "multi_thread")]
async fn pr_021_a_new_consent_ends_the_token_of_the_older_one_and_its_withdrawal_ends_all() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let balance = format!("/v1/accounts/{account}/balance");
    let older = haneul.consent(&app, "balance", &[&account]).await;
    assert_eq!(app.get(&balance, &older).await.status, 200);
    let newer = haneul.consent(&app, "balance", &[&account]).await;
    let ended = (401, "consent_ended".to_owned());
    assert_eq!(app.get(&balance, &older).await.refusal(), ended, "superseded");
    assert_eq!(app.get(&balance, &newer).await.status, 200);
    haneul.withdraw_newest().await;
    for token in [&older, &newer] {
        assert_eq!(app.get(&balance, token).await.refusal(), ended, "nothing outlives the withdrawal");
    }
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_010_no_token_before_the_customer_was_authenticated_and_agreed() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut doyun) = (App::of(ready, 0), Person::new(ready, "doyun"));
    let pending = app.push("balance").await;
    let address = format!(
        "{}/authorize?client_id={}&request_uri={}",
        ready.addresses.authorization, app.client_id, pending.request_uri
    );
    // Who is not signed in is asked to, and gets no code.
    let asked = Browser::new(ready).page(&address).await;
    assert!(asked.path() == "/sign-in" && asked.says("type=\"password\""), "{}", asked.address);
    let made_up = app.token(&random_text(), &pending).await;
    assert_eq!(made_up.oauth_refusal(), (400, "invalid_grant".to_owned()));

    // Who does not agree gives no code either (RFC 6749 section 4.1.2.1).
    let page = doyun.consent_page(&app, &pending).await;
    let back = doyun.browser.send(&page, &[("decision", "deny")]).await.app();
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!((parameter(&back, "code"), parameter(&back, "iss")), (None, Some(ready.issuer.clone())));

    // Agreeing gives a code once, for the app that holds the verifier and the certificate.
    let pending = app.push("balance").await;
    let account = doyun.accounts().await[0].clone();
    let code = doyun.approve(&app, &pending, &[&account]).await;
    let other = App::of(ready, 1);
    assert_eq!(other.token(&code, &pending).await.status, 400);
    assert_eq!(app.token(&code, &pending).await.status, 200);
    let again = app.token(&code, &pending).await;
    assert_eq!(again.oauth_refusal(), (400, "invalid_grant".to_owned()));
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_kills_the_token_at_once_on_a_connection_that_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = Running::start(&data);
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    let certificate = &ready.world.institutions[0].certificate;
    let mut wire = Wire::connect(ready, &ready.addresses.gateway, Some(certificate));
    let call = format!(
        "GET /v1/accounts/{account}/balance HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    for _ in 0..3 {
        assert_eq!(wire.exchange(call.as_bytes()).unwrap().status, 200);
    }
    let page = haneul.withdraw_newest().await;
    assert!(page.says("철회"), "{}", page.html);
    // The very next call on the same connection, which the gateway does not close.
    for _ in 0..2 {
        assert_eq!(wire.exchange(call.as_bytes()).unwrap().refusal(), (401, "consent_ended".to_owned()));
    }
    // And wherever else the token is shown.
    let refused = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
    assert_eq!(refused.refusal(), (401, "consent_ended".to_owned()));
    drop(wire);
    // A start after a power cut does not bring it back.
    running.kill();
    let again = Running::start(&data);
    let app = App::of(again.ready(), 0);
    let refused = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
    assert_eq!(refused.refusal().0, 401);
    again.stop_well();
    verify_journal(&data);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_token_is_worth_nothing_with_another_certificate() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance", &[&account]).await;
    let path = format!("/v1/accounts/{account}/balance");
    let thief = App::of(ready, 1);
    let stolen = (401, "token_certificate_mismatch".to_owned());
    assert_eq!(thief.get(&path, &token).await.refusal(), stolen, "before the gateway has seen the token");
    assert_eq!(app.get(&path, &token).await.status, 200);
    assert_eq!(thief.get(&path, &token).await.refusal(), stolen, "after the gateway has seen the token");
    for place in [10, token.len() / 2, token.len() - 2] {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let refused = app.get(&path, &String::from_utf8(changed).unwrap()).await;
        assert_eq!(refused.refusal().0, 401, "one changed letter at {place}");
    }
    // The thief cannot use a code of another app's customer either.
    let pending = app.push("balance").await;
    let code = haneul.approve(&app, &pending, &[&account]).await;
    assert_eq!(thief.token(&code, &pending).await.status, 400);
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_lock_and_the_right_one_does_not_open() {
    let running = Running::fresh();
    let ready = running.ready();
    let mut doyun = Person::new(ready, "doyun");
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(doyun.mistype().await.status);
    }
    assert_eq!(statuses[..4], [422, 422, 422, 422], "{statuses:?}");
    let page = doyun.browser.page(&format!("{}/sign-in", ready.addresses.bank)).await;
    let made = ready.customer("doyun");
    let right = [("login", made.login.as_str()), ("password", made.password.as_str())];
    match doyun.browser.send(&page, &right).await {
        Arrival::Page(page) => assert_eq!(page.status, 429, "{}", page.html),
        Arrival::App(address) => panic!("led to {address}"),
    }
    // Nobody else is locked out.
    let mut haneul = Person::new(ready, "haneul");
    assert_eq!(haneul.page(&format!("{}/accounts", ready.addresses.bank)).await.status, 200);
    running.stop_well();
}
