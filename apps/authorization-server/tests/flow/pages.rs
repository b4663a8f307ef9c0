//! Signing in and out, the session, and what every page carries.

use crate::support::browser::{Browser, Seen};
use crate::support::{PASSWORD, World};
use bytes::Bytes;
use http::{Request, StatusCode, header};
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_keeps_the_name_and_says_how_to_go_on() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in").await;
    let wrong = browser.sign_in(&page, world.minsu.login, "guess").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"minsu.kim\"") && !wrong.html.contains("guess"));
    let said = |seen: &Seen| seen.after("role=\"alert\"").len() + seen.html.matches("맞지 않습니다").count();
    let unknown = browser.sign_in(&wrong, "nobody.there", "guess").await;
    assert_eq!((unknown.status, said(&unknown)), (wrong.status, said(&wrong)), "an unknown name answers alike");
    let empty = browser.sign_in(&wrong, "", "").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        empty.html.contains("확인할 항목이 2개 있습니다") && empty.html.contains("id=\"password-error\""),
        "{}",
        empty.html
    );
    let right = browser.sign_in(&empty, world.minsu.login, PASSWORD).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/consents"));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_lock_the_name_even_for_the_right_one() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/sign-in").await;
    for _ in 0..5 {
        browser.sign_in(&page, world.minsu.login, "guess").await;
    }
    let locked = browser.sign_in(&page, world.minsu.login, PASSWORD).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(locked.headers[header::RETRY_AFTER], "600");
    assert!(locked.html.contains("로그인이 잠겼습니다"));
    world.clock.advance(Span::from_minutes(10));
    assert_eq!(browser.sign_in(&page, world.minsu.login, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_form_is_bound_to_the_browser_that_was_given_it() {
    let world = World::start().await;
    let mut attacker = Browser::new(&world);
    let page = attacker.get("/sign-in").await;
    // The attacker's form in the victim's browser, which would sign it in as the attacker.
    let mut victim = Browser::new(&world);
    assert_eq!(victim.sign_in(&page, world.jiyeon.login, PASSWORD).await.status, StatusCode::FORBIDDEN);
    victim.get("/sign-in").await;
    assert_eq!(victim.sign_in(&page, world.jiyeon.login, PASSWORD).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sign_in_ends_the_first_and_both_are_told() {
    let world = World::start().await;
    let mut first = Browser::new(&world);
    first.open("/consents", world.minsu).await;
    let mut second = Browser::new(&world);
    let page = second.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    assert!(page.html.contains("다른 기기의 로그인을 종료했습니다"), "{}", page.html);
    let seen = first.get("/consents").await;
    assert_eq!(seen.location(), "/sign-in");
    assert!(first.follow(seen).await.html.contains("다른 기기에서 로그인하여 이 화면은 로그아웃되었습니다"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_ends_and_signing_out_takes_a_form() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open("/consents", world.minsu).await;
    assert!(page.html.contains("김*수") && page.html.contains("href=\"/sign-out\""));
    let question = browser.get("/sign-out").await;
    assert_eq!(browser.get("/consents").await.status, StatusCode::OK, "the link alone changes nothing");
    assert_eq!(browser.post("/sign-out", &[("csrf", "x")]).await.status, StatusCode::FORBIDDEN);
    let kept = browser.cookies.clone();
    let csrf = question.csrf();
    assert_eq!(browser.post("/sign-out", &[("csrf", &csrf)]).await.location(), "/sign-in?ended=signed_out");
    assert!(!browser.cookies.contains_key("__Host-customer"));
    browser.cookies = kept;
    assert_eq!(browser.get("/consents").await.location(), "/sign-in", "the session is over on the server");

    // Another site's form comes without the cookie (SameSite): it must not take it away either.
    let foreign = Browser::new(&world).post("/sign-out", &[("csrf", "x")]).await;
    assert_eq!((foreign.location(), foreign.headers.get(header::SET_COOKIE)), ("/sign-in", None));

    let mut idle = Browser::new(&world);
    idle.open("/consents", world.minsu).await;
    world.clock.advance(Span::from_minutes(10));
    let seen = idle.get("/consents").await;
    assert!(idle.follow(seen).await.html.contains("시간이 지나 자동으로 로그아웃되었습니다"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fapi2_5_3_2_1_7_sign_in_leads_nowhere_but_home() {
    let world = World::start().await;
    for query in [
        "client_id=app&request_uri=https%3A%2F%2Fevil.example",
        "next=https%3A%2F%2Fevil.example",
        "client_id=x&request_uri=%2F%2Fevil.example",
    ] {
        let mut browser = Browser::new(&world);
        let page = browser.get(&format!("/sign-in?{query}")).await;
        let seen = browser.sign_in(&page, world.minsu.login, PASSWORD).await;
        assert!(seen.location().starts_with("/consents"), "{query}: {}", seen.location());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_without_an_account_comes_back_with_the_error_at_the_field() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let csrf = page.csrf();
    let seen = browser.post(&page.action(), &[("csrf", &csrf), ("decision", "approve")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.html.contains("href=\"#account\"") && seen.html.contains("계좌를 하나 이상 선택해 주십시오"));
    browser.approve(&seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_read_for_long_can_still_be_decided_on_until_it_says() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address = world.saeum.start(&world, VERIFIER).await;
    world.clock.advance(Span::from_seconds(530));
    let page = browser.open(&address, world.minsu).await;
    world.clock.advance(Span::from_seconds(300));
    browser.approve(&page).await;

    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    world.clock.advance(Span::from_seconds(300));
    browser.get("/consents").await;
    world.clock.advance(Span::from_seconds(540));
    let csrf = page.csrf();
    let late = browser.post(&page.action(), &[("csrf", &csrf), ("decision", "deny")]).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert!(late.html.contains("동의 처리된 내용은 없습니다"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_024_no_page_can_be_framed_cached_or_read_by_another_site() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address = world.saeum.start(&world, VERIFIER).await;
    let consent = browser.open(&address, world.minsu).await;
    let policy = consent.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.saeum.example;"), "{policy}");
    for address in [address.as_str(), "/consents", "/sign-in", "/sign-out", "/nowhere", "/authorize"] {
        let request =
            Request::get(if address.starts_with('/') { format!("{}{address}", world.issuer) } else { address.into() });
        let seen = browser.send(request.header(header::ORIGIN, "https://evil.example"), Bytes::new()).await;
        let policy = seen.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(seen.headers[header::CACHE_CONTROL], "no-store", "{address}");
        assert!(seen.headers[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().contains("max-age="));
        let cross_origin = seen.headers.keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(cross_origin, None, "{address}");
    }
    let cookies = Browser::new(&world).get("/sign-in").await;
    let cookie = cookies.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-") && cookie.contains("Secure") && cookie.contains("HttpOnly"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_3_the_metadata_stands_at_the_issuer_and_names_what_is_there() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let seen = browser.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(seen.headers[header::CONTENT_TYPE], "application/json");
    let metadata: serde_json::Value = serde_json::from_str(&seen.html).unwrap();
    assert_eq!(metadata["issuer"], world.issuer);
    assert_eq!(metadata["token_endpoint"], format!("{}/token", world.mutual_tls));
    let keys = browser.get(metadata["jwks_uri"].as_str().unwrap()).await;
    assert_eq!(keys.status, StatusCode::OK);
    assert!(!keys.html.contains("\"d\""), "public members only");
    assert_eq!(browser.get("/").await.location(), "/consents");
}
