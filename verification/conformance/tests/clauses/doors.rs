//! Who is let in, and what another site can bring about.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use sumun_conformance::form::encode;
use sumun_conformance::program::run_to_end;
use sumun_conformance::{App, Browser, Person, Running, Wire, random_text};

#[tokio::test(flavor = "multi_thread")]
async fn pr_070_every_door_from_outside_is_tls_1_3_and_asks_who_comes() {
    let running = Running::fresh();
    let ready = running.ready();
    let addresses = &ready.addresses;
    let pages = [
        (&addresses.authorization, ["/consents", "/consents/cst_x", "/sign-out"]),
        (&addresses.bank, ["/accounts", "/transfers", "/notices"]),
        (&addresses.workbench, ["/engagements", "/engagements/new", "/engagements/x/evidence"]),
    ];
    for (address, paths) in pages {
        for path in paths {
            let page = Browser::new(ready).page(&format!("{address}{path}")).await;
            assert_eq!(page.path(), "/sign-in", "{address}{path} opens without signing in");
        }
    }
    let request = Request::builder().uri(format!("{}/api/v1/engagements", addresses.workbench));
    let answer = ready.client(None).request(request.body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 401);
    let call = b"GET /v1/accounts/x/balance HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let shown = Some(&ready.world.institutions[0].certificate);
    let refused = Wire::connect(ready, &addresses.gateway, shown).exchange(call).unwrap();
    assert_eq!(refused.refusal(), (401, "token_missing".to_owned()));
    assert_eq!(Wire::connect(ready, &addresses.gateway, None).exchange(call), None);
    // Where apps push and fetch tokens, who shows no certificate is told so and gets no further (RFC 9126 section 2).
    for path in ["/par", "/token"] {
        let ask = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n\r\n"
        );
        let answer = Wire::connect(ready, &addresses.authorization_mtls, None).exchange(ask.as_bytes()).unwrap();
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
        assert!(answer.body.contains(r#""error":"invalid_client""#), "{path}: {answer:?}");
    }
    for address in [&addresses.authorization, &addresses.bank, &addresses.workbench, &addresses.gateway] {
        let socket: SocketAddr = address.strip_prefix("https://").unwrap().parse().unwrap();
        let mut old = Command::new("openssl");
        old.args(["s_client", "-connect", &socket.to_string(), "-tls1_2", "-cipher", "DEFAULT@SECLEVEL=0"]);
        assert_ne!(run_to_end(&mut old, Duration::from_secs(20)).code, Some(0), "{address} speaks TLS 1.2");
    }
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_102_forged_forms_foreign_redirects_and_framed_pages_come_to_nothing() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance transfer", &[&account]).await;
    let terms = json!({"account_id": account, "amount": 1_000, "summary": "회비"});
    let transfer = app.post("/v1/deposits", &token, &random_text(), &terms).await.text("transfer_id");
    let (bank, authorization) = (&ready.addresses.bank, &ready.addresses.authorization);

    // Another site makes the browser send forms: the session goes with them, the form's own token does not.
    let shown = haneul.transfer_page(&transfer).await.form(&["decision"]);
    let known: Vec<_> = shown.preset.iter().filter(|(name, _)| name != "csrf").collect();
    let pairs = known.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("decision", "approve")]);
    let list = haneul.page(&format!("{authorization}/consents")).await;
    let withdrawal = list.link("/withdraw").expect("a consent can be withdrawn");
    for (address, body) in [
        (format!("{bank}/transfers/{transfer}/decision"), encode(pairs)),
        (format!("{authorization}{withdrawal}"), String::new()),
        (format!("{bank}/sign-out"), String::new()),
        (format!("{bank}/sign-out"), encode([("csrf", "made-up")])),
    ] {
        assert_eq!(haneul.browser.post(&address, body).await.page().status, 403, "{address}");
    }
    assert_eq!(app.get(&format!("/v1/transfers/{transfer}"), &token).await.text("status"), "awaiting_confirmation");
    assert_eq!(app.get(&format!("/v1/accounts/{account}/balance"), &token).await.status, 200, "not withdrawn");

    // RFC 6749 section 10.15, RFC 6819 section 4.1.5: nobody is sent to where no app is registered.
    for foreign in ["https://phish.example/callback", "https://app.saeum.example.phish.example/callback"] {
        let pushed = app.push_with("balance", &random_text(), "s", &[("redirect_uri", foreign)]).await;
        assert_eq!(pushed.status, 400, "{}", pushed.body);
        let query =
            encode([("client_id", app.client_id.as_str()), ("redirect_uri", foreign), ("response_type", "code")]);
        let page = haneul.page(&format!("{authorization}/authorize?{query}")).await;
        assert_eq!(page.status, 400, "{}", page.html);
    }
    // RFC 6749 section 10.13: no page of ours stands in the frame of another.
    for address in [authorization, bank, &ready.addresses.workbench] {
        let page = Browser::new(ready).page(&format!("{address}/sign-in")).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
    }
    running.stop_well();
}
