//! Well-known attacks on web servers, and somebody else's data at the door.

use bytes::Bytes;
use http::{HeaderMap, Request};
use sumun_conformance::form::encode;
use sumun_conformance::{App, Arrival, Browser, Person, Ready, Running, Wire, random_text};

const SCRIPT: &str = "\"><script>alert(1)</script>";

#[tokio::test(flavor = "multi_thread")]
async fn obw_10_well_known_attacks_on_web_servers_come_to_nothing() {
    let running = Running::fresh();
    let ready = running.ready();
    let addresses = &ready.addresses;
    for site in [&addresses.start, &addresses.authorization, &addresses.bank, &addresses.workbench] {
        raw_paths(ready, site);
        queries(ready, site).await;
    }
    for site in [&addresses.authorization, &addresses.bank, &addresses.workbench] {
        // Injection into a query and into a page, by the fields of a form.
        for text in ["' OR 1=1 --", "admin'; DROP TABLE customer; --", SCRIPT, "\u{0}", "${7777*7777}{{7777*7777}}"] {
            let mut browser = Browser::new(ready);
            let page = browser.page(&format!("{site}/sign-in")).await;
            let page = browser.send(&page, &[("login", text), ("password", text)]).await.page();
            assert!((400..500).contains(&page.status), "{site} {text}: {}", page.status);
            assert!(!page.says("<script>alert") && !page.says("60481729"), "{site} {text}: {}", page.html);
        }
        let mut nobody = Browser::new(ready).page(&format!("{site}/sign-in")).await.headers;
        assert!(nobody.remove("server").is_none() && nobody.remove("x-powered-by").is_none(), "{site}");
    }
    // Whoever is enrolled can still sign in: nothing was dropped.
    let mut haneul = Person::new(ready, "haneul");
    assert_eq!(haneul.page(&format!("{}/accounts", addresses.bank)).await.status, 200);
    running.stop_well();
}

/// What no client library would send: paths that climb, listings, methods that echo.
fn raw_paths(ready: &Ready, site: &str) {
    for target in [
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%5c..%5cworld.json",
        "/assets/",
        "/.git/config",
        "/world.json",
        "/keys/token-signing.pem",
        "/sumun.db",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = Wire::connect(ready, site, None).exchange(request.as_bytes()).unwrap();
        assert!((400..500).contains(&answer.status), "{site}{target}: {}", answer.status);
        assert!(!answer.body.contains("root:") && !answer.body.contains("PRIVATE KEY"), "{site}{target}");
    }
    let echo = "TRACE / HTTP/1.1\r\nhost: localhost\r\nx-canary: echoed\r\nconnection: close\r\n\r\n";
    let answer = Wire::connect(ready, site, None).exchange(echo.as_bytes()).unwrap();
    assert!((400..502).contains(&answer.status) && !answer.body.contains("echoed"), "{site}: {answer:?}");
}

/// Script, header lines and foreign places in the address.
async fn queries(ready: &Ready, site: &str) {
    let client = ready.client(None);
    for path in ["/", "/sign-in", "/consents", "/engagements", "/nothing"] {
        for (name, value) in [
            ("lang", SCRIPT),
            ("next", SCRIPT),
            ("next", "//phish.example/"),
            ("next", "https://phish.example/"),
            ("next", "/\r\nset-cookie: canary=1"),
            ("ended", SCRIPT),
            ("withdrawn", SCRIPT),
        ] {
            let address = format!("{site}{path}?{}", encode([(name, value)]));
            let answer = client.request(Request::get(&address).body(Bytes::new()).unwrap()).await.unwrap();
            assert!(answer.status().as_u16() < 500, "{address}: {}", answer.status());
            let body = String::from_utf8_lossy(answer.body());
            assert!(!body.contains("<script>alert"), "{address}: {body}");
            assert!(!body.contains("href=\"//phish") && !body.contains("href=\"https://phish"), "{address}: {body}");
            assert_no_word_of_ours_was_put_in(&address, answer.headers());
        }
    }
}

fn assert_no_word_of_ours_was_put_in(address: &str, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        assert!(!value.contains("canary=1") || name == "location", "{address}: {name}: {value}");
        assert!(!value.starts_with("//") && !value.starts_with("https://phish"), "{address}: {name}: {value}");
    }
}

/// the operator authenticates the customer by its own method, so that
/// nobody registers with data of somebody else got elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn r_10_what_is_known_of_somebody_else_registers_nobody() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, victim) = (App::of(ready, 0), ready.customer("haneul"));
    let account = Person::new(ready, "haneul").accounts().await[0].clone();
    // The institution says who the customer is; the bank asks all the same.
    let known = [("login_hint", "haneul"), ("sub", victim.id.as_str()), ("customer_id", victim.id.as_str())];
    let (verifier, state) = (random_text(), random_text());
    let pushed = app.push_with("balance transfer", &verifier, &state, &known).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let query = encode([("client_id", app.client_id.as_str()), ("request_uri", &pushed.text("request_uri"))]);
    let address = format!("{}/authorize?{query}&login_hint=haneul&account={account}", ready.addresses.authorization);
    let page = Browser::new(ready).page(&address).await;
    assert!(page.path() == "/sign-in" && !page.says("월급통장") && !page.says("봄비 내린 골목길"), "{}", page.html);

    // Name, number and login without the password open nothing.
    let mut thief = Browser::new(ready);
    let form = thief.page(&format!("{}/sign-in", ready.addresses.authorization)).await;
    for guess in ["김하늘", "110-123-454821", "haneul", ""] {
        let page = thief.send(&form, &[("login", "haneul"), ("password", guess)]).await.page();
        assert!((400..500).contains(&page.status), "`{guess}`: {}", page.status);
    }

    // Who is signed in as somebody else grants nothing of the victim's.
    let mut doyun = Person::new(ready, "doyun");
    let pending = app.push("balance").await;
    let page = doyun.consent_page(&app, &pending).await;
    assert!(!page.says(&account) && !page.says("월급통장"), "{}", page.html);
    let fields = [("account", account.as_str()), ("decision", "approve")];
    match doyun.browser.send(&page, &fields).await {
        Arrival::Page(page) => assert!((400..500).contains(&page.status), "{}: {}", page.status, page.html),
        Arrival::App(address) => panic!("a code for somebody else's account: {address}"),
    }
    running.stop_well();
}
