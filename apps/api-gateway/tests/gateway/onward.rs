//! What reaches the processor.

use crate::world::*;
use http::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_002_a_call_becomes_one_request_to_the_processor_in_the_callers_name() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let path = format!("{}?mode=2026-01-01", balance());
    let answer = caller.get(&path, &world.token()).await;
    assert_eq!(answer.status, 200);
    let seen = world.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line, format!("GET {path}"));
    let header = |name: &str| seen[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("sumun-request-id"), answer.header("x-request-id"));
    assert_eq!(header("sumun-institution-id"), INSTITUTION.to_string());
    assert_eq!(header("sumun-app-id"), APP.to_string());
    assert_eq!(header("sumun-customer-id"), CUSTOMER.to_string());
    assert_eq!(header("sumun-consent-id"), CONSENT.to_string());
    assert_eq!(header("sumun-scope"), "balance transfer");
    assert_eq!(header("sumun-accounts"), ACCOUNT.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_014_the_processor_is_told_what_token_and_consent_both_allow() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    for (token, told) in [("balance", "balance"), ("balance transactions", "balance"), ("transactions", "")] {
        let answer = caller.get("/v1/accounts", &world.token_with("scope", json!(token))).await;
        assert_eq!(answer.status, 200, "{token}");
        let seen = world.seen.lock().unwrap().pop().unwrap();
        assert_eq!(seen.headers["sumun-scope"], told, "{token}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_of_the_caller_cannot_speak_for_the_gateway() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let token = format!("Bearer {}", world.token());
    let headers = [
        ("authorization", &*token),
        ("content-type", "application/json"),
        ("idempotency-key", "0123456789abcdef"),
        ("accept-language", "ko"),
        ("sumun-customer-id", "cus_evil"),
        ("Sumun-Accounts", "acc_evil"),
        ("sumun-request-id", "req_evil"),
        ("x-request-id", "evil"),
        ("forwarded", "for=evil"),
        ("x-forwarded-for", "evil"),
        ("cookie", "evil"),
        ("connection", "x-hop"),
        ("x-hop", "evil"),
        ("te", "trailers"),
        ("upgrade", "evil"),
    ];
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    assert_eq!(caller.call(Method::POST, "/v1/withdrawals", &headers, &body).await.status, 200);
    let seen = world.seen.lock().unwrap()[0].clone();
    assert_eq!(seen.body, body.as_bytes());
    let mut names: Vec<_> = seen.headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    let expected = [
        "accept-language",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "sumun-accounts",
        "sumun-app-id",
        "sumun-consent-id",
        "sumun-customer-id",
        "sumun-institution-id",
        "sumun-request-id",
        "sumun-scope",
        "x-request-id",
    ];
    assert_eq!(names, expected);
    assert!(!format!("{:?}", seen.headers).contains("evil"), "{:?}", seen.headers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_of_the_processor_stay_inside() {
    let world = World::start().await;
    let answer = world.caller().await.get(&balance(), &world.token()).await;
    let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    let expected = [
        "cache-control",
        "content-length",
        "content-type",
        "date",
        "strict-transport-security",
        "x-content-type-options",
        "x-request-id",
    ];
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_does_not_show_itself_is_refused_by_the_processor() {
    let world = World::with(Plan { gateway_shows_itself: false, ..Plan::default() }).await;
    let answer = world.caller().await.get(&balance(), &world.token()).await;
    assert!(answer.status.is_server_error(), "{answer:?}");
    assert!(world.seen.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_never_sent_twice_and_connections_are_used_again() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let body = json!({"account_id": ACCOUNT}).to_string();
    let answer = caller.post("/v1/deposits?mode=hang", &world.token(), &body).await;
    assert_eq!(answer.code(), "processor_timed_out");
    let answer = caller.post("/v1/deposits?mode=break", &world.token(), &body).await;
    assert_eq!(answer.code(), "processor_broken");
    assert_eq!(world.seen.lock().unwrap().len(), 2);
    for _ in 0..20 {
        assert_eq!(caller.get(&balance(), &world.token()).await.status, 200);
    }
    assert_eq!(world.seen.lock().unwrap().len(), 22);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_processor_that_came_back_is_reached_without_an_error() {
    let mut world = World::start().await;
    let (mut caller, token) = (world.caller().await, world.token());
    let body = json!({"account_id": ACCOUNT}).to_string();
    for _ in 0..3 {
        assert_eq!(caller.get(&balance(), &token).await.status, 200);
        assert_eq!(caller.post("/v1/deposits", &token, &body).await.status, 200);
        world.restart_processor().await;
    }
}
