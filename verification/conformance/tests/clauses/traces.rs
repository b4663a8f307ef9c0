//! What a visit leaves behind at the customer's side.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, Request};
use serde_json::json;
use sumun_conformance::form::forms;
use sumun_conformance::{App, Person, Ready, Running, random_text};

#[tokio::test(flavor = "multi_thread")]
async fn obw_04_a_visit_leaves_no_file_at_the_customers_side() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let pending = app.push("balance transfer").await;
    let mut pages = vec![haneul.consent_page(&app, &pending).await];
    let code = haneul.approve(&app, &pending, &[&account]).await;
    let token = app.token(&code, &pending).await.text("access_token");
    let terms = json!({"account_id": account, "amount": 1_000, "summary": "회비"});
    let asked = app.post("/v1/deposits", &token, &random_text(), &terms).await;
    pages.push(haneul.transfer_page(&asked.text("transfer_id")).await);
    for path in ["/accounts", "/transfers", "/notices", "/sign-out"] {
        pages.push(haneul.page(&format!("{}{path}", ready.addresses.bank)).await);
    }
    for path in ["/consents", "/sign-out"] {
        pages.push(haneul.page(&format!("{}{path}", ready.addresses.authorization)).await);
    }
    for page in &pages {
        assert_eq!((page.status, page.headers[CACHE_CONTROL].to_str().unwrap()), (200, "no-store"), "{}", page.address);
        // Without script nothing can be put into the browser's own stores.
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert!(!page.says("<script"), "{}", page.address);
        assert_dies_with_the_browser(&page.headers);
    }
    for address in [&ready.addresses.authorization, &ready.addresses.bank] {
        assert_dies_with_the_browser(&sign_in(ready, address).await);
    }
    running.stop_well();
}

/// The headers of the answer that gives the browser its session.
async fn sign_in(ready: &Ready, address: &str) -> HeaderMap {
    let (client, made) = (ready.client(None), ready.customer("doyun"));
    let page = Request::builder().uri(format!("{address}/sign-in")).body(Bytes::new()).unwrap();
    let page = client.request(page).await.unwrap();
    let cookie = page.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let form = forms(std::str::from_utf8(page.body()).unwrap()).into_iter().find(|form| form.has("password")).unwrap();
    let body = form.body_with(&[("login", made.login.as_str()), ("password", made.password.as_str())]);
    let request = Request::builder().method("POST").uri(format!("{address}/sign-in")).header(COOKIE, cookie);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = client.request(request.body(Bytes::from(body)).unwrap()).await.unwrap();
    assert!(answer.status().is_redirection(), "{:?}", answer.status());
    let given = answer.headers().get_all(SET_COOKIE).iter().any(|cookie| cookie.to_str().unwrap().contains("HttpOnly"));
    assert!(given, "a session was given");
    answer.headers().clone()
}

/// A cookie without an end is kept until the browser is closed; one that is taken away has none left.
#[track_caller]
fn assert_dies_with_the_browser(headers: &HeaderMap) {
    for cookie in headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().unwrap().to_ascii_lowercase();
        let kept = cookie.contains("expires=") || (cookie.contains("max-age=") && !cookie.contains("max-age=0"));
        assert!(!kept, "{cookie}");
    }
}
