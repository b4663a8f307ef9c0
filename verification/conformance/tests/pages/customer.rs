//! The start page and what customers see.

use crate::audit::Audit;
use serde_json::{Value, json};
use sumun_conformance::Login;
use sumun_conformance::form::encode;
use sumun_conformance::{App, Chromium, Person, Ready, Running, Tab, random_text};

/// Signs in on the page that asks for it.
pub async fn sign_in(tab: &Tab, account: &Login) {
    tab.write("input[name=login]", &account.login).await;
    tab.write("input[name=password]", &account.password).await;
    tab.go("form button[type=submit]").await;
}

/// The address to which an app sends the browser of a customer.
pub async fn authorize_address(ready: &Ready, app: &App, scope: &str) -> String {
    let pending = app.push(scope).await;
    let query = encode([("client_id", app.client_id.as_str()), ("request_uri", &pending.request_uri)]);
    format!("{}/authorize?{query}", ready.addresses.authorization)
}

/// A withdrawal to a payee at another bank.
pub fn terms(account: &str, amount: i64) -> Value {
    json!({
        "account_id": account, "amount": amount, "summary": "적금",
        "payee": {"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"},
    })
}

/// Requests a withdrawal; answers its id and the address at which it is confirmed.
pub async fn request_transfer(ready: &Ready, app: &App, token: &str, terms: &Value) -> (String, String) {
    let requested = app.post("/v1/withdrawals", token, &random_text(), terms).await;
    assert_eq!(requested.status, 202, "{}", requested.body);
    let transfer = requested.text("transfer_id");
    let address = format!("{}/transfers/{transfer}", ready.addresses.bank);
    (transfer, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_see_is_accessible_and_fits_every_screen() {
    let running = Running::fresh();
    let ready = running.ready();
    let chromium = Chromium::start(ready).await;
    let mut audit = Audit::new();
    for language in ["ko", "en"] {
        // The text browser's sign-in comes first: a customer has one session at a time (PR-055).
        let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
        let account = haneul.accounts().await[0].clone();
        let token = haneul.consent(&app, "balance transfer", &[&account]).await;
        let tab = chromium.visitor(language).await;
        let look = async |audit: &mut Audit, address: &str, name: &str| {
            tab.open(address).await;
            audit.look_at(&tab, name, language).await;
        };
        look(&mut audit, &ready.addresses.start, "start").await;
        let (authorization, bank) = (&ready.addresses.authorization, &ready.addresses.bank);
        look(&mut audit, &format!("{authorization}/nothing"), "not-found").await;
        look(&mut audit, &format!("{bank}/sign-in"), "bank-sign-in").await;
        let address = authorize_address(ready, &app, "account-holder balance transactions transfer").await;
        look(&mut audit, &address, "sign-in").await;
        tab.go("form button[type=submit]").await;
        audit.look_at(&tab, "sign-in-empty", language).await;
        tab.write("input[name=login]", "haneul").await;
        tab.write("input[name=password]", "wrong").await;
        tab.go("form button[type=submit]").await;
        audit.look_at(&tab, "sign-in-wrong", language).await;
        sign_in(&tab, ready.customer("haneul")).await;
        audit.look_at(&tab, "consent", language).await;
        tab.go("button[value=approve]").await;
        audit.look_at(&tab, "consent-without-account", language).await;
        tab.go("button[value=deny]").await;
        assert!(tab.address().await.starts_with("https://app.saeum.example/callback?error=access_denied"));

        for (path, name) in [("/consents", "consents"), ("/consents?state=ended", "consents-ended")] {
            look(&mut audit, &format!("{authorization}{path}"), name).await;
        }
        look(&mut audit, &format!("{authorization}/consents"), "consents").await;
        let consent: String =
            tab.value("document.querySelector('a[href^=\"/consents/cst_\"]:not([href$=withdraw])').href").await;
        look(&mut audit, &consent, "consent-detail").await;
        look(&mut audit, &format!("{consent}/withdraw"), "withdraw").await;
        look(&mut audit, &format!("{authorization}/sign-out"), "sign-out").await;

        let large = terms(&account, 1_234_500);
        let (id, transfer) = request_transfer(ready, &app, &token, &large).await;
        look(&mut audit, &format!("{bank}/transfers"), "transfers").await;
        look(&mut audit, &transfer, "confirm").await;
        tab.go("button[value=approve]").await;
        audit.look_at(&tab, "result-confirmed", language).await;
        let path = format!("/v1/transfers/{id}/execution");
        assert_eq!(app.post(&path, &token, &random_text(), &large).await.status, 200);
        look(&mut audit, &transfer, "result-executed").await;
        let (_, reported) = request_transfer(ready, &app, &token, &terms(&account, 3_000)).await;
        tab.open(&reported).await;
        tab.go("button[value=report]").await;
        audit.look_at(&tab, "result-reported", language).await;
        for (path, name) in [("/transfers", "transfers-none"), ("/notices", "notices"), ("/accounts", "accounts")] {
            look(&mut audit, &format!("{bank}{path}"), name).await;
        }
        look(&mut audit, &format!("{bank}/transfers/trf_nothing"), "transfer-unknown").await;
        tab.open(&format!("{consent}/withdraw")).await;
        tab.go("form button[type=submit]").await;
        audit.look_at(&tab, "consents-withdrawn", language).await;
        look(&mut audit, &format!("{authorization}/consents?state=ended"), "consents-ended").await;
    }
    chromium.close().await;
    running.stop_well();
    audit.conclude(40);
}
