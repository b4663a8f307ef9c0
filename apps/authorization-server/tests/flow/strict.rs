//! What the endpoints for apps refuse before any rule is looked at.

use crate::support::World;
use crate::support::partner::{Answer, FORM, encode};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn send(world: &World, request: http::request::Builder, body: &str) -> Answer {
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    Answer::of(world.saeum.http.request(request).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_addresses_types_and_sizes_are_problems() {
    let world = World::start().await;
    for path in ["/par", "/token"] {
        let address = format!("{}{path}", world.mutual_tls);
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
            let answer = send(&world, Request::builder().method(method.clone()).uri(&address), "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.headers[header::ALLOW], "POST");
            assert_eq!(answer.json["type"], "urn:sumun:problem:method_not_allowed");
        }
        for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
            let answer = send(&world, Request::post(&address).header(header::CONTENT_TYPE, kind), "{}").await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        }
        let large = format!("scope={}", "a".repeat(70_000));
        let answer = send(&world, Request::post(&address).header(header::CONTENT_TYPE, FORM), &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let nowhere = send(&world, Request::get(format!("{}/authorize", world.mutual_tls)), "").await;
    assert_eq!((nowhere.status, &nowhere.json["code"]), (StatusCode::NOT_FOUND, &"not_found".into()));
    assert_eq!(nowhere.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_3_2_a_parameter_that_stands_twice_or_in_the_address_does_not_count() {
    let world = World::start().await;
    let address = format!("{}/par", world.mutual_tls);
    let doubled = world.saeum.post(&address, vec![("scope".into(), "balance".into()); 2]).await;
    assert_eq!(doubled.refusal(), (400, "invalid_request"));
    let broken = send(&world, Request::post(&address).header(header::CONTENT_TYPE, FORM), "scope=%zz").await;
    assert_eq!(broken.refusal(), (400, "invalid_request"));
    let in_address = format!("{address}?{}", encode(&world.saeum.credential(&world)));
    let answer = send(&world, Request::post(&in_address).header(header::CONTENT_TYPE, FORM), "scope=balance").await;
    assert_eq!(answer.refusal(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fapi2_5_3_2_1_6_a_shared_secret_is_no_authentication() {
    let world = World::start().await;
    let address = format!("{}/par", world.mutual_tls);
    let basic = Request::post(&address).header(header::CONTENT_TYPE, FORM).header(header::AUTHORIZATION, "Basic eDp5");
    assert_eq!(send(&world, basic, "scope=balance").await.refusal(), (401, "invalid_client"));
    let secret = [("client_id".to_owned(), world.ondam.app.id.to_string()), ("client_secret".into(), "x".into())];
    assert_eq!(world.ondam.post(&address, secret.to_vec()).await.refusal(), (401, "invalid_client"));
    assert_eq!(world.ondam.post(&address, Vec::new()).await.refusal(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_5_2_whoever_tries_the_authorization_header_is_told_its_scheme() {
    let world = World::start().await;
    let address = format!("{}/token", world.mutual_tls);
    let tried = [("Basic eDp5", Some("Basic realm=\"sumun\"")), ("DPoP x", Some("DPoP realm=\"sumun\""))];
    for (value, expected) in tried.into_iter().chain([("a=b", None), ("", None)]) {
        let request = Request::post(&address).header(header::CONTENT_TYPE, FORM).header(header::AUTHORIZATION, value);
        let answer = send(&world, request, "grant_type=authorization_code").await;
        assert_eq!(answer.refusal(), (401, "invalid_client"), "{value}");
        let told = answer.headers.get(header::WWW_AUTHENTICATE).map(|told| told.to_str().unwrap());
        assert_eq!(told, expected, "{value}");
    }
    let without = send(&world, Request::post(&address).header(header::CONTENT_TYPE, FORM), "").await;
    assert_eq!(without.refusal(), (401, "invalid_client"));
    assert!(!without.headers.contains_key(header::WWW_AUTHENTICATE));
}

/// Without a bound one institution could fill the disk with requests, and keep
/// the others from the store.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_2_3_an_institution_that_pushes_without_end_is_told_to_come_later() {
    let world = World::start().await;
    let address = format!("{}/par", world.mutual_tls);
    let pushes = (0..210).map(|_| world.ondam.post(&address, Vec::new()));
    let answers = futures_util::future::join_all(pushes).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).collect();
    assert_eq!(refused.len(), 10, "{:?}", answers.last());
    assert_eq!(refused[0].json["code"], "too_many_requests");
    assert_eq!(refused[0].headers[header::RETRY_AFTER], "1");
    let others = world.saeum.push(&world, VERIFIER, &[]).await;
    assert_eq!(others.status, StatusCode::CREATED, "another institution is not held up");
    world.clock.advance(Span::from_seconds(1));
    assert_eq!(world.ondam.push(&world, VERIFIER, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_2_2_the_answer_to_a_push_says_how_long_it_counts() {
    let world = World::start().await;
    let answer = world.saeum.push(&world, VERIFIER, &[]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert!(answer.json["request_uri"].as_str().unwrap().starts_with("urn:ietf:params:oauth:request_uri:par_"));
    assert_eq!(answer.json["expires_in"], 540);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("redirect_uri", "https://evil.example/", "invalid_request"),
        ("scope", "openid", "invalid_scope"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("request", "a.b.c", "request_not_supported"),
        ("authorization_details", r#"[{"type":"payment_initiation"}]"#, "invalid_authorization_details"),
        ("authorization_details", r#"[{"type":"account_access"}]"#, "invalid_authorization_details"),
        ("resource", "https://another-bank.example", "invalid_target"),
    ] {
        let answer = world.saeum.push(&world, VERIFIER, &[(name, value)]).await;
        assert_eq!(answer.refusal(), (400, error), "{name}");
    }
    let ours = world.saeum.push(&world, VERIFIER, &[("resource", crate::support::GATEWAY)]).await;
    assert_eq!(ours.status, StatusCode::CREATED, "RFC 8707 section 2: {:?}", ours.json);
}
