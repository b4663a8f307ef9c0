//! The order of the checks, from the first to the last.

use crate::client::say;
use crate::world::*;
use serde_json::{Value, json};
use sumun_events::Event;
use sumun_ids::{ConsentId, TokenId};
use sumun_jose::Algorithm;
use sumun_keys::SoftwareKey;
use sumun_time::Span;
use sumun_traffic::filter::limit::LimitRule;

/// A request in which everything is wrong at first and is mended piece by piece.
struct Request {
    hosts: &'static str,
    path: &'static str,
    method: &'static str,
    /// What the head says of the body's length.
    length: usize,
    content_type: &'static str,
    authorization: String,
    body: String,
}

impl Request {
    fn bytes(&self) -> Vec<u8> {
        let Self { hosts, path, method, length, content_type, authorization, body } = self;
        format!(
            "{method} {path} HTTP/1.1\r\n{hosts}content-length: {length}\r\ncontent-type: {content_type}\r\n\
             authorization: {authorization}\r\nconnection: close\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

/// Sends the request and looks at the first thing that is wrong with it.
async fn refused_for(world: &World, request: &Request, code: &str) {
    let answer = say(world.address, &world.client_tls(Some(&world.certificate)), &request.bytes()).await;
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{code} should come next: {answer}");
}

/// Stops or lets on the institution's certificate.
async fn certificate_stands(world: &World, standing: sumun_traffic::Standing) {
    let thumbprint = world.certificate.thumbprint();
    world.change(|authority| authority.certificates.get_mut(&thumbprint).unwrap().certificate = standing).await;
}

/// A token like the world's with some claims changed.
fn bearer(world: &World, changes: &[(&str, Value)]) -> String {
    let mut claims = world.claims();
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    format!("Bearer {}", world.sign(&claims))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checks_are_made_in_the_order_of_the_stack() {
    let mut plan = Plan::default();
    // One call, and after a second the next.
    plan.settings.institution_limit = Some(LimitRule { tokens_per_second: 100, burst_tokens: 100 });
    let world = World::with(plan).await;
    let mut request = Request {
        hosts: "",
        path: "/v1/nothing",
        method: "DELETE",
        length: 5_000,
        content_type: "text/plain",
        authorization: "Basic YTpi".to_owned(),
        body: String::new(),
    };
    certificate_stands(&world, sumun_traffic::Standing::Stopped).await;
    refused_for(&world, &request, "certificate_revoked").await;
    certificate_stands(&world, sumun_traffic::Standing::Active).await;
    refused_for(&world, &request, "host_unclear").await;
    request.hosts = "host: localhost\r\n";
    refused_for(&world, &request, "route_unknown").await;
    request.path = "/v1/withdrawals";
    refused_for(&world, &request, "method_not_allowed").await;
    request.method = "POST";
    // The limit: the rest of what this institution has is used up by calls that fail at the next check.
    let mut calls = 0;
    let spent = loop {
        let answer = say(world.address, &world.client_tls(Some(&world.certificate)), &request.bytes()).await;
        calls += 1;
        if calls > 100 || !answer.contains("\"code\":\"body_too_large\"") {
            break answer;
        }
    };
    assert!(spent.contains("\"code\":\"limit_exceeded\""), "{spent}");
    world.clock.advance(Span::from_seconds(1));
    announcement_token_and_body(&world, &mut request).await;
}

async fn announcement_token_and_body(world: &World, request: &mut Request) {
    refused_for(world, request, "body_too_large").await;
    request.length = 10;
    refused_for(world, request, "content_type_unsupported").await;
    request.content_type = "application/json";
    refused_for(world, request, "token_missing").await;
    request.authorization = "Bearer x".to_owned();
    refused_for(world, request, "token_malformed").await;

    // From here on the token is wrong in every way that is left.
    let (revoked, ended) = (TokenId::from_random([77; 16]), ConsentId::from_random([78; 16]));
    world.bus.publish(&Event::TokenRevoked { id: revoked, expires_at: now().plus(Span::from_minutes(9)) });
    let wrongs = [
        ("jti", json!(revoked)),
        ("cnf", json!({"x5t#S256": sumun_jose::base64url_encode(&world.other_certificate.thumbprint())})),
        ("consent_id", json!(ended)),
        ("scope", json!("balance")),
    ];
    let mut claims = world.claims();
    wrongs.iter().for_each(|(name, value)| claims[*name] = value.clone());
    let stranger = SoftwareKey::generate(Algorithm::Es256).unwrap();
    let forged = sumun_jose::sign_compact(&stranger, "at+jwt", &claims).unwrap();
    request.authorization = format!("Bearer {forged}");
    refused_for(world, request, "token_untrusted").await;
    let codes = ["token_revoked", "token_certificate_mismatch", "consent_ended", "scope_insufficient"];
    for (mended, code) in codes.iter().enumerate() {
        world.clock.advance(Span::from_seconds(1));
        request.authorization = bearer(world, &wrongs[mended..]);
        // None of these waits for the body, of which not a byte has come.
        refused_for(world, request, code).await;
    }
    request.authorization = bearer(world, &[]);
    refused_for(world, request, "body_too_slow").await;
    world.clock.advance(Span::from_seconds(1));
    let mend = |request: &mut Request, body: String| (request.length, request.body) = (body.len(), body);
    mend(request, "{\"amount\":".to_owned());
    refused_for(world, request, "json_malformed").await;
    mend(request, json!({"account_id": OTHER_ACCOUNT}).to_string());
    refused_for(world, request, "account_not_consented").await;
    assert!(world.seen.lock().unwrap().is_empty(), "nothing of this may reach the processor");
    mend(request, json!({"account_id": ACCOUNT}).to_string());
    let answer = say(world.address, &world.client_tls(Some(&world.certificate)), &request.bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(world.seen.lock().unwrap().len(), 1);
}
